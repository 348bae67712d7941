import { PackageError, type PackageErrorKind } from './errors.ts';
import type { ByteSource, PackageCodec } from './types.ts';

const HEX = '0123456789abcdef';

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  return text;
}

/** @param text An even number of hex digits. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/**
 * Digits of a number that is not negative, without leading zeros. The guest's engine (QuickJS 2025-04-26, built for 32
 * bits) puts one in front where the top bit of a 32-bit word is set: `(1n << 31n).toString(16)` is `080000000` there.
 */
export function bigintToHex(value: bigint): string {
  return value.toString(16).replace(/^0+(?=.)/, '');
}

/** Bits of a number that is not negative. */
export function bitLength(value: bigint): number {
  const hex = bigintToHex(value);
  return (hex.length - 1) * 4 + 32 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Negative, 0 or positive: order by bytes, the shorter first where one begins with the other. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const common = Math.min(one.length, other.length);
  for (let at = 0; at < common; at++) {
    if (one[at] !== other[at]) return one[at]! - other[at]!;
  }
  return one.length - other.length;
}

export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && compareBytes(one, other) === 0;
}

/** A character a byte. */
export function fromAscii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** @param text Characters up to U+00FF. */
export function toAscii(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

/** Text of UTF-8 bytes, or null when they are not UTF-8. */
export function strictUtf8(bytes: Uint8Array, codec: PackageCodec): string | null {
  const text = codec.utf8Decode(bytes);
  // The platform replaces what is wrong, so only sound bytes come back as they were.
  return equalBytes(codec.utf8Encode(text), bytes) ? text : null;
}

/**
 * Reads a piece of a source, for a reader that reports with its own kind.
 *
 * @throws PackageError when the source ends before the piece does.
 */
export function readPiece(
  source: ByteSource,
  offset: number,
  length: number,
  kind: PackageErrorKind,
  what: string,
): Uint8Array {
  const end = offset + length;
  if (end > source.length)
    throw new PackageError(kind, `${what} should end at offset ${end}, the file ends at ${source.length}`);
  const bytes = source.read(offset, length);
  if (bytes.length !== length)
    throw new PackageError(kind, `${what} at offset ${offset}: expected ${length} bytes, read ${bytes.length}`);
  return bytes;
}
