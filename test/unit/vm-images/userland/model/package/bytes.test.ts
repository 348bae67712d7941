import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  bigintToHex,
  bitLength,
  compareBytes,
  concatBytes,
  fromHex,
  strictUtf8,
  toHex,
} from '../../../../../../vm-images/userland/model/package/bytes.ts';
import { bytes } from './tools.ts';

describe('bytes', () => {
  it('are hex and back', () => {
    expect(toHex(fromHex('00ff10Ab'))).toBe('00ff10ab');
    expect(fromHex('')).toHaveLength(0);
  });

  it('are joined, and ordered like words', () => {
    expect(concatBytes([bytes('01'), bytes(''), bytes('0203')])).toEqual(bytes('010203'));
    expect(compareBytes(bytes('01'), bytes('0100'))).toBeLessThan(0);
    expect(compareBytes(bytes('02'), bytes('0100'))).toBeGreaterThan(0);
    expect(compareBytes(bytes('0100'), bytes('0100'))).toBe(0);
  });

  it.each([
    [0n, '0', 0],
    [1n, '1', 1],
    [255n, 'ff', 8],
    [1n << 31n, '80000000', 32],
    [1n << 32n, '100000000', 33],
  ])('of %d are counted', (value, hex, bits) => {
    expect(bigintToHex(value)).toBe(hex);
    expect(bitLength(value)).toBe(bits);
  });

  it('are text when they are UTF-8, with a mark in front too', () => {
    expect(strictUtf8(bytes('efbbbf41'), nodeCodec)).toBe('\ufeffA');
    expect(strictUtf8(bytes('efbfbd'), nodeCodec)).toBe('\ufffd');
    expect(strictUtf8(bytes('c3'), nodeCodec)).toBeNull();
    expect(strictUtf8(bytes('c080'), nodeCodec)).toBeNull();
  });
});
