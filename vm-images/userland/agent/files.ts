import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import type { ListResult } from '../../../main/shared/contracts/guest.ts';
import { frameType } from '../../../main/shared/contracts/guest-frames.ts';
import type { Channel, Outlet } from './channel.ts';
import { ENOENT, FileError, resolveHostPath } from './host-path.ts';

const ENOTDIR = 20;

/** Streams a file of the host out. Files of /proc say size 0 and are read to their end all the same. */
export class ReadChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly fd: number = -1;
  private finished = false;

  constructor(outlet: Outlet, path: string) {
    this.outlet = outlet;
    const real = resolveHostPath(path);
    const [stat, errno] = os.stat(real);
    if (errno === ENOENT || errno === ENOTDIR) {
      this.finished = true;
      outlet.close({ missing: true });
      return;
    }
    if (errno !== 0) throw new FileError(errno, `${path}: ${std.strerror(errno)}`);
    const kind = stat.mode & os.S_IFMT;
    if (kind !== os.S_IFREG) throw new FileError(0, `${path}: not a regular file`);
    this.fd = open(path, real, os.O_RDONLY, 0);
    // A callback later: the channel must be registered before it closes itself.
    os.setTimeout(() => this.resume(), 0);
  }

  resume(): void {
    if (this.finished) return;
    try {
      if (this.outlet.pump(this.fd, frameType.data) === 'end') this.finish({});
    } catch (error) {
      this.finish({ error: { code: 'guest.file', message: String(error) } });
    }
  }

  data(): void {}
  end(): void {}
  resize(): void {}

  abandon(): void {
    this.finish({});
  }

  orphan(): void {
    this.outlet.orphaned = true;
    this.finish({});
  }

  private finish(message: { error?: { code: string; message: string } }): void {
    if (this.finished) return;
    this.finished = true;
    os.close(this.fd);
    this.outlet.close(message);
  }
}

/** Takes a file of the host in; what was there before goes at once. */
export class WriteChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly path: string;
  private readonly fd: number;
  private finished = false;

  constructor(outlet: Outlet, path: string) {
    this.outlet = outlet;
    this.path = path;
    this.fd = open(path, resolveHostPath(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644);
    outlet.opened();
  }

  data(payload: Uint8Array): void {
    if (this.finished) {
      this.outlet.giveCredit(payload.length);
      return;
    }
    try {
      for (let at = 0; at < payload.length; ) {
        at += native.write(this.fd, payload.buffer as ArrayBuffer, payload.byteOffset + at, payload.length - at) ?? 0;
      }
      this.outlet.giveCredit(payload.length);
    } catch (error) {
      this.finish({ error: { code: 'guest.file', message: `${this.path}: ${String(error)}` } });
    }
  }

  end(): void {
    this.finish({});
  }

  abandon(): void {
    this.finish({});
  }

  orphan(): void {
    this.outlet.orphaned = true;
    this.finish({});
  }

  resize(): void {}
  resume(): void {}

  private finish(message: { error?: { code: string; message: string } }): void {
    if (this.finished) return;
    this.finished = true;
    os.close(this.fd);
    this.outlet.close(message);
  }
}

export function listFiles(path: string): ListResult {
  const real = resolveHostPath(path);
  const [names, errno] = os.readdir(real);
  if (errno !== 0) throw new FileError(errno, `${path}: ${std.strerror(errno)}`);
  const entries: ListResult = [];
  for (const name of names.sort()) {
    if (name === '.' || name === '..') continue;
    const [stat, error] = os.lstat(`${real}/${name}`);
    if (error !== 0) continue;
    const type = typeOf(stat.mode & os.S_IFMT);
    entries.push({ name, type, size: stat.size, modified: Math.floor(stat.mtime / 1000), mode: stat.mode & 0o7777 });
  }
  return entries;
}

function typeOf(format: number): 'file' | 'directory' | 'link' | 'other' {
  if (format === os.S_IFREG) return 'file';
  if (format === os.S_IFDIR) return 'directory';
  return format === os.S_IFLNK ? 'link' : 'other';
}

function open(path: string, real: string, flags: number, mode: number): number {
  const fd = os.open(real, flags, mode);
  if (fd < 0) throw new FileError(-fd, `${path}: ${std.strerror(-fd)}`);
  native.setCloseOnExec(fd, true);
  return fd;
}
