import { createHash } from 'node:crypto';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { crc32 } from '../../main/vm/disk/crc32.ts';
import type { PackageCodec } from '../userland/model/package/index.ts';

/** The platform's part of the package library, by Node. */
export const nodeCodec: PackageCodec = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  sha1: (data) => createHash('sha1').update(data).digest('hex'),
  crc32: (data) => crc32(data),
  inflateRaw: (data, expectedLength) =>
    new Uint8Array(inflateRawSync(data, { maxOutputLength: Math.max(1, expectedLength) })),
  gunzip: (data) => new Uint8Array(gunzipSync(data)),
  utf8Decode: (data) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data),
  utf8Encode: (text) => new TextEncoder().encode(text),
};
