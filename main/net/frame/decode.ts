import { decodeArp } from './decode-arp.ts';
import { decodeIpv4 } from './decode-ipv4.ts';
import { decodeIpv6 } from './decode-ipv6.ts';
import { ETHER_TYPE, ETHERNET_HEADER_BYTES, etherTypeOf, formatMac, TAG_BYTES } from './ethernet.ts';
import { uint32 } from './fields.ts';
import { CUT_SHORT, type FrameSummary, type Layer } from './summary.ts';
import { readTag, type Tag } from './tag.ts';

/** IEEE 802.1AB, clause 7.4. */
const LLDP = 0x88cc;
/** IEEE 802.3, clause 3.2.6: smaller values are not a type but the length of an LLC payload. */
const FIRST_ETHER_TYPE = 0x0600;
/** Networks stack two; more are left as the payload they then are. */
const MAX_TAGS = 4;

/**
 * Reads a frame; one that is cut short or makes no sense is told as far as it goes. Never throws.
 *
 * @param frame From destination address to payload, without FCS, of any length.
 * @see IEEE 802.3 clause 3, IEEE 802.1Q clause 9
 */
export function decodeFrame(frame: Uint8Array): FrameSummary {
  const summary: FrameSummary = {
    bytes: frame.length,
    source: '',
    destination: '',
    vlan: 0,
    protocol: 'other',
    from: '',
    to: '',
    fromPort: null,
    toPort: null,
    info: CUT_SHORT,
    payloadBytes: 0,
  };
  if (frame.length < ETHERNET_HEADER_BYTES) return summary;
  const { tags, inner } = takeTags(frame);
  const tag = tags.find(({ etherType }) => etherType === ETHER_TYPE.vlan) ?? tags[0];
  const payload = inner.subarray(ETHERNET_HEADER_BYTES);
  return {
    ...summary,
    source: formatMac(frame, 6),
    destination: formatMac(frame, 0),
    vlan: tag?.id ?? 0,
    payloadBytes: payload.length,
    ...decodePayload(etherTypeOf(inner), payload),
  };
}

/** @returns As `inner` a view in which the payload's type stands where that of an untagged frame does. */
function takeTags(frame: Uint8Array): { tags: Tag[]; inner: Uint8Array } {
  const tags: Tag[] = [];
  let inner = frame;
  for (let tag = readTag(inner); tag !== null && tags.length < MAX_TAGS; tag = readTag(inner)) {
    tags.push(tag);
    inner = inner.subarray(TAG_BYTES);
  }
  return { tags, inner };
}

function decodePayload(etherType: number, payload: Uint8Array): Layer {
  if (etherType < FIRST_ETHER_TYPE) return decodeLlc(payload.subarray(0, etherType), etherType);
  switch (etherType) {
    case ETHER_TYPE.arp:
      return decodeArp(payload);
    case ETHER_TYPE.ipv4:
      return decodeIpv4(payload);
    case ETHER_TYPE.ipv6:
      return decodeIpv6(payload);
    case LLDP:
      return { protocol: 'lldp', info: `${payload.length} bytes` };
    case ETHER_TYPE.vlan:
    case ETHER_TYPE.service:
      return { info: payload.length < TAG_BYTES ? CUT_SHORT : `more than ${MAX_TAGS} tags` };
    default:
      return { info: `type 0x${etherType.toString(16).padStart(4, '0')}, ${payload.length} bytes` };
  }
}

/** LLC and SNAP header of a Cisco Discovery Protocol frame: aa aa 03, organisation 00 00 0c, type 20 00. */
const CDP_HEADER = { high: 0xaaaa0300, low: 0x000c2000, bytes: 8 };

/** @see IEEE 802.2 and 802 clause 9 (SNAP) */
function decodeLlc(payload: Uint8Array, statedBytes: number): Layer {
  const end = payload.length < statedBytes ? `, ${CUT_SHORT}` : '';
  const isCdp =
    payload.length >= CDP_HEADER.bytes &&
    uint32(payload, 0) === CDP_HEADER.high &&
    uint32(payload, 4) === CDP_HEADER.low;
  const payloadBytes = isCdp ? payload.length - CDP_HEADER.bytes : payload.length;
  return { protocol: isCdp ? 'cdp' : 'other', payloadBytes, info: `${payloadBytes} bytes${end}` };
}
