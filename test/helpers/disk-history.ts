import { readFileSync } from 'node:fs';
import { type BaseDisk, BLOCK_BYTES } from '../../main/vm/disk/base-disk.ts';
import type { BlockReader } from '../../main/vm/disk/block-device.ts';
import { SECTOR_BYTES } from '../../main/vm/disk/gpt.ts';
import { Overlay } from '../../main/vm/disk/overlay.ts';
import { RECORD_BYTES } from '../../main/vm/worker/journal.ts';

const HEADER_BYTES = 512;

/** A block as a machine wrote it: the layout is in main/vm/worker/journal.ts. */
export interface JournalRecord {
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** Where the journal has to be cut off to keep so many records. */
export function journalBytes(records: number): number {
  return HEADER_BYTES + records * RECORD_BYTES;
}

/** Every write of a machine to its disk, in order. */
export function readJournal(file: string): JournalRecord[] {
  const bytes = readFileSync(file);
  const count = Math.floor((bytes.length - HEADER_BYTES) / RECORD_BYTES);
  return Array.from({ length: count }, (_, at) => {
    const record = bytes.subarray(journalBytes(at), journalBytes(at + 1));
    return { block: record.readUInt32LE(4), bytes: record.subarray(RECORD_BYTES - BLOCK_BYTES) };
  });
}

/** A disk at one moment of its history. It knows which blocks were looked at: other writes change nothing that was seen. */
export class PastDisk implements BlockReader {
  readonly byteLength: number;
  private readonly overlay: Overlay;
  private readonly written = new Map<number, number>();
  private seen = new Set<number>();
  private writes = 0;

  constructor(base: BaseDisk) {
    this.overlay = new Overlay(base);
    this.byteLength = base.byteLength;
  }

  read(offset: number, length: number): Uint8Array {
    this.stamp(offset, length);
    return this.overlay.read(offset, length);
  }

  /** Counts as a look at that range. @returns another text whenever something in it has been written. */
  stamp(offset: number, length: number): string {
    const stamps: number[] = [];
    for (let block = Math.floor(offset / BLOCK_BYTES); block * BLOCK_BYTES < offset + length; block++) {
      this.seen.add(block);
      stamps.push(this.written.get(block) ?? 0);
    }
    return stamps.join();
  }

  /** What is looked at from now on decides what `apply` says. */
  forget(): void {
    this.seen = new Set();
  }

  /**
   * Writes one sector of a record after the other, those that it changes.
   *
   * @returns after each of them whether the block had been looked at.
   */
  *apply({ block, bytes }: JournalRecord): Generator<boolean> {
    const offset = block * BLOCK_BYTES;
    const before = this.overlay.read(offset, BLOCK_BYTES);
    for (let at = 0; at < BLOCK_BYTES; at += SECTOR_BYTES) {
      const sector = bytes.subarray(at, at + SECTOR_BYTES);
      if (Buffer.compare(sector, before.subarray(at, at + SECTOR_BYTES)) === 0) continue;
      this.overlay.write(offset + at, sector);
      this.written.set(block, ++this.writes);
      yield this.seen.has(block);
    }
  }
}
