import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../labs/schema/index.ts';
import { decodeFrame, describeFrame } from '../../../../../main/net/frame/describe.ts';

/** Bytes written in hexadecimal, blanks for reading. */
function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

const MACS = '005056000002 005056000001';
/** 10.20.0.1 > 10.20.0.2; `length` of header and data together. */
const ipv4 = (protocol: string, length: string, flags = '0000') =>
  `0800 4500${length}0001${flags}40${protocol}0000 0a140001 0a140002`;
const told = (text: string) => describeFrame(decodeFrame(hex(text)));

const cases: [string, string, string][] = [
  [
    'a question for an address',
    `ffffffffffff 005056000001 0806 0001080006040001 005056000001 0a140001 000000000000 0a140002`,
    '10.20.0.1 > 10.20.0.2  arp  who has 10.20.0.2',
  ],
  [
    'the answer to it',
    `${MACS} 0806 0001080006040002 005056000001 0a140001 005056000002 0a140002`,
    '10.20.0.1 > 10.20.0.2  arp  10.20.0.1 is at 00:50:56:00:00:01',
  ],
  [
    'an echo request in a VLAN',
    `${MACS} 8100008e ${ipv4('01', '0054')} 0800 0000 0001 0007`,
    'vlan 142  10.20.0.1 > 10.20.0.2  icmp  echo request 7, 56 bytes',
  ],
  [
    'a large echo reply that may not be cut',
    `${MACS} ${ipv4('01', '2328', '4000')} 0000 0000 0001 0001`,
    '10.20.0.1 > 10.20.0.2  icmp  echo reply 1, 8972 bytes, do not fragment',
  ],
  [
    'a later fragment',
    `${MACS} ${ipv4('01', '05dc', '00b9')} 0000 0000`,
    '10.20.0.1 > 10.20.0.2  ipv4  fragment at 1480, 1480 bytes',
  ],
  [
    'the beginning of a connection',
    `${MACS} ${ipv4('06', '0028')} c0010050 00000001 00000000 5002ffff 00000000`,
    '10.20.0.1:49153 > 10.20.0.2:80  http  SYN',
  ],
  [
    'data on a connection',
    `${MACS} ${ipv4('06', '0030')} 0050c001 00000001 00000000 5018ffff 00000000`,
    '10.20.0.1:80 > 10.20.0.2:49153  http  PSH ACK, 8 bytes',
  ],
  [
    'a log message',
    `${MACS} ${ipv4('11', '0030')} c0020202 001c0000`,
    '10.20.0.1:49154 > 10.20.0.2:514  syslog  20 bytes',
  ],
  ['a frame of something else', `${MACS} 88cc 0207`, '00:50:56:00:00:01 > 00:50:56:00:00:02  other  2 bytes'],
  ['a header that ends too early', `${MACS} 0800 4500`, '00:50:56:00:00:01 > 00:50:56:00:00:02  other  cut short'],
];

describe('a frame in words', () => {
  it.each(cases)('tells %s', (_what, bytes, line) => expect(told(bytes)).toBe(line));

  it('tells of a frame without a header that it is cut short', () => {
    expect(decodeFrame(new Uint8Array(3))).toMatchObject({ protocol: 'other', info: 'cut short', bytes: 3 });
  });

  it('makes something of any bytes', () => {
    const random = createRandom('frames');
    const seeds = cases.map(([, bytes]) => hex(bytes));
    for (let round = 0; round < 20_000; round++) {
      const frame = Uint8Array.from(random.pick(seeds));
      for (let change = random.below(6); change > 0; change--) frame[random.below(frame.length)] = random.below(256);
      const cut = frame.subarray(0, random.below(frame.length + 1));
      const summary = decodeFrame(cut);
      expect(summary.bytes).toBe(cut.length);
      expect(describeFrame(summary).length).toBeLessThan(200);
    }
  });
});
