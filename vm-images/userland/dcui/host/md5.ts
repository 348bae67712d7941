/**
 * MD5 as lower-case hex. Only for SSH fingerprints, which hosts of this age show in MD5; the engine has SHA alone.
 *
 * @see RFC 1321
 */
export function md5(message: Uint8Array): string {
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  const padded = pad(message);
  for (let at = 0; at < padded.byteLength; at += 64) block(state, padded, at);
  const out = new DataView(new ArrayBuffer(16));
  state.forEach((word, index) => {
    out.setUint32(index * 4, word, true);
  });
  let hex = '';
  for (let index = 0; index < 16; index++) hex += out.getUint8(index).toString(16).padStart(2, '0');
  return hex;
}

function pad(message: Uint8Array): DataView {
  const length = (((message.length + 8) >> 6) + 1) * 64;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(length - 8, (message.length << 3) >>> 0, true);
  view.setUint32(length - 4, Math.floor(message.length / 0x20000000), true);
  return view;
}

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const sines = Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32));

function block(state: number[], data: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    let mixed: number;
    let word: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      word = step;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      word = (5 * step + 1) & 15;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = (3 * step + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * step) & 15;
    }
    const sum = (a + mixed + (sines[step] ?? 0) + data.getUint32(at + word * 4, true)) | 0;
    const shift = shifts[round * 4 + (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  [a, b, c, d].forEach((word, index) => {
    state[index] = ((state[index] ?? 0) + word) >>> 0;
  });
}
