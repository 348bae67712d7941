import * as native from 'native';
import * as os from 'os';
import { MS, readBytes, writeFile } from './files.ts';
import { DamagedArchive, gunzip, unpackArchive, unpackTar } from './unpack.ts';

/** The RAM disks an ESXi root consists of: mounted before anything is unpacked into them. */
const RAM_DISKS = [
  { name: 'root', path: '', options: 'size=64m,mode=755' },
  { name: 'etc', path: '/etc', options: 'size=28m,mode=755' },
  { name: 'tmp', path: '/tmp', options: 'size=48m,mode=1777' },
] as const;

export const HOST_ROOT = '/esxi';
const STATE_ARCHIVE = 'state.tgz';
/** The archive inside state.tgz that holds /etc files. */
const LOCAL_ARCHIVE = 'local.tgz';

export interface ModuleFailure {
  readonly path: string;
  readonly isKernel: boolean;
  /** Number and name of the loader's error: `15 (Not found)`. */
  readonly status: string;
}

/**
 * Our own runner, which the modules bring too. The same bytes need not be there twice: an emulated processor has
 * translated these pages already and would translate a copy again (seen: a second less to the first service).
 */
const RUNNER = '/bin/bbjs';

/** Unpacks a bank's modules into the RAM root, one a step. */
export class ModuleLoader {
  /** `Loading /s.v00` lines so far. */
  readonly log: string[] = [];
  private readonly mount: string;
  private readonly files: readonly { path: string; isKernel: boolean }[];
  /** `crc path` lines of the modules' own files under /etc: what is not so any more is configuration (state-selection.ts). */
  private readonly sums: string[] = [];
  private runnerIsOurs = false;
  private next = 0;

  constructor(mount: string, files: readonly { path: string; isKernel: boolean }[]) {
    this.mount = mount;
    this.files = files;
    for (const disk of RAM_DISKS) {
      os.mkdir(HOST_ROOT + disk.path, 0o755);
      native.mount(disk.name, HOST_ROOT + disk.path, 'tmpfs', 0, disk.options);
    }
  }

  /** Forgets what was unpacked: another bank will be. */
  static clear(): void {
    try {
      native.umount(HOST_ROOT + RUNNER, 0);
    } catch {
      // Not shared yet.
    }
    for (const disk of [...RAM_DISKS].reverse()) native.umount(HOST_ROOT + disk.path, 0);
  }

  get finished(): boolean {
    return this.next >= this.files.length;
  }

  get progress(): number {
    return this.files.length === 0 ? 1 : this.next / this.files.length;
  }

  /** Loads the next module. @returns null when that went well or there was none left. */
  step(): ModuleFailure | null {
    const file = this.files[this.next];
    if (!file) return null;
    this.next++;
    this.log.push(`Loading ${file.path}`);
    const bytes = readBytes(this.mount + file.path);
    if (bytes === null) return { ...file, status: '15 (Not found)' };
    try {
      this.load(file.path, bytes);
      if (this.finished) this.finish();
      return null;
    } catch (error) {
      const status = error instanceof DamagedArchive ? '33 (Inconsistent data)' : '9 (Out of resources)';
      return { ...file, status };
    }
  }

  private load(path: string, bytes: Uint8Array): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.endsWith('.gz')) keepPlainFile(name, new Uint8Array(gunzip(bytes)));
    else if (name === STATE_ARCHIVE) applyState(bytes);
    else
      recordModule(
        name,
        unpackArchive(bytes, HOST_ROOT, (path, data) => this.onFile(path, data)),
      );
  }

  private finish(): void {
    writeFile(`${HOST_ROOT}/var/run/modules/etc.sums`, `${this.sums.join('\n')}\n`);
    if (this.runnerIsOurs) native.mount(RUNNER, HOST_ROOT + RUNNER, '', MS.bind, '');
  }

  /** The one file that is compared instead of written. */
  private onFile(path: string, data: Uint8Array): void {
    if (`/${path}` === RUNNER) this.runnerIsOurs = native.crc32(data as unknown as ArrayBuffer) === ownRunnerSum();
    this.noteSum(path, data);
  }

  private noteSum(path: string, data: Uint8Array): void {
    if (!path.startsWith('etc/')) return;
    this.sums.push(`${(native.crc32(data as unknown as ArrayBuffer) >>> 0).toString(16)} ${path}`);
  }
}

function ownRunnerSum(): number {
  const own = readBytes(RUNNER);
  return own === null ? -1 : native.crc32(own as unknown as ArrayBuffer);
}

/** state.tgz holds local.tgz, which holds files that replace the modules' own. */
function applyState(bytes: Uint8Array): void {
  const folder = `${HOST_ROOT}/tmp`;
  const inside = unpackTar(new Uint8Array(gunzip(bytes)), folder);
  if (!inside.includes(LOCAL_ARCHIVE)) return;
  const local = readBytes(`${folder}/${LOCAL_ARCHIVE}`);
  os.remove(`${folder}/${LOCAL_ARCHIVE}`);
  if (local) recordModule(LOCAL_ARCHIVE, unpackArchive(local, HOST_ROOT));
}

/** What each module brought: `esxcli system visorfs tardisk list`, vm-support and the backup script read it. */
function recordModule(name: string, paths: readonly string[]): void {
  makeRunFolder();
  writeFile(`${HOST_ROOT}/var/run/modules/${name}`, `${paths.join('\n')}\n`);
}

/** Not an archive: `useropts.gz`. */
function keepPlainFile(name: string, bytes: Uint8Array): void {
  makeRunFolder();
  writeFile(`${HOST_ROOT}/var/run/modules/${name.slice(0, -3)}`, bytes);
}

function makeRunFolder(): void {
  for (const folder of ['/var', '/var/run', '/var/run/modules']) os.mkdir(HOST_ROOT + folder, 0o755);
}
