import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { writeTar } from '../boot/tar-writer.ts';
import { realFiles } from '../hostd/system/files.ts';
import { SystemLog } from '../hostd/system/log.ts';
import { RealProcesses } from '../hostd/system/processes.ts';
import { BOOT_STATE } from '../model/bank-choice.ts';
import { parseBootConfig } from '../model/boot-config.ts';
import { type Certificate, parseCertificate } from '../model/package/index.ts';
import { PAYLOAD_INDEX } from '../model/payload-index.ts';
import { type BankVolume, CONFIG, DATABASE, STATE } from '../model/software/bank.ts';
import { readDatabase } from '../model/software/database.ts';
import { readImage } from '../model/software/image.ts';
import { SoftwareProblem } from '../model/software/problem.ts';
import { type UpdateAnswer, type UpdateRequest, validateProfile } from '../model/software/request.ts';
import { selectVibs } from '../model/software/select.ts';
import {
  changeImage,
  findProfile,
  openDepots,
  type PresentImage,
  type SoftwareHost,
} from '../model/software/transaction.ts';
import { mountedBank } from './bank-volume.ts';
import { nativeCodec } from './codec.ts';
import { applyLive } from './live.ts';
import { Sources } from './sources.ts';

/** Certificates that package signers' chains end at: the administrator may look at them and add others. */
const TRUST_FOLDER = '/usr/share/certs';
const LOCK = '/var/run/esxupdate.lock';

/** `esxupdate`, started by hostd: one JSON request in, one JSON answer out. It may take long, hostd must not. */
const log = new SystemLog();
const processes = new RealProcesses();
void run();

async function run(): Promise<void> {
  const request = JSON.parse(std.in.readAsString()) as UpdateRequest;
  const sources = new Sources('proxy' in request ? request.proxy : '');
  let answer: UpdateAnswer;
  try {
    note(describe(request));
    answer = { result: await withLock(() => carryOut(request, sources)) };
  } catch (error) {
    answer = { problem: problemOf(error) };
    note(`failed: ${answer.problem.lines.join(' ')}`);
  } finally {
    sources.close();
  }
  std.out.puts(JSON.stringify(answer));
  std.out.flush();
  std.exit(0);
}

async function carryOut(request: UpdateRequest, sources: Sources): Promise<unknown> {
  switch (request.operation) {
    case 'sources.vib':
      return selectVibs(
        (await openDepots(depotsOf(sources), request.depots)).flatMap((depot) => depot.vibs),
        request.names,
      );
    case 'sources.profile':
      return sourceProfiles(request.depots, request.profile, sources);
    case 'profile.validate': {
      const profile = findProfile(await openDepots(depotsOf(sources), request.depots), request.profile);
      return validateProfile(profile, runningImage());
    }
    default:
      return changeImage(softwareHost(request, sources), request);
  }
}

async function sourceProfiles(depots: readonly string[], name: string | undefined, sources: Sources): Promise<unknown> {
  const opened = await openDepots(depotsOf(sources), depots);
  return name === undefined ? opened.flatMap((depot) => depot.profiles) : [findProfile(opened, name)];
}

function depotsOf(sources: Sources): Pick<SoftwareHost, 'openDepot'> {
  return { openDepot: (where) => sources.depot(where) };
}

function softwareHost(request: UpdateRequest, sources: Sources): SoftwareHost {
  const otherBank = mountedBank('/altbootbank');
  return {
    codec: nativeCodec,
    trust: { roots: trustedRoots(), atMs: Date.now() },
    running: runningImage(),
    pending: pendingImage(otherBank),
    otherBank,
    hostLevel: request.host.acceptanceLevel,
    inMaintenanceMode: request.host.inMaintenanceMode,
    platform: request.host.platform,
    now: new Date().toISOString().replace(/\.\d+Z$/, '.000000+00:00'),
    openDepot: (where) => sources.depot(where),
    openVib: (where) => sources.vib(where),
    saveState,
    pack,
    applyLive: (change) => applyLive(change, processes, note),
    log: note,
  };
}

function runningImage(): PresentImage {
  const { profile, vibs } = readImage(realFiles);
  const bank = mountedBank('/bootbank');
  return {
    profile,
    vibs,
    index: realFiles.readText(`/${PAYLOAD_INDEX}`) ?? '',
    config: parseBootConfig(bank.readText(CONFIG) ?? ''),
    bank,
  };
}

function pendingImage(bank: BankVolume): PresentImage | null {
  const config = parseBootConfig(bank.readText(CONFIG) ?? '');
  const packed = config.bootstate === BOOT_STATE.upgrading && config.problem === '' ? bank.read(DATABASE) : null;
  return packed === null ? null : { ...readDatabase(nativeCodec.gunzip(packed), nativeCodec), config, bank };
}

/** @throws SoftwareProblem when the configuration can't be saved: a change would go without it. */
async function saveState(): Promise<Uint8Array> {
  const result = await processes.run(['/sbin/backup.sh', '0']);
  const bank = mountedBank('/bootbank');
  const state = bank.read(STATE);
  if (result.exitCode !== 0 || state === null)
    throw new SoftwareProblem('InstallationError', `The configuration can't be saved: ${result.stderr.trim()}`);
  return state;
}

function pack(files: readonly { path: string; text: string }[]): Uint8Array {
  const modifiedSeconds = Date.now() / 1000;
  const { tar } = writeTar(
    files.map(({ path, text }) => ({
      path,
      mode: 0o644,
      modifiedSeconds,
      data: new Uint8Array(native.utf8Encode(text)),
    })),
  );
  return new Uint8Array(native.gzip(tar, 6));
}

function trustedRoots(): Certificate[] {
  const files = (realFiles.list(TRUST_FOLDER) ?? []).filter((name) => name.endsWith('.cert'));
  return files.flatMap((name) => {
    const text = realFiles.readText(`${TRUST_FOLDER}/${name}`) ?? '';
    const bodies = [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
    return bodies.flatMap(([, body]) => {
      try {
        return [parseCertificate(new Uint8Array(native.base64Decode(body!.replace(/\s/g, ''))), nativeCodec)];
      } catch (error) {
        note(`${TRUST_FOLDER}/${name} can't be used: ${error instanceof Error ? error.message : error}`);
        return [];
      }
    });
  });
}

/** Two changes at once would each write the other bank. */
async function withLock<T>(work: () => Promise<T>): Promise<T> {
  const fd = os.open(LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600);
  if (fd < 0) {
    const holder = realFiles.readText(LOCK)?.trim() ?? '';
    if (holder === '' || processes.isAlive(Number(holder)))
      throw new SoftwareProblem(
        'LockingError',
        `Another change of the image is under way (process ${holder}). Wait until it has ended.`,
      );
    realFiles.remove(LOCK);
    return withLock(work);
  }
  const pid = native.utf8Encode(`${native.getpid()}\n`);
  native.write(fd, pid, 0, pid.byteLength);
  os.close(fd);
  try {
    return await work();
  } finally {
    realFiles.remove(LOCK);
  }
}

function problemOf(error: unknown): { kind: string; lines: string[] } {
  if (error instanceof SoftwareProblem) return { kind: error.kind, lines: [...error.lines] };
  return { kind: 'InstallationError', lines: [error instanceof Error ? error.message : String(error)] };
}

function describe(request: UpdateRequest): string {
  const { host: _host, ...rest } = request;
  return JSON.stringify(rest);
}

function note(text: string): void {
  log.write('esxupdate', 'info', text);
}
