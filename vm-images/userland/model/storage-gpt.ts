/**
 * A disk's partition table as partedUtil sees it: GPT or MBR, read from and written to the disk's own bytes.
 *
 * @see UEFI Specification, 5.3 (GUID Partition Table)
 */
export interface PartitionEntry {
  number: number;
  /** First and last sector, both included. */
  first: number;
  last: number;
  /** Type GUID in capitals without dashes (GPT), or the MBR type byte in lower-case hex. */
  type: string;
  /** GPT: the low 32 attribute bits as ESXi prints them (128 marks the boot partition in its own way); MBR: 128 = active. */
  attributes: number;
  /** GPT only: the partition's own GUID, capitals without dashes. */
  guid: string;
  name: string;
}

export interface PartitionTable {
  label: 'gpt' | 'msdos' | 'unknown';
  /** Sectors of the whole disk. */
  totalSectors: number;
  diskGuid: string;
  firstUsable: number;
  lastUsable: number;
  partitions: PartitionEntry[];
}

export const SECTOR_BYTES = 512;
/** Protective MBR, header and the 128 entries of 128 bytes: what `parsePartitionTable` wants from the start of the disk. */
export const TABLE_SECTORS = 34;

/** Partition types by the name partedUtil prints, in the order of `partedUtil showGuids`. */
export const PARTITION_TYPES: readonly { name: string; title: string; guid: string }[] = [
  { name: 'vmfs', title: 'vmfs', guid: 'AA31E02A400F11DB9590000C2911D1B8' },
  { name: 'vmkDiagnostic', title: 'vmkDiagnostic', guid: '9D27538040AD11DBBF97000C2911D1B8' },
  { name: 'vsan', title: 'vsan', guid: '381CFCCC728811E092EE000C2911D0B2' },
  { name: 'vmwareReserved', title: 'VMware Reserved', guid: '9198EFFC31C011DB8F78000C2911D1B8' },
  { name: 'linuxNative', title: 'Basic Data', guid: 'EBD0A0A2B9E5443387C068B6B72699C7' },
  { name: 'linuxSwap', title: 'Linux Swap', guid: '0657FD6DA4AB43C484E50933C84B4F4F' },
  { name: 'linuxLvm', title: 'Linux Lvm', guid: 'E6D6D379F50744C2A23C238F2A3DF928' },
  { name: 'linuxRaid', title: 'Linux Raid', guid: 'A19D880F05FC4D3BA006743F0F84911E' },
  { name: 'systemPartition', title: 'Efi System', guid: 'C12A7328F81F11D2BA4B00A0C93EC93B' },
  { name: 'microsoftReserved', title: 'Microsoft Reserved', guid: 'E3C9E3160B5C4DB8817DF92DF00215AE' },
  { name: 'unused', title: 'Unused Entry', guid: '00000000000000000000000000000000' },
];

/** partedUtil's word for a type GUID or MBR type byte; unknown ones show as `unknown`. */
export function partitionTypeName(type: string): string {
  const mbr: Record<string, string> = {
    fb: 'vmfs',
    fc: 'vmkDiagnostic',
    '83': 'linuxNative',
    '82': 'linuxSwap',
    ee: 'gptProtective',
  };
  return PARTITION_TYPES.find((one) => one.guid === type)?.name ?? mbr[type] ?? 'unknown';
}

/** Cylinders, heads, sectors as fdisk-era tools pretend: 255 heads, 63 sectors; small disks have 64 and 32. */
export function geometry(totalSectors: number): { cylinders: number; heads: number; sectors: number } {
  const small = totalSectors < 2 * 1024 * 1024;
  const heads = small ? 64 : 255;
  const sectors = small ? 32 : 63;
  return { cylinders: Math.floor(totalSectors / (heads * sectors)), heads, sectors };
}

/**
 * Reads a table from the first `TABLE_SECTORS` sectors of a disk.
 *
 * @param bytes At least 512 bytes; shorter than 34 sectors reads an MBR only.
 * @param totalSectors Size of the disk in 512-byte sectors.
 * @returns label `unknown` with no partitions when there is neither a GPT nor an MBR signature.
 */
export function parsePartitionTable(bytes: ArrayBuffer, totalSectors: number): PartitionTable {
  const view = new DataView(bytes);
  if (bytes.byteLength >= TABLE_SECTORS * SECTOR_BYTES && asciiAt(view, SECTOR_BYTES, 8) === 'EFI PART')
    return parseGpt(view, totalSectors);
  if (bytes.byteLength >= SECTOR_BYTES && view.getUint16(510, true) === 0xaa55) return parseMbr(view, totalSectors);
  return { label: 'unknown', totalSectors, diskGuid: '', firstUsable: 0, lastUsable: 0, partitions: [] };
}

/** An empty GPT for a disk of that size. */
export function createGpt(totalSectors: number, diskGuid: string): PartitionTable {
  return {
    label: 'gpt',
    totalSectors,
    diskGuid,
    firstUsable: TABLE_SECTORS,
    lastUsable: totalSectors - TABLE_SECTORS,
    partitions: [],
  };
}

/** What must hold before a table is written. @returns the first complaint, or null. */
export function checkTable(table: PartitionTable): string | null {
  const sorted = [...table.partitions].sort((one, other) => one.first - other.first);
  for (const [index, one] of sorted.entries()) {
    if (one.number < 1 || one.number > 128) return `partition number ${one.number} is not between 1 and 128`;
    if (one.last < one.first) return `partition ${one.number} ends (${one.last}) before it starts (${one.first})`;
    if (one.first < table.firstUsable || one.last > table.lastUsable) {
      return `partition ${one.number} (${one.first}-${one.last}) is outside the usable sectors ${table.firstUsable}-${table.lastUsable}`;
    }
    const next = sorted[index + 1];
    if (next !== undefined && next.first <= one.last) return `partitions ${one.number} and ${next.number} overlap`;
  }
  const numbers = new Set(table.partitions.map((one) => one.number));
  return numbers.size === table.partitions.length ? null : 'a partition number is used twice';
}

/**
 * The sectors to write for a GPT: the primary table without touching boot code (the caller keeps the first 440 bytes),
 * and the backup at the end.
 *
 * @param start The present first 34 sectors; boot code and disk signature are kept from it.
 * @returns pieces as `{ sector, bytes }`.
 */
export function serializeGpt(table: PartitionTable, start: ArrayBuffer): { sector: number; bytes: ArrayBuffer }[] {
  const primary = new ArrayBuffer(TABLE_SECTORS * SECTOR_BYTES);
  const backup = new ArrayBuffer((TABLE_SECTORS - 1) * SECTOR_BYTES);
  const out = new Uint8Array(primary);
  out.set(new Uint8Array(start, 0, Math.min(446, start.byteLength)));
  const view = new DataView(primary);
  view.setUint8(446 + 2, 2);
  view.setUint8(446 + 4, 0xee);
  view.setUint8(446 + 5, 0xff);
  view.setUint8(446 + 6, 0xff);
  view.setUint8(446 + 7, 0xff);
  view.setUint32(446 + 8, 1, true);
  view.setUint32(446 + 12, Math.min(table.totalSectors - 1, 0xffffffff), true);
  view.setUint16(510, 0xaa55, true);
  for (const one of table.partitions) writeEntry(view, 2 * SECTOR_BYTES + (one.number - 1) * 128, one);
  const entries = out.subarray(2 * SECTOR_BYTES);
  const entriesCrc = crc32(entries);
  const last = table.totalSectors - 1;
  writeHeader(primary, SECTOR_BYTES, table, { own: 1, other: last, entries: 2, entriesCrc });
  new Uint8Array(backup).set(entries);
  writeHeader(backup, 32 * SECTOR_BYTES, table, { own: last, other: 1, entries: last - 32, entriesCrc });
  return [
    { sector: 0, bytes: primary },
    { sector: last - 32, bytes: backup },
  ];
}

/** The first sector with an MBR of up to four primary partitions, boot code kept. */
export function serializeMbr(table: PartitionTable, start: ArrayBuffer): { sector: number; bytes: ArrayBuffer }[] {
  const sector = new ArrayBuffer(SECTOR_BYTES);
  new Uint8Array(sector).set(new Uint8Array(start, 0, Math.min(446, start.byteLength)));
  const view = new DataView(sector);
  for (const one of table.partitions) {
    const at = 446 + (one.number - 1) * 16;
    view.setUint8(at, one.attributes & 0x80);
    view.setUint8(at + 4, Number.parseInt(one.type, 16));
    view.setUint32(at + 8, one.first, true);
    view.setUint32(at + 12, one.last - one.first + 1, true);
  }
  view.setUint16(510, 0xaa55, true);
  return [{ sector: 0, bytes: sector }];
}

function parseGpt(view: DataView, totalSectors: number): PartitionTable {
  const header = SECTOR_BYTES;
  const partitions: PartitionEntry[] = [];
  const count = Math.min(view.getUint32(header + 80, true), 128);
  const size = view.getUint32(header + 84, true);
  for (let index = 0; index < count; index += 1) {
    const at = 2 * SECTOR_BYTES + index * size;
    if (at + 128 > view.byteLength) break;
    if (view.getUint32(at, true) === 0 && view.getUint32(at + 4, true) === 0) continue;
    partitions.push({
      number: index + 1,
      first: readSector(view, at + 32),
      last: readSector(view, at + 40),
      type: readGuid(view, at),
      guid: readGuid(view, at + 16),
      // ESXi shows the legacy-boot bit (bit 2) and its own as 128: one flag for "boot from here".
      attributes: (view.getUint32(at + 48, true) & 4) !== 0 ? 128 : 0,
      name: utf16At(view, at + 56, 36),
    });
  }
  return {
    label: 'gpt',
    totalSectors,
    diskGuid: readGuid(view, header + 56),
    firstUsable: readSector(view, header + 40),
    lastUsable: readSector(view, header + 48),
    partitions,
  };
}

function parseMbr(view: DataView, totalSectors: number): PartitionTable {
  const partitions: PartitionEntry[] = [];
  for (let index = 0; index < 4; index += 1) {
    const at = 446 + index * 16;
    const type = view.getUint8(at + 4);
    const first = view.getUint32(at + 8, true);
    const count = view.getUint32(at + 12, true);
    if (type === 0 || count === 0) continue;
    const attributes = view.getUint8(at) & 0x80;
    partitions.push({
      number: index + 1,
      first,
      last: first + count - 1,
      type: hex(type),
      attributes,
      guid: '',
      name: '',
    });
  }
  return { label: 'msdos', totalSectors, diskGuid: '', firstUsable: 1, lastUsable: totalSectors - 1, partitions };
}

function writeEntry(view: DataView, at: number, one: PartitionEntry): void {
  writeGuid(view, at, one.type);
  writeGuid(view, at + 16, one.guid);
  writeSector(view, at + 32, one.first);
  writeSector(view, at + 40, one.last);
  view.setUint32(at + 48, (one.attributes & 128) !== 0 ? 4 : 0, true);
  for (let index = 0; index < Math.min(one.name.length, 36); index += 1) {
    view.setUint16(at + 56 + index * 2, one.name.charCodeAt(index), true);
  }
}

function writeHeader(
  buffer: ArrayBuffer,
  at: number,
  table: PartitionTable,
  place: { own: number; other: number; entries: number; entriesCrc: number },
): void {
  const view = new DataView(buffer, at, SECTOR_BYTES);
  for (const [index, char] of [...'EFI PART'].entries()) view.setUint8(index, char.charCodeAt(0));
  view.setUint32(8, 0x00010000, true);
  view.setUint32(12, 92, true);
  writeSector(view, 24, place.own);
  writeSector(view, 32, place.other);
  writeSector(view, 40, table.firstUsable);
  writeSector(view, 48, table.lastUsable);
  writeGuid(view, 56, table.diskGuid);
  writeSector(view, 72, place.entries);
  view.setUint32(80, 128, true);
  view.setUint32(84, 128, true);
  view.setUint32(88, place.entriesCrc, true);
  view.setUint32(16, crc32(new Uint8Array(buffer, at, 92)), true);
}

/** GUIDs keep their first three groups little-endian on disk. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function readGuid(view: DataView, at: number): string {
  return GUID_ORDER.map((offset) => hex(view.getUint8(at + offset)))
    .join('')
    .toUpperCase();
}

function writeGuid(view: DataView, at: number, guid: string): void {
  for (const [index, offset] of GUID_ORDER.entries()) {
    view.setUint8(at + offset, Number.parseInt(guid.slice(index * 2, index * 2 + 2) || '0', 16));
  }
}

function readSector(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

function writeSector(view: DataView, at: number, sector: number): void {
  view.setUint32(at, sector % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(sector / 0x1_0000_0000), true);
}

function asciiAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += String.fromCharCode(view.getUint8(at + index));
  return text;
}

function utf16At(view: DataView, at: number, units: number): string {
  let text = '';
  for (let index = 0; index < units; index += 1) {
    const code = view.getUint16(at + index * 2, true);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

let crcTable: Uint32Array | undefined;

/** CRC-32 (IEEE 802.3) of at most some 16 KiB: partition tables are written seldom, so a plain table loop is enough. */
function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, value) => {
    let rest = value;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0xedb88320;
    return rest >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
