import { bigintToHex, compareBytes, concatBytes, fromHex, toAscii } from './bytes.ts';
import { TAG } from './der.ts';
import { PackageError } from './errors.ts';
import type { PackageCodec } from './types.ts';

/** Each function returns one element in DER: identifier, length, content. @see X.690 */
export function tlv(tag: number, ...content: Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([Uint8Array.of(tag, ...lengthOctets(length)), ...content]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function sequence(...items: Uint8Array[]): Uint8Array {
  return tlv(TAG.sequence, ...items);
}

/** SET OF: DER sorts what it contains. @see X.690, 11.6 */
export function set(...items: Uint8Array[]): Uint8Array {
  return tlv(TAG.set, ...sorted(items));
}

/** The order within a SET OF, for one that has a context tag. */
export function sorted(items: Uint8Array[]): Uint8Array[] {
  return [...items].sort(compareBytes);
}

/** A constructed element `[number]`: around an EXPLICIT one, or with the content of an IMPLICIT one. */
export function contextTag(number: number, ...content: Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...content);
}

export function booleanValue(value: boolean): Uint8Array {
  return tlv(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function nullValue(): Uint8Array {
  return tlv(TAG.null);
}

export function integer(value: bigint | number): Uint8Array {
  const number = BigInt(value);
  // Two's complement: a negative number is what its complement, one less, is not.
  const hex = bigintToHex(number < 0n ? -1n - number : number);
  const digits = fromHex(hex.padStart(hex.length + (hex.length % 2), '0'));
  const bytes = digits[0]! < 0x80 ? digits : Uint8Array.of(0, ...digits);
  return tlv(TAG.integer, number < 0n ? bytes.map((byte) => byte ^ 0xff) : bytes);
}

/** @param text Numbers with dots. */
export function oid(text: string): Uint8Array {
  const arcs = text.split('.').map(Number);
  const [top, second, ...rest] = arcs;
  const sound = /^[012](\.(0|[1-9]\d*))+$/.test(text) && arcs.every(Number.isSafeInteger);
  if (!sound || top === undefined || second === undefined || (top < 2 && second > 39))
    throw new PackageError('der', `no object identifier: ${JSON.stringify(text)}`);
  return tlv(TAG.oid, Uint8Array.from([top * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return octets;
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return tlv(TAG.octetString, bytes);
}

/** @param unusedBits Of the last byte, from its low end; they must be zero. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

export function utf8String(text: string, codec: PackageCodec): Uint8Array {
  return tlv(TAG.utf8String, codec.utf8Encode(text));
}

export function printableString(text: string): Uint8Array {
  return asciiString(TAG.printableString, text, /^[A-Za-z0-9 '()+,\-./:=?]*$/);
}

export function ia5String(text: string): Uint8Array {
  return asciiString(TAG.ia5String, text, /^[\x00-\x7f]*$/);
}

function asciiString(tag: number, text: string, form: RegExp): Uint8Array {
  if (!form.test(text)) throw new PackageError('der', `the string type does not have all of ${JSON.stringify(text)}`);
  return tlv(tag, toAscii(text));
}

/** UTCTime up to 2049, GeneralizedTime from then on, in whole seconds. @see RFC 5280, 4.1.2.5 */
export function time(ms: number): Uint8Array {
  const year = new Date(ms).getUTCFullYear();
  return year >= 1950 && year < 2050 ? utcTime(ms) : generalizedTime(ms);
}

export function utcTime(ms: number): Uint8Array {
  return tlv(TAG.utcTime, toAscii(timeText(ms).slice(2)));
}

export function generalizedTime(ms: number): Uint8Array {
  return tlv(TAG.generalizedTime, toAscii(timeText(ms)));
}

function timeText(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw new PackageError('der', `no time of four-digit year: ${ms} ms since 1970`);
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
