import { decodeIpData, tellFragment } from './decode-ip-data.ts';
import { formatIpv6, uint16 } from './fields.ts';
import { CUT_SHORT, type Layer, MALFORMED } from './summary.ts';

const HEADER_BYTES = 40;
/** The smallest extension header, and the unit of their lengths. */
const UNIT_BYTES = 8;
/** Each may occur once, destination options twice; a longer chain is not followed. */
const MAX_EXTENSION_HEADERS = 8;
const EXTENSION = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
const EXTENSIONS: ReadonlySet<number> = new Set(Object.values(EXTENSION));

/** @see RFC 8200, sections 3 and 4 */
export function decodeIpv6(packet: Uint8Array): Layer {
  const protocol = 'ipv6';
  if (packet.length < HEADER_BYTES) return { protocol, info: CUT_SHORT };
  if (packet[0]! >> 4 !== 6) return { protocol, info: MALFORMED };
  const ends = { protocol, from: formatIpv6(packet, 8), to: formatIpv6(packet, 24) } as const;
  const statedBytes = uint16(packet, 4);
  const bytes = packet.subarray(HEADER_BYTES, HEADER_BYTES + statedBytes);
  return { ...ends, payloadBytes: bytes.length, ...decodeChain(packet[6]!, bytes, statedBytes) };
}

/** Follows the extension headers to what they precede. */
function decodeChain(first: number, bytes: Uint8Array, statedBytes: number): Layer {
  let next = first;
  let at = 0;
  for (let count = 0; EXTENSIONS.has(next); count++) {
    if (count === MAX_EXTENSION_HEADERS) return { info: 'too many extension headers' };
    if (bytes.length < at + UNIT_BYTES) return { info: CUT_SHORT };
    const headerBytes = extensionBytes(next, bytes[at + 1]!);
    const field = uint16(bytes, at + 2);
    const isPiece = next === EXTENSION.fragment && (field & 0xfff9) !== 0;
    next = bytes[at]!;
    at += headerBytes;
    if (bytes.length < at) return { info: CUT_SHORT };
    // The last three bits of the field are flags, the offset before them counts units of eight bytes.
    if (isPiece) return tellFragment(next, rest(bytes, statedBytes, at), fragmentPlace(field));
  }
  return decodeIpData(next, rest(bytes, statedBytes, at), { isWhole: false });
}

const rest = (bytes: Uint8Array, statedBytes: number, at: number) => ({
  bytes: bytes.subarray(at),
  statedBytes: statedBytes - at,
});

const fragmentPlace = (field: number) => ({ offset: field & 0xfff8, hasMore: (field & 1) !== 0 });

/** @see RFC 8200 section 4.2; RFC 4302 section 2.2, which counts in units of four bytes */
function extensionBytes(header: number, length: number): number {
  if (header === EXTENSION.fragment) return UNIT_BYTES;
  return header === EXTENSION.authentication ? (length + 2) * 4 : (length + 1) * UNIT_BYTES;
}
