import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../../../main/net/frame/decode.ts';
import { describeFrame } from '../../../../../main/net/frame/describe.ts';
import { FRAMES } from './frames.ts';

const lines: [keyof typeof FRAMES, string][] = [
  ['tagged', 'vlan 142  10.20.0.1 > 10.20.0.2  icmp  echo request 1, 64 bytes'],
  ['echoReplyJumbo', '10.20.0.1 > 10.20.0.2  icmp  echo reply 1, 8972 bytes, do not fragment'],
  ['arpRequest', '10.20.0.1 > 10.20.0.2  arp  who has 10.20.0.2'],
  ['tcpData', '10.20.0.1:80 > 10.20.0.2:49153  http  PSH ACK, 8 bytes'],
  ['syslog', '10.20.0.1:49154 > 10.20.0.2:514  syslog  22 bytes'],
  ['ipv6Dns', '[fe80::250:56ff:fe00:1]:49154 > [ff02::1:ff00:2]:53  dns  query AAAA esx01.lab'],
  ['lldp', '00:50:56:00:00:01 > 01:80:c2:00:00:0e  lldp  24 bytes'],
];

describe('a frame in a line', () => {
  it.each(lines)('tells %s', (name, line) => expect(describeFrame(decodeFrame(FRAMES[name]))).toBe(line));

  it('has no ends when there is no header', () => {
    expect(describeFrame(decodeFrame(new Uint8Array(3)))).toBe('other  cut short');
  });
});
