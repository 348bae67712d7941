import type { BootConfig } from './boot-config.ts';

/** What `bootstate` means. The digits are on the disk. */
export const BOOT_STATE = { valid: 0, upgrading: 1, dirty: 2, invalid: 3 } as const;
const STATE_NAMES = ['VALID', 'UPGRADING', 'DIRTY', 'INVALID'];

/** A bank partition as the loader found it. */
export interface Bank {
  /** Partition number: 5 or 6. */
  readonly partition: number;
  /** FAT UUID, 8-8-4-12. */
  readonly uuid: string;
  readonly config: BootConfig;
  /** Where the digit of its state can be rewritten; -1: it can't. See `bootStateOffset`. */
  readonly stateOffset: number;
}

export interface BankChoice {
  /** null: nothing on the disk can be booted. */
  readonly boot: Bank | null;
  /** Banks that passed the checks, in partition order: what recovery mode offers. */
  readonly valid: readonly Bank[];
  /** Digits to write into boot.cfg files before anything else happens. */
  readonly rewrites: readonly StateRewrite[];
  /** A bank was being updated and is not fit to boot: the system is told with the boot option `rollback`. */
  readonly rollback: boolean;
  /** This is the first start of a new bank. */
  readonly firstBoot: boolean;
  /** Why banks were left out, for the person at the console: `BANK6: invalid update counter.` */
  readonly notes: readonly string[];
}

export interface StateRewrite {
  readonly partition: number;
  readonly bootstate: number;
}

/**
 * Chooses the bank to boot: among the valid ones the highest `updated`, of equal ones the first. Whatever is chosen, a bank
 * found UPGRADING becomes DIRTY and one found DIRTY, whose first start was not finished, INVALID.
 *
 * @param majorVersion `build` must begin with it: `5`.
 * @see The public sources of the boot loader, safeboot/bootbank.c
 */
export function chooseBank(banks: readonly Bank[], majorVersion: string): BankChoice {
  const verdicts = banks.map((bank) => judge(bank, majorVersion));
  const valid = verdicts.filter(({ isValid }) => isValid).map(({ bank }) => bank);
  const boot = valid.reduce<Bank | null>(
    (best, bank) => (best === null || bank.config.updated > best.config.updated ? bank : best),
    null,
  );
  return {
    boot,
    valid,
    rewrites: verdicts.flatMap(({ rewrite }) => rewrite ?? []),
    rollback: verdicts.some(({ upgradeFailed }) => upgradeFailed),
    firstBoot: boot?.config.bootstate === BOOT_STATE.upgrading,
    notes: verdicts.flatMap(({ bank, notes }) => notes.map((note) => `BANK${bank.partition}: ${note}`)),
  };
}

export function stateName(bootstate: number): string {
  return STATE_NAMES[bootstate] ?? 'CORRUPTED';
}

interface Verdict {
  bank: Bank;
  isValid: boolean;
  upgradeFailed: boolean;
  rewrite: StateRewrite | null;
  notes: string[];
}

function judge(bank: Bank, majorVersion: string): Verdict {
  const { config, partition } = bank;
  if (config.problem !== '')
    return { bank, isValid: false, upgradeFailed: false, rewrite: null, notes: [`${config.problem}.`] };
  const notes = faults(config, majorVersion);
  const state = config.bootstate;
  const upgrading = state === BOOT_STATE.upgrading || state === BOOT_STATE.dirty;
  const upgradeFailed = upgrading && notes.length > 0;
  if (upgradeFailed) notes.push('system has failed to upgrade.');
  else if (state === BOOT_STATE.dirty) notes.push('its first start was not finished; it is given up.');
  const next = upgradeFailed || state === BOOT_STATE.dirty ? BOOT_STATE.invalid : BOOT_STATE.dirty;
  const canRewrite = bank.stateOffset >= 0;
  if (upgrading && !canRewrite) notes.push('boot state not found in the first 512 bytes.');
  return {
    bank,
    isValid: notes.length === 0 && state !== BOOT_STATE.invalid,
    upgradeFailed,
    rewrite: upgrading && canRewrite ? { partition, bootstate: next } : null,
    notes,
  };
}

/** What keeps a bank from being booted, whatever its state. */
function faults(config: BootConfig, majorVersion: string): string[] {
  const { build } = config;
  const found: string[] = [];
  // An empty bank is INVALID with nothing else in it: nobody needs to be told.
  if (config.bootstate === BOOT_STATE.invalid) return found;
  if (config.updated <= 0) found.push('invalid update counter.');
  if (build === '') found.push('invalid build number.');
  else if (build !== majorVersion && !build.startsWith(`${majorVersion}.`))
    found.push(`build ${build} is not of version ${majorVersion}.`);
  if (config.bootstate > BOOT_STATE.invalid) found.push('invalid boot state.');
  if (config.kernel === '') found.push('no kernel.');
  return found;
}
