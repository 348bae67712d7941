/**
 * An ICMP echo request with 56 bytes of data.
 *
 * @see RFC 792
 */
export function echoRequest(id: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  bytes[0] = 8;
  view.setUint16(4, id);
  view.setUint16(6, sequence);
  for (let at = 8; at < bytes.length; at++) bytes[at] = at;
  view.setUint16(2, checksum(bytes));
  return bytes;
}

/** @param packet as a raw socket gives it: with its IPv4 header. */
export function isEchoReply(packet: Uint8Array, id: number, sequence: number): boolean {
  const header = ((packet[0] ?? 0) & 15) * 4;
  if (packet.length < header + 8 || packet[header] !== 0) return false;
  const view = new DataView(packet.buffer, packet.byteOffset + header);
  return view.getUint16(4) === id && view.getUint16(6) === sequence;
}

/** Internet checksum (RFC 1071) over an even number of bytes. */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
