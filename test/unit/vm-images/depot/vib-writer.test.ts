import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../vm-images/depot/node-codec.ts';
import { descriptorSigner } from '../../../../vm-images/depot/signers.ts';
import { describeVib, type SealOptions, sealVib } from '../../../../vm-images/depot/vib-writer.ts';
import { bytesSource, readAr } from '../../../../vm-images/userland/model/package/index.ts';
import { createVib, parseVib } from '../../../../vm-images/userland/model/software/vib.ts';
import { KEYS, SOME_DAY } from '../../../helpers/small-depot.ts';
import { packModule } from '../../../helpers/small-image.ts';

const PACKED = packModule({ 'opt/a': 'a' });
const PAYLOADS = [
  { name: 'one', type: 'vgz', packed: PACKED },
  { name: 'two', type: 'vgz', packed: packModule({ 'opt/b': 'b' }) },
];
const VIB = describeVib({
  vib: createVib({
    name: 'acme',
    version: '1.0-1',
    vendor: 'Acme',
    summary: 'A tool',
    releaseDate: '2014-11-03T00:00:00.000000+00:00',
    installDate: '2014-11-10T00:00:00.000000+00:00',
  }),
  payloads: PAYLOADS,
});
const sign = descriptorSigner(KEYS);

function seal(options: Partial<SealOptions> = {}): Map<string, Uint8Array> {
  const file = sealVib(VIB, PAYLOADS, { signer: 'partner', sign, releasedMs: SOME_DAY, ...options });
  return new Map(readAr(bytesSource(file)).map(({ name, offset, size }) => [name, file.slice(offset, offset + size)]));
}

describe('a VIB is written', () => {
  it('with the sizes and sums that its payloads have', () => {
    expect(VIB.payloads[0]).toEqual({
      name: 'one',
      type: 'vgz',
      size: PACKED.length,
      checksums: [
        { type: 'sha-256', verifyProcess: '', sum: nodeCodec.sha256(PACKED) },
        { type: 'sha-1', verifyProcess: 'gunzip', sum: nodeCodec.sha1(new Uint8Array(gunzipSync(PACKED))) },
      ],
    });
  });

  it('as descriptor, signature and payloads, never with a date of installation', () => {
    const members = seal();
    expect([...members.keys()]).toEqual(['descriptor.xml', 'sig.pkcs7', 'one', 'two']);
    expect(members.get('one')).toEqual(PACKED);
    const { installDate: _installDate, ...described } = VIB;
    expect(parseVib(nodeCodec.utf8Decode(members.get('descriptor.xml')!))).toEqual(described);
  });

  it('the same each time', () => {
    expect(seal()).toEqual(seal());
  });

  it('with an empty signature of nobody', () => {
    expect(seal({ signer: 'nobody' }).get('sig.pkcs7')).toEqual(new Uint8Array(0));
  });
});

describe('damage', () => {
  const whole = seal();
  const differing = (damage: SealOptions['damage']) => {
    const bad = seal({ damage });
    return [...whole.keys()].filter((name) => Buffer.compare(bad.get(name)!, whole.get(name)!) !== 0);
  };

  it('to the payload is one byte of the first', () => {
    expect(differing('payload')).toEqual(['one']);
    const bad = seal({ damage: 'payload' }).get('one')!;
    expect(bad.filter((byte, at) => byte !== PACKED[at])).toHaveLength(1);
  });

  it('to the descriptor is a text, so that its signature is of another', () => {
    expect(differing('descriptor')).toEqual(['descriptor.xml']);
    const text = nodeCodec.utf8Decode(seal({ damage: 'descriptor' }).get('descriptor.xml')!);
    expect(parseVib(text).description).toBe('Changed. A tool');
  });

  it('of the end leaves six tenths', () => {
    const options = { signer: 'partner' as const, sign, releasedMs: SOME_DAY };
    const file = sealVib(VIB, PAYLOADS, options);
    const cut = sealVib(VIB, PAYLOADS, { ...options, damage: 'truncated' });
    expect(cut).toEqual(file.slice(0, Math.floor(file.length * 0.6)));
    expect(() => readAr(bytesSource(cut))).toThrow();
  });
});
