import { PackageError } from './errors.ts';

/** Signatures and sizes of the records, without their variable parts. @see APPNOTE.TXT 6.3.3, 4.3 */
export const LOCAL = { signature: 0x04034b50, bytes: 30 };
export const CENTRAL = { signature: 0x02014b50, bytes: 46 };
export const END = { signature: 0x06054b50, bytes: 22 };
export const ZIP64_LOCATOR = { signature: 0x07064b50, bytes: 20 };

/** General purpose bits. @see APPNOTE.TXT 4.4.4 */
export const FLAG = {
  encrypted: 0x0001,
  sizesFollow: 0x0008,
  patch: 0x0020,
  strong: 0x0040,
  utf8: 0x0800,
  masked: 0x2000,
};

export const METHOD = { stored: 0, deflated: 8 };

/** What a 16 or 32 bit field holds when the value is in a ZIP64 record. */
export const ZIP64_MARK = { short: 0xffff, long: 0xffffffff };

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function failZip(message: string): never {
  throw new PackageError('zip', message);
}

/** Names become paths below a folder, so they must not lead out of it, nor to one file in two ways. */
export function checkZipName(name: string): void {
  const complaint = nameComplaint(name);
  if (complaint !== null) failZip(`zip entry ${JSON.stringify(name)}: its name ${complaint}`);
}

function nameComplaint(name: string): string | null {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a NUL';
  if (/[\x01-\x1f\x7f]/.test(name)) return 'holds a control character';
  if (name.includes('\\')) return 'holds a backslash';
  if (name.startsWith('/')) return 'is absolute';
  if (/^[A-Za-z]:/.test(name)) return 'starts with a drive letter';
  const segments = name.replace(/\/$/, '').split('/');
  if (segments.includes('..')) return 'leads out of the archive';
  return segments.includes('.') || segments.includes('') ? 'has an empty segment' : null;
}

/** The name by which two entries are the same file. */
export function plainName(name: string): string {
  return name.replace(/\/$/, '');
}
