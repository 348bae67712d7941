import * as native from 'native';

const BLOCK = 512;

export interface TarFile {
  /** Relative, without a leading slash; at most 100 bytes, or 155 + 100 split at a slash. */
  readonly path: string;
  readonly mode: number;
  readonly modifiedSeconds: number;
  readonly data: Uint8Array;
}

/** A ustar archive of regular files owned by root. Names that ustar can't hold are left out and returned. */
export function writeTar(files: readonly TarFile[]): { tar: ArrayBuffer; leftOut: string[] } {
  const leftOut = files.filter(({ path }) => splitName(path) === null).map(({ path }) => path);
  const kept = files.filter(({ path }) => splitName(path) !== null);
  const size = kept.reduce((sum, { data }) => sum + BLOCK + Math.ceil(data.length / BLOCK) * BLOCK, 2 * BLOCK);
  const out = new Uint8Array(size);
  let at = 0;
  for (const file of kept) {
    out.set(header(file), at);
    out.set(file.data, at + BLOCK);
    at += BLOCK + Math.ceil(file.data.length / BLOCK) * BLOCK;
  }
  return { tar: out.buffer, leftOut };
}

function header(file: TarFile): Uint8Array {
  const { name, prefix } = splitName(file.path)!;
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const front =
    name.padEnd(100, '\0') +
    octal(file.mode & 0o7777, 8) +
    octal(0, 8) +
    octal(0, 8) +
    octal(file.data.length, 12) +
    octal(Math.max(0, Math.floor(file.modifiedSeconds)), 12);
  const back = `0${'\0'.repeat(100)}ustar\x0000${'root'.padEnd(32, '\0')}${'root'.padEnd(32, '\0')}${octal(0, 8)}${octal(0, 8)}${prefix}`;
  let sum = 8 * 32;
  for (const text of [front, back]) for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  const bytes = new Uint8Array(BLOCK);
  bytes.set(new Uint8Array(native.utf8Encode(`${front}${sum.toString(8).padStart(6, '0')}\0 ${back}`)));
  return bytes;
}

/** Names are counted in characters: other than ASCII is left out by the caller's check. */
function splitName(path: string): { name: string; prefix: string } | null {
  if (!/^[\x20-\x7e]+$/.test(path)) return null;
  if (path.length <= 100) return { name: path, prefix: '' };
  const slash = path.indexOf('/', path.length - 101);
  return slash < 1 || slash > 155 ? null : { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}
