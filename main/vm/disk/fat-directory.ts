import { DIRECTORY_ENTRY_BYTES } from './fat-layout.ts';

export const ATTRIBUTE = { readOnly: 1, hidden: 2, system: 4, volume: 8, directory: 16, archive: 32 } as const;
const LONG_NAME = 0x0f;
const DELETED = 0xe5;
const LAST_LONG = 0x40;
/** Offsets of the 13 UTF-16 units in a long-name entry. */
const UNIT_OFFSETS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
/** Windows NT's marks for a short name that is lower case throughout: base, extension. */
const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;

export interface RawEntry {
  readonly name: string;
  /** `NAME    EXT`, 11 bytes as text. */
  readonly shortName: string;
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  /** Milliseconds since 1970; FAT keeps local time in steps of 2 s, read here as UTC. */
  readonly modifiedMs: number;
  /** First and last 32-byte slot it takes in its directory, long-name slots included. */
  readonly firstSlot: number;
  readonly lastSlot: number;
}

interface LongName {
  text: string;
  checksum: number;
  /** The order number that must come next; 0: the short entry. */
  next: number;
  firstSlot: number;
}

/** Entries of a directory's bytes, volume labels and deleted ones left out; `.` and `..` included. */
export function parseDirectory(bytes: Uint8Array): RawEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: RawEntry[] = [];
  let long: LongName | null = null;
  for (let slot = 0; (slot + 1) * DIRECTORY_ENTRY_BYTES <= bytes.length; slot++) {
    const at = slot * DIRECTORY_ENTRY_BYTES;
    const first = bytes[at]!;
    if (first === 0) break;
    const attributes = bytes[at + 11]!;
    if (first === DELETED) long = null;
    else if ((attributes & 0x3f) === LONG_NAME) {
      const units = longUnits(view, at);
      const order = first & 0x1f;
      const checksum = bytes[at + 13]!;
      if (first & LAST_LONG) long = { text: units, checksum, next: order - 1, firstSlot: slot };
      else if (long && long.checksum === checksum && long.next === order)
        long = { text: units + long.text, checksum, next: order - 1, firstSlot: long.firstSlot };
      else long = null;
    } else {
      if (!(attributes & ATTRIBUTE.volume)) {
        const raw = bytes.subarray(at, at + 11);
        const name: LongName | null = long;
        const fits = name !== null && name.next === 0 && name.checksum === shortNameChecksum(raw);
        entries.push({
          name: fits ? name.text : displayShortName(raw, bytes[at + 12]!),
          shortName: String.fromCharCode(...raw),
          attributes,
          cluster: view.getUint16(at + 26, true),
          size: view.getUint32(at + 28, true),
          modifiedMs: decodeTime(view.getUint16(at + 24, true), view.getUint16(at + 22, true)),
          firstSlot: fits ? name.firstSlot : slot,
          lastSlot: slot,
        });
      }
      long = null;
    }
  }
  return entries;
}

export interface NewEntry {
  readonly name: string;
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/** The slots for a new entry: the 8.3 name alone when it says everything, else long-name slots before an alias. */
export function encodeEntry(entry: NewEntry, taken: ReadonlySet<string>): Uint8Array {
  const plain = plainShortName(entry.name);
  const short = plain?.shortName ?? makeAlias(entry.name, taken);
  const slots = plain ? 1 : 1 + Math.ceil(entry.name.length / 13);
  const bytes = new Uint8Array(slots * DIRECTORY_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  const at = (slots - 1) * DIRECTORY_ENTRY_BYTES;
  for (let i = 0; i < 11; i++) bytes[at + i] = short.charCodeAt(i);
  bytes[at + 11] = entry.attributes;
  bytes[at + 12] = plain?.caseFlags ?? 0;
  const { date, time } = encodeTime(entry.modifiedMs);
  view.setUint16(at + 14, time, true);
  view.setUint16(at + 16, date, true);
  view.setUint16(at + 18, date, true);
  view.setUint16(at + 22, time, true);
  view.setUint16(at + 24, date, true);
  view.setUint16(at + 26, entry.cluster, true);
  view.setUint32(at + 28, entry.size, true);
  const checksum = shortNameChecksum(bytes.subarray(at, at + 11));
  for (let order = 1; order < slots; order++) {
    const slotAt = (slots - 1 - order) * DIRECTORY_ENTRY_BYTES;
    bytes[slotAt] = order | (order === slots - 1 ? LAST_LONG : 0);
    bytes[slotAt + 11] = LONG_NAME;
    bytes[slotAt + 13] = checksum;
    for (const [i, offset] of UNIT_OFFSETS.entries()) {
      const unit = (order - 1) * 13 + i;
      const value =
        unit < entry.name.length ? entry.name.charCodeAt(unit) : unit === entry.name.length ? 0x0000 : 0xffff;
      view.setUint16(slotAt + offset, value, true);
    }
  }
  return bytes;
}

/** Whether FAT can hold this name at all. */
export function isFatName(name: string): boolean {
  return name.length > 0 && name.length <= 255 && !/[\\/:*?"<>|\u0000-\u001f]/.test(name) && !/[ .]$/.test(name);
}

function plainShortName(name: string): { shortName: string; caseFlags: number } | null {
  const match = /^([A-Za-z0-9!#$%&'()@^_`{}~-]{1,8})(?:\.([A-Za-z0-9!#$%&'()@^_`{}~-]{1,3}))?$/.exec(name);
  if (!match) return null;
  const [, base = '', extension = ''] = match;
  const mixed = (part: string) => part !== part.toUpperCase() && part !== part.toLowerCase();
  if (mixed(base) || mixed(extension)) return null;
  const lower = (part: string) => part !== part.toUpperCase();
  return {
    shortName: base.toUpperCase().padEnd(8) + extension.toUpperCase().padEnd(3),
    caseFlags: (lower(base) ? LOWER_BASE : 0) | (lower(extension) ? LOWER_EXTENSION : 0),
  };
}

function makeAlias(name: string, taken: ReadonlySet<string>): string {
  const clean = (part: string) => part.toUpperCase().replace(/[^A-Z0-9!#$%&'()@^_`{}~-]/g, '');
  const dot = name.lastIndexOf('.');
  const base = clean(dot > 0 ? name.slice(0, dot) : name) || 'FILE';
  const extension = clean(dot > 0 ? name.slice(dot + 1) : '').slice(0, 3);
  for (let number = 1; ; number++) {
    const tail = `~${number}`;
    const alias =
      base
        .slice(0, 8 - tail.length)
        .concat(tail)
        .padEnd(8) + extension.padEnd(3);
    if (!taken.has(alias)) return alias;
  }
}

function displayShortName(raw: Uint8Array, caseFlags: number): string {
  // 0x05 stands for a first byte of 0xE5, which would mark a deleted entry.
  const text = String.fromCharCode(raw[0] === 0x05 ? DELETED : raw[0]!, ...raw.subarray(1));
  const base = text.slice(0, 8).trimEnd();
  const extension = text.slice(8).trimEnd();
  const shown = (part: string, flag: number) => (caseFlags & flag ? part.toLowerCase() : part);
  return shown(base, LOWER_BASE) + (extension ? `.${shown(extension, LOWER_EXTENSION)}` : '');
}

function longUnits(view: DataView, at: number): string {
  let text = '';
  for (const offset of UNIT_OFFSETS) {
    const unit = view.getUint16(at + offset, true);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

function shortNameChecksum(raw: Uint8Array): number {
  let sum = 0;
  for (const byte of raw) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 255;
  return sum;
}

function decodeTime(date: number, time: number): number {
  return Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

function encodeTime(ms: number): { date: number; time: number } {
  const at = new Date(ms);
  const year = Math.min(127, Math.max(0, at.getUTCFullYear() - 1980));
  return {
    date: (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}
