import { formatMac } from './ethernet.ts';
import { formatIpv4, uint16, uint32 } from './fields.ts';
import { CUT_SHORT, type Layer } from './summary.ts';

const PACKET_BYTES = 28;
/** Hardware type Ethernet, protocol type IPv4. */
const ETHERNET_IPV4 = 0x00010800;
/** Address lengths of 6 and 4. */
const ADDRESS_LENGTHS = 0x0604;
const REQUEST = 1;
const REPLY = 2;

/** @see RFC 826; RFC 5227 section 2.3 for announcements */
export function decodeArp(packet: Uint8Array): Layer {
  if (packet.length < PACKET_BYTES) return { protocol: 'arp', info: CUT_SHORT };
  const behind = { protocol: 'arp', payloadBytes: 0 } as const;
  if (uint32(packet, 0) !== ETHERNET_IPV4 || uint16(packet, 4) !== ADDRESS_LENGTHS)
    return { ...behind, info: 'not for IPv4 over Ethernet' };
  const [from, to] = [formatIpv4(packet, 14), formatIpv4(packet, 24)];
  return { ...behind, from, to, info: tell(uint16(packet, 6), formatMac(packet, 8), from, to) };
}

function tell(operation: number, sender: string, from: string, to: string): string {
  if (operation !== REQUEST && operation !== REPLY) return `operation ${operation}`;
  if (from === to) return `announces ${from} at ${sender}`;
  return operation === REQUEST ? `who has ${to}` : `${from} is at ${sender}`;
}
