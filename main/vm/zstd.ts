import { compress, decompress, init } from '@bokuweb/zstd-wasm';

/**
 * Data goes through zstd in pieces, each u32le packed bytes, u32le bytes, one zstd frame: the codec's memory never
 * shrinks again, so it must not see a whole machine at once, and between pieces the event loop gets its turn.
 */
const PIECE_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 8;

let ready: Promise<void> | undefined;

export async function compressZstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  await initialize();
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const packed = compress(piece as never, level);
    const head = new DataView(new ArrayBuffer(HEAD_BYTES));
    head.setUint32(0, packed.length, true);
    head.setUint32(4, piece.length, true);
    out.push(new Uint8Array(head.buffer), packed);
    await turn();
  }
  return Buffer.concat(out);
}

/** Fills `out` exactly. @throws Error when `packed` is not what `compressZstd` made of so many bytes. */
export async function decompressZstd(packed: Uint8Array, out: Uint8Array): Promise<void> {
  await initialize();
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let written = 0;
  for (let at = 0; at < packed.length; ) {
    if (at + HEAD_BYTES > packed.length) throw new Error('a piece is cut off');
    const packedBytes = view.getUint32(at, true);
    const bytes = view.getUint32(at + 4, true);
    const piece = packed.subarray(at + HEAD_BYTES, at + HEAD_BYTES + packedBytes);
    if (piece.length !== packedBytes || bytes > PIECE_BYTES || written + bytes > out.length)
      throw new Error('a piece has wrong lengths');
    const unpacked = decompress(piece as never, { defaultHeapSize: PIECE_BYTES });
    if (unpacked.length !== bytes) throw new Error('a piece is not as long as it says');
    out.set(unpacked, written);
    written += bytes;
    at += HEAD_BYTES + packedBytes;
    if (at < packed.length) await turn();
  }
  if (written !== out.length) throw new Error(`${written} bytes instead of ${out.length}`);
}

function initialize(): Promise<void> {
  ready ??= init();
  return ready;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
