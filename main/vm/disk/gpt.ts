import { LabError } from '../../shared/errors.ts';
import type { BlockDevice, BlockReader } from './block-device.ts';
import { crc32 } from './crc32.ts';

export const SECTOR_BYTES = 512;
const ENTRY_BYTES = 128;
const ENTRY_COUNT = 128;
const ENTRY_SECTORS = (ENTRY_BYTES * ENTRY_COUNT) / SECTOR_BYTES;
const HEADER_BYTES = 92;
const SIGNATURE = 'EFI PART';
/** Reading refuses larger tables: a damaged header must not make us read gigabytes. */
const MAX_TABLE_BYTES = 1 << 20;

/** Partition types an ESXi 5.x disk uses. */
export const GPT_TYPES = {
  efiSystem: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  basicData: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
  vmkDiagnostic: '9D275380-40AD-11DB-BF97-000C2911D1B8',
  vmfs: 'AA31E02A-400F-11DB-9590-000C2911D1B8',
} as const;

/** Attribute bit 2: the one partition that gptmbr.bin boots. */
export const LEGACY_BOOT_ATTRIBUTE = 4n;

export interface GptPartition {
  /** 1 to 128; the slot in the table, which need not follow the order on the disk. */
  readonly number: number;
  readonly firstLba: number;
  /** The last sector that belongs to it. */
  readonly lastLba: number;
  /** GUID, upper case with dashes. */
  readonly type: string;
  readonly id: string;
  /** At most 36 UTF-16 units. */
  readonly name: string;
  readonly attributes: bigint;
}

export interface Gpt {
  readonly diskId: string;
  readonly sectorCount: number;
  readonly partitions: readonly GptPartition[];
}

/**
 * Writes protective MBR, both headers and both tables.
 *
 * @param bootCode At most 440 bytes for the start of sector 0 (gptmbr.bin).
 * @throws LabError `disk.gpt-bad-layout` when a partition lies outside the usable area, overlaps another, or shares a number.
 * @see UEFI specification 2.10, chapter 5
 */
export async function writeGpt(device: BlockDevice, gpt: Gpt, bootCode: Uint8Array = new Uint8Array(0)): Promise<void> {
  checkLayout(gpt);
  const table = encodeTable(gpt.partitions);
  const last = gpt.sectorCount - 1;
  await device.write(0, encodeProtectiveMbr(gpt.sectorCount, bootCode));
  await device.write(SECTOR_BYTES, encodeHeader(gpt, table, 1, last, 2));
  await device.write(2 * SECTOR_BYTES, table);
  await device.write((last - ENTRY_SECTORS) * SECTOR_BYTES, table);
  await device.write(last * SECTOR_BYTES, encodeHeader(gpt, table, last, 1, last - ENTRY_SECTORS));
}

/**
 * Reads the primary table, or the backup when the primary is damaged and `byteLength` says where the disk ends.
 *
 * @throws LabError `disk.gpt-damaged` when neither can be trusted.
 */
export async function readGpt(reader: BlockReader, byteLength?: number): Promise<Gpt> {
  const primary = await readAt(reader, 1);
  if (primary.ok) return primary.gpt;
  const last = byteLength === undefined ? 0 : Math.floor(byteLength / SECTOR_BYTES) - 1;
  const backup = last > 1 ? await readAt(reader, last) : primary;
  if (backup.ok) return backup.gpt;
  throw new LabError('disk.gpt-damaged', `no usable partition table: ${primary.reason} (sector 1)`, {
    details: { primary: primary.reason, backup: backup.reason },
  });
}

type ReadOutcome = { ok: true; gpt: Gpt } | { ok: false; reason: string };

async function readAt(reader: BlockReader, lba: number): Promise<ReadOutcome> {
  const sector = (await reader.read(lba * SECTOR_BYTES, SECTOR_BYTES)).slice();
  const view = new DataView(sector.buffer);
  if (ascii(sector.subarray(0, 8)) !== SIGNATURE) return { ok: false, reason: 'the EFI PART signature is missing' };
  const headerBytes = view.getUint32(12, true);
  if (headerBytes < HEADER_BYTES || headerBytes > SECTOR_BYTES)
    return { ok: false, reason: `header length ${headerBytes}` };
  const stored = view.getUint32(16, true);
  view.setUint32(16, 0, true);
  if (crc32(sector.subarray(0, headerBytes)) !== stored) return { ok: false, reason: 'the header checksum is wrong' };
  const entryCount = view.getUint32(80, true);
  const entryBytes = view.getUint32(84, true);
  if (entryBytes < ENTRY_BYTES || entryCount * entryBytes > MAX_TABLE_BYTES)
    return { ok: false, reason: `${entryCount} entries of ${entryBytes} bytes` };
  const table = await reader.read(Number(view.getBigUint64(72, true)) * SECTOR_BYTES, entryCount * entryBytes);
  if (crc32(table) !== view.getUint32(88, true)) return { ok: false, reason: 'the table checksum is wrong' };
  const alternate = Number(view.getBigUint64(32, true));
  const diskId = decodeGuid(sector, 56);
  return {
    ok: true,
    gpt: { diskId, sectorCount: Math.max(lba, alternate) + 1, partitions: decodeTable(table, entryBytes) },
  };
}

function checkLayout(gpt: Gpt): void {
  const bad = (message: string): never => {
    throw new LabError('disk.gpt-bad-layout', message);
  };
  const sorted = [...gpt.partitions].sort((a, b) => a.firstLba - b.firstLba);
  const numbers = new Set<number>();
  let free = 2 + ENTRY_SECTORS;
  for (const part of sorted) {
    if (part.number < 1 || part.number > ENTRY_COUNT || numbers.has(part.number))
      bad(`partition number ${part.number} is used twice or is not in 1..${ENTRY_COUNT}`);
    numbers.add(part.number);
    if (part.firstLba < free || part.lastLba < part.firstLba || part.lastLba > gpt.sectorCount - ENTRY_SECTORS - 2)
      bad(`partition ${part.number} (sectors ${part.firstLba} to ${part.lastLba}) overlaps or leaves the usable area`);
    free = part.lastLba + 1;
  }
}

function encodeTable(partitions: readonly GptPartition[]): Uint8Array {
  const table = new Uint8Array(ENTRY_BYTES * ENTRY_COUNT);
  const view = new DataView(table.buffer);
  for (const part of partitions) {
    const at = (part.number - 1) * ENTRY_BYTES;
    table.set(encodeGuid(part.type), at);
    table.set(encodeGuid(part.id), at + 16);
    view.setBigUint64(at + 32, BigInt(part.firstLba), true);
    view.setBigUint64(at + 40, BigInt(part.lastLba), true);
    view.setBigUint64(at + 48, part.attributes, true);
    for (let i = 0; i < Math.min(36, part.name.length); i++)
      view.setUint16(at + 56 + i * 2, part.name.charCodeAt(i), true);
  }
  return table;
}

function decodeTable(table: Uint8Array, entryBytes: number): GptPartition[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const partitions: GptPartition[] = [];
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    if (table.subarray(at, at + 16).every((byte) => byte === 0)) continue;
    const units = Array.from({ length: 36 }, (_, i) => view.getUint16(at + 56 + i * 2, true));
    const end = units.indexOf(0);
    partitions.push({
      number: at / entryBytes + 1,
      firstLba: Number(view.getBigUint64(at + 32, true)),
      lastLba: Number(view.getBigUint64(at + 40, true)),
      type: decodeGuid(table, at),
      id: decodeGuid(table, at + 16),
      name: String.fromCharCode(...units.slice(0, end < 0 ? 36 : end)),
      attributes: view.getBigUint64(at + 48, true),
    });
  }
  return partitions;
}

function encodeHeader(gpt: Gpt, table: Uint8Array, at: number, other: number, tableAt: number): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  const view = new DataView(sector.buffer);
  for (let i = 0; i < SIGNATURE.length; i++) sector[i] = SIGNATURE.charCodeAt(i);
  view.setUint32(8, 0x00010000, true);
  view.setUint32(12, HEADER_BYTES, true);
  view.setBigUint64(24, BigInt(at), true);
  view.setBigUint64(32, BigInt(other), true);
  view.setBigUint64(40, BigInt(2 + ENTRY_SECTORS), true);
  view.setBigUint64(48, BigInt(gpt.sectorCount - ENTRY_SECTORS - 2), true);
  sector.set(encodeGuid(gpt.diskId), 56);
  view.setBigUint64(72, BigInt(tableAt), true);
  view.setUint32(80, ENTRY_COUNT, true);
  view.setUint32(84, ENTRY_BYTES, true);
  view.setUint32(88, crc32(table), true);
  view.setUint32(16, crc32(sector.subarray(0, HEADER_BYTES)), true);
  return sector;
}

function encodeProtectiveMbr(sectorCount: number, bootCode: Uint8Array): Uint8Array {
  if (bootCode.length > 440)
    throw new LabError('disk.gpt-bad-layout', `boot code of ${bootCode.length} bytes does not fit in 440`);
  const sector = new Uint8Array(SECTOR_BYTES);
  const view = new DataView(sector.buffer);
  sector.set(bootCode, 0);
  sector.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446);
  view.setUint32(454, 1, true);
  view.setUint32(458, Math.min(sectorCount - 1, 0xffffffff), true);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** First three groups little-endian, the rest as written: UEFI appendix A. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** @throws LabError `disk.gpt-bad-layout` when the text is not a GUID. */
export function encodeGuid(guid: string): Uint8Array {
  const hex = guid.replace(/-/g, '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new LabError('disk.gpt-bad-layout', `not a GUID: ${guid}`);
  return Uint8Array.from(GUID_ORDER, (at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

export function decodeGuid(bytes: Uint8Array, offset: number): string {
  const text = GUID_ORDER.map((at) => (bytes[offset + at] ?? 0).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
