import * as native from 'native';
import { toBuffer } from '../hostd/system/files.ts';
import type { PackageCodec } from '../model/package/index.ts';

/** The platform's part of reading packages, in C. */
export const nativeCodec: PackageCodec = {
  sha256: (data) => native.sha256(toBuffer(data)),
  sha1: (data) => native.sha1(toBuffer(data)),
  crc32: (data) => native.crc32(toBuffer(data)) >>> 0,
  inflateRaw: (data, expectedLength) => new Uint8Array(native.inflateRaw(toBuffer(data), expectedLength)),
  gunzip: (data) => new Uint8Array(native.gunzip(toBuffer(data))),
  utf8Decode: (data) => native.utf8Decode(data.buffer as ArrayBuffer, data.byteOffset, data.length),
  utf8Encode: (text) => new Uint8Array(native.utf8Encode(text)),
};
