import { strictUtf8, toHex } from './bytes.ts';
import { PackageError } from './errors.ts';
import type { PackageCodec } from './types.ts';

/** Identifier octets, with the bit for `constructed` where DER sets it. @see X.690, 8.1.2 */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 32;
/** A signature with three certificates has about 300 elements; this bounds the memory of a hostile one. */
const MAX_NODES = 8192;
/** 8192 bits: twice the largest key. */
const MAX_INTEGER_BYTES = 1024;

export interface DerNode {
  /** Identifier octet. */
  tag: number;
  /** Of the identifier octet in the input, for messages. */
  offset: number;
  /** Identifier, length and content: a view on the input. */
  raw: Uint8Array;
  content: Uint8Array;
  /** Empty when primitive. */
  children: DerNode[];
}

interface Input {
  bytes: Uint8Array;
  base: number;
  nodes: number;
}

/**
 * Reads one element with all it contains: definite lengths in their shortest form, tags of one byte.
 *
 * @param base Offset of the bytes in what they come from, for messages.
 * @throws PackageError `der` with the offset, also for bytes behind the element.
 * @see X.690 (DER is its clauses 10 and 11)
 */
export function parseDer(bytes: Uint8Array, base = 0): DerNode {
  const node = readNode({ bytes, base, nodes: 0 }, 0, bytes.length, 0);
  if (node.raw.length !== bytes.length)
    failDer(base + node.raw.length, `expected the end, found ${bytes.length - node.raw.length} more bytes`);
  return node;
}

function readNode(input: Input, at: number, end: number, depth: number): DerNode {
  const { bytes, base } = input;
  const offset = base + at;
  if (depth > MAX_DEPTH) failDer(offset, `nested deeper than ${MAX_DEPTH} levels`);
  input.nodes++;
  if (input.nodes > MAX_NODES) failDer(offset, `more than ${MAX_NODES} elements`);
  if (end - at < 2) failDer(offset, `expected tag and length, found ${end - at} bytes`);
  const tag = bytes[at]!;
  if ((tag & 0x1f) === 0x1f) failDer(offset, 'a tag of several bytes');
  const { length, size } = readLength(input, at + 1, end);
  const start = at + 1 + size;
  if (length > end - start) failDer(offset, `expected ${length} bytes of content, found ${end - start}`);
  const node: DerNode = {
    tag,
    offset,
    raw: bytes.subarray(at, start + length),
    content: bytes.subarray(start, start + length),
    children: [],
  };
  if ((tag & CONSTRUCTED) === 0) return node;
  for (let next = start; next < start + length; ) {
    const child = readNode(input, next, start + length, depth + 1);
    node.children.push(child);
    next += child.raw.length;
  }
  return node;
}

/** @returns the length of the content, and how many bytes tell it. */
function readLength({ bytes, base }: Input, at: number, end: number): { length: number; size: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0) failDer(base + at, 'an indefinite length');
  if (count > 4) failDer(base + at, `a length of ${count} bytes, at most 4 expected`);
  if (count > end - at - 1) failDer(base + at, 'the length is cut off');
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + bytes[at + i]!;
  if (length < 0x80 || length < 256 ** (count - 1)) failDer(base + at, `length ${length} is not in its shortest form`);
  return { length, size: 1 + count };
}

/** The element that a string has as its content: an extension's value, a public key. @param skip Bytes before it. */
export function parseNested(node: DerNode, skip = 0): DerNode {
  return parseDer(node.content.subarray(skip), node.offset + node.raw.length - node.content.length + skip);
}

/** Walks through what an element contains, in order: optional ones may be missing, and none may be left over. */
export class DerFields {
  readonly #node: DerNode;
  readonly #what: string;
  #index = 0;

  /** @param what Name of the structure in its standard, for messages. */
  constructor(node: DerNode, what: string, tag: number = TAG.sequence) {
    this.#node = expectTag(node, tag, what);
    this.#what = what;
  }

  /** The next element, whatever its tag unless one is given. */
  next(name: string, tag?: number): DerNode {
    const node = this.#node.children[this.#index];
    if (node === undefined) failDer(this.#node.offset, `${this.#what} ends before its ${name}`);
    this.#index++;
    return tag === undefined ? node : expectTag(node, tag, `${name} of ${this.#what}`);
  }

  optional(tag: number): DerNode | undefined {
    const node = this.#node.children[this.#index];
    if (node?.tag !== tag) return undefined;
    this.#index++;
    return node;
  }

  end(): void {
    const node = this.#node.children[this.#index];
    if (node !== undefined) failDer(node.offset, `${this.#what} goes on with tag ${hexTag(node.tag)}`);
  }
}

/** @throws PackageError `der` when the element is another. */
export function expectTag(node: DerNode, tag: number, what: string): DerNode {
  if (node.tag !== tag) failDer(node.offset, `${what}: expected tag ${hexTag(tag)}, found ${hexTag(node.tag)}`);
  return node;
}

export function readBoolean(node: DerNode): boolean {
  const { content, offset } = expectTag(node, TAG.boolean, 'BOOLEAN');
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) failDer(offset, 'a BOOLEAN is 00 or ff');
  return content[0] === 0xff;
}

/** Two's complement, high byte first, in its shortest form. */
export function readIntegerBytes(node: DerNode): Uint8Array {
  const { content, offset } = expectTag(node, TAG.integer, 'INTEGER');
  const [first, second] = content;
  if (first === undefined) failDer(offset, 'an INTEGER without content');
  if (content.length > MAX_INTEGER_BYTES) failDer(offset, `an INTEGER of ${content.length} bytes`);
  if (second !== undefined && (first === 0 || first === 0xff) && (first ^ second) < 0x80)
    failDer(offset, 'an INTEGER that is not in its shortest form');
  return content;
}

export function readInteger(node: DerNode): bigint {
  const bytes = readIntegerBytes(node);
  const value = BigInt(`0x${toHex(bytes)}`);
  return bytes[0]! < 0x80 ? value : value - (1n << BigInt(bytes.length * 8));
}

/** @returns numbers with dots. */
export function readOid(node: DerNode): string {
  const { content, offset } = expectTag(node, TAG.oid, 'OBJECT IDENTIFIER');
  const arcs: number[] = [];
  let value = 0;
  let started = false;
  for (const byte of content) {
    if (!started && byte === 0x80) failDer(offset, 'an OBJECT IDENTIFIER that is not in its shortest form');
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) failDer(offset, 'an OBJECT IDENTIFIER with a number over 2^53');
    started = byte >= 0x80;
    if (started) continue;
    arcs.push(value);
    value = 0;
  }
  const first = arcs.shift();
  if (first === undefined || started) failDer(offset, 'an OBJECT IDENTIFIER that is cut off');
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...arcs].join('.');
}

/** `unusedBits` of the last byte, all zero as DER demands. */
export function readBitString(node: DerNode): { bytes: Uint8Array; unusedBits: number } {
  const { content, offset } = expectTag(node, TAG.bitString, 'BIT STRING');
  const unusedBits = content[0] ?? 8;
  const bytes = content.subarray(1);
  const last = bytes[bytes.length - 1];
  if (unusedBits > 7 || (last === undefined && unusedBits > 0)) failDer(offset, 'a BIT STRING without its bits');
  if (last !== undefined && (last & ((1 << unusedBits) - 1)) !== 0)
    failDer(offset, 'a BIT STRING with unused bits set');
  return { bytes, unusedBits };
}

export function readOctetString(node: DerNode): Uint8Array {
  return expectTag(node, TAG.octetString, 'OCTET STRING').content;
}

/** UTF8String, PrintableString or IA5String. */
export function readString(node: DerNode, codec: PackageCodec): string {
  const text = strictUtf8(node.content, codec);
  const form = new Map<number, RegExp>([
    [TAG.utf8String, /^/],
    [TAG.printableString, /^[A-Za-z0-9 '()+,\-./:=?]*$/],
    [TAG.ia5String, /^[\x00-\x7f]*$/],
  ]).get(node.tag);
  if (form === undefined) failDer(node.offset, `expected a string, found tag ${hexTag(node.tag)}`);
  if (text === null || !form.test(text)) failDer(node.offset, 'a string with bytes that its type does not have');
  return text;
}

/**
 * UTCTime or GeneralizedTime with seconds and Z, without fractions.
 *
 * @returns milliseconds since 1970; a year of two digits is between 1950 and 2049.
 * @see RFC 5280, 4.1.2.5
 */
export function readTime(node: DerNode): number {
  const text = String.fromCharCode(...node.content.subarray(0, 16));
  const digits = node.tag === TAG.utcTime ? 12 : 14;
  if (node.tag !== TAG.utcTime) expectTag(node, TAG.generalizedTime, 'time');
  if (node.content.length !== digits + 1 || !/^\d+Z$/.test(text))
    failDer(node.offset, `expected ${digits} digits and Z, found ${JSON.stringify(text)}`);
  const century = text < '50' ? '20' : '19';
  const full = digits === 12 ? century + text : text;
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((at) =>
    Number(full.slice(at, at === 0 ? 4 : at + 2)),
  ) as [number, number, number, number, number, number];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // 31 February would be a day in March.
  if (new Date(ms).toISOString().replace(/[-:T]|\.000/g, '') !== full)
    failDer(node.offset, `no such time: ${JSON.stringify(text)}`);
  return ms;
}

function hexTag(tag: number): string {
  return tag.toString(16).padStart(2, '0');
}

function failDer(offset: number, message: string): never {
  throw new PackageError('der', `DER at offset ${offset}: ${message}`);
}
