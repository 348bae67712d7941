import { createHash } from 'node:crypto';
import { GPT_TYPES, type Gpt, LEGACY_BOOT_ATTRIBUTE, SECTOR_BYTES } from '../../main/vm/disk/gpt.ts';

/**
 * A 16 GiB disk as an ESXi 5.x installer leaves it, except that partition 1 has room for a kernel (14 MiB, not 4): the
 * four after it lie 10 MiB further back, and scratch is that much smaller.
 */
export const DISK_SECTORS = 33554432;
export const DISK_BYTES = DISK_SECTORS * SECTOR_BYTES;

export interface PartitionPlan {
  readonly number: number;
  readonly name: string;
  readonly firstLba: number;
  readonly lastLba: number;
  readonly type: string;
}

export const PARTITIONS = {
  boot: { number: 1, name: 'boot', firstLba: 64, lastLba: 28671, type: GPT_TYPES.efiSystem },
  bankA: { number: 5, name: 'bootbank1', firstLba: 28672, lastLba: 540671, type: GPT_TYPES.basicData },
  bankB: { number: 6, name: 'bootbank2', firstLba: 540704, lastLba: 1052671, type: GPT_TYPES.basicData },
  diagnostic: { number: 7, name: 'coredump', firstLba: 1052704, lastLba: 1277951, type: GPT_TYPES.vmkDiagnostic },
  locker: { number: 8, name: 'locker', firstLba: 1277984, lastLba: 1863679, type: GPT_TYPES.basicData },
  scratch: { number: 2, name: 'scratch', firstLba: 1863680, lastLba: 10229759, type: GPT_TYPES.basicData },
  datastore: { number: 3, name: 'datastore1', firstLba: 10229760, lastLba: 33554398, type: GPT_TYPES.vmfs },
} as const satisfies Record<string, PartitionPlan>;

export function planGpt(imageId: string): Gpt {
  return {
    diskId: guidFrom(`${imageId} disk`),
    sectorCount: DISK_SECTORS,
    partitions: Object.values(PARTITIONS)
      .map((plan) => ({
        ...plan,
        id: guidFrom(`${imageId} partition ${plan.number}`),
        attributes: plan.number === PARTITIONS.boot.number ? LEGACY_BOOT_ATTRIBUTE : 0n,
      }))
      .sort((a, b) => a.number - b.number),
  };
}

export function startByte(plan: PartitionPlan): number {
  return plan.firstLba * SECTOR_BYTES;
}

export function byteLength(plan: PartitionPlan): number {
  return (plan.lastLba - plan.firstLba + 1) * SECTOR_BYTES;
}

/** The same for the same text, with the version and variant bits of a name-based UUID. */
export function guidFrom(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
