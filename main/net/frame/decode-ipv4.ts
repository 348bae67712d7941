import { decodeIpData, tellFragment } from './decode-ip-data.ts';
import { formatIpv4, uint16 } from './fields.ts';
import { CUT_SHORT, type Layer, MALFORMED } from './summary.ts';

const MIN_HEADER_BYTES = 20;
const DO_NOT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

/** @see RFC 791, section 3.1 */
export function decodeIpv4(packet: Uint8Array): Layer {
  const protocol = 'ipv4';
  if (packet.length < MIN_HEADER_BYTES) return { protocol, info: CUT_SHORT };
  const headerBytes = (packet[0]! & 0x0f) * 4;
  const totalBytes = uint16(packet, 2);
  if (packet[0]! >> 4 !== 4 || headerBytes < MIN_HEADER_BYTES || totalBytes < headerBytes)
    return { protocol, info: MALFORMED };
  const ends = { protocol, from: formatIpv4(packet, 12), to: formatIpv4(packet, 16) } as const;
  if (packet.length < headerBytes) return { ...ends, info: CUT_SHORT };

  const field = uint16(packet, 6);
  const place = { offset: (field & 0x1fff) * 8, hasMore: (field & MORE_FRAGMENTS) !== 0 };
  const data = { bytes: packet.subarray(headerBytes, totalBytes), statedBytes: totalBytes - headerBytes };
  const isFragment = place.offset > 0 || place.hasMore;
  return {
    ...ends,
    ...(isFragment
      ? tellFragment(packet[9]!, data, place)
      : decodeIpData(packet[9]!, data, { isWhole: (field & DO_NOT_FRAGMENT) !== 0 })),
  };
}
