import { describe, expect, it } from 'vitest';
import {
  broadcastOf,
  canonicalIpv6,
  formatIpv6,
  inSubnet,
  inSubnet6,
  isHostAddress,
  isIpv4,
  isIpv6,
  isMac,
  maskOfPrefix,
  networkOf,
  parseCidr4,
  parseCidr6,
  parseIpv6,
  prefixOfMask,
} from '../../../../../vm-images/userland/model/ip.ts';

describe('IPv4', () => {
  it.each(['0.0.0.0', '10.20.0.1', '255.255.255.255'])('knows %s', (text) => expect(isIpv4(text)).toBe(true));
  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.x', ' 1.2.3.4', '1..2.3'])(
    'refuses "%s"',
    (text) => expect(isIpv4(text)).toBe(false),
  );

  it('turns masks into prefix lengths and back', () => {
    expect(prefixOfMask('255.255.255.0')).toBe(24);
    expect(prefixOfMask('0.0.0.0')).toBe(0);
    expect(prefixOfMask('255.255.255.255')).toBe(32);
    expect(prefixOfMask('255.0.255.0')).toBeNull();
    for (let length = 0; length <= 32; length++) expect(prefixOfMask(maskOfPrefix(length))).toBe(length);
  });

  it('works out network and broadcast', () => {
    expect(networkOf('10.20.30.77', 20)).toBe('10.20.16.0');
    expect(broadcastOf('10.20.30.77', 20)).toBe('10.20.31.255');
    expect(inSubnet('192.168.1.9', '192.168.1.1', 24)).toBe(true);
    expect(inSubnet('192.168.2.9', '192.168.1.1', 24)).toBe(false);
  });

  it.each([
    ['10.0.0.5', 24, true],
    ['10.0.0.0', 24, false],
    ['10.0.0.255', 24, false],
    ['10.0.0.0', 31, true],
    ['127.0.0.1', 8, false],
    ['224.0.0.1', 24, false],
    ['0.1.2.3', 24, false],
  ])('%s/%i is a host address: %s', (address, prefix, expected) => {
    expect(isHostAddress(address, prefix)).toBe(expected);
  });

  it('reads networks', () => {
    expect(parseCidr4('10.0.0.0/8')).toEqual({ address: '10.0.0.0', prefixLength: 8 });
    expect(parseCidr4('10.0.0.1')).toEqual({ address: '10.0.0.1', prefixLength: 32 });
    expect(parseCidr4('10.0.0.0/33')).toBeNull();
    expect(parseCidr4('10.0.0/8')).toBeNull();
  });
});

describe('IPv6', () => {
  it.each([
    ['2001:0db8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['FE80::1:0:0:1', 'fe80::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('writes %s as %s', (raw, canonical) => expect(canonicalIpv6(raw)).toBe(canonical));

  it.each(['', ':', ':::', '1::2::3', '12345::', '1:2:3', 'g::1', '1:2:3:4:5:6:7:8:9'])('refuses "%s"', (text) =>
    expect(isIpv6(text)).toBe(false),
  );

  it('reads back what it wrote', () => {
    const groups = [0xfd00, 0, 0, 9, 0, 0, 0, 5];
    expect(parseIpv6(formatIpv6(groups))).toEqual(groups);
  });

  it('compares prefixes', () => {
    expect(inSubnet6('fd00:9::5', 'fd00:9::', 64)).toBe(true);
    expect(inSubnet6('fd00:9:1::5', 'fd00:9::', 48)).toBe(false);
    expect(parseCidr6('FD00::1/64')).toEqual({ address: 'fd00::1', prefixLength: 64 });
    expect(parseCidr6('fd00::1')).toBeNull();
  });
});

it('knows MAC addresses', () => {
  expect(isMac('00:50:56:aa:BB:01')).toBe(true);
  expect(isMac('00-50-56-aa-bb-01')).toBe(false);
  expect(isMac('00:50:56:aa:bb')).toBe(false);
});
