/** Netlink messages: building and taking apart. Little-endian, as the guest is. */

const HEADER_BYTES = 16;

/** One request. Attributes go behind the family header; `nest` brackets those inside another. */
export class RequestBuilder {
  readonly buffer = new ArrayBuffer(512);
  private readonly view = new DataView(this.buffer);
  private at = HEADER_BYTES;

  constructor(type: number, flags: number) {
    this.view.setUint16(4, type, true);
    this.view.setUint16(6, flags, true);
  }

  u8(value: number): this {
    this.view.setUint8(this.at, value);
    this.at += 1;
    return this;
  }

  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
    return this;
  }

  private attribute(type: number, length: number): void {
    this.align();
    this.view.setUint16(this.at, length + 4, true);
    this.view.setUint16(this.at + 2, type, true);
    this.at += 4;
  }

  attrU8(type: number, value: number): this {
    this.attribute(type, 1);
    return this.u8(value);
  }

  attrU16(type: number, value: number): this {
    this.attribute(type, 2);
    return this.u16(value);
  }

  /** Network byte order. */
  attrBe16(type: number, value: number): this {
    this.attribute(type, 2);
    this.view.setUint16(this.at, value, false);
    this.at += 2;
    return this;
  }

  attrU32(type: number, value: number): this {
    this.attribute(type, 4);
    return this.u32(value);
  }

  attrBytes(type: number, bytes: Uint8Array): this {
    this.attribute(type, bytes.length);
    new Uint8Array(this.buffer, this.at, bytes.length).set(bytes);
    this.at += bytes.length;
    return this;
  }

  /** ASCII with the terminating NUL. */
  attrText(type: number, text: string): this {
    this.attribute(type, text.length + 1);
    for (let index = 0; index < text.length; index++) this.view.setUint8(this.at++, text.charCodeAt(index));
    this.view.setUint8(this.at++, 0);
    return this;
  }

  nest(type: number, content: () => void): this {
    this.align();
    const start = this.at;
    this.attribute(type, 0);
    content();
    this.view.setUint16(start, this.at - start, true);
    return this;
  }

  private align(): void {
    this.at = (this.at + 3) & ~3;
  }

  /** Fills in length and sequence. @returns length to send. */
  finish(sequence: number): number {
    this.align();
    this.view.setUint32(0, this.at, true);
    this.view.setUint32(8, sequence, true);
    return this.at;
  }
}

/**
 * Received bytes as typed arrays of each width: indexing them is several times faster in QuickJS than calling DataView,
 * and everything in a netlink message is aligned to its size.
 */
export interface Words {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
}

export function wordsOf(buffer: ArrayBuffer): Words {
  return { u8: new Uint8Array(buffer), u16: new Uint16Array(buffer), u32: new Uint32Array(buffer) };
}

/** One message of an answer: family header from byte `start`, up to `end`, in a shared buffer. */
export interface Reply {
  type: number;
  words: Words;
  start: number;
  end: number;
}

/**
 * Where each attribute's content begins, by type; -1: absent. A slot an attribute type; the array is reused.
 *
 * @param into As long as the highest type of interest + 1.
 */
export function indexAttributes({ u16 }: Words, start: number, end: number, into: Int32Array): Int32Array {
  into.fill(-1);
  const { length: types } = into;
  for (let at = start; at + 4 <= end; ) {
    const length = u16[at >> 1]!;
    if (length < 4) break;
    const type = u16[(at >> 1) + 1]! & 0x3fff;
    if (type < types) into[type] = at + 4;
    at += (length + 3) & ~3;
  }
  return into;
}

/** Length of the content that begins at `at`. */
export function contentLength({ u16 }: Words, at: number): number {
  return u16[(at >> 1) - 2]! - 4;
}

/** Text up to its NUL. */
export function textAt({ u8 }: Words, at: number, length: number): string {
  let end = at;
  while (end < at + length && u8[end] !== 0) end++;
  return String.fromCharCode(...u8.subarray(at, end));
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function macAt({ u8 }: Words, at: number): string {
  return `${HEX[u8[at]!]}:${HEX[u8[at + 1]!]}:${HEX[u8[at + 2]!]}:${HEX[u8[at + 3]!]}:${HEX[u8[at + 4]!]}:${HEX[u8[at + 5]!]}`;
}
