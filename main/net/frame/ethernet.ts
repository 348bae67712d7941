import { LabError } from '../../shared/errors.ts';

export const ETHERNET_HEADER_BYTES = 14;
export const TAG_BYTES = 4;

/** IEEE 802.1Q customer tag and 802.1ad service tag. */
export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, service: 0x88a8, ipv6: 0x86dd } as const;

export interface EthernetFrame {
  /** Lower-case colon form. */
  destination: string;
  source: string;
  etherType: number;
  /** A view on the frame's bytes. */
  payload: Uint8Array;
}

/**
 * Reads one Ethernet II frame.
 *
 * @param bytes Frame from destination address to payload, without FCS. The payload is a view on it.
 * @throws LabError `wire.truncated` when shorter than the header of 14 bytes.
 * @see IEEE 802.3, clause 3
 */
export function parseEthernetFrame(bytes: Uint8Array): EthernetFrame {
  if (bytes.length < ETHERNET_HEADER_BYTES) {
    throw new LabError('wire.truncated', `a frame of ${bytes.length} bytes has no Ethernet header`, {
      details: { offset: bytes.length },
    });
  }
  return {
    destination: formatMac(bytes, 0),
    source: formatMac(bytes, 6),
    etherType: etherTypeOf(bytes),
    payload: bytes.subarray(ETHERNET_HEADER_BYTES),
  };
}

/** The type field behind the addresses; the frame must have a whole header. */
export function etherTypeOf(frame: Uint8Array): number {
  return (frame[12]! << 8) | frame[13]!;
}

export function formatMac(bytes: Uint8Array, offset: number): string {
  const parts: string[] = [];
  for (let at = offset; at < offset + 6; at++) parts.push(bytes[at]!.toString(16).padStart(2, '0'));
  return parts.join(':');
}

/** Group bit: broadcast or multicast. */
export function isGroupAddress(frame: Uint8Array, offset: number): boolean {
  return (frame[offset]! & 1) === 1;
}
