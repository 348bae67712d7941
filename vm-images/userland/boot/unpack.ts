import * as native from 'native';
import * as os from 'os';
import { writeAll } from './files.ts';

const BLOCK = 512;
const ZERO = 48;
const TYPE = { file: ZERO, hardLink: 49, link: 50, directory: 53, oldFile: 0, gnuLongName: 76 };

/** An archive that can't be believed. */
export class DamagedArchive extends Error {}

/** @throws DamagedArchive when the file's checksum is wrong. */
export function gunzip(gzipped: Uint8Array): ArrayBuffer {
  const whole = gzipped.byteOffset === 0 && gzipped.length === gzipped.buffer.byteLength;
  try {
    return native.gunzip((whole ? gzipped.buffer : gzipped.slice().buffer) as ArrayBuffer);
  } catch (error) {
    throw new DamagedArchive(`not a sound gzip file: ${(error as Error).message}`);
  }
}

/**
 * Unpacks a ustar archive below `root`, over what is there.
 *
 * @returns the paths of its files and links, relative, in order.
 * @throws DamagedArchive when a header is wrong.
 */
export function unpackTar(tar: Uint8Array, root: string): string[] {
  const paths: string[] = [];
  let at = 0;
  let longName = '';
  for (; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = octal(tar, at + 124, 12);
    checkHeader(tar, at, size);
    const data = tar.subarray(at + BLOCK, at + BLOCK + size);
    const type = tar[at + 156];
    const path = safePath(longName || entryName(tar, at));
    longName = type === TYPE.gnuLongName ? text(data, 0, data.length) : '';
    if (path !== '' && makeEntry(tar, at, `${root}/${path}`, root, data) && type !== TYPE.directory) paths.push(path);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (at + BLOCK > tar.length) throw new DamagedArchive('the archive ends too early');
  return paths;
}

/** @returns the file of that path in the archive, or null. @throws DamagedArchive when a header is wrong. */
export function readTarFile(tar: Uint8Array, path: string): Uint8Array | null {
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = octal(tar, at + 124, 12);
    checkHeader(tar, at, size);
    const type = tar[at + 156];
    if ((type === TYPE.file || type === TYPE.oldFile) && safePath(entryName(tar, at)) === path)
      return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}

/** @returns false for kinds that a root file system of ours does not have (devices, long names' own records). */
function makeEntry(tar: Uint8Array, at: number, target: string, root: string, data: Uint8Array): boolean {
  const mode = octal(tar, at + 100, 8) & 0o7777;
  switch (tar[at + 156]) {
    case TYPE.directory:
      os.mkdir(target, mode);
      return true;
    case TYPE.link: {
      const to = text(tar, at + 157, 100);
      if (os.symlink(to, target) !== 0) {
        os.remove(target);
        os.symlink(to, target);
      }
      return true;
    }
    case TYPE.hardLink:
      os.remove(target);
      native.link(`${root}/${safePath(text(tar, at + 157, 100))}`, target);
      return true;
    case TYPE.file:
    case TYPE.oldFile:
      makeFile(target, mode, data);
      return true;
    default:
      return false;
  }
}

function makeFile(target: string, mode: number, data: Uint8Array): void {
  let fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode);
  if (fd < 0) {
    os.remove(target);
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode);
  }
  if (fd < 0) throw new DamagedArchive(`can't create ${target}: error ${-fd}`);
  if (data.length > 0) writeAll(fd, data);
  os.close(fd);
  // open(2) takes the mask off; only unusual modes need another call.
  if (mode & 0o7022) native.chmod(target, mode);
}

function entryName(tar: Uint8Array, at: number): string {
  const prefix = tar[at + 345] === 0 ? '' : `${text(tar, at + 345, 155)}/`;
  return prefix + text(tar, at, 100);
}

/** Names may begin with `./`; anything that would leave the root makes the archive unsound. */
function safePath(name: string): string {
  let path = name;
  if (path.startsWith('./')) path = path.slice(2);
  if (path.endsWith('/')) path = path.slice(0, -1);
  if (path.startsWith('/') || path.startsWith('..') || path.includes('/../'))
    throw new DamagedArchive(`a name that leaves the root: ${path}`);
  return path === '.' ? '' : path;
}

/** Checksums over 512 bytes cost more than they find here (gzip has checked them): the mark and the size must make sense. */
function checkHeader(tar: Uint8Array, at: number, size: number): void {
  const marked = tar[at + 257] === 0x75 && tar[at + 258] === 0x73 && tar[at + 261] === 0x72;
  if (!marked || size < 0 || at + BLOCK + size > tar.length) throw new DamagedArchive(`no tar header at byte ${at}`);
}

function octal(tar: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = at; i < at + length; i++) {
    const digit = tar[i]! - ZERO;
    if (digit >= 0 && digit <= 7) value = value * 8 + digit;
    else if (tar[i] !== 32 || value !== 0) break;
  }
  return value;
}

function text(tar: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && tar[end] !== 0) end++;
  return native.utf8Decode(tar.buffer as ArrayBuffer, tar.byteOffset + at, end - at);
}
