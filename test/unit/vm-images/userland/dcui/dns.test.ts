import { describe, expect, it } from 'vitest';
import { dnsAddresses, dnsQuestion } from '../../../../../vm-images/userland/dcui/host/dns.ts';

const bytes = (hex: string) => Uint8Array.from((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
const header = '123481800001000200000000';
const question = '0565737830310 36c616200 00010001'.replaceAll(' ', '');
const alias = 'c00c0005000100000e1000040161c012';
const record = 'c00c000100010000003c0004';

describe('DNS', () => {
  it('asks for A records with recursion', () => {
    expect(dnsQuestion(0x1234, 'esx01.lab')).toEqual(bytes(`123401000001000000000000${question}`));
  });

  it('reads addresses, past aliases', () => {
    const packet = bytes(`123481800001000200000000${question}${alias}${record}0a14000b`);
    expect(dnsAddresses(packet, 0x1234)).toEqual(['10.20.0.11']);
  });

  it('finds none in an answer without records', () => {
    expect(dnsAddresses(bytes(`123481830001000000000000${question}`), 0x1234)).toEqual([]);
  });

  it("refuses another question's answer, a question, and damaged packets", () => {
    const good = bytes(`123481800001000100000000${question}${record}0a14000b`);
    expect(dnsAddresses(good, 0x1234)).toEqual(['10.20.0.11']);
    expect(dnsAddresses(good, 0x1235)).toBeNull();
    expect(dnsAddresses(bytes(`123401000001000000000000${question}`), 0x1234)).toBeNull();
    for (let length = 0; length < good.length; length++)
      expect(dnsAddresses(good.subarray(0, length), 0x1234)).toBeNull();
    expect(dnsAddresses(bytes(header), 0x1234)).toBeNull();
  });
});
