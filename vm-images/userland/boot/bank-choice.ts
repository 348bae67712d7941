import type { BootConfig } from './boot-config.ts';

/** What `bootstate` means. The digits are on the disk. */
export const BOOT_STATE = { valid: 0, upgrading: 1, dirty: 2, invalid: 3 } as const;

/** A bank partition as the loader found it. */
export interface Bank {
  /** Partition number: 5 or 6. */
  readonly partition: number;
  /** FAT UUID, 8-8-4-12. */
  readonly uuid: string;
  readonly config: BootConfig;
}

export interface BankChoice {
  /** null: nothing on the disk can be booted. */
  readonly boot: Bank | null;
  /** Banks that passed the checks, in partition order: what recovery mode offers. */
  readonly valid: readonly Bank[];
  /** Digits to write into boot.cfg files before anything else happens. */
  readonly rewrites: readonly StateRewrite[];
  /** A bank was being updated and can't be booted: the system is told with the boot option `rollback`. */
  readonly rollback: boolean;
  /** This is the first start of a new bank. */
  readonly firstBoot: boolean;
}

export interface StateRewrite {
  readonly partition: number;
  readonly bootstate: number;
}

/**
 * Chooses the bank to boot: among the valid ones the highest `updated`. A bank that was still DIRTY did not finish its
 * first start and becomes INVALID; one that is UPGRADING becomes DIRTY when it is the one to boot.
 *
 * @param majorVersion `build` must begin with it: `5`.
 */
export function chooseBank(banks: readonly Bank[], majorVersion: string): BankChoice {
  const rewrites: StateRewrite[] = [];
  const valid: Bank[] = [];
  let lostUpgrade = false;
  for (const bank of banks) {
    const wasDirty = bank.config.bootstate === BOOT_STATE.dirty;
    if (wasDirty) rewrites.push({ partition: bank.partition, bootstate: BOOT_STATE.invalid });
    if (!wasDirty && isBootable(bank.config, majorVersion)) valid.push(bank);
    else if (wasDirty || bank.config.bootstate === BOOT_STATE.upgrading) lostUpgrade = true;
  }
  const boot = valid.reduce<Bank | null>(
    (best, bank) => (best === null || bank.config.updated > best.config.updated ? bank : best),
    null,
  );
  const firstBoot = boot?.config.bootstate === BOOT_STATE.upgrading;
  if (boot && firstBoot) rewrites.push({ partition: boot.partition, bootstate: BOOT_STATE.dirty });
  return { boot, valid, rewrites, rollback: lostUpgrade, firstBoot };
}

function isBootable(config: BootConfig, majorVersion: string): boolean {
  const state = config.bootstate;
  return (
    (state === BOOT_STATE.valid || state === BOOT_STATE.upgrading) &&
    config.updated > 0 &&
    (config.build === majorVersion || config.build.startsWith(`${majorVersion}.`)) &&
    config.kernel !== ''
  );
}
