import { concatBytes } from './bytes.ts';
import type { PackageCodec } from './types.ts';
import { CENTRAL, checkZipName, END, FLAG, failZip, LOCAL, plainName, viewOf, ZIP64_MARK } from './zip-format.ts';

/** Version 2.0 of the format; made on Unix, where the upper half of the attributes is a file mode. */
const NEEDED = 20;
const MADE_BY = (3 << 8) | NEEDED;
const FILE_MODE = 0o100644;
const FOLDER_MODE = 0o040755;

interface Placed {
  name: Uint8Array;
  data: Uint8Array;
  crc32: number;
  offset: number;
  flags: number;
  mode: number;
}

/**
 * Writes an archive, stored without compression: the same bytes for the same input.
 *
 * @param files In the order they shall have; a name that ends with a slash is a folder and has no data.
 * @param modifiedSeconds Of every entry, since 1970; the format begins in 1980 and counts in pairs of seconds.
 * @throws PackageError `zip` for a name that `readZip` would refuse, or when ZIP64 were needed.
 */
export function serializeZip(
  files: { name: string; data: Uint8Array }[],
  codec: PackageCodec,
  modifiedSeconds: number,
): Uint8Array {
  const stamp = dosTime(modifiedSeconds);
  const names = new Set<string>();
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    checkZipName(name);
    if (names.has(plainName(name))) failZip(`zip entry ${JSON.stringify(name)} is there twice`);
    names.add(plainName(name));
    const placed = place(name, data, offset, codec);
    const header = localHeader(placed, stamp);
    locals.push(header, data);
    centrals.push(centralHeader(placed, stamp));
    offset += header.length + data.length;
  }
  const directory = concatBytes(centrals);
  if (files.length >= ZIP64_MARK.short || offset + directory.length >= ZIP64_MARK.long)
    failZip(`${files.length} files of ${offset} bytes do not fit in a zip archive`);
  return concatBytes([...locals, directory, endRecord(files.length, directory.length, offset)]);
}

function place(name: string, data: Uint8Array, offset: number, codec: PackageCodec): Placed {
  const bytes = codec.utf8Encode(name);
  if (bytes.length > 0xffff) failZip(`a zip entry has a name of ${bytes.length} bytes`);
  const folder = name.endsWith('/');
  if (folder && data.length > 0) failZip(`zip entry ${JSON.stringify(name)}: a folder of ${data.length} bytes`);
  return {
    name: bytes,
    data,
    crc32: codec.crc32(data),
    offset,
    flags: bytes.some((byte) => byte > 0x7f) ? FLAG.utf8 : 0,
    mode: folder ? FOLDER_MODE : FILE_MODE,
  };
}

function localHeader(file: Placed, stamp: number): Uint8Array {
  const header = new Uint8Array(LOCAL.bytes + file.name.length);
  const view = viewOf(header);
  view.setUint32(0, LOCAL.signature, true);
  writeCommon(view, 4, file, stamp);
  header.set(file.name, LOCAL.bytes);
  return header;
}

function centralHeader(file: Placed, stamp: number): Uint8Array {
  const header = new Uint8Array(CENTRAL.bytes + file.name.length);
  const view = viewOf(header);
  view.setUint32(0, CENTRAL.signature, true);
  view.setUint16(4, MADE_BY, true);
  writeCommon(view, 6, file, stamp);
  view.setUint32(38, file.mode * 0x10000, true);
  view.setUint32(42, file.offset, true);
  header.set(file.name, CENTRAL.bytes);
  return header;
}

/** From `version needed` to the name's length: the same in both headers. */
function writeCommon(view: DataView, at: number, file: Placed, stamp: number): void {
  view.setUint16(at, NEEDED, true);
  view.setUint16(at + 2, file.flags, true);
  view.setUint32(at + 6, stamp, true);
  view.setUint32(at + 10, file.crc32, true);
  view.setUint32(at + 14, file.data.length, true);
  view.setUint32(at + 18, file.data.length, true);
  view.setUint16(at + 22, file.name.length, true);
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const record = new Uint8Array(END.bytes);
  const view = viewOf(record);
  view.setUint32(0, END.signature, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return record;
}

/** Time in the low half, date in the high one, in UTC so that no time zone shows. @see APPNOTE.TXT 4.4.6 */
function dosTime(seconds: number): number {
  const range = [Date.UTC(1980, 0, 1), Date.UTC(2107, 11, 31, 23, 59, 58)] as const;
  const date = new Date(Math.min(Math.max(seconds * 1000, range[0]), range[1]));
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return day * 0x10000 + time;
}
