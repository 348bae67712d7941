import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { LabError } from '../shared/errors.ts';
import { crc32 } from './checksum.ts';
import { BLOCK_BYTES } from './disk/base-disk.ts';
import type { HostImage, MachineSnapshot, SnapshotHeader } from './types.ts';
import { ENGINE } from './worker/v86-internals.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

/**
 * A machine in a file: `BBSNAP1\n`, u32le bytes and u32le CRC-32 of a JSON, the JSON, then three parts (zstd.ts) one after
 * the other: machine state, block numbers (u32le), blocks. The JSON is the snapshot's header and, for each part, its
 * bytes, its compressed bytes and the CRC-32 of these.
 */
const MAGIC = 'BBSNAP1\n';
const FIXED_BYTES = MAGIC.length + 8;
const MAX_JSON_BYTES = 65_536;
const VERSION = 1;
/** What a part may grow to: guest memory and screen for the state, a whole data store for the blocks. */
const MAX_PART_BYTES = 1024 * 1024 * 1024;
const LEVEL = 3;

interface Part {
  bytes: number;
  packedBytes: number;
  crc: number;
}

interface FileHeader {
  header: SnapshotHeader;
  state: Part;
  indexes: Part;
  data: Part;
}

/** @param level zstd level: 1 is quick, 3 usual, more for images that are made once. */
export async function serializeSnapshot(snapshot: MachineSnapshot, level = LEVEL): Promise<Uint8Array> {
  const { state, blocks } = snapshot;
  const indexBytes = new Uint8Array(blocks.indexes.buffer, blocks.indexes.byteOffset, blocks.indexes.byteLength);
  const parts: { part: Part; packed: Uint8Array }[] = [];
  for (const bytes of [state, indexBytes, blocks.data]) {
    const packed = await compressZstd(bytes, level);
    parts.push({ part: { bytes: bytes.length, packedBytes: packed.length, crc: crc32(packed) }, packed });
  }
  const [statePart, indexPart, dataPart] = parts.map(({ part }) => part);
  const json = Buffer.from(
    JSON.stringify({ header: snapshot.header, state: statePart, indexes: indexPart, data: dataPart }),
  );
  const head = Buffer.alloc(FIXED_BYTES);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(json.length, MAGIC.length);
  head.writeUInt32LE(crc32(json), MAGIC.length + 4);
  return Buffer.concat([head, json, ...parts.map(({ packed }) => packed)]);
}

/**
 * @throws LabError `snapshot.damaged`, `snapshot.version` (another format or engine).
 */
export async function parseSnapshot(bytes: Uint8Array): Promise<MachineSnapshot> {
  const { file, at } = parseFileHeader(bytes);
  const { header } = file;
  if (header.engine !== ENGINE) {
    throw new LabError('snapshot.version', `the snapshot was made by ${header.engine}, this program has ${ENGINE}`, {
      details: { expected: ENGINE, found: header.engine },
    });
  }
  let offset = at;
  const take = async (name: string, part: Part, shared: boolean): Promise<Uint8Array> => {
    const packed = bytes.subarray(offset, offset + part.packedBytes);
    if (packed.length !== part.packedBytes) throw damaged(`${name} is cut off`);
    if (crc32(packed) !== part.crc) throw damaged(`the checksum of ${name} is wrong`);
    offset += part.packedBytes;
    return unpack(name, packed, part.bytes, shared);
  };
  // The state is shared with the workers that start from it: no copy for each.
  const state = await take('the machine state', file.state, true);
  const indexBytes = await take('the block list', file.indexes, false);
  const data = await take('the blocks', file.data, true);
  const indexes = new Uint32Array(indexBytes.slice().buffer);
  if (data.length !== indexes.length * BLOCK_BYTES) throw damaged(`${indexes.length} blocks, but ${data.length} bytes`);
  return { header, state, blocks: { indexes, data } };
}

/** The header alone. @throws LabError `snapshot.damaged`, `snapshot.version` */
export function parseSnapshotHeader(bytes: Uint8Array): SnapshotHeader {
  return parseFileHeader(bytes).file.header;
}

/** Through a temporary file: a snapshot that was there before stays until the new one is whole. */
export async function writeSnapshotFile(file: string, snapshot: MachineSnapshot, level = LEVEL): Promise<void> {
  const bytes = await serializeSnapshot(snapshot, level);
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * @param image The image it must belong to.
 * @throws LabError `snapshot.missing`, `snapshot.damaged`, `snapshot.version`, `snapshot.image`.
 */
export async function readSnapshotFile(file: string, image?: HostImage): Promise<MachineSnapshot> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new LabError('snapshot.missing', `there is no snapshot ${file}`, { cause });
  }
  if (image) checkImage(parseSnapshotHeader(bytes), image);
  return parseSnapshot(bytes);
}

/** @throws LabError `snapshot.image` */
export function checkImage(header: SnapshotHeader, image: HostImage): void {
  if (header.imageHash === image.hash) return;
  throw new LabError('snapshot.image', `the snapshot was made with another version of the image ${header.imageId}`, {
    details: { expected: image.hash, found: header.imageHash },
  });
}

function parseFileHeader(bytes: Uint8Array): { file: FileHeader; at: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1');
  if (bytes.length < FIXED_BYTES || magic.slice(0, 6) !== MAGIC.slice(0, 6))
    throw damaged('it does not begin like a snapshot');
  if (magic !== MAGIC)
    throw new LabError('snapshot.version', `a snapshot file of format ${JSON.stringify(magic.trim())}`);
  const length = view.getUint32(MAGIC.length, true);
  const at = FIXED_BYTES + length;
  const json = bytes.subarray(FIXED_BYTES, at);
  if (length > MAX_JSON_BYTES || json.length !== length || crc32(json) !== view.getUint32(MAGIC.length + 4, true)) {
    throw damaged('the checksum of its header is wrong');
  }
  const file = JSON.parse(new TextDecoder().decode(json)) as FileHeader;
  if (file.header.version !== VERSION) {
    throw new LabError(
      'snapshot.version',
      `a snapshot of version ${file.header.version}, this program reads ${VERSION}`,
    );
  }
  return { file, at };
}

async function unpack(name: string, packed: Uint8Array, bytes: number, shared: boolean): Promise<Uint8Array> {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MAX_PART_BYTES)
    throw damaged(`${name} has no sensible size`);
  const out = new Uint8Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  try {
    await decompressZstd(packed, out);
  } catch (cause) {
    throw damaged(`${name} can't be unpacked`, cause);
  }
  return out;
}

function damaged(why: string, cause?: unknown): LabError {
  return new LabError('snapshot.damaged', `the snapshot can't be used: ${why}`, { cause });
}
