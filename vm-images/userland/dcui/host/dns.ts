/**
 * A question for the A records of a name, recursion desired.
 *
 * @see RFC 1035, section 4
 */
export function dnsQuestion(id: number, name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const bytes = [id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of labels) bytes.push(label.length, ...[...label].map((char) => char.charCodeAt(0) & 127));
  bytes.push(0, 0, 1, 0, 1);
  return Uint8Array.from(bytes);
}

/** @returns the addresses in the answer; null when it is not an answer to question `id` or is damaged. */
export function dnsAddresses(packet: Uint8Array, id: number): string[] | null {
  if (packet.length < 12) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if (view.getUint16(0) !== id || (view.getUint8(2) & 0x80) === 0) return null;
  let at: number | null = 12;
  for (let left = view.getUint16(4); left > 0; left--) {
    at = skipName(packet, at);
    if (at === null) return null;
    at += 4;
  }
  const found: string[] = [];
  for (let left = view.getUint16(6); left > 0; left--) {
    const record = skipName(packet, at);
    if (record === null || record + 10 > packet.length) return null;
    const length = view.getUint16(record + 8);
    const data = record + 10;
    if (data + length > packet.length) return null;
    if (view.getUint16(record) === 1 && length === 4) found.push([...packet.subarray(data, data + 4)].join('.'));
    at = data + length;
  }
  return found;
}

/** A name ends with an empty label or a pointer (two bytes, the first above 191). */
function skipName(packet: Uint8Array, start: number): number | null {
  let at = start;
  for (;;) {
    const length = packet[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
}
