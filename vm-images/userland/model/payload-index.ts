/**
 * Which files of a bank the image consists of: a line `FILE CRC32 SIZE` each, of the unpacked content, as the gzip trailer has
 * them. It lies in imgdb.tgz beside the descriptors. The loader leaves out what is not listed, so that only code that came in
 * a VIB is present after a restart; and a change of the image is one rename, of imgdb.tgz.
 */
export const PAYLOAD_INDEX = 'var/db/esximg/payloads';
/** What the database is called: the second name for a moment while the image of a running host is changed (software/bank.ts). */
export const IMAGE_DATABASES = ['imgdb.tgz', 'imgdb.new'];
/** Not code of a VIB: the database itself, the configuration, options. */
const OTHER_FILES = [...IMAGE_DATABASES, 'state.tgz', 'useropts.gz'];

export interface PayloadSum {
  /** Of the unpacked bytes, unsigned. */
  crc32: number;
  /** Unpacked, modulo 2^32. */
  size: number;
}

export type PayloadIndex = ReadonlyMap<string, PayloadSum>;

export function serializePayloadIndex(index: PayloadIndex): string {
  const lines = [...index].map(([file, { crc32, size }]) => `${file} ${crc32.toString(16).padStart(8, '0')} ${size}`);
  return `${lines.sort().join('\n')}\n`;
}

/** Lines that make no sense name no file. */
export function parsePayloadIndex(text: string): PayloadIndex {
  const found = [...text.matchAll(/^(\S+) ([0-9a-f]{8}) (\d{1,10})$/gm)];
  return new Map(
    found.map(([, file, crc, size]) => [file!, { crc32: Number.parseInt(crc!, 16), size: Number(size) }] as const),
  );
}

/**
 * The sum a gzip file says its content has.
 *
 * @returns null for bytes too few to be one. @see RFC 1952, 2.3.1
 */
export function gzipTrailer(gzipped: Uint8Array): PayloadSum | null {
  if (gzipped.length < 18) return null;
  const at = gzipped.length - 8;
  const word = (from: number) =>
    (gzipped[from]! | (gzipped[from + 1]! << 8) | (gzipped[from + 2]! << 16) | (gzipped[from + 3]! << 24)) >>> 0;
  return { crc32: word(at), size: word(at + 4) };
}

export function isImageFile(file: string): boolean {
  return !OTHER_FILES.includes(file);
}
