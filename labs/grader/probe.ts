/** What the grader needs of a fork of the lab's machines. `main/session` supplies it; nothing here knows how a machine is made. */
import type { BankView } from '../../main/shared/contracts/banks.ts';
import type { ConsoleKind, ScreenView } from '../../main/shared/contracts/console.ts';
import type { CheckLink, LoaderStep } from '../schema/index.ts';

/** Every call obeys both: it rejects soon after the deadline or the abort. Rejections are LabErrors. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface ExecOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Restart = 'reboot' | 'power-cycle';

/** A host that did not come as far as it should have: it stands there, or went another way. */
export interface Stop {
  /** The text that its console was to show. */
  readonly missed: string | null;
  /** Its screen. */
  readonly rows: readonly string[];
}

export interface HostProbe {
  readonly name: string;
  /**
   * off: only the disk and `restart('power-cycle')` make sense. starting: the consoles, too; it may be on its way up, or
   * stand in its boot loader.
   */
  readonly power: 'ready' | 'starting' | 'off';
  /** For a host that is starting: whether its services are up before the deadline. */
  comesUp(limits: Limits): Promise<boolean>;
  /** One command line for the host's own shell, as root. */
  exec(command: string, limits: Limits): Promise<ExecOutcome>;
  /**
   * Reads a file straight from the disk as the guest last wrote it, without the guest. `path` is absolute in the partition.
   * @returns null when there is no such file.
   */
  readDiskFile(partition: number, path: string, limits: Limits): Promise<Uint8Array | null>;
  /** Both boot banks as the disk has them, without the guest. */
  banks(limits: Limits): Promise<readonly BankView[]>;
  /** A file of the configuration that a bank has saved, `path` absolute on the host; null when it has none. */
  savedFile(partition: number, path: string, limits: Limits): Promise<Uint8Array | null>;
  screen(console: ConsoleKind): Promise<ScreenView>;
  /** `text<Enter><F2>`: see main/vm/keys.ts. */
  type(console: ConsoleKind, keys: string): Promise<void>;
  waitForText(console: ConsoleKind, text: string, limits: Limits): Promise<ScreenView>;
  /**
   * reboot asks the guest, power-cycle pulls the plug and starts it again; `boot` is typed on the way up. Resolves with null
   * when the host is ready (not `toServices`: when everything has been typed), or with where it stopped before that. Rejects
   * when nobody can tell.
   */
  restart(how: Restart, limits: Limits, boot?: readonly LoaderStep[], toServices?: boolean): Promise<Stop | null>;
}

/** The fork: machines of its own on a wire of its own. What is done to it never reaches the learner's. */
export interface TopologyProbe {
  readonly hosts: ReadonlyMap<string, HostProbe>;
  /** Resolves when the hosts have had the time to notice. */
  setLinks(links: readonly CheckLink[]): Promise<void>;
  /** Listens on a network. @returns ends it: a line for each frame that entered the network meanwhile, and its protocol. */
  listen(network: string): () => readonly { protocol: string; line: string }[];
  close(): Promise<void>;
}

export interface GradeTarget {
  /** Each call gives another fork of the same moment: of the first call. */
  fork(signal: AbortSignal | undefined): Promise<TopologyProbe>;
}

/** Time, so that tests can hold it. */
export interface GradeClock {
  now(): number;
  /** @returns A way to call it off. */
  after(ms: number, callback: () => void): () => void;
}

interface Timers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export const systemClock: GradeClock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timers = globalThis as unknown as Timers;
    const handle = timers.setTimeout(callback, ms);
    return () => timers.clearTimeout(handle);
  },
};
