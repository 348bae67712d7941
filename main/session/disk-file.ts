import { LabError } from '../shared/errors.ts';
import { sliceReader } from '../vm/disk/block-device.ts';
import { openFat } from '../vm/disk/fat.ts';
import { readGpt, SECTOR_BYTES } from '../vm/disk/gpt.ts';
import type { DiskReader } from '../vm/types.ts';

/**
 * Reads a file of a FAT partition straight from a machine's disk, as the guest last wrote it.
 *
 * @param path Absolute in the partition: `/boot.cfg`.
 * @returns null when there is no such file.
 * @throws LabError `disk.no-partition`, and those of the GPT and FAT readers.
 */
export async function readFatFile(disk: DiskReader, partition: number, path: string): Promise<Uint8Array | null> {
  const { partitions } = await readGpt(disk, disk.byteLength);
  const found = partitions.find((one) => one.number === partition);
  if (!found) throw new LabError('disk.no-partition', `the disk has no partition ${partition}`);
  const volume = await openFat(sliceReader(disk, found.firstLba * SECTOR_BYTES));
  const entry = await volume.stat(path);
  return entry?.type === 'file' ? volume.readFile(path) : null;
}
