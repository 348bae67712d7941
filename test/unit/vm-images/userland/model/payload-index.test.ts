import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  gzipTrailer,
  isImageFile,
  parsePayloadIndex,
  serializePayloadIndex,
} from '../../../../../vm-images/userland/model/payload-index.ts';

describe('the payload index', () => {
  it('writes what it reads', () => {
    const text = 'a.b00 00000001 10240\nnet-e10.v00 fedcba98 4294967295\n';
    expect(serializePayloadIndex(parsePayloadIndex(text))).toBe(text);
  });

  it('passes over lines that make no sense', () => {
    expect([...parsePayloadIndex('a.b00\nb.b00 zz 1\n\nc.b00 00000001 -1\nd.b00 00000002 3\n').keys()]).toEqual([
      'd.b00',
    ]);
  });

  it('knows a gzip file by its trailer', () => {
    const data = Buffer.from('x'.repeat(5000));
    expect(gzipTrailer(gzipSync(data))).toEqual({ crc32: crc32 ? crc32(data) : expect.any(Number), size: 5000 });
    expect(gzipTrailer(new Uint8Array(17))).toBeNull();
  });

  it('is not asked about the database, the configuration and options', () => {
    expect(['imgdb.tgz', 'state.tgz', 'useropts.gz', 'oem.tgz'].map(isImageFile)).toEqual([false, false, false, true]);
  });
});
