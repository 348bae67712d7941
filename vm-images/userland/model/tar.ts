const BLOCK = 512;
const FILE_TYPES = [0, 0x30];

/**
 * Regular files of a ustar archive.
 *
 * @throws Error for one that is damaged. @see POSIX.1-2017, pax, "ustar Interchange Format"
 */
export function listTar(
  tar: Uint8Array,
  codec: { utf8Decode(data: Uint8Array): string },
): { path: string; data: Uint8Array }[] {
  const files: { path: string; data: Uint8Array }[] = [];
  const text = (at: number, length: number) => {
    const field = tar.subarray(at, at + length);
    const end = field.indexOf(0);
    return codec.utf8Decode(end < 0 ? field : field.subarray(0, end));
  };
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    if (!(size >= 0) || at + BLOCK + size > tar.length || text(at + 257, 5) !== 'ustar')
      throw new Error(`no tar header at byte ${at}`);
    const prefix = text(at + 345, 155);
    const name = text(at, 100);
    if (FILE_TYPES.includes(tar[at + 156]!))
      files.push({
        path: prefix === '' ? name : `${prefix}/${name}`,
        data: tar.subarray(at + BLOCK, at + BLOCK + size),
      });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
