import { concatBytes } from '../../main/shared/bytes.ts';

/** What an archive holds: owner root throughout, one time for all, so that the same input gives the same bytes. */
export type ArchiveEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly data: Uint8Array }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * A ustar archive. Paths are relative, without a leading slash.
 *
 * @throws RangeError for names that ustar can't hold (100 characters, or 155 + 100 split at a slash).
 * @see POSIX.1-2017, pax, "ustar Interchange Format"
 */
export function writeTar(entries: readonly ArchiveEntry[], modifiedSeconds: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const data = entry.kind === 'file' ? entry.data : new Uint8Array(0);
    parts.push(tarHeader(entry, data.length, modifiedSeconds), data, new Uint8Array(padding(data.length, BLOCK)));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return concatBytes(parts);
}

/** An initramfs archive in the `newc` form. @see Linux, Documentation/driver-api/early-userspace/buffer-format.rst */
export function writeCpio(entries: readonly ArchiveEntry[], modifiedSeconds: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [index, entry] of entries.entries()) {
    const data = entry.kind === 'file' ? entry.data : encoder.encode(entry.kind === 'link' ? entry.target : '');
    parts.push(...cpioRecord(entry.path, index + 1, fileMode(entry), modifiedSeconds, data));
  }
  parts.push(...cpioRecord('TRAILER!!!', 0, 0, 0, new Uint8Array(0)));
  return concatBytes(parts);
}

function tarHeader(entry: ArchiveEntry, size: number, modifiedSeconds: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => header.set(encoder.encode(text), at);
  const octal = (at: number, width: number, value: number) =>
    put(at, `${value.toString(8).padStart(width - 1, '0')}\0`);
  const { name, prefix } = splitName(entry.kind === 'directory' ? `${entry.path}/` : entry.path);
  put(0, name);
  octal(100, 8, fileMode(entry) & 0o7777);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, size);
  octal(136, 12, modifiedSeconds);
  put(148, '        ');
  put(156, entry.kind === 'file' ? '0' : entry.kind === 'link' ? '2' : '5');
  if (entry.kind === 'link') put(157, entry.target);
  put(257, 'ustar\x0000');
  put(265, 'root');
  put(297, 'root');
  put(345, prefix);
  put(
    148,
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return header;
}

function splitName(path: string): { name: string; prefix: string } {
  if (path.length <= 100) return { name: path, prefix: '' };
  const slash = path.indexOf('/', path.length - 101);
  if (slash < 1 || slash > 155) throw new RangeError(`ustar can't hold the name ${path}`);
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

function cpioRecord(path: string, inode: number, mode: number, seconds: number, data: Uint8Array): Uint8Array[] {
  const name = encoder.encode(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, seconds, data.length, 0, 0, 0, 0, name.length, 0];
  const head = encoder.encode(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [
    head,
    name,
    new Uint8Array(padding(head.length + name.length, 4)),
    data,
    new Uint8Array(padding(data.length, 4)),
  ];
}

function fileMode(entry: ArchiveEntry): number {
  if (entry.kind === 'link') return 0o120777;
  return (entry.kind === 'file' ? 0o100000 : 0o040000) | entry.mode;
}

function padding(length: number, unit: number): number {
  return (unit - (length % unit)) % unit;
}
