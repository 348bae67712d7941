import * as native from 'native';
import * as os from 'os';
import { exists, list, readBytes, readText, writeAll, writeFile } from './files.ts';
import { parseModuleSums, type StateFile, selectState } from './state-selection.ts';
import { writeTar } from './tar-writer.ts';

const MODULE_SUMS = '/var/run/modules/etc.sums';
/** Digest of what was saved last since this start. */
const LAST_SAVED = '/var/run/state.sum';
const ARCHIVE = 'state.tgz';
/** FAT keeps the old archive until the new one is complete. */
const TEMPORARY = 'state.new';
const LOCK = '/var/run/backup.lock';
const LOCK_LOOK_MS = 50;
const LOCK_PATIENCE_MS = 30_000;
/** A file that is no configuration must not fill the bank. */
const MAX_FILE_BYTES = 4 << 20;

interface Found extends StateFile {
  readonly modifiedSeconds: number;
  readonly data: Uint8Array;
}

/** Whether /etc differs from what was saved last. */
export function stateHasChanged(): boolean {
  return readText(LAST_SAVED)?.trim() !== digest(collect());
}

/**
 * Writes state.tgz: a gzipped tar of local.tgz, a gzipped tar of `etc/…`.
 *
 * @returns paths that could not be put into the archive.
 * @throws Error with words for the administrator.
 */
export function saveState(folder: string): string[] {
  if (!exists(`${folder}/.`)) throw new Error(`${folder} is not there`);
  return alone(() => writeState(folder));
}

/** One save at a time: of two, the older must not have the last word. A lock whose holder has ended is nobody's. */
function alone<T>(work: () => T): T {
  for (let waitedMs = 0; !tryLock(); waitedMs += LOCK_LOOK_MS) {
    if (waitedMs >= LOCK_PATIENCE_MS) throw new Error(`another save has not ended for ${LOCK_PATIENCE_MS / 1000} s`);
    os.sleep(LOCK_LOOK_MS);
  }
  try {
    return work();
  } finally {
    os.remove(LOCK);
  }
}

function tryLock(): boolean {
  const fd = os.open(LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600);
  if (fd >= 0) {
    writeAll(fd, new Uint8Array(native.utf8Encode(`${native.getpid()}\n`)));
    os.close(fd);
    return true;
  }
  const holder = readText(LOCK)?.trim() ?? '';
  if (holder !== '' && !exists(`/proc/${holder}`)) os.remove(LOCK);
  return false;
}

function writeState(folder: string): string[] {
  const files = collect();
  const inner = writeTar(files);
  const outer = writeTar([
    { path: 'local.tgz', mode: 0o644, modifiedSeconds: Date.now() / 1000, data: gzip(inner.tar) },
  ]);
  const temporary = `${folder}/${TEMPORARY}`;
  const fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644);
  if (fd < 0) throw new Error(`${temporary} can't be written (error ${-fd})`);
  try {
    writeAll(fd, gzip(outer.tar));
    native.fsync(fd);
  } finally {
    os.close(fd);
  }
  const renamed = os.rename(temporary, `${folder}/${ARCHIVE}`);
  if (renamed !== 0) throw new Error(`${folder}/${ARCHIVE} can't be replaced (error ${-renamed})`);
  native.sync();
  writeFile(LAST_SAVED, `${digest(files)}\n`);
  return inner.leftOut;
}

function collect(): Found[] {
  const sums = parseModuleSums(readText(MODULE_SUMS) ?? '');
  return selectState(walk('etc'), sums);
}

function walk(folder: string): Found[] {
  const found: Found[] = [];
  for (const name of list(`/${folder}`)) {
    const path = `${folder}/${name}`;
    const [stat, error] = os.lstat(`/${path}`);
    if (error !== 0) continue;
    const kind = stat.mode & os.S_IFMT;
    if (kind === os.S_IFDIR) found.push(...walk(path));
    if (kind !== os.S_IFREG || stat.size > MAX_FILE_BYTES) continue;
    const data = readBytes(`/${path}`);
    if (data === null) continue;
    const crc = native.crc32(data as unknown as ArrayBuffer) >>> 0;
    found.push({ path, mode: stat.mode & 0o7777, crc, modifiedSeconds: stat.mtime / 1000, data });
  }
  return found;
}

function digest(files: readonly StateFile[]): string {
  const text = files.map(({ path, mode, crc }) => `${path} ${mode} ${crc}`).join('\n');
  return native.sha1(native.utf8Encode(text));
}

function gzip(bytes: ArrayBuffer): Uint8Array {
  return new Uint8Array(native.gzip(bytes, 6));
}
