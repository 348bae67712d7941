import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type FileStat, type Files, SystemError } from '../../vm-images/userland/model/system.ts';

interface Node {
  type: 'file' | 'directory' | 'link';
  data: Uint8Array;
  target: string;
  mode: number;
  inode: number;
}

/** A file system in memory with the rules commands rely on: parents must exist, rename replaces, links are followed. */
export class FakeFiles implements Files {
  private readonly nodes = new Map<string, Node>();
  private nextInode = 1;
  /** Paths whose writing fails, with the errno. */
  readonly broken = new Map<string, string>();
  free = { blockSize: 4096, blocks: 32768, freeBlocks: 16384, files: 8192, freeFiles: 8000 };

  constructor(content: Readonly<Record<string, string>> = {}) {
    this.nodes.set('/', this.node('directory'));
    for (const [path, text] of Object.entries(content)) {
      this.mkdir(parentOf(path), { parents: true });
      this.write(path, text);
    }
  }

  private node(type: Node['type'], data = new Uint8Array(0), target = ''): Node {
    return { type, data, target, mode: type === 'directory' ? 0o755 : 0o644, inode: this.nextInode++ };
  }

  /** The path with links in it followed, the last part too when `last`. */
  private resolve(path: string, last = true): string {
    let current = '';
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    for (const [index, part] of parts.entries()) {
      current = part === '..' ? parentOf(current || '/') : `${current === '/' ? '' : current}/${part}`;
      const found = this.nodes.get(current);
      if (found?.type === 'link' && (last || index < parts.length - 1)) {
        const target = found.target.startsWith('/') ? found.target : `${parentOf(current)}/${found.target}`;
        current = this.resolve(target);
      }
    }
    return current || '/';
  }

  private file(path: string): Node | null {
    const found = this.nodes.get(this.resolve(path));
    if (found?.type === 'directory') throw new SystemError('EISDIR', `${path}: Is a directory`);
    return found ?? null;
  }

  readBytes(path: string): Uint8Array | null {
    return this.file(path)?.data ?? null;
  }

  readText(path: string): string | null {
    const bytes = this.readBytes(path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  readAt(path: string, offset: number, length: number): Uint8Array {
    if (path === '/dev/urandom') return this.randomBytes(length);
    const bytes = this.readBytes(path);
    if (bytes === null) throw new SystemError('ENOENT', `${path}: No such file or directory`);
    return bytes.slice(offset, offset + length);
  }

  write(path: string, data: string | Uint8Array, options: { mode?: number } = {}): void {
    const errno = this.broken.get(path);
    if (errno !== undefined) throw new SystemError(errno, `${path}: cannot be written`);
    const real = this.resolve(path);
    if (this.nodes.get(parentOf(real))?.type !== 'directory') {
      throw new SystemError('ENOENT', `${path}: No such file or directory`);
    }
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data.slice();
    const found = this.file(path) ?? this.node('file');
    found.data = bytes;
    if (options.mode !== undefined) found.mode = options.mode;
    this.nodes.set(real, found);
  }

  writeAt(path: string, offset: number, data: Uint8Array): void {
    const old = this.readBytes(path);
    if (old === null) throw new SystemError('ENOENT', `${path}: No such file or directory`);
    const bytes = new Uint8Array(Math.max(old.length, offset + data.length));
    bytes.set(old);
    bytes.set(data, offset);
    this.write(path, bytes);
  }

  append(path: string, data: string): void {
    this.write(path, (this.readText(path) ?? '') + data);
  }

  truncate(path: string, lengthBytes: number): void {
    const bytes = new Uint8Array(lengthBytes);
    bytes.set((this.readBytes(path) ?? new Uint8Array(0)).subarray(0, lengthBytes));
    this.write(path, bytes);
  }

  list(path: string): string[] | null {
    const real = this.resolve(path);
    if (this.nodes.get(real)?.type !== 'directory') return null;
    const prefix = real === '/' ? '/' : `${real}/`;
    const names = [...this.nodes.keys()]
      .filter((key) => key.startsWith(prefix) && key !== real)
      .map((key) => key.slice(prefix.length))
      .filter((name) => name !== '' && !name.includes('/'));
    return names.sort();
  }

  lstat(path: string): FileStat | null {
    return this.statOf(this.nodes.get(this.resolve(path, false)));
  }

  stat(path: string): FileStat | null {
    return this.statOf(this.nodes.get(this.resolve(path)));
  }

  private statOf(node: Node | undefined): FileStat | null {
    if (node === undefined) return null;
    const sizeBytes = node.type === 'link' ? node.target.length : node.data.length;
    return {
      type: node.type,
      sizeBytes,
      mode: node.mode,
      uid: 0,
      gid: 0,
      modifiedMs: 0,
      inode: node.inode,
      links: 1,
      allocatedBytes: Math.ceil(sizeBytes / 512) * 512,
    };
  }

  readLink(path: string): string | null {
    const found = this.nodes.get(this.resolve(path, false));
    return found?.type === 'link' ? found.target : null;
  }

  symlink(target: string, path: string): void {
    const real = this.resolve(path, false);
    if (this.nodes.has(real)) throw new SystemError('EEXIST', `${path}: File exists`);
    this.nodes.set(real, this.node('link', undefined, target));
  }

  mkdir(path: string, options: { mode?: number; parents?: boolean } = {}): void {
    const real = this.resolve(path);
    if (this.nodes.get(real)?.type === 'directory') {
      if (options.parents) return;
      throw new SystemError('EEXIST', `${path}: File exists`);
    }
    if (options.parents && real !== '/') this.mkdir(parentOf(real), options);
    if (this.nodes.get(parentOf(real))?.type !== 'directory') {
      throw new SystemError('ENOENT', `${path}: No such file or directory`);
    }
    this.nodes.set(real, this.node('directory'));
  }

  rename(from: string, to: string): void {
    const source = this.resolve(from, false);
    const target = this.resolve(to, false);
    const moved = [...this.nodes].filter(([path]) => path === source || path.startsWith(`${source}/`));
    if (moved.length === 0) throw new SystemError('ENOENT', `${from}: No such file or directory`);
    for (const [path, node] of moved) {
      this.nodes.delete(path);
      this.nodes.set(target + path.slice(source.length), node);
    }
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const real = this.resolve(path, false);
    const below = [...this.nodes.keys()].filter((key) => key.startsWith(`${real}/`));
    if (below.length > 0 && !options.recursive) throw new SystemError('ENOTEMPTY', `${path}: Directory not empty`);
    for (const key of [real, ...below]) this.nodes.delete(key);
  }

  chmod(path: string, mode: number): void {
    const found = this.nodes.get(this.resolve(path));
    if (found === undefined) throw new SystemError('ENOENT', `${path}: No such file or directory`);
    found.mode = mode;
  }

  statfs(): typeof this.free {
    return this.free;
  }

  sha1(data: Uint8Array): string {
    return createHash('sha1').update(data).digest('hex');
  }

  sha256(data: Uint8Array): string {
    return createHash('sha256').update(data).digest('hex');
  }

  gzip(data: Uint8Array): Uint8Array {
    return new Uint8Array(gzipSync(data));
  }

  decode(data: Uint8Array): string {
    return new TextDecoder().decode(data);
  }

  gunzip(data: Uint8Array): Uint8Array {
    return new Uint8Array(gunzipSync(data));
  }

  randomBytes(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }

  /** Not crypt(3), but of its shape and repeatable: `$6$salt$digest`. */
  crypt(password: string, salt: string): string {
    const setting = salt.split('$').slice(0, 3).join('$');
    return `${setting}$${createHash('sha512')
      .update(setting + password)
      .digest('base64url')}`;
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
