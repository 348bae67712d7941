import { describe, expect, it } from 'vitest';
import { formatIpv6 } from '../../../../../main/net/frame/fields.ts';
import { hex } from './frames.ts';

describe('an IPv6 address as text', () => {
  it.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000100020003000400050006', '2001:db8:1:2:3:4:5:6'],
  ])('%s is %s', (bytes, text) => expect(formatIpv6(hex(bytes), 0)).toBe(text));
});
