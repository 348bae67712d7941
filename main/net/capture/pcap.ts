/** Nanosecond pcap: `tcpdump -r` and Wireshark open it. @see draft-ietf-opsawg-pcap */
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const LINKTYPE_ETHERNET = 1;
const SNAP_BYTES = 262_144;

export function pcapFileHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, MAGIC_NANOSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_BYTES, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  return new Uint8Array(view.buffer);
}

/** @param timeMs Milliseconds since 1970, fractions kept. */
export function pcapRecord(frame: Uint8Array, timeMs: number): Uint8Array {
  const kept = Math.min(frame.length, SNAP_BYTES);
  const out = new Uint8Array(16 + kept);
  const view = new DataView(out.buffer);
  const seconds = Math.floor(timeMs / 1000);
  view.setUint32(0, seconds, true);
  view.setUint32(4, Math.round((timeMs - seconds * 1000) * 1e6) % 1e9, true);
  view.setUint32(8, kept, true);
  view.setUint32(12, frame.length, true);
  out.set(frame.subarray(0, kept), 16);
  return out;
}
