import { equalBytes, readPiece, strictUtf8 } from './bytes.ts';
import { type ByteSource, type PackageCodec, sliceSource } from './types.ts';
import {
  CENTRAL,
  checkZipName,
  END,
  FLAG,
  failZip,
  LOCAL,
  METHOD,
  plainName,
  viewOf,
  ZIP64_LOCATOR,
  ZIP64_MARK,
} from './zip-format.ts';

const MAX_COMMENT = 0xffff;
/** Room for 65534 entries with names of 80 letters; a larger directory is an attack on memory. */
const MAX_DIRECTORY_BYTES = 8 << 20;
const MAX_ENTRY_BYTES = 64 << 20;

export interface ZipEntry {
  /** Relative, with slashes; a folder's ends with one. */
  name: string;
  method: 'stored' | 'deflated';
  /** Uncompressed, in bytes. */
  size: number;
  compressedSize: number;
  crc32: number;
  /** Of the local header. */
  offset: number;
  /** Where the next entry or the directory starts: header and data end by then. */
  endOffset: number;
  /** The name as it is in the file. */
  nameBytes: Uint8Array;
}

/**
 * Lists an archive by its central directory. One disk, no ZIP64, no encryption, stored or deflated entries only.
 *
 * @throws PackageError `zip` naming entry or offset, also for names that lead out of a folder and for entries that overlap.
 * @see APPNOTE.TXT of PKWARE 6.3.3
 */
export function readZip(source: ByteSource, codec: PackageCodec): ZipEntry[] {
  const { count, offset, size } = readEnd(source);
  if (size > MAX_DIRECTORY_BYTES)
    failZip(`the central directory has ${size} bytes, at most ${MAX_DIRECTORY_BYTES} expected`);
  const directory = readPiece(source, offset, size, 'zip', 'the central directory');
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { entry, next } = readCentral(directory, at, offset, codec);
    if (names.has(plainName(entry.name))) failZip(`zip entry ${quote(entry.name)} is there twice`);
    names.add(plainName(entry.name));
    entries.push(entry);
    at = next;
  }
  if (at !== size) failZip(`the central directory has ${size} bytes, its ${count} entries take ${at}`);
  setEnds(entries, offset);
  return entries;
}

/** Finds the end-of-central-directory record, behind which only its comment may follow. */
function readEnd(source: ByteSource): { count: number; offset: number; size: number } {
  const start = Math.max(0, source.length - END.bytes - MAX_COMMENT);
  const tail = viewOf(readPiece(source, start, source.length - start, 'zip', 'the archive'));
  let at = tail.byteLength - END.bytes;
  while (at >= 0 && !isEnd(tail, at)) at--;
  if (at < 0) failZip(`not a zip archive: no end of central directory in its last ${tail.byteLength} bytes`);
  const count = tail.getUint16(at + 10, true);
  const size = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  const located =
    at >= ZIP64_LOCATOR.bytes && tail.getUint32(at - ZIP64_LOCATOR.bytes, true) === ZIP64_LOCATOR.signature;
  if (located || count === ZIP64_MARK.short || size === ZIP64_MARK.long || offset === ZIP64_MARK.long)
    failZip('a ZIP64 archive: expected one of less than 4 GiB and 65535 entries');
  if (
    tail.getUint16(at + 4, true) !== 0 ||
    tail.getUint16(at + 6, true) !== 0 ||
    tail.getUint16(at + 8, true) !== count
  )
    failZip('one disk of an archive of several');
  if (offset + size !== start + at)
    failZip(`the central directory should end at offset ${start + at}, its record says ${offset + size}`);
  return { count, offset, size };
}

function isEnd(tail: DataView, at: number): boolean {
  const comment = tail.byteLength - at - END.bytes;
  return tail.getUint32(at, true) === END.signature && tail.getUint16(at + 20, true) === comment;
}

function readCentral(
  directory: Uint8Array,
  at: number,
  base: number,
  codec: PackageCodec,
): { entry: ZipEntry; next: number } {
  const where = `the central directory at offset ${base + at}`;
  if (at + CENTRAL.bytes > directory.length) failZip(`${where}: an entry is cut off`);
  const view = viewOf(directory.subarray(at, at + CENTRAL.bytes));
  if (view.getUint32(0, true) !== CENTRAL.signature) failZip(`${where}: no entry found`);
  const nameEnd = at + CENTRAL.bytes + view.getUint16(28, true);
  const next = nameEnd + view.getUint16(30, true) + view.getUint16(32, true);
  if (next > directory.length) failZip(`${where}: an entry is cut off`);
  const nameBytes = directory.slice(at + CENTRAL.bytes, nameEnd);
  const flags = view.getUint16(8, true);
  const name = decodeName(nameBytes, flags, where, codec);
  const method = view.getUint16(10, true);
  const entry: ZipEntry = {
    name,
    method: method === METHOD.stored ? 'stored' : 'deflated',
    size: view.getUint32(24, true),
    compressedSize: view.getUint32(20, true),
    crc32: view.getUint32(16, true),
    offset: view.getUint32(42, true),
    endOffset: 0,
    nameBytes,
  };
  checkCentral(entry, flags, method, view.getUint16(34, true));
  return { entry, next };
}

function decodeName(bytes: Uint8Array, flags: number, where: string, codec: PackageCodec): string {
  const name = strictUtf8(bytes, codec);
  // Without the flag letters beyond ASCII are those of a code page.
  if (name === null || ((flags & FLAG.utf8) === 0 && bytes.some((byte) => byte > 0x7f)))
    failZip(`${where}: expected a name in UTF-8`);
  checkZipName(name);
  return name;
}

function checkCentral(entry: ZipEntry, flags: number, method: number, disk: number): void {
  const name = quote(entry.name);
  if ((flags & (FLAG.encrypted | FLAG.strong | FLAG.masked)) !== 0) failZip(`zip entry ${name} is encrypted`);
  if ((flags & FLAG.patch) !== 0) failZip(`zip entry ${name} is a patch`);
  if (method !== METHOD.stored && method !== METHOD.deflated)
    failZip(`zip entry ${name}: expected method 0 or 8, found ${method}`);
  if ([entry.size, entry.compressedSize, entry.offset].includes(ZIP64_MARK.long))
    failZip(`zip entry ${name} is of ZIP64`);
  if (disk !== 0) failZip(`zip entry ${name} is on disk ${disk}`);
  if (method === METHOD.stored && entry.size !== entry.compressedSize)
    failZip(`zip entry ${name}: stored, yet ${entry.size} bytes take ${entry.compressedSize}`);
  if (entry.name.endsWith('/') && entry.size !== 0) failZip(`zip entry ${name}: a folder of ${entry.size} bytes`);
}

/** Entries that share bytes are how a small archive unpacks to terabytes. */
function setEnds(entries: ZipEntry[], directoryOffset: number): void {
  const sorted = [...entries].sort((one, other) => one.offset - other.offset);
  for (const [index, entry] of sorted.entries()) {
    entry.endOffset = sorted[index + 1]?.offset ?? directoryOffset;
    const end = entry.offset + LOCAL.bytes + entry.nameBytes.length + entry.compressedSize;
    if (end > entry.endOffset)
      failZip(`zip entry ${quote(entry.name)} should end at offset ${entry.endOffset}, it reaches to ${end}`);
  }
}

/**
 * Unpacks an entry.
 *
 * @param limitBytes An entry that says it is larger is not read.
 * @throws PackageError `zip` when the local header is another, or size or CRC-32 of the data are not as listed.
 */
export function readZipEntry(
  source: ByteSource,
  entry: ZipEntry,
  codec: PackageCodec,
  limitBytes = MAX_ENTRY_BYTES,
): Uint8Array {
  const size = Math.max(entry.size, entry.compressedSize);
  if (size > limitBytes) failZip(`zip entry ${quote(entry.name)} has ${size} bytes, at most ${limitBytes} allowed`);
  const packed = readPiece(
    source,
    dataOffset(source, entry),
    entry.compressedSize,
    'zip',
    `zip entry ${quote(entry.name)}`,
  );
  const data = entry.method === 'stored' ? packed : inflate(packed, entry, codec);
  const sum = codec.crc32(data);
  if (sum !== entry.crc32)
    failZip(`zip entry ${quote(entry.name)}: expected CRC-32 ${hex(entry.crc32)}, found ${hex(sum)}`);
  return data;
}

/**
 * The data of a stored entry, unread: its CRC-32 is not checked.
 *
 * @throws PackageError `zip` for a deflated entry, or when the local header is another.
 */
export function zipEntrySource(source: ByteSource, entry: ZipEntry): ByteSource {
  if (entry.method !== 'stored')
    failZip(`zip entry ${quote(entry.name)}: expected a stored entry, found a deflated one`);
  return sliceSource(source, dataOffset(source, entry), entry.size);
}

function inflate(packed: Uint8Array, entry: ZipEntry, codec: PackageCodec): Uint8Array {
  let data: Uint8Array;
  try {
    data = codec.inflateRaw(packed, entry.size);
  } catch (error) {
    failZip(`zip entry ${quote(entry.name)} can't be inflated: ${(error as Error).message}`);
  }
  if (data.length !== entry.size)
    failZip(`zip entry ${quote(entry.name)}: expected ${entry.size} bytes, found ${data.length}`);
  return data;
}

/** Where the data start, when the local header agrees with the directory: a reader that trusts the other sees the same. */
function dataOffset(source: ByteSource, entry: ZipEntry): number {
  const where = `the header of zip entry ${quote(entry.name)} at offset ${entry.offset}`;
  const header = readPiece(source, entry.offset, LOCAL.bytes, 'zip', where);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== LOCAL.signature) failZip(`${where}: not a local header`);
  const flags = view.getUint16(6, true);
  const method = entry.method === 'stored' ? METHOD.stored : METHOD.deflated;
  if ((flags & FLAG.encrypted) !== 0 || view.getUint16(8, true) !== method)
    failZip(`${where}: not as in the directory`);
  const nameLength = view.getUint16(26, true);
  const name = readPiece(source, entry.offset + LOCAL.bytes, nameLength, 'zip', where);
  if (!equalBytes(name, entry.nameBytes)) failZip(`${where}: another name than in the directory`);
  for (const [at, value] of [
    [14, entry.crc32],
    [18, entry.compressedSize],
    [22, entry.size],
  ] as const) {
    const found = view.getUint32(at, true);
    // A writer that could not go back left zeros here and the values behind the data.
    if (found !== value && (found !== 0 || (flags & FLAG.sizesFollow) === 0))
      failZip(`${where}: another size or CRC-32 than in the directory`);
  }
  const start = entry.offset + LOCAL.bytes + nameLength + view.getUint16(28, true);
  if (start + entry.compressedSize > entry.endOffset)
    failZip(`${where}: the data reach beyond offset ${entry.endOffset}`);
  return start;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
