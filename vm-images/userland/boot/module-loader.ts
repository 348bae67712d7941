import * as native from 'native';
import * as os from 'os';
import {
  gzipTrailer,
  IMAGE_DATABASES,
  isImageFile,
  PAYLOAD_INDEX,
  type PayloadIndex,
  type PayloadSum,
  parsePayloadIndex,
} from '../model/payload-index.ts';
import { exists, list, logForVmkernel, MS, readBytes, writeAll, writeFile } from './files.ts';
import { DamagedArchive, gunzip, readTarFile, unpackTar } from './unpack.ts';

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
/**
 * Host programs run by the very file that runs the loader: an emulated processor has translated its pages already and
 * would have to translate a copy again (seen: a third less time to the first service).
 */
const RUNNER = '/bin/bbjs';
/** Once a module has brought it, it unpacks the others: a tenth of the time that this program takes. */
const UNPACKER = `${HOST_ROOT}/bin/busybox`;
/** `crc path` lines of the modules' own files under /etc: what is not so any more is configuration (state-selection.ts). */
const SUMS_FILE = `${HOST_ROOT}/var/run/modules/etc.sums`;

export interface ModuleFailure {
  readonly path: string;
  readonly isKernel: boolean;
  /** Number and name of the loader's error: `15 (Not found)`. */
  readonly status: string;
}

/** Unpacks a bank's modules into the RAM root, one a step. */
export class ModuleLoader {
  /** `Loading /s.v00` lines so far. */
  readonly log: string[] = [];
  private readonly mount: string;
  private readonly files: readonly { path: string; isKernel: boolean }[];
  private readonly index: PayloadIndex | null;
  private next = 0;

  constructor(mount: string, files: readonly { path: string; isKernel: boolean }[]) {
    this.mount = mount;
    this.files = files;
    this.index = readIndex(mount, files);
    for (const disk of RAM_DISKS) {
      os.mkdir(HOST_ROOT + disk.path, 0o755);
      native.mount(disk.name, HOST_ROOT + disk.path, 'tmpfs', 0, disk.options);
    }
    for (const folder of ['/bin', '/var', '/var/run', '/var/run/modules']) os.mkdir(HOST_ROOT + folder, 0o755);
  }

  /** Forgets what was unpacked: another bank will be. */
  static clear(): void {
    try {
      native.umount(HOST_ROOT + RUNNER, 0);
    } catch {
      // Not that far yet.
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
    try {
      if (this.belongs(file)) {
        this.log.push(`Loading ${file.path}`);
        if (!exists(this.mount + file.path)) return { ...file, status: '15 (Not found)' };
        this.load(file.path);
      } else this.leaveOut(file.path);
      if (this.finished) finishRoot();
      return null;
    } catch (error) {
      const status = error instanceof DamagedArchive ? '33 (Inconsistent data)' : '9 (Out of resources)';
      return { ...file, status };
    }
  }

  private belongs({ path, isKernel }: { path: string; isKernel: boolean }): boolean {
    const name = baseName(path);
    // Without its first module a host can't be: a damaged database is told by what follows.
    return this.index === null || isKernel || !isImageFile(name) || this.index.has(name);
  }

  /** Said on the screen, where it is gone in a moment, and in vmkernel.log. */
  private leaveOut(path: string): void {
    this.log.push(`${path} is not part of the image: left out`);
    logForVmkernel(4, `VisorFS: module ${baseName(path)} came with no VIB of the image and was left out`);
  }

  private load(path: string): void {
    const source = this.mount + path;
    const name = baseName(path);
    if (name === STATE_ARCHIVE) applyState(source);
    else if (name.endsWith('.gz')) keepPlainFile(name, source);
    else unpackInto(source, HOST_ROOT, this.index?.get(name));
  }
}

/** Of the image database that the bank names; null when there is none, or it can't be read: its own turn will tell. */
function readIndex(mount: string, files: readonly { path: string }[]): PayloadIndex | null {
  const database = files.find(({ path }) => IMAGE_DATABASES.includes(baseName(path)));
  const bytes = database && readBytes(mount + database.path);
  if (!bytes) return null;
  try {
    const text = readTarFile(new Uint8Array(gunzip(bytes)), PAYLOAD_INDEX);
    return text && parsePayloadIndex(native.utf8Decode(text.buffer as ArrayBuffer, text.byteOffset, text.length));
  } catch {
    return null;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Our own zlib takes the gzip layer off: stored blocks are one copy for it, busybox goes byte by byte. It also checks the sum
 * in the trailer, which must be the one that the VIB was installed with.
 */
function unpackInto(source: string, root: string, wanted?: PayloadSum): void {
  const packed = readBytes(source) ?? new Uint8Array(0);
  const sum = gzipTrailer(packed);
  if (wanted && (sum?.crc32 !== wanted.crc32 || sum.size !== wanted.size))
    throw new DamagedArchive(`${source} is not what was installed`);
  const tar = new Uint8Array(gunzip(packed));
  if (!exists(UNPACKER)) {
    unpackTar(tar, root);
    return;
  }
  const pipe = native.pipe();
  const pid = native.spawn({ argv: [UNPACKER, 'tar', '-x', '-C', root], env: [], stdin: pipe.read });
  os.close(pipe.read);
  try {
    writeAll(pipe.write, tar);
  } catch {
    // The unpacker has ended early: its status says so.
  }
  os.close(pipe.write);
  if (native.waitpid(pid, false)?.exitCode !== 0) throw new DamagedArchive(`${source} can't be unpacked`);
}

/** state.tgz holds local.tgz, which holds files that replace the modules' own. */
function applyState(source: string): void {
  noteModuleSums();
  const folder = `${HOST_ROOT}/tmp`;
  const inside = unpackTar(new Uint8Array(gunzip(readBytes(source) ?? new Uint8Array(0))), folder);
  if (!inside.includes(LOCAL_ARCHIVE)) return;
  unpackInto(`${folder}/${LOCAL_ARCHIVE}`, HOST_ROOT);
  os.remove(`${folder}/${LOCAL_ARCHIVE}`);
}

function finishRoot(): void {
  if (!exists(SUMS_FILE)) noteModuleSums();
  writeFile(HOST_ROOT + RUNNER, '', 0o755);
  native.mount(RUNNER, HOST_ROOT + RUNNER, '', MS.bind, '');
}

function noteModuleSums(): void {
  writeFile(SUMS_FILE, `${sumsBelow('etc').join('\n')}\n`);
}

function sumsBelow(folder: string): string[] {
  return list(`${HOST_ROOT}/${folder}`).flatMap((name) => {
    const path = `${folder}/${name}`;
    const kind = os.lstat(`${HOST_ROOT}/${path}`)[0].mode & os.S_IFMT;
    if (kind === os.S_IFDIR) return sumsBelow(path);
    const data = kind === os.S_IFREG ? readBytes(`${HOST_ROOT}/${path}`) : null;
    return data ? [`${(native.crc32(data as unknown as ArrayBuffer) >>> 0).toString(16)} ${path}`] : [];
  });
}

/** Not an archive: `useropts.gz`. */
function keepPlainFile(name: string, source: string): void {
  const bytes = new Uint8Array(gunzip(readBytes(source) ?? new Uint8Array(0)));
  writeFile(`${HOST_ROOT}/var/run/modules/${name.slice(0, -3)}`, bytes);
}
