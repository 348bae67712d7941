import { createHash, randomFillSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type FileStat, type Files, SystemError } from '../../../../../vm-images/userland/model/system.ts';

type Entry =
  | { type: 'file'; data: Uint8Array; mode: number; allocated: number }
  | { type: 'directory'; mode: number }
  | { type: 'link'; target: string };

/** A file tree in memory with links followed as a kernel does. Sparse ends of files count as not allocated. */
export class MemoryFiles implements Files {
  readonly entries = new Map<string, Entry>([['/', { type: 'directory', mode: 0o755 }]]);
  /** Free bytes of every file system. */
  freeBytes = 1024 * 1024 * 1024;

  put(path: string, content: string | Uint8Array): void {
    this.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { parents: true });
    this.write(path, content);
  }

  private resolve(path: string, followLast = true, depth = 0): string {
    if (depth > 16) throw new SystemError('ELOOP', path);
    const parts: string[] = [];
    const words = path.split('/').filter((one) => one !== '' && one !== '.');
    for (const [index, word] of words.entries()) {
      if (word === '..') {
        parts.pop();
        continue;
      }
      parts.push(word);
      const here = `/${parts.join('/')}`;
      const entry = this.entries.get(here);
      if (entry?.type !== 'link' || (index === words.length - 1 && !followLast)) continue;
      const base = entry.target.startsWith('/')
        ? entry.target
        : `${here.slice(0, here.lastIndexOf('/'))}/${entry.target}`;
      return this.resolve([base, ...words.slice(index + 1)].join('/'), followLast, depth + 1);
    }
    return `/${parts.join('/')}`;
  }

  private file(path: string): Extract<Entry, { type: 'file' }> {
    const entry = this.entries.get(this.resolve(path));
    if (entry === undefined) throw new SystemError('ENOENT', `${path}: no such file`);
    if (entry.type !== 'file') throw new SystemError('EISDIR', `${path}: not a file`);
    return entry;
  }

  readBytes(path: string): Uint8Array | null {
    const entry = this.entries.get(this.resolve(path));
    return entry?.type === 'file' ? entry.data : null;
  }
  readText(path: string): string | null {
    const bytes = this.readBytes(path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }
  readAt(path: string, offset: number, length: number): Uint8Array {
    return this.file(path).data.slice(offset, offset + length);
  }
  write(path: string, data: string | Uint8Array, options: { mode?: number } = {}): void {
    const real = this.resolve(path);
    if (this.entries.get(real.slice(0, real.lastIndexOf('/')) || '/')?.type !== 'directory')
      throw new SystemError('ENOENT', `${path}: no folder`);
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data.slice();
    this.entries.set(real, { type: 'file', data: bytes, mode: options.mode ?? 0o644, allocated: bytes.length });
  }
  writeAt(path: string, offset: number, data: Uint8Array): void {
    const file = this.file(path);
    if (file.data.length < offset + data.length) this.truncate(path, offset + data.length);
    file.data.set(data, offset);
    file.allocated += data.length;
  }
  append(path: string, data: string): void {
    const present = this.readText(path) ?? '';
    this.write(path, present + data);
  }
  truncate(path: string, lengthBytes: number): void {
    const file = this.file(path);
    const next = new Uint8Array(lengthBytes);
    next.set(file.data.subarray(0, lengthBytes));
    file.data = next;
    file.allocated = Math.min(file.allocated, lengthBytes);
  }
  /** As fallocate(1): longer and all of it allocated. */
  allocate(path: string, lengthBytes: number): void {
    this.truncate(path, lengthBytes);
    this.file(path).allocated = lengthBytes;
  }
  list(path: string): string[] | null {
    const real = this.resolve(path);
    if (this.entries.get(real)?.type !== 'directory') return null;
    const prefix = real === '/' ? '/' : `${real}/`;
    const names = [...this.entries.keys()]
      .filter((one) => one.startsWith(prefix) && one !== real)
      .map((one) => one.slice(prefix.length));
    return names.filter((one) => !one.includes('/')).sort();
  }
  private statOf(entry: Entry | undefined): FileStat | null {
    if (entry === undefined) return null;
    const sizeBytes = entry.type === 'file' ? entry.data.length : 0;
    const allocatedBytes = entry.type === 'file' ? entry.allocated : 0;
    const mode = entry.type === 'link' ? 0o777 : entry.mode;
    return { type: entry.type, sizeBytes, mode, uid: 0, gid: 0, modifiedMs: 0, inode: 1, links: 1, allocatedBytes };
  }
  lstat(path: string): FileStat | null {
    return this.statOf(this.entries.get(this.resolve(path, false)));
  }
  stat(path: string): FileStat | null {
    return this.statOf(this.entries.get(this.resolve(path)));
  }
  readLink(path: string): string | null {
    const entry = this.entries.get(this.resolve(path, false));
    return entry?.type === 'link' ? entry.target : null;
  }
  symlink(target: string, path: string): void {
    this.entries.set(this.resolve(path, false), { type: 'link', target });
  }
  mkdir(path: string, options: { mode?: number; parents?: boolean } = {}): void {
    const real = this.resolve(path);
    const parts = real.split('/').slice(1);
    if (options.parents) {
      for (let end = 1; end < parts.length; end += 1) {
        const here = `/${parts.slice(0, end).join('/')}`;
        if (!this.entries.has(here)) this.entries.set(here, { type: 'directory', mode: 0o755 });
      }
    }
    if (!this.entries.has(real)) this.entries.set(real, { type: 'directory', mode: options.mode ?? 0o755 });
  }
  rename(from: string, to: string): void {
    const source = this.resolve(from, false);
    const entry = this.entries.get(source);
    if (entry === undefined) throw new SystemError('ENOENT', from);
    this.entries.delete(source);
    this.entries.set(this.resolve(to, false), entry);
  }
  remove(path: string, options: { recursive?: boolean } = {}): void {
    const real = this.resolve(path, false);
    if (options.recursive)
      for (const one of [...this.entries.keys()]) if (one.startsWith(`${real}/`)) this.entries.delete(one);
    this.entries.delete(real);
  }
  chmod(path: string, mode: number): void {
    this.file(path).mode = mode;
  }
  statfs(_path: string): ReturnType<Files['statfs']> {
    return {
      blockSize: 4096,
      blocks: (2 * this.freeBytes) / 4096,
      freeBlocks: this.freeBytes / 4096,
      files: 1000,
      freeFiles: 500,
    };
  }
  sha1(data: Uint8Array): string {
    return createHash('sha1').update(data).digest('hex');
  }
  sha256(data: Uint8Array): string {
    return createHash('sha256').update(data).digest('hex');
  }
  gzip(data: Uint8Array): Uint8Array {
    return gzipSync(data);
  }
  gunzip(data: Uint8Array): Uint8Array {
    return gunzipSync(data);
  }
  randomBytes(length: number): Uint8Array {
    return randomFillSync(new Uint8Array(length));
  }
  crypt(password: string, salt: string): string {
    return `${salt}$${password}`;
  }
}
