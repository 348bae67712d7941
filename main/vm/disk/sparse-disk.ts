import { type BaseDisk, BLOCK_BYTES, NO_BLOCK, type SparseBlocks } from './base-disk.ts';
import type { BlockDevice } from './block-device.ts';

/** A disk in memory that keeps only blocks that were written; everything else reads as zeros. */
export class SparseDisk implements BlockDevice {
  readonly byteLength: number;
  private readonly base: BaseDisk | undefined;
  private readonly blocks = new Map<number, Uint8Array>();

  constructor(byteLength: number, base?: BaseDisk) {
    this.byteLength = byteLength;
    this.base = base;
  }

  read(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const number = Math.floor((offset + done) / BLOCK_BYTES);
      const from = (offset + done) % BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - from, length - done);
      const block = this.block(number);
      if (block) out.set(block.subarray(from, from + count), done);
      done += count;
    }
    return out;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset < 0 || offset + bytes.length > this.byteLength)
      throw new RangeError(`write of ${bytes.length} bytes at ${offset} leaves the disk of ${this.byteLength}`);
    let done = 0;
    while (done < bytes.length) {
      const number = Math.floor((offset + done) / BLOCK_BYTES);
      const from = (offset + done) % BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - from, bytes.length - done);
      let block = this.blocks.get(number);
      if (!block) {
        block = this.block(number)?.slice() ?? new Uint8Array(BLOCK_BYTES);
        this.blocks.set(number, block);
      }
      block.set(bytes.subarray(done, done + count), from);
      done += count;
    }
  }

  /** All blocks that hold anything but zeros, base included. */
  toBlocks(): SparseBlocks {
    const known = new Set(this.blocks.keys());
    if (this.base) for (const [number, slot] of this.base.index.entries()) if (slot !== NO_BLOCK) known.add(number);
    const numbers = [...known].filter((number) => this.block(number)?.some((byte) => byte !== 0)).sort((a, b) => a - b);
    const data = new Uint8Array(numbers.length * BLOCK_BYTES);
    for (const [slot, number] of numbers.entries()) data.set(this.block(number)!, slot * BLOCK_BYTES);
    return { byteLength: this.byteLength, numbers: Uint32Array.from(numbers), data };
  }

  private block(number: number): Uint8Array | undefined {
    const own = this.blocks.get(number);
    if (own || !this.base) return own;
    const slot = this.base.index[number] ?? NO_BLOCK;
    return slot === NO_BLOCK ? undefined : this.base.data.subarray(slot * BLOCK_BYTES, (slot + 1) * BLOCK_BYTES);
  }
}
