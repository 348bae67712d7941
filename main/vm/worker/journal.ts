import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { LabError } from '../../shared/errors.ts';
import { crc32 } from '../checksum.ts';
import { BLOCK_BYTES } from '../disk/base-disk.ts';
import type { Overlay } from '../disk/overlay.ts';

/**
 * The overlay on the desktop's disk, an append-only file.
 *
 * Header, 512 bytes: `BBJRNL1\n`, u32le CRC-32 of the JSON, u16le its length, JSON `{version, id, imageHash, byteLength}`.
 * Then records of 16 + 4096 bytes: u32le magic, block number, sequence number (from 1, without gaps), CRC-32 of those
 * two words and the block; the block. The file is good up to its first record that does not check: what a crash cut off
 * was not acknowledged as synced.
 */
const MAGIC = 'BBJRNL1\n';
const VERSION = 1;
const HEADER_BYTES = 512;
const RECORD_MAGIC = 0x4b4c4242;
const RECORD_HEADER_BYTES = 16;
export const RECORD_BYTES = RECORD_HEADER_BYTES + BLOCK_BYTES;
const BATCH_RECORDS = 64;

/** When the file is this large and mostly holds blocks that were written again later, it is rewritten. */
const COMPACT_MIN_BYTES = 64 * 1024 * 1024;
const COMPACT_FACTOR = 4;

interface JournalHeader {
  version: number;
  id: string;
  imageHash: string;
  byteLength: number;
}

/** A place in one journal: `save.snap` notes it, to tell later whether the disk has moved on. */
export interface JournalMark {
  readonly id: string;
  readonly sequence: number;
}

/** The file operations that tests let fail. */
export interface JournalIo {
  write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
}

const nodeIo: JournalIo = { write: writeSync };

export class Journal {
  private readonly file: string;
  private readonly io: JournalIo;
  private readonly overlay: Overlay;
  private readonly batch = new Uint8Array(BATCH_RECORDS * RECORD_BYTES);
  private readonly batchView = new DataView(this.batch.buffer);
  private header: JournalHeader;
  private fd: number;
  private position = HEADER_BYTES;
  private sequence = 0;
  private dirty = false;
  private syncing = false;
  /** Blocks whose latest bytes the file does not have: the disk was full. */
  private readonly owed = new Set<number>();

  private constructor(file: string, overlay: Overlay, header: JournalHeader, fd: number, io: JournalIo) {
    this.file = file;
    this.overlay = overlay;
    this.header = header;
    this.fd = fd;
    this.io = io;
  }

  /**
   * Opens or creates the journal of a machine and puts what it holds into the overlay. A damaged end is cut off.
   *
   * @throws LabError `disk.journal-mismatch` when it belongs to another image, `disk.journal-damaged` when its header
   * can't be read.
   */
  static open(file: string, overlay: Overlay, imageHash: string, io: JournalIo = nodeIo): Journal {
    rmSync(temporary(file), { force: true });
    if (!existsSync(file)) return Journal.create(file, overlay, imageHash, io);
    const fd = openSync(file, 'r+');
    try {
      if (fstatSync(fd).size < HEADER_BYTES) {
        // Cut off while it was created: nothing was in it.
        closeSync(fd);
        rmSync(file);
        return Journal.create(file, overlay, imageHash, io);
      }
      const header = readHeader(fd, file);
      if (header.imageHash !== imageHash || header.byteLength !== overlay.byteLength) {
        throw new LabError('disk.journal-mismatch', `${file} belongs to another image than this machine's`, {
          details: { expected: imageHash, found: header.imageHash },
        });
      }
      const journal = new Journal(file, overlay, header, fd, io);
      journal.replay();
      return journal;
    } catch (error) {
      tryClose(fd);
      throw error;
    }
  }

  private static create(file: string, overlay: Overlay, imageHash: string, io: JournalIo): Journal {
    const header = { version: VERSION, id: randomUUID(), imageHash, byteLength: overlay.byteLength };
    const fd = openSync(file, 'w+');
    const journal = new Journal(file, overlay, header, fd, io);
    writeSync(fd, serializeHeader(header), 0, HEADER_BYTES, 0);
    fsyncSync(fd);
    return journal;
  }

  get mark(): JournalMark {
    return { id: this.header.id, sequence: this.sequence };
  }

  /** True while blocks are owed to the file. */
  get isBehind(): boolean {
    return this.owed.size > 0;
  }

  /**
   * Appends the present bytes of blocks that were just written, before the guest hears that the write is done.
   *
   * @throws LabError `disk.full` when the desktop's disk takes no more: the blocks are owed, `retry` writes them.
   */
  append(blocks: readonly number[]): void {
    if (this.owed.size > 0) {
      for (const block of blocks) this.owed.add(block);
      this.retry();
      return;
    }
    this.appendAll(blocks);
  }

  /** Writes what is owed. @throws LabError `disk.full` */
  retry(): void {
    const blocks = [...this.owed];
    this.owed.clear();
    this.appendAll(blocks);
  }

  /** Puts the whole overlay, which was replaced, in place of the journal's content. */
  rewrite(): void {
    const file = temporary(this.file);
    const fd = openSync(file, 'w+');
    const former = this.fd;
    const header = { ...this.header, id: randomUUID() };
    try {
      writeSync(fd, serializeHeader(header), 0, HEADER_BYTES, 0);
      const next = new Journal(file, this.overlay, header, fd, this.io);
      next.appendAll([...this.overlay.blocks()]);
      fsyncSync(fd);
      renameSync(file, this.file);
      this.header = header;
      this.fd = fd;
      this.position = next.position;
      this.sequence = next.sequence;
      this.owed.clear();
      this.dirty = false;
    } catch (error) {
      tryClose(fd);
      rmSync(file, { force: true });
      throw error;
    }
    closeSync(former);
  }

  /** Once a second or so: makes what was appended safe against a crash of the desktop, off this thread. */
  sync(): void {
    if (!this.dirty || this.syncing) return;
    if (this.isWasteful) {
      this.compact();
      return;
    }
    this.dirty = false;
    this.syncing = true;
    fsync(this.fd, () => {
      this.syncing = false;
    });
  }

  close(): void {
    if (this.dirty) fsyncSync(this.fd);
    tryClose(this.fd);
  }

  private get isWasteful(): boolean {
    return this.position > COMPACT_MIN_BYTES && this.position > COMPACT_FACTOR * this.overlay.count * RECORD_BYTES;
  }

  private compact(): void {
    try {
      this.rewrite();
    } catch {
      // No room for a second file: the long one is as good.
      this.dirty = false;
      fsyncSync(this.fd);
    }
  }

  private appendAll(blocks: readonly number[]): void {
    for (let at = 0; at < blocks.length; at += BATCH_RECORDS) {
      const part = blocks.slice(at, at + BATCH_RECORDS);
      try {
        this.writeBatch(part);
      } catch (cause) {
        for (const block of blocks.slice(at)) this.owed.add(block);
        const { code = '', message } = cause as NodeJS.ErrnoException;
        throw new LabError('disk.full', `${this.file} can't be written: ${message}`, {
          cause,
          details: { errno: code },
        });
      }
    }
  }

  private writeBatch(blocks: readonly number[]): void {
    for (const [i, block] of blocks.entries()) this.putRecord(i * RECORD_BYTES, block, this.sequence + 1 + i);
    const bytes = blocks.length * RECORD_BYTES;
    try {
      for (let done = 0; done < bytes; ) {
        done += this.io.write(this.fd, this.batch, done, bytes - done, this.position + done);
      }
    } catch (error) {
      // Half a record would be cut off at replay anyhow; the next append must not leave it in the middle.
      ftruncateSync(this.fd, this.position);
      throw error;
    }
    this.position += bytes;
    this.sequence += blocks.length;
    this.dirty = true;
  }

  private putRecord(at: number, block: number, sequence: number): void {
    const bytes = this.overlay.view(block)!;
    this.batch.set(bytes, at + RECORD_HEADER_BYTES);
    this.batchView.setUint32(at, RECORD_MAGIC, true);
    this.batchView.setUint32(at + 4, block, true);
    this.batchView.setUint32(at + 8, sequence, true);
    this.batchView.setUint32(at + 12, recordCrc(this.batch, at), true);
  }

  private replay(): void {
    const { size } = fstatSync(this.fd);
    const blockCount = this.overlay.byteLength / BLOCK_BYTES;
    read: while (this.position < size) {
      const got = readSync(this.fd, this.batch, 0, this.batch.length, this.position);
      const whole = Math.floor(got / RECORD_BYTES);
      if (whole === 0) break;
      for (let i = 0; i < whole; i++) {
        const at = i * RECORD_BYTES;
        const block = this.batchView.getUint32(at + 4, true);
        if (!this.isNextRecord(at) || block >= blockCount) break read;
        this.overlay.write(block * BLOCK_BYTES, this.batch.subarray(at + RECORD_HEADER_BYTES, at + RECORD_BYTES));
        this.sequence++;
        this.position += RECORD_BYTES;
      }
    }
    if (this.position < size) ftruncateSync(this.fd, this.position);
  }

  private isNextRecord(at: number): boolean {
    return (
      this.batchView.getUint32(at, true) === RECORD_MAGIC &&
      this.batchView.getUint32(at + 8, true) === this.sequence + 1 &&
      this.batchView.getUint32(at + 12, true) === recordCrc(this.batch, at)
    );
  }
}

/** Where the journal in `file` stands, without opening it for a machine; null when there is none that can be read. */
export function readJournalMark(file: string): JournalMark | null {
  if (!existsSync(file)) return null;
  const fd = openSync(file, 'r');
  try {
    const { id } = readHeader(fd, file);
    const { size } = fstatSync(fd);
    return { id, sequence: Math.floor((size - HEADER_BYTES) / RECORD_BYTES) };
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

function recordCrc(batch: Uint8Array, at: number): number {
  const words = crc32(batch.subarray(at + 4, at + 12));
  return (crc32(batch.subarray(at + RECORD_HEADER_BYTES, at + RECORD_BYTES)) ^ words) >>> 0;
}

function serializeHeader(header: JournalHeader): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const out = Buffer.alloc(HEADER_BYTES);
  out.write(MAGIC, 'latin1');
  out.writeUInt32LE(crc32(json), 8);
  out.writeUInt16LE(json.length, 12);
  json.copy(out, 14);
  return out;
}

function readHeader(fd: number, file: string): JournalHeader {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const got = readSync(fd, bytes, 0, HEADER_BYTES, 0);
  const length = bytes.readUInt16LE(12);
  const json = bytes.subarray(14, 14 + length);
  const fits = got === HEADER_BYTES && bytes.toString('latin1', 0, 8) === MAGIC && length <= HEADER_BYTES - 14;
  if (!fits || crc32(json) !== bytes.readUInt32LE(8)) {
    throw new LabError('disk.journal-damaged', `${file} does not begin like a disk journal`);
  }
  const header = JSON.parse(json.toString('utf8')) as JournalHeader;
  if (header.version !== VERSION) {
    throw new LabError('disk.journal-version', `${file} has version ${header.version}, this program reads ${VERSION}`);
  }
  return header;
}

function temporary(file: string): string {
  return `${file}.new`;
}

function tryClose(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // closed already
  }
}
