import { concatBytes } from '../../main/shared/bytes.ts';
import { type ArchiveEntry, writeTar } from '../build/archive.ts';

const BLOCK = 512;
const IMAGE_TIME_SECONDS = 1410393600;

/**
 * A copy of a ustar archive with other texts in some files, and more entries at its end.
 *
 * @returns null when it has none of the files and nothing is added: it is as it was.
 */
export function replaceInTar(
  tar: Uint8Array,
  texts: ReadonlyMap<string, string>,
  added: readonly ArchiveEntry[],
): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let replaced = 0;
  let at = 0;
  while (at + BLOCK <= tar.length && tar[at] !== 0) {
    const size = Number.parseInt(ascii(tar, at + 124, 12), 8) || 0;
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const name = ascii(tar, at, 100);
    const text = texts.get(name);
    if (text === undefined) parts.push(tar.subarray(at, end));
    else {
      const mode = Number.parseInt(ascii(tar, at + 100, 8), 8);
      parts.push(withoutEnd([{ kind: 'file', path: name, mode, data: new TextEncoder().encode(text) }]));
      replaced++;
    }
    at = end;
  }
  if (replaced === 0 && added.length === 0) return null;
  return concatBytes([...parts, withoutEnd(added), new Uint8Array(2 * BLOCK)]);
}

function withoutEnd(entries: readonly ArchiveEntry[]): Uint8Array {
  const whole = writeTar(entries, IMAGE_TIME_SECONDS);
  return whole.subarray(0, whole.length - 2 * BLOCK);
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end))
    .toString('latin1')
    .trim();
}
