export interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** What the DCUI needs of the machine it runs on. The real one is `guest-host.ts`; tests have their own. */
export interface HostClient {
  /** Runs a command of the host agent (`esxcli`, `vim-cmd`, `esxcfg-route` …). Without hostd it fails like the client does. */
  run(...argv: string[]): Promise<CommandResult>;
  /** The same for a command that only reads: a host agent that hangs is given up sooner. */
  ask(...argv: string[]): Promise<CommandResult>;
  /** Runs a program of the ESXi root to its end; null when it cannot be started. */
  exec(argv: string[], timeoutMs: number): Promise<CommandResult | null>;
  /** null when it cannot be read. UTF-8; what is not becomes U+FFFD. */
  readText(path: string): string | null;
  /** Changes whenever the file does; null when there is none. */
  stamp(path: string): string | null;
  /** At most the last `bytes` of a file. */
  readTail(path: string, bytes: number): string | null;
  /** Replaces a file at once (temporary file, fsync, rename). Throws when it cannot. */
  replaceFile(path: string, text: string, mode: number): void;
  /** Waits. */
  pause(ms: number): Promise<void>;
  crypt(password: string, salt: string): string;
  /** Hex digest. */
  sha1(bytes: Uint8Array): string;
  /** Kernel's view of an interface; null when there is none of that name. */
  link(name: string): LinkView | null;
  /** Sends one ICMP echo request and waits for the answer. */
  ping(address: string, timeoutMs: number): Promise<boolean>;
  /** Asks a name server for A records. null: no answer. */
  lookUp(name: string, server: string, timeoutMs: number): Promise<string[] | null>;
  /** A line for syslog. */
  log(priority: 'info' | 'notice' | 'warning', facility: 'daemon' | 'auth', text: string): void;
}

export interface LinkView {
  /** Up, with carrier. */
  running: boolean;
  ipv4: { address: string; netmask: string } | null;
}
