import { PackageError } from './errors.ts';

/** What the platform does faster than JavaScript. */
export interface PackageCodec {
  /** Lower-case hex. */
  sha256(data: Uint8Array): string;
  sha1(data: Uint8Array): string;
  /** Unsigned. */
  crc32(data: Uint8Array): number;
  /** Throws on damage. */
  inflateRaw(data: Uint8Array, expectedLength: number): Uint8Array;
  gunzip(data: Uint8Array): Uint8Array;
  /** Invalid bytes become U+FFFD; a byte order mark is kept. */
  utf8Decode(data: Uint8Array): string;
  utf8Encode(text: string): Uint8Array;
}

/** Bytes that need not be in memory as a whole: a file of several megabytes in a guest with 128 MiB. */
export interface ByteSource {
  readonly length: number;
  /** @returns exactly that many bytes; callers keep to `length`. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes that are in memory; what is read is a view on them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    read(offset, length) {
      checkRange(bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * A part of a source, as a source.
 *
 * @throws PackageError `source` when the part does not lie within.
 */
export function sliceSource(source: ByteSource, offset: number, length: number): ByteSource {
  checkRange(source.length, offset, length);
  return {
    length,
    read(from, count) {
      checkRange(length, from, count);
      return source.read(offset + from, count);
    },
  };
}

function checkRange(total: number, offset: number, length: number): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > total)
    throw new PackageError('source', `expected bytes ${offset} to ${offset + length}, found ${total} bytes in all`);
}
