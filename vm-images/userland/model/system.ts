/**
 * Effects the model and the commands have on the machine. hostd has the real one (`hostd/system/`), unit tests
 * `test/helpers/fake-system.ts`. Paths are absolute, inside the ESXi root.
 */
import type { FirewallPlan } from './firewall.ts';
import type { LinkStats, NeighbourState, NetworkOperation, NetworkState } from './network-state.ts';

export interface System {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly network: NetworkEffects;
  readonly kernel: KernelEffects;
  /** A line for syslog (vmsyslogd sorts it into a file by ident). */
  log(ident: string, priority: LogPriority, message: string): void;
}

export type LogPriority = 'err' | 'warning' | 'notice' | 'info' | 'debug';

export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC. */
  nowMs(): number;
  setNowMs(value: number): void;
  /** Milliseconds since some fixed moment, never stepping. */
  monotonicMs(): number;
  /** Milliseconds since the kernel started. */
  uptimeMs(): number;
  sleep(ms: number): Promise<void>;
}

export type FileType = 'file' | 'directory' | 'link' | 'character' | 'block' | 'pipe' | 'socket';

export interface FileStat {
  type: FileType;
  sizeBytes: number;
  /** Permission bits, 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
  inode: number;
  links: number;
  /** Allocated, as `du` counts. */
  allocatedBytes: number;
}

/** Errors are `SystemError`s with an errno name; only those said to return null do not throw for ENOENT. */
export interface Files {
  readBytes(path: string): Uint8Array | null;
  readText(path: string): string | null;
  /** Part of a file. @returns fewer bytes at its end. */
  readAt(path: string, offset: number, length: number): Uint8Array;
  /** Creates or replaces. `atomic`: through a temporary file in the same folder, fsync and rename. */
  write(path: string, data: string | Uint8Array, options?: { mode?: number; atomic?: boolean }): void;
  writeAt(path: string, offset: number, data: Uint8Array): void;
  /** The next stretch of a sparse file that is no hole; null when only a hole follows. Absent: all of it is data. */
  nextData?(path: string, offset: number): { from: number; to: number } | null;
  append(path: string, data: string): void;
  /** Makes the file this long; holes are sparse. */
  truncate(path: string, lengthBytes: number): void;
  /** Names without `.` and `..`, sorted; null when there is no such folder. */
  list(path: string): string[] | null;
  /** Does not follow a link at the end (lstat). */
  lstat(path: string): FileStat | null;
  stat(path: string): FileStat | null;
  readLink(path: string): string | null;
  symlink(target: string, path: string): void;
  mkdir(path: string, options?: { mode?: number; parents?: boolean }): void;
  rename(from: string, to: string): void;
  /** Files, links and empty folders; missing is fine. `recursive`: everything under it. */
  remove(path: string, options?: { recursive?: boolean }): void;
  chmod(path: string, mode: number): void;
  statfs(path: string): { blockSize: number; blocks: number; freeBlocks: number; files: number; freeFiles: number };
  /** Hex digest of a string or bytes. */
  sha1(data: Uint8Array): string;
  sha256(data: Uint8Array): string;
  gzip(data: Uint8Array): Uint8Array;
  gunzip(data: Uint8Array): Uint8Array;
  /** UTF-8. */
  decode(data: Uint8Array): string;
  randomBytes(length: number): Uint8Array;
  /** crypt(3). */
  crypt(password: string, salt: string): string;
}

export interface RunOptions {
  stdin?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  timeoutMs?: number;
  /** Called with output as it comes; then the result's stdout/stderr stay empty. */
  onStdout?(chunk: Uint8Array): void;
  onStderr?(chunk: Uint8Array): void;
  /** Ends the process (SIGTERM, then SIGKILL) when it fires. */
  signal?: { onAbort(listener: () => void): () => void };
}

export interface RunResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  signal: number | null;
  stdout: string;
  stderr: string;
}

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** Short name, as `/proc/PID/comm`. */
  name: string;
  /** Full command line, blanks between arguments; empty for kernel threads. */
  command: string;
  state: string;
  residentKiB: number;
  cpuTicks: number;
  session: number;
  group: number;
}

export interface Processes {
  /** Runs to its end. `argv[0]` is searched in PATH. Throws when it cannot be started. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts and forgets, in a session of its own, output to /dev/null. @returns pid */
  start(argv: readonly string[], options?: { env?: Readonly<Record<string, string>>; cwd?: string }): number;
  kill(pid: number, signal: number): void;
  isAlive(pid: number): boolean;
  list(): ProcessInfo[];
}

export interface NetworkEffects {
  /** Links, addresses, routes, bridge ports and VLANs as the kernel has them. */
  read(): Promise<NetworkState>;
  /** ARP and neighbour discovery entries. */
  neighbours(): Promise<NeighbourState[]>;
  /** In order; stops at the first that fails and throws it. */
  apply(operations: readonly NetworkOperation[]): Promise<void>;
  stats(link: string): LinkStats | null;
  /** Replaces the whole packet filter at once. */
  setFirewall(plan: FirewallPlan): Promise<void>;
  /** ICMP echo, one request an interval; ends after the last answer or its timeout, or when `signal` fires. */
  ping(options: PingOptions, onEvent: (event: PingEvent) => void): Promise<PingSummary>;
  /** A name (or address text) as an address, through /etc/hosts and the DNS servers; null when there is none. */
  resolve(name: string, family: 4 | 6): Promise<string | null>;
}

export interface PingOptions {
  /** Numeric address; `resolve` names first. */
  address: string;
  family: 4 | 6;
  /** Send from this interface only. */
  vmknic?: string;
  /** Number of requests; 0: until `signal`. */
  count: number;
  /** Payload bytes behind the 8 of ICMP. */
  payloadBytes: number;
  intervalMs: number;
  /** For an answer to one request. */
  timeoutMs: number;
  ttl?: number;
  dontFragment?: boolean;
  signal?: { onAbort(listener: () => void): () => void };
}

export type PingEvent =
  /** `bytes`: ICMP message, 8 more than the payload. */
  | { kind: 'reply'; sequence: number; bytes: number; from: string; ttl: number; rttMs: number; duplicate: boolean }
  /** The request could not be sent: `EMSGSIZE`, `ENETUNREACH` … */
  | { kind: 'send-error'; sequence: number; errno: string }
  | { kind: 'timeout'; sequence: number };

export interface PingSummary {
  transmitted: number;
  received: number;
  duplicates: number;
  minMs: number;
  avgMs: number;
  maxMs: number;
}

export interface KernelEffects {
  setHostName(name: string): void;
  /** Kernel parameter by its path below /proc/sys: `net/ipv6/conf/all/disable_ipv6`. Null when absent. */
  sysctl(name: string): string | null;
  setSysctl(name: string, value: string): void;
  /** Asks the supervisor for an orderly end; returns at once. */
  power(action: 'reboot' | 'poweroff'): void;
}

export class SystemError extends Error {
  /** `ENOENT`, `EBUSY`, … or `E<number>`. */
  readonly errno: string;
  constructor(errno: string, message: string) {
    super(message);
    this.name = 'SystemError';
    this.errno = errno;
  }
}
