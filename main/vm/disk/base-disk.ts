import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { LabError } from '../../shared/errors.ts';

/**
 * A read-only disk of which only the written 4 KiB blocks are kept.
 *
 * File: `BBDISK1\n`, u32le length of the header JSON, the JSON `{byteLength, blockBytes, blocks, hash}`, zeros up to the
 * next multiple of 4096; u32le block numbers ascending, zeros to the next multiple of 4096; then the blocks in that order.
 */
export const BLOCK_BYTES = 4096;
/** In `index`: this block was never written and reads as zeros. */
export const NO_BLOCK = 0xffffffff;

const MAGIC = 'BBDISK1\n';
const FIXED_BYTES = MAGIC.length + 4;
const MAX_HEADER_BYTES = 65536;

export interface BaseDisk {
  readonly byteLength: number;
  readonly blockBytes: typeof BLOCK_BYTES;
  /** Block number → slot in `data`, or NO_BLOCK. Over a SharedArrayBuffer. */
  readonly index: Uint32Array;
  /** Slots of 4096 bytes. Over a SharedArrayBuffer. */
  readonly data: Uint8Array;
  /** SHA-256 over length, block numbers and blocks, hex. */
  readonly hash: string;
}

interface Header {
  byteLength: number;
  blockBytes: number;
  blocks: number;
  hash: string;
}

/** Blocks ready to be written: `numbers` ascending, `data` in the same order. */
export interface SparseBlocks {
  readonly byteLength: number;
  readonly numbers: Uint32Array;
  readonly data: Uint8Array;
}

/** Writes through a temporary file, so that a half-written base disk never has the final name. @returns its hash. */
export async function writeBaseDisk(file: string, blocks: SparseBlocks): Promise<string> {
  const { byteLength, numbers, data } = blocks;
  if (data.length !== numbers.length * BLOCK_BYTES)
    throw new LabError('disk.base-bad-input', `${numbers.length} blocks, but ${data.length} bytes of data`);
  const hash = hashOf(byteLength, numbers, data);
  const header: Header = { byteLength, blockBytes: BLOCK_BYTES, blocks: numbers.length, hash };
  const json = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(roundUp(FIXED_BYTES + json.length));
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(json.length, MAGIC.length);
  json.copy(head, FIXED_BYTES);
  const list = Buffer.alloc(roundUp(numbers.length * 4));
  for (let i = 0; i < numbers.length; i++) list.writeUInt32LE(numbers[i]!, i * 4);
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    for (const part of [head, list, data]) await writeAll(handle, part);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  await rename(temporary, file);
  return hash;
}

/**
 * @param options.verify Also compares the hash (reads every byte; about 100 ms for 50 MB).
 * @throws LabError `disk.base-missing` when there is no such file, `disk.base-damaged` when it is not what it says.
 */
export async function readBaseDisk(file: string, options: { verify?: boolean } = {}): Promise<BaseDisk> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new LabError('disk.base-missing', `the base disk can't be opened: ${file}`, { cause });
  });
  try {
    const damaged = (why: string): never => {
      throw new LabError('disk.base-damaged', `${file}: ${why}`);
    };
    const { size } = await handle.stat();
    const fixed = Buffer.alloc(FIXED_BYTES);
    await readAll(handle, fixed, 0);
    const headerBytes = fixed.readUInt32LE(MAGIC.length);
    if (size < FIXED_BYTES || fixed.toString('latin1', 0, MAGIC.length) !== MAGIC || headerBytes > MAX_HEADER_BYTES)
      damaged('it does not begin like a base disk');
    const header = parseHeader(await readPart(handle, FIXED_BYTES, headerBytes)) ?? damaged('its header is unreadable');
    const listAt = roundUp(FIXED_BYTES + headerBytes);
    const dataAt = listAt + roundUp(header.blocks * 4);
    const expected = dataAt + header.blocks * BLOCK_BYTES;
    if (size !== expected) damaged(`expected ${expected} bytes, found ${size}`);
    const list = await readPart(handle, listAt, header.blocks * 4);
    const blockCount = Math.ceil(header.byteLength / BLOCK_BYTES);
    const index = new Uint32Array(new SharedArrayBuffer(blockCount * 4)).fill(NO_BLOCK);
    const numbers = new Uint32Array(header.blocks);
    for (let slot = 0; slot < header.blocks; slot++) {
      const block = list.readUInt32LE(slot * 4);
      if (block >= blockCount || index[block] !== NO_BLOCK) damaged(`its block list is wrong at entry ${slot}`);
      index[block] = slot;
      numbers[slot] = block;
    }
    const data = new Uint8Array(new SharedArrayBuffer(header.blocks * BLOCK_BYTES));
    await readAll(handle, data, dataAt);
    if (options.verify && hashOf(header.byteLength, numbers, data) !== header.hash) damaged('its hash does not match');
    return { byteLength: header.byteLength, blockBytes: BLOCK_BYTES, index, data, hash: header.hash };
  } finally {
    await handle.close();
  }
}

function parseHeader(bytes: Buffer): Header | null {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as Partial<Header> | null;
    const fits =
      value !== null &&
      Number.isSafeInteger(value.byteLength) &&
      value.byteLength! >= 0 &&
      value.byteLength! < 2 ** 42 &&
      value.blockBytes === BLOCK_BYTES &&
      Number.isSafeInteger(value.blocks) &&
      value.blocks! >= 0 &&
      value.blocks! <= Math.ceil(value.byteLength! / BLOCK_BYTES) &&
      typeof value.hash === 'string';
    return fits ? (value as Header) : null;
  } catch {
    return null;
  }
}

function hashOf(byteLength: number, numbers: Uint32Array, data: Uint8Array): string {
  const hash = createHash('sha256').update(`${byteLength}\n`);
  const list = Buffer.alloc(numbers.length * 4);
  for (let i = 0; i < numbers.length; i++) list.writeUInt32LE(numbers[i]!, i * 4);
  return hash.update(list).update(data).digest('hex');
}

type Handle = Awaited<ReturnType<typeof open>>;

async function readPart(handle: Handle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await readAll(handle, bytes, position);
  return bytes;
}

/** Bytes that the file does not have stay zero: the caller compares sizes. */
async function readAll(handle: Handle, into: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}

async function writeAll(handle: Handle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
