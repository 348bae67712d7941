import { constants, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { publicKeyComplaint, verifyPkcs1 } from '../../../../../../vm-images/userland/model/package/rsa.ts';
import { FUZZ, flipped } from './damage.ts';
import { bytes, text } from './tools.ts';

const MESSAGE = text('a descriptor');
const DIGEST = nodeCodec.sha256(MESSAGE);
const PREFIX = '3031300d060960864801650304020105000420';

let privateKey: KeyObject;
let key: { modulus: bigint; exponent: bigint };
let signature: Uint8Array;

function publicNumbers(publicKey: KeyObject): { modulus: bigint; exponent: bigint } {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const number = (value: string) => BigInt(`0x${Buffer.from(value, 'base64url').toString('hex')}`);
  return { modulus: number(n), exponent: number(e) };
}

beforeAll(() => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  privateKey = pair.privateKey;
  key = publicNumbers(pair.publicKey);
  signature = new Uint8Array(sign('sha256', MESSAGE, privateKey));
}, 60_000);

/** A signature over a message that was encoded by hand. */
function signEncoded(hex: string): Uint8Array {
  const encoded = bytes(hex);
  expect(encoded).toHaveLength(256);
  return new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded));
}

describe('RSA signature', () => {
  it('is believed when Node made it, for that digest alone', () => {
    expect(verifyPkcs1(key, signature, DIGEST)).toBe(true);
    expect(verifyPkcs1(key, signature, nodeCodec.sha256(text('another descriptor')))).toBe(false);
    expect(verifyPkcs1(key, signature, '')).toBe(false);
    expect(verifyPkcs1(key, signature, DIGEST.toUpperCase())).toBe(false);
  });

  it.each([
    [3072, 65537],
    [4096, 65537],
    [2049, 3],
  ])(
    'is believed of a key of %d bits with exponent %d',
    (modulusLength, publicExponent) => {
      const pair = generateKeyPairSync('rsa', { modulusLength, publicExponent });
      const made = new Uint8Array(sign('sha256', MESSAGE, pair.privateKey));
      expect(verifyPkcs1(publicNumbers(pair.publicKey), made, DIGEST)).toBe(true);
    },
    60_000,
  );

  it('is refused with any byte changed', () => {
    fc.assert(
      fc.property(flipped(signature), (changed) => !verifyPkcs1(key, changed, DIGEST)),
      FUZZ,
    );
  });

  it('is refused when it is shorter, longer or not below the modulus', () => {
    expect(verifyPkcs1(key, new Uint8Array(0), DIGEST)).toBe(false);
    expect(verifyPkcs1(key, signature.slice(1), DIGEST)).toBe(false);
    expect(verifyPkcs1(key, Uint8Array.of(0, ...signature), DIGEST)).toBe(false);
    const value = BigInt(`0x${Buffer.from(signature).toString('hex')}`) + key.modulus;
    const larger = bytes(value.toString(16).padStart(512, '0'));
    expect(verifyPkcs1(key, larger, DIGEST)).toBe(false);
  });

  it('is refused when its encoding is another than the standard one', () => {
    const info = PREFIX + DIGEST;
    expect(verifyPkcs1(key, signEncoded(`0001${'ff'.repeat(202)}00${info}`), DIGEST)).toBe(true);
    const short = `300b0609608648016503040201${'0420'}${DIGEST}`;
    for (const hex of [
      // Little padding with anything behind the digest: Bleichenbacher's forgery of 2006.
      `0001${'ff'.repeat(8)}00${info}${'00'.repeat(194)}`,
      `0001${'ff'.repeat(201)}fe00${info}`,
      `0002${'ff'.repeat(202)}00${info}`,
      // Parameters left out.
      `0001${'ff'.repeat(253 - short.length / 2)}00${short}`,
      `0001${'ff'.repeat(221)}00${DIGEST}`,
    ])
      expect(verifyPkcs1(key, signEncoded(hex), DIGEST)).toBe(false);
  });
});

describe('RSA key', () => {
  it('is refused outside 2048 to 4096 bits, and with an exponent that is even, small or large', () => {
    const { modulus } = key;
    expect(publicKeyComplaint(key)).toBeNull();
    expect(publicKeyComplaint({ modulus, exponent: (1n << 33n) - 1n })).toBeNull();
    expect(publicKeyComplaint({ modulus, exponent: (1n << 33n) + 1n })).toContain('from 3 to 2^33, found 8589934593');
    expect(publicKeyComplaint({ modulus, exponent: 1n })).toContain('odd RSA exponent');
    expect(publicKeyComplaint({ modulus, exponent: 65536n })).toContain('odd RSA exponent');
    expect(publicKeyComplaint({ modulus: modulus >> 1n, exponent: 3n })).toContain('found 2047');
    expect(publicKeyComplaint({ modulus: (1n << 4096n) + 1n, exponent: 3n })).toContain('found 4097');
    expect(publicKeyComplaint({ modulus: -modulus, exponent: 3n })).toContain('2048 to 4096 bits');
    expect(publicKeyComplaint({ modulus: modulus - 1n, exponent: 3n })).toBe('the RSA modulus is even');
  });

  it('believes nothing when there is a complaint', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const made = new Uint8Array(sign('sha256', MESSAGE, small.privateKey));
    expect(verifyPkcs1(publicNumbers(small.publicKey), made, DIGEST)).toBe(false);
    expect(
      verifyPkcs1(
        { modulus: key.modulus, exponent: 1n },
        signEncoded(`0001${'ff'.repeat(202)}00${PREFIX}${DIGEST}`),
        DIGEST,
      ),
    ).toBe(false);
  });
});
