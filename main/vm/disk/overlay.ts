import { type BaseDisk, BLOCK_BYTES, NO_BLOCK } from './base-disk.ts';

const CHUNK_BLOCKS = 256;
const CHUNK_BYTES = CHUNK_BLOCKS * BLOCK_BYTES;

/** What the worker and the desktop side of one machine share: both read, the worker alone writes. */
export interface OverlayMemory {
  /** Block number → slot + 1; 0: not in the overlay. Zeroed memory costs nothing until it is touched. */
  readonly index: SharedArrayBuffer;
  /** Slots, 256 to a chunk, in the order they were taken. */
  readonly chunks: SharedArrayBuffer[];
}

/**
 * A disk as a machine sees it: its own 4 KiB blocks over a base that it shares with others and never changes. Memory is
 * taken a megabyte at a time, in shared buffers, so that the desktop side can read the disk while the machine runs and
 * still has it when the machine's worker is lost.
 */
export class Overlay {
  readonly base: BaseDisk;
  readonly memory: OverlayMemory;
  /** Slot → block number; found out when first asked for, the side that only reads never does. */
  private known: number[] | undefined;
  private readonly index: Uint32Array;
  private readonly chunks: Uint8Array[];
  private readonly onChunk: ((chunk: SharedArrayBuffer) => void) | undefined;

  /** @param options.onChunk Told about every chunk that is added, so that the other side can have it too. */
  constructor(base: BaseDisk, options: { memory?: OverlayMemory; onChunk?: (chunk: SharedArrayBuffer) => void } = {}) {
    this.base = base;
    this.memory = options.memory ?? createOverlayMemory(base.byteLength);
    this.index = new Uint32Array(this.memory.index);
    this.chunks = this.memory.chunks.map((chunk) => new Uint8Array(chunk));
    this.onChunk = options.onChunk;
    if (!options.memory) this.known = [];
  }

  /** Blocks in the overlay. */
  get count(): number {
    return this.owners.length;
  }

  get byteLength(): number {
    return this.base.byteLength;
  }

  has(block: number): boolean {
    return this.index[block] !== 0;
  }

  /** A chunk that the other side has added. */
  addChunk(chunk: SharedArrayBuffer): void {
    this.memory.chunks.push(chunk);
    this.chunks.push(new Uint8Array(chunk));
  }

  /** @returns a fresh array; reads past the end are zeros. */
  read(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const block = Math.floor((offset + done) / BLOCK_BYTES);
      const from = (offset + done) % BLOCK_BYTES;
      // Neighbours in the base are mostly neighbours in its data too, but blocks are few per request: keep it plain.
      const count = Math.min(BLOCK_BYTES - from, length - done);
      const view = this.view(block);
      if (view) out.set(view.subarray(from, from + count), done);
      done += count;
    }
    return out;
  }

  /** @returns numbers of the blocks that were written to, in order; without those of zeros that stay zeros. */
  write(offset: number, bytes: Uint8Array): number[] {
    const touched: number[] = [];
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((offset + done) / BLOCK_BYTES);
      const from = (offset + done) % BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - from, bytes.length - done);
      const part = bytes.subarray(done, done + count);
      done += count;
      // A guest that fills or wipes empty space would have all of it in memory.
      if (this.view(block) === undefined && isZero(part)) continue;
      this.own(block, count < BLOCK_BYTES).set(part, from);
      touched.push(block);
    }
    return touched;
  }

  /** The block's bytes where they lie: overlay, base, or undefined for a block of zeros. */
  view(block: number): Uint8Array | undefined {
    const slot = this.index[block]!;
    if (slot > 0) return this.slot(slot - 1);
    const baseSlot = this.base.index[block] ?? NO_BLOCK;
    if (baseSlot === NO_BLOCK) return undefined;
    return this.base.data.subarray(baseSlot * BLOCK_BYTES, (baseSlot + 1) * BLOCK_BYTES);
  }

  /** Everything changed since the base, ascending; the data is a copy. */
  capture(): { indexes: Uint32Array; data: Uint8Array } {
    const indexes = this.blocks();
    const data = new Uint8Array(indexes.length * BLOCK_BYTES);
    for (const [at, block] of indexes.entries()) data.set(this.slot(this.index[block]! - 1), at * BLOCK_BYTES);
    return { indexes, data };
  }

  /** Replaces whatever the overlay held. */
  load(blocks: { indexes: Uint32Array; data: Uint8Array }): void {
    for (const block of this.owners) this.index[block] = 0;
    this.known = [];
    for (const [at, block] of blocks.indexes.entries()) {
      this.own(block, false).set(blocks.data.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES));
    }
  }

  /** Numbers of the overlay's blocks, ascending. */
  blocks(): Uint32Array {
    return Uint32Array.from(this.owners).sort();
  }

  private own(block: number, keep: boolean): Uint8Array {
    const present = this.index[block]!;
    if (present > 0) return this.slot(present - 1);
    const former = keep ? this.view(block) : undefined;
    const slot = this.owners.push(block) - 1;
    if (slot >= this.chunks.length * CHUNK_BLOCKS) {
      const chunk = new SharedArrayBuffer(CHUNK_BYTES);
      this.addChunk(chunk);
      this.onChunk?.(chunk);
    }
    const view = this.slot(slot);
    // A slot that `load` has taken back still holds what it held.
    if (former) view.set(former);
    else if (keep) view.fill(0);
    this.index[block] = slot + 1;
    return view;
  }

  private slot(slot: number): Uint8Array {
    const from = (slot % CHUNK_BLOCKS) * BLOCK_BYTES;
    return this.chunks[Math.floor(slot / CHUNK_BLOCKS)]!.subarray(from, from + BLOCK_BYTES);
  }

  private get owners(): number[] {
    this.known ??= this.findOwners();
    return this.known;
  }

  private findOwners(): number[] {
    const owners: number[] = [];
    for (let block = 0; block < this.index.length; block++) {
      const slot = this.index[block]!;
      if (slot > 0) owners[slot - 1] = block;
    }
    return owners;
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

export function createOverlayMemory(byteLength: number): OverlayMemory {
  return { index: new SharedArrayBuffer(Math.ceil(byteLength / BLOCK_BYTES) * 4), chunks: [] };
}
