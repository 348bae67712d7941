import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../labs/schema/index.ts';
import { decodeFrame } from '../../../../../main/net/frame/decode.ts';
import type { FrameSummary } from '../../../../../main/net/frame/summary.ts';
import { FRAMES, hex, MACS } from './frames.ts';

const HOSTS = { from: '10.20.0.1', to: '10.20.0.2' };
const NEIGHBOURS = { from: 'fe80::250:56ff:fe00:1', to: 'ff02::1:ff00:2' };

const expected: Record<keyof typeof FRAMES, Partial<FrameSummary>> = {
  arpRequest: { protocol: 'arp', ...HOSTS, info: 'who has 10.20.0.2', payloadBytes: 0, bytes: 60 },
  arpReply: { protocol: 'arp', ...HOSTS, info: '10.20.0.1 is at 00:50:56:00:00:01' },
  arpAnnouncement: { protocol: 'arp', to: '10.20.0.1', info: 'announces 10.20.0.1 at 00:50:56:00:00:01' },
  echoRequest: { protocol: 'icmp', ...HOSTS, fromPort: null, info: 'echo request 7, 56 bytes', payloadBytes: 56 },
  echoReplyJumbo: { info: 'echo reply 1, 8972 bytes, do not fragment', payloadBytes: 8972, bytes: 9014 },
  echoPadded: { info: 'echo request 1, 4 bytes', payloadBytes: 4, bytes: 60 },
  tooLarge: { protocol: 'icmp', info: 'too large to pass unfragmented, MTU 1500', payloadBytes: 28 },
  portUnreachable: { protocol: 'icmp', info: 'port unreachable' },
  fragmentFirst: { protocol: 'icmp', info: 'fragment at 0, 1480 bytes', payloadBytes: 1480 },
  fragmentMiddle: { protocol: 'icmp', ...HOSTS, info: 'fragment at 1480, 1480 bytes' },
  fragmentLast: { protocol: 'icmp', info: 'fragment at 8880 of 8980', payloadBytes: 100 },
  tcpSyn: { protocol: 'https', ...HOSTS, fromPort: 49153, toPort: 443, info: 'SYN', payloadBytes: 0 },
  tcpAck: { protocol: 'ssh', toPort: 22, info: 'ACK', payloadBytes: 0, bytes: 60 },
  tcpData: { protocol: 'http', fromPort: 80, info: 'PSH ACK, 8 bytes', payloadBytes: 8 },
  tcpReset: { protocol: 'tcp', fromPort: 7001, info: 'RST ACK' },
  dnsQuery: { protocol: 'dns', toPort: 53, info: 'query A esx01.lab', payloadBytes: 27 },
  dnsAnswer: { protocol: 'dns', info: 'answer AAAA esx01.lab, 1 record' },
  dnsNoSuchName: { protocol: 'dns', info: 'answer A esx01.lab, no such name' },
  ntpClient: { protocol: 'ntp', info: 'client, version 4', payloadBytes: 48 },
  ntpServer: { protocol: 'ntp', info: 'server, version 4, stratum 2' },
  syslog: { protocol: 'syslog', fromPort: 49154, toPort: 514, info: '22 bytes', payloadBytes: 22 },
  dhcpDiscover: { protocol: 'dhcp', from: '0.0.0.0', to: '255.255.255.255', fromPort: 68, info: 'discover' },
  dhcpOffer: { protocol: 'dhcp', toPort: 68, info: 'offer 10.20.0.50' },
  udpOther: { protocol: 'udp', fromPort: 8000, info: '2 bytes', payloadBytes: 2 },
  igmpReport: { protocol: 'igmp', ...HOSTS, info: 'joins 239.1.1.1' },
  gre: { protocol: 'ipv4', ...HOSTS, info: 'protocol 47, 4 bytes', payloadBytes: 4 },
  neighbourSolicitation: { protocol: 'icmp6', ...NEIGHBOURS, info: 'who has fe80::250:56ff:fe00:2' },
  listenerReport: { protocol: 'icmp6', ...NEIGHBOURS, info: 'multicast report' },
  ipv6Fragment: { protocol: 'udp', fromPort: null, info: 'fragment at 1448, 1448 bytes' },
  ipv6Dns: { protocol: 'dns', ...NEIGHBOURS, toPort: 53, info: 'query AAAA esx01.lab' },
  tagged: { protocol: 'icmp', vlan: 142, ...HOSTS, info: 'echo request 1, 64 bytes' },
  taggedArp: { protocol: 'arp', vlan: 322, info: 'who has 10.20.0.2' },
  qinq: { protocol: 'icmp', vlan: 142, ...HOSTS, info: 'echo request 1, 64 bytes' },
  serviceTag: { protocol: 'arp', vlan: 4000 },
  lldp: { protocol: 'lldp', source: '00:50:56:00:00:01', destination: '01:80:c2:00:00:0e', from: '', to: '' },
  cdp: { protocol: 'cdp', info: '14 bytes', payloadBytes: 14 },
  spanningTree: { protocol: 'other', info: '7 bytes' },
  reverseArp: { protocol: 'other', destination: 'ff:ff:ff:ff:ff:ff', info: 'type 0x8035, 46 bytes' },
};

describe('a decoded frame', () => {
  it.each(Object.entries(expected))('tells %s', (name, summary) => {
    const frame = FRAMES[name as keyof typeof FRAMES];
    expect(decodeFrame(frame)).toMatchObject({ vlan: 0, bytes: frame.length, ...summary });
  });

  it('has nothing but a length when it is too short for a header', () => {
    expect(decodeFrame(new Uint8Array(0))).toMatchObject({
      protocol: 'other',
      info: 'cut short',
      source: '',
      bytes: 0,
    });
    expect(decodeFrame(new Uint8Array(13))).toMatchObject({
      protocol: 'other',
      info: 'cut short',
      source: '',
      bytes: 13,
    });
  });

  it.each([
    ['behind the type of a tag', FRAMES.tagged, 16, { protocol: 'other', vlan: 0 }],
    ['in the header of ARP', FRAMES.arpRequest, 41, { protocol: 'arp', from: '' }],
    ['in the header of IPv4', FRAMES.echoRequest, 33, { protocol: 'ipv4', from: '' }],
    ['in the options of IPv4', FRAMES.igmpReport, 36, { protocol: 'ipv4', ...HOSTS }],
    ['in the header of ICMP', FRAMES.echoRequest, 41, { protocol: 'icmp', ...HOSTS, payloadBytes: 7 }],
    ['in the ports', FRAMES.tcpSyn, 37, { protocol: 'tcp', ...HOSTS, toPort: null }],
    ['in the header of TCP', FRAMES.tcpSyn, 50, { protocol: 'https', toPort: 443 }],
    ['in the options of TCP', FRAMES.tcpSyn, 56, { protocol: 'https', toPort: 443 }],
    ['in the header of UDP', FRAMES.syslog, 40, { protocol: 'syslog', toPort: 514 }],
    ['in a DNS question', FRAMES.dnsQuery, 60, { protocol: 'dns', toPort: 53 }],
    ['in the header of IPv6', FRAMES.ipv6Dns, 53, { protocol: 'ipv6', from: '' }],
    ['in an extension header', FRAMES.listenerReport, 60, { protocol: 'ipv6', ...NEIGHBOURS }],
  ] as const)('that ends %s tells what was known by then', (_where, frame, end, known) => {
    expect(decodeFrame(frame.subarray(0, end))).toMatchObject({ ...known, info: 'cut short', bytes: end });
  });

  it('that ends in its data says so, and counts what is there', () => {
    const cut = decodeFrame(FRAMES.echoReplyJumbo.subarray(0, 142));
    expect(cut).toMatchObject({ info: 'echo reply 1, 100 bytes, do not fragment, cut short', payloadBytes: 100 });
  });

  it.each([
    ['a version 5', `${MACS} 0800 55000014 00010000 40010000 0a140001 0a140002`],
    ['a header shorter than the shortest', `${MACS} 0800 44000014 00010000 40010000 0a140001 0a140002`],
    ['a total shorter than the header', `${MACS} 0800 45000013 00010000 40010000 0a140001 0a140002`],
    ['a TCP header of 16 bytes', `${MACS} 0800 45000028 00010000 40060000 0a140001 0a140002 ${'40'.repeat(20)}`],
    ['a UDP length of 7', `${MACS} 0800 4500001c 00010000 40110000 0a140001 0a140002 1f401f40 0007 0000`],
    [
      'a DNS name that is a pointer',
      `${MACS} 0800 4500002a 00010000 40110000 0a140001 0a140002
      c0020035 00160000 000101000001000000000000 c00c`,
    ],
  ])('with %s is malformed', (_what, bytes) => expect(decodeFrame(hex(bytes)).info).toBe('malformed'));

  it('with more tags or extension headers than any network uses is not followed to their end', () => {
    expect(decodeFrame(hex(`${MACS} ${'8100 0001'.repeat(2000)}`)).info).toBe('more than 4 tags');
    const chain = hex(`${MACS} 86dd 60000000 2000 3cff ${'00'.repeat(32)} ${'3c00000000000000'.repeat(1024)}`);
    expect(decodeFrame(chain).info).toBe('too many extension headers');
  });

  it('shows nothing of a name but visible ASCII', () => {
    const frame = FRAMES.dnsQuery.slice();
    frame.set([0x1b, 0x5b, 0x00, 0xe9, 0x20], 14 + 20 + 8 + 12 + 1);
    expect(decodeFrame(frame).info).toBe('query A ?[???.lab');
  });
});

describe('any bytes', () => {
  const random = createRandom('frames');
  const whole = Object.values(FRAMES);

  /** Some bytes changed, more often in the headers than behind, the end often cut off. */
  function damaged(): Uint8Array {
    const frame = random.pick(whole).slice();
    for (let change = random.below(6); change > 0; change--)
      frame[random.below(random.pick([64, frame.length]))] = random.below(256);
    return random.below(2) === 0 ? frame : frame.subarray(0, random.below(frame.length + 1));
  }

  it('give a summary whose lengths fit the frame', () => {
    for (let round = 0; round < 20_000; round++) {
      const frame = damaged();
      const { bytes, payloadBytes, vlan, info } = decodeFrame(frame);
      expect(bytes).toBe(frame.length);
      expect(payloadBytes).toBeGreaterThanOrEqual(0);
      expect(payloadBytes).toBeLessThanOrEqual(Math.max(0, frame.length - 14));
      expect(vlan).toBeLessThan(4096);
      expect(info).toMatch(/^[ -~…]{1,150}$/);
    }
  });
});
