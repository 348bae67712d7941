const LEGACY_MAGIC = 0x184c2102;
/** What the kernel's unpacker takes at a time. */
const CHUNK_BYTES = 8 << 20;
const MIN_MATCH = 4;
const HASH_BITS = 16;
/** The format's end rules: the last match starts 12 bytes before the end, the last 5 bytes are literals. */
const LAST_MATCH_DISTANCE = 12;
const LAST_LITERALS = 5;
const MAX_OFFSET = 65535;

/**
 * The legacy LZ4 form (`lz4 -l`), which the kernel unpacks as initramfs several times faster than gzip.
 *
 * @see LZ4 block format description 1.6; Linux lib/decompress_unlz4.c
 */
export function compressLz4Legacy(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [u32(LEGACY_MAGIC)];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const block = compressBlock(bytes.subarray(at, at + CHUNK_BYTES));
    parts.push(u32(block.length), block);
  }
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(part, to);
    to += part.length;
  }
  return out;
}

/** Greedy matching with chains of earlier places: slow and small, since it is done once an image. */
function compressBlock(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(input.length + Math.ceil(input.length / 255) + 16);
  const head = new Int32Array(1 << HASH_BITS).fill(-1);
  const previous = new Int32Array(input.length).fill(-1);
  let anchor = 0;
  let to = 0;
  const remember = (at: number) => {
    const hash = hashAt(input, at);
    previous[at] = head[hash]!;
    head[hash] = at;
  };
  for (let at = 0; at < input.length - LAST_MATCH_DISTANCE; ) {
    const match = longestMatch(input, at, head[hashAt(input, at)]!, previous);
    remember(at);
    if (match.length < MIN_MATCH) {
      at++;
      continue;
    }
    to = putSequence(out, to, input.subarray(anchor, at), match);
    for (let i = at + 1; i < at + match.length && i < input.length - LAST_MATCH_DISTANCE; i++) remember(i);
    at += match.length;
    anchor = at;
  }
  to = putSequence(out, to, input.subarray(anchor), null);
  return out.subarray(0, to);
}

interface Match {
  length: number;
  offset: number;
}

const MAX_TRIES = 64;

function longestMatch(input: Uint8Array, at: number, first: number, previous: Int32Array): Match {
  const limit = input.length - LAST_LITERALS;
  const best: Match = { length: 0, offset: 0 };
  let from = first;
  for (let tries = 0; from >= 0 && at - from <= MAX_OFFSET && tries < MAX_TRIES; tries++) {
    if (input[from + best.length] === input[at + best.length]) {
      let length = 0;
      while (at + length < limit && input[from + length] === input[at + length]) length++;
      if (length > best.length) {
        best.length = length;
        best.offset = at - from;
      }
    }
    from = previous[from]!;
  }
  return best;
}

function putSequence(out: Uint8Array, start: number, literals: Uint8Array, match: Match | null): number {
  const matchCode = match ? match.length - MIN_MATCH : 0;
  let to = start;
  out[to++] = (Math.min(15, literals.length) << 4) | Math.min(15, matchCode);
  to = putLength(out, to, literals.length);
  out.set(literals, to);
  to += literals.length;
  if (!match) return to;
  out[to++] = match.offset & 255;
  out[to++] = match.offset >> 8;
  return putLength(out, to, matchCode);
}

function putLength(out: Uint8Array, start: number, length: number): number {
  let to = start;
  if (length < 15) return to;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out[to++] = 255;
  out[to++] = rest;
  return to;
}

function hashAt(input: Uint8Array, at: number): number {
  const word = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24);
  return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}
