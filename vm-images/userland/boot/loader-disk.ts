import * as native from 'native';
import * as os from 'os';
import type { Bank } from './bank-choice.ts';
import { bootStateOffset, parseBootConfig } from './boot-config.ts';
import { list, MS, readAt, readText } from './files.ts';
import { identifyVolume, VOLUME_HEAD_BYTES } from './volume-uuid.ts';

const BANK_MOUNT = '/bank';
const FAT_OPTIONS = 'utf8=1';
const MAX_BANKS = 2;

/** Finds the bank partitions of the boot disk: FAT volumes of ours with a readable boot.cfg, in number order. */
export function findBanks(disk: string): Bank[] {
  const banks: Bank[] = [];
  for (const partition of partitionNumbers(disk)) {
    const head = readAt(partitionNode(disk, partition), 0, VOLUME_HEAD_BYTES);
    const volume = head && identifyVolume(head);
    if (volume?.type !== 'vfat' || banks.length === MAX_BANKS) continue;
    withBank(disk, partition, (mount) => {
      const text = readText(`${mount}/boot.cfg`);
      if (text !== null) banks.push({ partition, uuid: volume.uuid, config: parseBootConfig(text) });
    });
  }
  return banks;
}

/** Rewrites the one digit of `bootstate` where it stands, so that no moment exists in which boot.cfg is not whole. */
export function rewriteBootState(disk: string, partition: number, bootstate: number): void {
  withBank(disk, partition, (mount, source) => {
    const path = `${mount}/boot.cfg`;
    const offset = bootStateOffset(readText(path) ?? '');
    if (offset < 0) throw new Error(`bank ${partition}: no bootstate in the first sector of boot.cfg`);
    native.mount(source, mount, '', MS.remount, FAT_OPTIONS);
    const fd = os.open(path, os.O_RDWR);
    if (fd < 0) throw new Error(`bank ${partition}: boot.cfg can't be written, error ${-fd}`);
    native.pwrite(fd, native.utf8Encode(String(bootstate)), 0, 1, offset);
    native.fsync(fd);
    os.close(fd);
  });
}

export function mountBank(disk: string, partition: number): string {
  os.mkdir(BANK_MOUNT, 0o755);
  native.mount(partitionNode(disk, partition), BANK_MOUNT, 'vfat', MS.rdonly | MS.noatime, FAT_OPTIONS);
  return BANK_MOUNT;
}

export function unmountBank(): void {
  native.umount(BANK_MOUNT, 0);
}

function withBank(disk: string, partition: number, fn: (mount: string, source: string) => void): void {
  try {
    mountBank(disk, partition);
  } catch {
    return; // A volume that can't be mounted is no bank.
  }
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
