import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../../../../main/vm/disk/base-disk.ts';
import { Overlay } from '../../../../../main/vm/disk/overlay.ts';
import { Journal, RECORD_BYTES, readJournalMark } from '../../../../../main/vm/worker/journal.ts';
import { baseDisk } from '../../../../helpers/base-disk.ts';

const SIZE = 256 * BLOCK_BYTES;
const HEADER = 512;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
  file = path.join(dir, 'disk.journal');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(image = 'image-a', io?: Parameters<typeof Journal.open>[3]) {
  const overlay = new Overlay(baseDisk(SIZE));
  return { overlay, journal: Journal.open(file, overlay, image, io) };
}

function write({ overlay, journal }: ReturnType<typeof open>, block: number, value: number): void {
  journal.append(overlay.write(block * BLOCK_BYTES, new Uint8Array(BLOCK_BYTES).fill(value)));
}

const byteOf = (overlay: Overlay, block: number) => overlay.read(block * BLOCK_BYTES + 17, 1)[0];

describe('journal', () => {
  it('gives back what was written, the last word on each block, without having been closed', () => {
    const first = open();
    for (let i = 0; i < 200; i++) write(first, i % 100, i);
    const { overlay, journal } = open();
    expect(overlay.count).toBe(100);
    expect(byteOf(overlay, 0)).toBe(100);
    expect(byteOf(overlay, 99)).toBe(199);
    expect(journal.mark).toEqual(first.journal.mark);
    first.journal.close();
    journal.close();
  });

  it('goes on at the place where a crash cut it off, at whatever byte', () => {
    const first = open();
    for (let i = 0; i < 5; i++) write(first, i, i + 1);
    first.journal.close();
    const whole = readFileSync(file);
    for (const cut of [1, 8, 16, 17, 2000, RECORD_BYTES - 1]) {
      writeFileSync(file, whole.subarray(0, HEADER + 3 * RECORD_BYTES + cut));
      const again = open();
      expect(again.overlay.count).toBe(3);
      expect(statSync(file).size).toBe(HEADER + 3 * RECORD_BYTES);
      write(again, 9, 99);
      again.journal.close();
      const last = open();
      expect([byteOf(last.overlay, 2), byteOf(last.overlay, 3), byteOf(last.overlay, 9)]).toEqual([3, 0, 99]);
      last.journal.close();
    }
  });

  it('believes nothing from the first damaged record on', () => {
    const first = open();
    for (let i = 0; i < 5; i++) write(first, i, i + 1);
    first.journal.close();
    const bytes = readFileSync(file);
    bytes[HEADER + 2 * RECORD_BYTES + 500]! ^= 1;
    writeFileSync(file, bytes);
    const { overlay, journal } = open();
    expect(overlay.count).toBe(2);
    journal.close();
  });

  it('does not take a whole record that is out of order', () => {
    const first = open();
    for (let i = 0; i < 3; i++) write(first, i, i + 1);
    first.journal.close();
    const bytes = readFileSync(file);
    appendFileSync(file, bytes.subarray(HEADER, HEADER + RECORD_BYTES));
    const { overlay, journal } = open();
    expect(overlay.count).toBe(3);
    expect(statSync(file).size).toBe(bytes.length);
    journal.close();
  });

  it('refuses the journal of another image and one that is none', () => {
    open('image-a').journal.close();
    expect(() => open('image-b')).toThrow(expect.objectContaining({ code: 'disk.journal-mismatch' }));
    writeFileSync(file, 'x'.repeat(600));
    expect(() => open()).toThrow(expect.objectContaining({ code: 'disk.journal-damaged' }));
  });

  it('begins anew when the crash fell into its creation', () => {
    open().journal.close();
    truncateSync(file, 100);
    const { journal, overlay } = open();
    expect(overlay.count).toBe(0);
    journal.close();
  });

  it('keeps every block when the disk is full, and catches up when there is room', () => {
    let room = 2 * RECORD_BYTES;
    const io = {
      write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
        // Half a record fits before the disk is full.
        const fits = Math.min(length, room);
        if (fits === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        room -= fits;
        return writeSync(fd, bytes, offset, fits, position);
      },
    };
    const first = open('image-a', io);
    write(first, 0, 1);
    room = RECORD_BYTES + 1000;
    write(first, 1, 2);
    room = 1000;
    expect(() => write(first, 2, 3)).toThrow(expect.objectContaining({ code: 'disk.full' }));
    expect(() => write(first, 3, 4)).toThrow(expect.objectContaining({ code: 'disk.full' }));
    expect(first.journal.isBehind).toBe(true);
    // Killed now, the two blocks that were never acknowledged are missing and nothing else.
    const killed = open();
    expect(killed.overlay.count).toBe(2);
    killed.journal.close();
    room = Number.MAX_SAFE_INTEGER;
    first.journal.retry();
    expect(first.journal.isBehind).toBe(false);
    write(first, 4, 5);
    first.journal.close();
    const { overlay, journal } = open();
    expect([0, 1, 2, 3, 4].map((block) => byteOf(overlay, block))).toEqual([1, 2, 3, 4, 5]);
    journal.close();
  });

  it('rewrites itself as the overlay is, under a new name, leaving no temporary file', () => {
    const first = open();
    for (let i = 0; i < 50; i++) write(first, 1, i);
    const before = first.journal.mark;
    first.journal.rewrite();
    expect(statSync(file).size).toBe(HEADER + RECORD_BYTES);
    expect(first.journal.mark.id).not.toBe(before.id);
    write(first, 2, 77);
    expect(readJournalMark(file)).toEqual(first.journal.mark);
    first.journal.close();
    const { overlay, journal } = open();
    expect([byteOf(overlay, 1), byteOf(overlay, 2)]).toEqual([49, 77]);
    journal.close();
  });
});
