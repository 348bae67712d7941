import { crc32, deflateRawSync } from 'node:zlib';
import { text } from './tools.ts';

/** An entry as it should be, and whatever should be wrong with it. */
export interface Part {
  name?: string;
  data?: Uint8Array;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
  compressedSize?: number;
  disk?: number;
  offset?: number;
  localSize?: number;
  localName?: string;
  localMethod?: number;
  localExtra?: number;
}

export interface Ending {
  disk?: number;
  entriesHere?: number;
  entries?: number;
  directorySize?: number;
  directoryOffset?: number;
  before?: Uint8Array;
  comment?: Uint8Array;
}

/** Writes an archive field by field, so that each can be wrong. */
export function zipOf(parts: Part[], ending: Ending = {}): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { name = 'a', data = text('data'), method = 0, flags = 0 } = part;
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
    const crc = part.crc ?? crc32(data);
    const size = part.size ?? data.length;
    const compressed = part.compressedSize ?? packed.length;
    const localName = Buffer.from(part.localName ?? name);
    const extra = part.localExtra ?? 0;
    const local = fields(
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, part.localMethod ?? method],
      [4, 0],
      [4, crc],
      [4, compressed],
      [4, part.localSize ?? size],
      [2, localName.length],
      [2, extra],
    );
    files.push(local, localName, packed);
    directory.push(
      fields(
        [4, 0x02014b50],
        [2, 20],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, compressed],
        [4, size],
        [2, Buffer.byteLength(name)],
        [2, 0],
        [2, 0],
        [2, part.disk ?? 0],
        [2, 0],
        [4, 0],
        [4, part.offset ?? offset],
      ),
      Buffer.from(name),
    );
    offset += local.length + localName.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const before = ending.before ?? new Uint8Array(0);
  const comment = ending.comment ?? new Uint8Array(0);
  const count = ending.entries ?? parts.length;
  const end = fields(
    [4, 0x06054b50],
    [2, ending.disk ?? 0],
    [2, 0],
    [2, ending.entriesHere ?? count],
    [2, count],
    [4, ending.directorySize ?? central.length],
    [4, ending.directoryOffset ?? offset],
    [2, comment.length],
  );
  return new Uint8Array(Buffer.concat([...files, central, before, end, comment]));
}

/** Little-endian numbers of 2 or 4 bytes. */
function fields(...list: [2 | 4, number][]): Buffer {
  return Buffer.concat(
    list.map(([size, value]) => {
      const field = Buffer.alloc(size);
      field.writeUIntLE(value, 0, size);
      return field;
    }),
  );
}
