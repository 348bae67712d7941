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

/** One message of an answer: family header from `start`, up to `end`, in a shared buffer. */
export interface Reply {
  type: number;
  view: DataView;
  start: number;
  end: number;
}

/** Calls back for each attribute between `start` and `end`. */
export function eachAttribute(
  view: DataView,
  start: number,
  end: number,
  visit: (type: number, at: number, length: number) => void,
): void {
  let at = start;
  while (at + 4 <= end) {
    const length = view.getUint16(at, true);
    if (length < 4) return;
    visit(view.getUint16(at + 2, true) & 0x3fff, at + 4, length - 4);
    at += (length + 3) & ~3;
  }
}

export function textAt(view: DataView, at: number, length: number): string {
  const codes: number[] = [];
  for (let index = 0; index < length; index++) {
    const code = view.getUint8(at + index);
    if (code === 0) break;
    codes.push(code);
  }
  return String.fromCharCode(...codes);
}

export function macAt(view: DataView, at: number, length: number): string {
  const parts: string[] = [];
  for (let index = 0; index < length; index++) {
    const value = view.getUint8(at + index);
    parts.push(value < 16 ? `0${value.toString(16)}` : value.toString(16));
  }
  return parts.join(':');
}
