import * as native from 'native';
import * as os from 'os';
import { LOADER_FACILITY } from '../model/kernel-log.ts';

/** Mount flags of Linux's mount(2). */
export const MS = {
  rdonly: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  synchronous: 16,
  remount: 32,
  dirsync: 128,
  noatime: 1024,
  bind: 4096,
  rec: 16384,
};

/** @returns null when it can't be opened. */
export function readBytes(path: string, limit = Number.MAX_SAFE_INTEGER): Uint8Array | null {
  const fd = os.open(path, os.O_RDONLY);
  if (fd < 0) return null;
  try {
    const [stat, error] = os.stat(path);
    const size = error === 0 && stat.size > 0 ? stat.size : 65536;
    const buffer = new ArrayBuffer(Math.min(size, limit));
    let done = 0;
    while (done < buffer.byteLength) {
      const count = native.read(fd, buffer, done, buffer.byteLength - done) ?? 0;
      if (count === 0) break;
      done += count;
    }
    return new Uint8Array(buffer, 0, done);
  } finally {
    os.close(fd);
  }
}

/** Like the disk: `length` bytes from `offset` on; null when the device can't be read there. */
export function readAt(path: string, offset: number, length: number): Uint8Array | null {
  const fd = os.open(path, os.O_RDONLY);
  if (fd < 0) return null;
  try {
    const buffer = new ArrayBuffer(length);
    return native.pread(fd, buffer, 0, length, offset) === length ? new Uint8Array(buffer) : null;
  } catch {
    return null;
  } finally {
    os.close(fd);
  }
}

export function readText(path: string): string | null {
  const bytes = readBytes(path);
  return bytes === null ? null : native.utf8Decode(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}

/** Creates or replaces. @throws Error with the path when it can't. */
export function writeFile(path: string, data: string | Uint8Array, mode = 0o644): void {
  const bytes = typeof data === 'string' ? new Uint8Array(native.utf8Encode(data)) : data;
  const fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode);
  if (fd < 0) throw new Error(`can't write ${path}: error ${-fd}`);
  try {
    writeAll(fd, bytes);
  } finally {
    os.close(fd);
  }
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    const buffer = bytes.buffer as ArrayBuffer;
    done += native.write(fd, buffer, bytes.byteOffset + done, bytes.length - done) ?? 0;
  }
}

/** A line for vmkernel.log, through the kernel's ring: vmsyslogd is not there yet. `severity` as in RFC 5424. */
export function logForVmkernel(severity: number, text: string): void {
  const fd = os.open('/dev/kmsg', os.O_WRONLY);
  if (fd < 0) return;
  writeAll(fd, new Uint8Array(native.utf8Encode(`<${LOADER_FACILITY * 8 + severity}>${text}\n`)));
  os.close(fd);
}

/** Like `mkdir -p`; what is there already stays. */
export function makeDirectories(path: string): void {
  let at = 0;
  while (at >= 0) {
    at = path.indexOf('/', at + 1);
    os.mkdir(at < 0 ? path : path.slice(0, at), 0o755);
  }
}

/** Makes or replaces a symbolic link. */
export function link(target: string, path: string): void {
  if (os.symlink(target, path) === 0) return;
  os.remove(path);
  os.symlink(target, path);
}

export function exists(path: string): boolean {
  return os.lstat(path)[1] === 0;
}

export function list(path: string): string[] {
  const [names, error] = os.readdir(path);
  return error === 0 ? names.filter((name) => name !== '.' && name !== '..').sort() : [];
}

/** Runs `fn`; a failure is reported and does not stop the boot. */
export function attempt(what: string, report: (message: string) => void, fn: () => void): boolean {
  try {
    fn();
    return true;
  } catch (error) {
    report(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
