import { type BaseDisk, BLOCK_BYTES, NO_BLOCK } from '../../main/vm/disk/base-disk.ts';

/** A base of `byteLength` in which some blocks hold one byte value throughout. */
export function baseDisk(byteLength: number, filled: Record<number, number> = {}): BaseDisk {
  const index = new Uint32Array(new SharedArrayBuffer((byteLength / BLOCK_BYTES) * 4)).fill(NO_BLOCK);
  const numbers = Object.keys(filled).map(Number);
  const data = new Uint8Array(new SharedArrayBuffer(numbers.length * BLOCK_BYTES));
  for (const [slot, block] of numbers.entries()) {
    index[block] = slot;
    data.fill(filled[block]!, slot * BLOCK_BYTES, (slot + 1) * BLOCK_BYTES);
  }
  return { byteLength, blockBytes: BLOCK_BYTES, index, data, hash: 'test' };
}
