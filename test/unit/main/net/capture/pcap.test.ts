import { describe, expect, it } from 'vitest';
import { pcapFileHeader, pcapRecord } from '../../../../../main/net/capture/pcap.ts';

describe('pcap', () => {
  it('begins with the nanosecond magic, version 2.4 and link type Ethernet', () => {
    expect(Buffer.from(pcapFileHeader()).toString('hex')).toBe('4d3cb2a1020004000000000000000000000004000100000' + '0');
  });

  it('writes seconds, nanoseconds and both lengths before the frame', () => {
    const record = Buffer.from(pcapRecord(Uint8Array.of(1, 2, 3), 1_500.25));
    expect(record.toString('hex')).toBe(`010000009035d11d0300000003000000010203`);
  });
});
