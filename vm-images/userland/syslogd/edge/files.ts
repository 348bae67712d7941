import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import type { LogFiles } from '../file-output.ts';
import type { FolderFiles } from '../log-folder.ts';

const ENOENT = 2;
/** How often it is checked that an open file is still the one of that name. */
const checkMs = 2_000;

interface OpenFile {
  fd: number;
  inode: number;
  checkedMs: number;
}

class FileError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(std.strerror(errno));
    this.errno = errno;
  }
}

function check(result: number): number {
  if (result < 0) throw new FileError(-result);
  return result;
}

/** Log files on the real file system; kept open between lines. */
export class GuestFiles implements LogFiles, FolderFiles {
  readonly #open = new Map<string, OpenFile>();

  append(path: string, text: string): void {
    const { fd } = this.#file(path);
    const bytes = native.utf8Encode(text);
    let at = 0;
    try {
      while (at < bytes.byteLength) at += native.write(fd, bytes, at, bytes.byteLength - at) ?? 0;
    } catch (error) {
      // Half a line would be there twice after the next attempt.
      if (at > 0) native.ftruncate(fd, (this.size(path) ?? at) - at);
      throw error;
    }
  }

  #file(path: string): OpenFile {
    const nowMs = native.monotonicMs();
    const known = this.#open.get(path);
    if (known !== undefined && nowMs - known.checkedMs < checkMs) return known;
    if (known !== undefined) {
      const [stat, errno] = os.stat(path);
      if (errno === 0 && stat.ino === known.inode) {
        known.checkedMs = nowMs;
        return known;
      }
      this.release(path);
    }
    const fd = check(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600));
    native.setCloseOnExec(fd, true);
    const [stat] = os.stat(path);
    const file = { fd, inode: stat?.ino ?? 0, checkedMs: nowMs };
    this.#open.set(path, file);
    return file;
  }

  release(path: string): void {
    const file = this.#open.get(path);
    if (file === undefined) return;
    this.#open.delete(path);
    os.close(file.fd);
  }

  size(path: string): number | null {
    const [stat, errno] = os.stat(path);
    return errno === 0 ? stat.size : null;
  }

  rename(from: string, to: string): void {
    check(os.rename(from, to));
  }

  remove(path: string): void {
    const result = os.remove(path);
    if (result < 0 && result !== -ENOENT) throw new FileError(-result);
  }

  compress(from: string, to: string): void {
    const packed = native.gzip(readBytes(from));
    try {
      writeBytes(to, packed);
    } catch (error) {
      os.remove(to);
      throw error;
    }
    check(os.remove(from));
  }

  prepare(folder: string): string {
    try {
      makeFolders(folder);
      const probe = `${folder}/.vmsyslogd.probe`;
      writeBytes(probe, native.utf8Encode('x'));
      os.remove(probe);
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  realPath(folder: string): string {
    const [path, errno] = os.realpath(folder);
    return errno === 0 ? path : folder;
  }

  link(target: string, path: string): void {
    if (target === path || os.readlink(path)[0] === target) return;
    const [stat, errno] = os.lstat(path);
    if (errno === 0) {
      const kind = stat.mode & os.S_IFMT;
      if (kind === os.S_IFREG) this.append(target, native.utf8Decode(readBytes(path)));
      else if (kind !== os.S_IFLNK) return;
      os.remove(path);
    }
    check(os.symlink(target, path));
  }
}

/** A folder that is there under any name (a link to a scratch partition that is mounted) is fine as it is. */
function makeFolders(folder: string): void {
  const [stat, errno] = os.stat(folder);
  if (errno === 0) {
    if ((stat.mode & os.S_IFMT) !== os.S_IFDIR) throw new Error('not a folder');
    return;
  }
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  // Volumes and scratch are mounts or links: a missing one must not become a folder in memory.
  if (parent === '' || parent === '/vmfs/volumes') throw new FileError(errno);
  makeFolders(parent);
  check(os.mkdir(folder, 0o755));
}

function readBytes(path: string): ArrayBuffer {
  const fd = check(os.open(path, os.O_RDONLY));
  try {
    const [stat] = os.stat(path);
    const bytes = new ArrayBuffer(stat.size);
    let at = 0;
    while (at < stat.size) {
      const count = native.pread(fd, bytes, at, stat.size - at, at);
      if (count === 0) break;
      at += count;
    }
    return bytes.slice(0, at);
  } finally {
    os.close(fd);
  }
}

function writeBytes(path: string, bytes: ArrayBuffer): void {
  const fd = check(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600));
  try {
    for (let at = 0; at < bytes.byteLength; ) at += native.write(fd, bytes, at, bytes.byteLength - at) ?? 0;
  } finally {
    os.close(fd);
  }
}

/** Text of a file; null when it cannot be read. Files of /proc say size 0. */
export function readText(path: string): string | null {
  const fd = os.open(path, os.O_RDONLY);
  if (fd < 0) return null;
  const buffer = new ArrayBuffer(16_384);
  let text = '';
  try {
    for (;;) {
      const count = native.read(fd, buffer, 0, buffer.byteLength);
      if (count === null || count === 0) return text;
      text += native.utf8Decode(buffer, 0, count);
    }
  } catch {
    return null;
  } finally {
    os.close(fd);
  }
}
