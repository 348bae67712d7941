import * as native from 'native';
import * as os from 'os';
import type { FileStat, Files, FileType } from '../../model/system.ts';
import { SystemError } from '../../model/system.ts';
import { rethrow, systemError } from './errno.ts';

const ENOENT = 2;
const ENXIO = 6;
/** lseek(2) of Linux: the next data, the next hole. */
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

export const realFiles: Files = {
  readBytes,
  readText: (path) => {
    const bytes = readBytes(path);
    return bytes === null ? null : native.utf8Decode(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  },
  readAt(path, offset, length) {
    return withFile(path, os.O_RDONLY, (fd) => {
      const buffer = new ArrayBuffer(length);
      const count = guarded(path, () => native.pread(fd, buffer, 0, length, offset));
      return new Uint8Array(buffer, 0, count);
    });
  },
  write,
  nextData(path, offset) {
    return withFile(path, os.O_RDONLY, (fd) => {
      const from = os.seek(fd, offset, SEEK_DATA);
      if (from === -ENXIO) return null;
      const to = from < 0 ? -1 : os.seek(fd, from, SEEK_HOLE);
      // A file system without holes, or a file too long for the call: take the rest as data.
      return to < 0 ? { from: offset, to: Number.MAX_SAFE_INTEGER } : { from, to };
    });
  },
  writeAt(path, offset, data) {
    withFile(path, os.O_WRONLY, (fd) => {
      guarded(path, () => native.pwrite(fd, toBuffer(data), 0, data.length, offset));
    });
  },
  append(path, data) {
    withFile(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, (fd) => writeAll(fd, path, native.utf8Encode(data)));
  },
  truncate(path, lengthBytes) {
    withFile(path, os.O_WRONLY | os.O_CREAT, (fd) => guarded(path, () => native.ftruncate(fd, lengthBytes)));
  },
  list(path) {
    const [names, errno] = os.readdir(path);
    if (errno === ENOENT) return null;
    if (errno !== 0) throw systemError(errno, path);
    return names.filter((name) => name !== '.' && name !== '..').sort();
  },
  lstat: (path) => statOf(os.lstat(path), path),
  stat: (path) => statOf(os.stat(path), path),
  readLink(path) {
    const [target, errno] = os.readlink(path);
    return errno === 0 ? target : null;
  },
  symlink: (target, path) => check(os.symlink(target, path), path),
  mkdir(path, options = {}) {
    if (options.parents) makeParents(path, options.mode ?? 0o755);
    else check(os.mkdir(path, options.mode ?? 0o755), path);
  },
  rename: (from, to) => check(os.rename(from, to), from),
  remove(path, options = {}) {
    if (options.recursive) removeTree(path);
    else {
      const result = os.remove(path);
      if (result !== 0 && result !== -ENOENT) throw systemError(-result, path);
    }
  },
  chmod: (path, mode) => guarded(path, () => native.chmod(path, mode)),
  statfs(path) {
    const found = guarded(path, () => native.statfs(path));
    return {
      blockSize: found.blockSize,
      blocks: found.blocks,
      freeBlocks: found.free,
      files: found.files,
      freeFiles: found.filesFree,
    };
  },
  sha1: (data) => native.sha1(toBuffer(data)),
  sha256: (data) => native.sha256(toBuffer(data)),
  gzip: (data) => new Uint8Array(native.gzip(toBuffer(data))),
  gunzip: (data) => new Uint8Array(native.gunzip(toBuffer(data))),
  decode: (data) => native.utf8Decode(data.buffer as ArrayBuffer, data.byteOffset, data.length),
  // getrandom(2) waits for entropy, which a machine just powered on may take seconds to gather.
  randomBytes: (length) => realFiles.readAt('/dev/urandom', 0, length),
  crypt: (password, salt) => native.crypt(password, salt),
};

/** The bytes alone in a buffer of their own. */
export function toBuffer(data: Uint8Array): ArrayBuffer {
  if (data.byteOffset === 0 && data.byteLength === data.buffer.byteLength) return data.buffer as ArrayBuffer;
  return data.slice().buffer as ArrayBuffer;
}

function check(result: number, path: string): void {
  if (result < 0) throw systemError(-result, path);
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    rethrow(error, path);
  }
}

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = os.open(path, flags, 0o644);
  if (fd < 0) throw systemError(-fd, path);
  try {
    return use(fd);
  } finally {
    os.close(fd);
  }
}

/** Reads to the end: files in /proc have no size. */
function readBytes(path: string): Uint8Array | null {
  const fd = os.open(path, os.O_RDONLY);
  if (fd === -ENOENT || fd === -20) return null;
  if (fd < 0) throw systemError(-fd, path);
  try {
    const size = os.stat(path)[0]?.size ?? 0;
    let buffer = new ArrayBuffer(Math.max(size + 1, 4096));
    let used = 0;
    for (;;) {
      const count = guarded(path, () => native.read(fd, buffer, used, buffer.byteLength - used));
      if (count === null || count === 0) return new Uint8Array(buffer, 0, used);
      used += count;
      if (used === buffer.byteLength) {
        const larger = new ArrayBuffer(buffer.byteLength * 2);
        new Uint8Array(larger).set(new Uint8Array(buffer));
        buffer = larger;
      }
    }
  } finally {
    os.close(fd);
  }
}

function writeAll(fd: number, path: string, buffer: ArrayBuffer): void {
  let at = 0;
  while (at < buffer.byteLength) {
    const count = guarded(path, () => native.write(fd, buffer, at, buffer.byteLength - at));
    if (count === null) throw new SystemError('EAGAIN', `${path}: would block`);
    at += count;
  }
}

function write(path: string, data: string | Uint8Array, options: { mode?: number; atomic?: boolean } = {}): void {
  const buffer = typeof data === 'string' ? native.utf8Encode(data) : toBuffer(data);
  const target = options.atomic ? `${path}.tmp` : path;
  const fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, options.mode ?? 0o644);
  if (fd < 0) throw systemError(-fd, path);
  try {
    writeAll(fd, path, buffer);
    if (options.atomic) guarded(path, () => native.fsync(fd));
  } finally {
    os.close(fd);
  }
  if (options.mode !== undefined) guarded(path, () => native.chmod(target, options.mode!));
  if (options.atomic) check(os.rename(target, path), path);
}

function statOf([stat, errno]: [os.Stat, number], path: string): FileStat | null {
  if (errno === ENOENT || errno === 20) return null;
  if (errno !== 0) throw systemError(errno, path);
  return {
    type: typeOf(stat.mode),
    sizeBytes: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    modifiedMs: stat.mtime,
    inode: stat.ino,
    links: stat.nlink,
    allocatedBytes: stat.blocks * 512,
  };
}

function typeOf(mode: number): FileType {
  switch (mode & os.S_IFMT) {
    case os.S_IFDIR:
      return 'directory';
    case os.S_IFLNK:
      return 'link';
    case os.S_IFCHR:
      return 'character';
    case os.S_IFBLK:
      return 'block';
    case os.S_IFIFO:
      return 'pipe';
    case os.S_IFSOCK:
      return 'socket';
    default:
      return 'file';
  }
}

function makeParents(path: string, mode: number): void {
  const parts = path.split('/').filter((part) => part !== '');
  let current = '';
  for (const part of parts) {
    current += `/${part}`;
    const result = os.mkdir(current, mode);
    if (result < 0 && os.stat(current)[1] !== 0) throw systemError(-result, current);
  }
}

function removeTree(path: string): void {
  const [stat, errno] = os.lstat(path);
  if (errno === ENOENT) return;
  if (errno !== 0) throw systemError(errno, path);
  if ((stat.mode & os.S_IFMT) === os.S_IFDIR) {
    for (const name of realFiles.list(path) ?? []) removeTree(`${path}/${name}`);
  }
  check(os.remove(path), path);
}
