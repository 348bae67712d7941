import { LabError } from '../../shared/errors.ts';
import type { BlockDevice } from './block-device.ts';

/** Where things lie in a FAT12/16 volume; all numbers checked against each other. */
export interface FatLayout {
  readonly type: 12 | 16;
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly sectorCount: number;
  readonly fatCount: number;
  readonly fatStart: number;
  readonly fatBytes: number;
  readonly rootStart: number;
  readonly rootEntries: number;
  readonly dataStart: number;
  /** Data clusters; valid numbers are 2 to clusterCount + 1. */
  readonly clusterCount: number;
  readonly serial: number;
  /** From the boot sector, trailing spaces removed. */
  readonly label: string;
}

export const DIRECTORY_ENTRY_BYTES = 32;
const SECTOR_BYTES = 512;
const MAX_FAT12_CLUSTERS = 4084;
const MAX_FAT16_CLUSTERS = 65524;

export interface FatFormat {
  readonly byteLength: number;
  /** At most 11 characters, stored in upper case. */
  readonly label: string;
  /** 32 bits; the `XXXX-XXXX` that tools show. */
  readonly serial: number;
  /** A power of two, 1 to 128; chosen by size when absent. */
  readonly sectorsPerCluster?: number;
  /** Sectors before the volume on its disk: boot code needs it. */
  readonly hiddenSectors?: number;
  readonly rootEntries?: number;
  /** Sectors before the first table, the boot sector among them: 1 when absent. */
  readonly reservedSectors?: number;
}

/**
 * Writes an empty FAT12 or FAT16 volume (by its cluster count, as the standard asks) with a volume label entry.
 *
 * @throws LabError `disk.fat-bad-format` when the size fits neither.
 * @see Microsoft FAT specification, August 2005, sections 3.1 to 3.5
 */
export async function formatFat(device: BlockDevice, format: FatFormat): Promise<void> {
  const sectorCount = Math.floor(format.byteLength / SECTOR_BYTES);
  const rootEntries = format.rootEntries ?? 512;
  const rootSectors = Math.ceil((rootEntries * DIRECTORY_ENTRY_BYTES) / SECTOR_BYTES);
  const perCluster = format.sectorsPerCluster ?? defaultSectorsPerCluster(sectorCount);
  const reserved = format.reservedSectors ?? 1;
  const { type, fatSectors } = sizeTables(sectorCount - reserved - rootSectors, perCluster);
  const boot = new Uint8Array(SECTOR_BYTES);
  const view = new DataView(boot.buffer);
  boot.set([0xeb, 0x3c, 0x90]);
  putAscii(boot, 3, 'BOOTBANK', 8);
  view.setUint16(11, SECTOR_BYTES, true);
  boot[13] = perCluster;
  view.setUint16(14, reserved, true);
  boot[16] = 2;
  view.setUint16(17, rootEntries, true);
  view.setUint16(19, sectorCount < 65536 ? sectorCount : 0, true);
  boot[21] = 0xf8;
  view.setUint16(22, fatSectors, true);
  view.setUint16(24, 63, true);
  view.setUint16(26, 255, true);
  view.setUint32(28, format.hiddenSectors ?? 0, true);
  view.setUint32(32, sectorCount < 65536 ? 0 : sectorCount, true);
  boot[36] = 0x80;
  boot[38] = 0x29;
  view.setUint32(39, format.serial >>> 0, true);
  putAscii(boot, 43, format.label.toUpperCase(), 11);
  putAscii(boot, 54, type === 12 ? 'FAT12' : 'FAT16', 8);
  // int 18h ("no bootable disk"), for volumes that nobody put boot code on.
  boot.set([0xcd, 0x18, 0xf4, 0xeb, 0xfd], 62);
  boot.set([0x55, 0xaa], 510);
  const fat = new Uint8Array(fatSectors * SECTOR_BYTES);
  fat.set(type === 12 ? [0xf8, 0xff, 0xff] : [0xf8, 0xff, 0xff, 0xff]);
  const root = new Uint8Array(rootSectors * SECTOR_BYTES);
  putAscii(root, 0, format.label.toUpperCase(), 11);
  root[11] = 0x08;
  await device.write(0, boot);
  await device.write(reserved * SECTOR_BYTES, fat);
  await device.write((reserved + fatSectors) * SECTOR_BYTES, fat);
  await device.write((reserved + 2 * fatSectors) * SECTOR_BYTES, root);
}

/** @throws LabError `disk.not-fat` when the sector does not describe a FAT12/16 volume that makes sense. */
export function parseBootSector(boot: Uint8Array): FatLayout {
  const view = new DataView(boot.buffer, boot.byteOffset, boot.byteLength);
  const bad = (why: string): never => {
    throw new LabError('disk.not-fat', `not a FAT12/16 volume: ${why}`);
  };
  if (boot.length < SECTOR_BYTES || view.getUint16(510, true) !== 0xaa55) bad('the 55 AA signature is missing');
  const sectorBytes = view.getUint16(11, true);
  const perCluster = view.getUint8(13);
  const reserved = view.getUint16(14, true);
  const fatCount = view.getUint8(16);
  const rootEntries = view.getUint16(17, true);
  const fatSectors = view.getUint16(22, true);
  const sectorCount = view.getUint16(19, true) || view.getUint32(32, true);
  if (![512, 1024, 2048, 4096].includes(sectorBytes)) bad(`sector size ${sectorBytes}`);
  if (perCluster === 0 || (perCluster & (perCluster - 1)) !== 0) bad(`${perCluster} sectors a cluster`);
  if (reserved === 0 || fatCount < 1 || fatCount > 4 || fatSectors === 0 || rootEntries === 0)
    bad('its tables have no room');
  const rootSectors = Math.ceil((rootEntries * DIRECTORY_ENTRY_BYTES) / sectorBytes);
  const dataSector = reserved + fatCount * fatSectors + rootSectors;
  const clusterCount = Math.floor((sectorCount - dataSector) / perCluster);
  if (clusterCount < 1 || clusterCount > MAX_FAT16_CLUSTERS) bad(`${clusterCount} clusters`);
  const type = clusterCount <= MAX_FAT12_CLUSTERS ? 12 : 16;
  const fatBytes = fatSectors * sectorBytes;
  if (fatBytes < Math.ceil(((clusterCount + 2) * type) / 8)) bad('the allocation table is shorter than the volume');
  const extended = boot[38] === 0x29;
  return {
    type,
    sectorBytes,
    clusterBytes: perCluster * sectorBytes,
    sectorCount,
    fatCount,
    fatStart: reserved * sectorBytes,
    fatBytes,
    rootStart: (reserved + fatCount * fatSectors) * sectorBytes,
    rootEntries,
    dataStart: dataSector * sectorBytes,
    clusterCount,
    serial: extended ? view.getUint32(39, true) : 0,
    label: extended ? String.fromCharCode(...boot.subarray(43, 54)).trimEnd() : '',
  };
}

/** @param sectors What tables and data share. */
function sizeTables(sectors: number, perCluster: number) {
  for (const type of [12, 16] as const) {
    let fatSectors = 1;
    // Growing the table shrinks the data area, so this settles in a few rounds.
    for (;;) {
      const clusters = Math.floor((sectors - 2 * fatSectors) / perCluster);
      const needed = Math.ceil(((clusters + 2) * type) / 8 / SECTOR_BYTES);
      if (needed > fatSectors) {
        fatSectors = needed;
        continue;
      }
      const fits = type === 12 ? clusters <= MAX_FAT12_CLUSTERS : clusters > MAX_FAT12_CLUSTERS;
      if (clusters > 0 && fits && clusters <= MAX_FAT16_CLUSTERS) return { type, fatSectors };
      break;
    }
  }
  throw new LabError('disk.fat-bad-format', `${sectors} sectors with ${perCluster} a cluster are no FAT12/16 volume`);
}

function defaultSectorsPerCluster(sectorCount: number): number {
  for (let perCluster = 4; perCluster < 128; perCluster *= 2)
    if (sectorCount / perCluster <= MAX_FAT16_CLUSTERS) return perCluster;
  return 128;
}

function putAscii(into: Uint8Array, at: number, text: string, length: number): void {
  for (let i = 0; i < length; i++) into[at + i] = i < text.length ? text.charCodeAt(i) & 0x7f : 0x20;
}
