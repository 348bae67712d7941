import * as native from 'native';
import * as os from 'os';
import type { Bank } from '../model/bank-choice.ts';
import { bootStateOffset, parseBootConfig } from '../model/boot-config.ts';
import { identifyVolume, VOLUME_HEAD_BYTES } from '../model/volume-uuid.ts';
import { mendBank } from './bank-mend.ts';
import { list, MS, readAt, readText } from './files.ts';

const BANK_MOUNT = '/bank';
const FAT_OPTIONS = 'utf8=1';
const MAX_BANKS = 2;

/** Banks are FAT volumes of these partitions. */
const BANK_PARTITIONS = [5, 6];

/** Mends what a power failure left of banks. @returns what was done. */
export function mendBanks(disk: string): string[] {
  return BANK_PARTITIONS.flatMap((partition) => mendBank(partitionNode(disk, partition), `BANK${partition}`));
}

/** Finds the bank partitions of the boot disk: FAT volumes of ours with a readable boot.cfg, in number order. */
export function findBanks(disk: string): Bank[] {
  const banks: Bank[] = [];
  for (const partition of partitionNumbers(disk)) {
    const head = readAt(partitionNode(disk, partition), 0, VOLUME_HEAD_BYTES);
    const volume = head && identifyVolume(head);
    if (volume?.type !== 'vfat' || banks.length === MAX_BANKS) continue;
    withBank(disk, partition, (mount) => {
      const text = readText(`${mount}/boot.cfg`);
      if (text === null) return;
      const config = parseBootConfig(text);
      banks.push({ partition, uuid: volume.uuid, config, stateOffset: bootStateOffset(text) });
    });
  }
  return banks;
}

/**
 * Rewrites the one digit of `bootstate` where it stands, so that no moment exists in which boot.cfg is not whole.
 *
 * @returns false when there is no such digit, or the disk does not take it.
 */
export function rewriteBootState(
  disk: string,
  bank: Pick<Bank, 'partition' | 'stateOffset'>,
  bootstate: number,
): boolean {
  if (bank.stateOffset < 0) return false;
  let isWritten = false;
  withBank(disk, bank.partition, (mount, source) => {
    try {
      native.mount(source, mount, '', MS.remount, FAT_OPTIONS);
      const fd = os.open(`${mount}/boot.cfg`, os.O_RDWR);
      if (fd < 0) return;
      native.pwrite(fd, native.utf8Encode(String(bootstate)), 0, 1, bank.stateOffset);
      native.fsync(fd);
      os.close(fd);
      isWritten = true;
    } catch {
      // A volume that can't be written: the boot goes on as it can.
    }
  });
  return isWritten;
}

/** @returns null when it can't be mounted. */
export function mountBank(disk: string, partition: number): string | null {
  os.mkdir(BANK_MOUNT, 0o755);
  try {
    native.mount(partitionNode(disk, partition), BANK_MOUNT, 'vfat', MS.rdonly | MS.noatime, FAT_OPTIONS);
    return BANK_MOUNT;
  } catch {
    return null;
  }
}

export function unmountBank(): void {
  native.umount(BANK_MOUNT, 0);
}

function withBank(disk: string, partition: number, fn: (mount: string, source: string) => void): void {
  // A volume that can't be mounted is no bank.
  if (mountBank(disk, partition) === null) return;
  try {
    fn(BANK_MOUNT, partitionNode(disk, partition));
  } finally {
    unmountBank();
  }
}

function partitionNumbers(disk: string): number[] {
  return list(`/sys/class/block/${disk}`)
    .filter((name) => name.startsWith(disk))
    .map((name) => Number(name.slice(disk.length)))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}

function partitionNode(disk: string, partition: number): string {
  return `/dev/${disk}${partition}`;
}
