import { ETHER_TYPE, ETHERNET_HEADER_BYTES, etherTypeOf, TAG_BYTES } from './ethernet.ts';

export interface Tag {
  /** 0x8100 (802.1Q) or 0x88a8 (802.1ad). */
  etherType: number;
  /** VLAN identifier, 0 to 4095; 0 carries a priority alone. */
  id: number;
}

/**
 * The outermost VLAN tag.
 *
 * @returns null for an untagged frame, and for one too short to hold a tag.
 * @see IEEE 802.1Q-2018, clause 9
 */
export function readTag(frame: Uint8Array): Tag | null {
  if (frame.length < ETHERNET_HEADER_BYTES + TAG_BYTES) return null;
  const etherType = etherTypeOf(frame);
  if (etherType !== ETHER_TYPE.vlan && etherType !== ETHER_TYPE.service) return null;
  return { etherType, id: ((frame[14]! & 0x0f) << 8) | frame[15]! };
}

/** A copy of the frame with a tag behind its addresses. */
export function addTag(frame: Uint8Array, tag: Tag): Uint8Array {
  const out = new Uint8Array(frame.length + TAG_BYTES);
  out.set(frame.subarray(0, 12));
  out[12] = tag.etherType >> 8;
  out[13] = tag.etherType & 0xff;
  out[14] = (tag.id >> 8) & 0x0f;
  out[15] = tag.id & 0xff;
  out.set(frame.subarray(12), 16);
  return out;
}

/** A copy of a tagged frame without its outermost tag. */
export function removeTag(frame: Uint8Array): Uint8Array {
  const out = new Uint8Array(frame.length - TAG_BYTES);
  out.set(frame.subarray(0, 12));
  out.set(frame.subarray(16), 12);
  return out;
}
