import * as native from 'native';
import * as os from 'os';
import { writeAll } from '../boot/files.ts';
import { realFiles } from '../hostd/system/files.ts';
import { SoftwareProblem } from '../model/software/problem.ts';
import type { LiveChange } from '../model/software/transaction.ts';
import { type Vib, vibId } from '../model/software/vib.ts';
import type { Processes } from '../model/system.ts';
import { nativeCodec } from './codec.ts';

const BUSYBOX = '/bin/busybox';
const DATABASE = '/var/db/esximg';
/** `crc path` of the files that modules brought under /etc: what differs is configuration (boot/state-selection.ts). */
const SUMS = '/var/run/modules/etc.sums';
const INIT_SCRIPT = /^etc\/init\.d\/([^/.][^/]*)$/;
const SCRIPT_TIMEOUT_MS = 60_000;

/** Brings the running root to the new image: files of VIBs that go, then of those that come, then the database. */
export async function applyLive(change: LiveChange, processes: Processes, log: (text: string) => void): Promise<void> {
  for (const vib of change.removed) await runScripts(vib, ['stop', 'remove'], processes, log);
  for (const vib of change.removed) removeFiles(vib, change.kept);
  for (const { vib, payloads } of change.added) for (const packed of payloads) unpack(vib, packed);
  noteSums(change);
  realFiles.remove(DATABASE, { recursive: true });
  for (const { path, text } of change.database) {
    realFiles.mkdir(`/${path.slice(0, path.lastIndexOf('/'))}`, { parents: true });
    realFiles.write(`/${path}`, text);
  }
  for (const { vib } of change.added) await runScripts(vib, ['start', 'install'], processes, log);
}

function removeFiles(vib: Vib, kept: ReadonlySet<string>): void {
  for (const file of vib.files) {
    if (kept.has(file)) continue;
    realFiles.remove(`/${file}`);
    removeEmptyFolders(`/${file}`);
  }
}

function removeEmptyFolders(path: string): void {
  for (let folder = parent(path); folder.lastIndexOf('/') > 0; folder = parent(folder)) {
    if ((realFiles.list(folder) ?? ['']).length > 0) return;
    realFiles.remove(folder);
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function unpack(vib: Vib, packed: Uint8Array): void {
  const pipe = native.pipe();
  const pid = native.spawn({ argv: [BUSYBOX, 'tar', '-x', '-C', '/'], env: [], stdin: pipe.read });
  os.close(pipe.read);
  try {
    writeAll(pipe.write, nativeCodec.gunzip(packed));
  } catch {
    // The unpacker has ended early: its status says so.
  }
  os.close(pipe.write);
  if (native.waitpid(pid, false)?.exitCode !== 0)
    throw new SoftwareProblem('LiveInstallationError', `VIB ${vibId(vib)} can't be unpacked into the running system.`);
}

function noteSums({ added, removed, kept }: LiveChange): void {
  const gone = new Set(removed.flatMap((vib) => vib.files).filter((file) => !kept.has(file)));
  const come = added.flatMap(({ vib }) => vib.files).filter((file) => file.startsWith('etc/'));
  const lines = (realFiles.readText(SUMS) ?? '').split('\n').filter((line) => {
    const path = line.slice(line.indexOf(' ') + 1);
    return line !== '' && !gone.has(path) && !come.includes(path);
  });
  for (const path of come) {
    const bytes = realFiles.readBytes(`/${path}`);
    if (bytes !== null) lines.push(`${nativeCodec.crc32(bytes).toString(16)} ${path}`);
  }
  realFiles.write(SUMS, `${lines.join('\n')}\n`);
}

/** Services that a VIB brings are told what is happening to them, as at a start of the host. */
async function runScripts(
  vib: Vib,
  words: readonly string[],
  processes: Processes,
  log: (text: string) => void,
): Promise<void> {
  for (const file of vib.files) {
    const name = INIT_SCRIPT.exec(file)?.[1];
    if (name === undefined || realFiles.stat(`/${file}`) === null) continue;
    const result = await processes.run([`/${file}`, ...words], { timeoutMs: SCRIPT_TIMEOUT_MS });
    log(`${name} ${words.join(' ')}: ${result.exitCode === 0 ? 'done' : `status ${result.exitCode}`}`);
  }
}
