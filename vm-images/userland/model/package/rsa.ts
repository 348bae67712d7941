import { bitLength, toHex } from './bytes.ts';

export interface RsaPublicKey {
  modulus: bigint;
  exponent: bigint;
}

const MODULUS_BITS = [2048, 4096] as const;
const MAX_EXPONENT = 1n << 33n;
/** DigestInfo of SHA-256 up to the digest. @see RFC 8017, 9.2 note 1 */
const SHA256_PREFIX = '3031300d060960864801650304020105000420';

/** What is wrong with a key for this use, or null. Bounds keep a hostile one from taking minutes. */
export function publicKeyComplaint(key: RsaPublicKey): string | null {
  const bits = key.modulus > 0n ? bitLength(key.modulus) : 0;
  if (bits < MODULUS_BITS[0] || bits > MODULUS_BITS[1])
    return `expected an RSA modulus of ${MODULUS_BITS.join(' to ')} bits, found ${bits}`;
  if (key.modulus % 2n === 0n) return 'the RSA modulus is even';
  if (key.exponent < 3n || key.exponent > MAX_EXPONENT || key.exponent % 2n === 0n)
    return `expected an odd RSA exponent from 3 to 2^33, found ${key.exponent}`;
  return null;
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256. The message that should have been signed is built and compared as a whole, so nothing
 * of what the signature holds is parsed.
 *
 * @param sha256Hex Digest of the message, lower-case hex.
 * @returns false also for a key with a complaint.
 * @see RFC 8017, 8.2.2
 */
export function verifyPkcs1(key: RsaPublicKey, signature: Uint8Array, sha256Hex: string): boolean {
  if (publicKeyComplaint(key) !== null || !/^[0-9a-f]{64}$/.test(sha256Hex)) return false;
  const bytes = Math.ceil(bitLength(key.modulus) / 8);
  if (signature.length !== bytes) return false;
  const value = BigInt(`0x${toHex(signature)}`);
  return value < key.modulus && power(value, key.exponent, key.modulus) === encodedMessage(sha256Hex, bytes);
}

/** EMSA-PKCS1-v1_5. */
function encodedMessage(sha256Hex: string, bytes: number): bigint {
  const info = SHA256_PREFIX + sha256Hex;
  return BigInt(`0x0001${'ff'.repeat(bytes - 3 - info.length / 2)}00${info}`);
}

/** Square and multiply from the highest bit: 17 multiplications for the usual exponent 65537. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  // A zero in front, which QuickJS may write, squares 1.
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}
