import { decodeIcmp, decodeIcmp6 } from './decode-icmp.ts';
import { decodeIgmp } from './decode-igmp.ts';
import { decodeTcp, decodeUdp } from './decode-transport.ts';
import { CUT_SHORT, type Layer, type Protocol } from './summary.ts';

/** What stands behind the headers of IP. */
export interface IpData {
  /** What of it there is, without padding. */
  readonly bytes: Uint8Array;
  /** How much there should be. */
  readonly statedBytes: number;
}

/** IANA protocol numbers. */
const PROTOCOLS: Readonly<Record<number, Protocol>> = { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 58: 'icmp6' };

/** @param number IANA protocol number, the next header of IPv6. */
export function decodeIpData(number: number, data: IpData, { isWhole }: { isWhole: boolean }): Layer {
  const layer = { payloadBytes: data.bytes.length, ...decodeByNumber(number, data.bytes, isWhole) };
  return layer.info === CUT_SHORT ? layer : { ...layer, info: withEnd(layer.info ?? '', data) };
}

function decodeByNumber(number: number, bytes: Uint8Array, isWhole: boolean): Layer {
  switch (PROTOCOLS[number]) {
    case 'icmp':
      return decodeIcmp(bytes, isWhole);
    case 'icmp6':
      return decodeIcmp6(bytes);
    case 'igmp':
      return decodeIgmp(bytes);
    case 'tcp':
      return decodeTcp(bytes);
    case 'udp':
      return decodeUdp(bytes);
    default:
      return { info: `protocol ${number}, ${bytes.length} bytes` };
  }
}

/** A fragment; how long the datagram was only the last one tells. Headers inside the first are left unread. */
export function tellFragment(number: number, data: IpData, place: { offset: number; hasMore: boolean }): Layer {
  const { offset, hasMore } = place;
  const extent = hasMore ? `, ${data.bytes.length} bytes` : ` of ${offset + data.statedBytes}`;
  const protocol = PROTOCOLS[number];
  return {
    ...(protocol && { protocol }),
    payloadBytes: data.bytes.length,
    info: withEnd(`fragment at ${offset}${extent}`, data),
  };
}

function withEnd(info: string, { bytes, statedBytes }: IpData): string {
  return bytes.length < statedBytes ? `${info}, ${CUT_SHORT}` : info;
}
