import type { Host } from '../../model/host.ts';
import type { System } from '../../model/system.ts';
import { CancelledError } from './errors.ts';

/** What a running command can reach. */
export interface CommandContext {
  /** The configuration: read it, change it in transactions. */
  readonly host: Host;
  /** Effects on the running system. */
  readonly system: System;
  /** The name the program was called by. */
  readonly name: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `localcli` runs without the daemon. */
  readonly via: 'hostd' | 'localcli';
  readonly signal: CancelSignal;
  readonly tty: Terminal;
  /** Everything up to the end of standard input. */
  stdin(): Promise<Uint8Array>;
  /** Resolves when the client has taken enough for more to be sent; commands printing without end await it. */
  out(text: string | Uint8Array): Promise<void>;
  err(text: string | Uint8Array): Promise<void>;
}

/** The window the command was started from. */
export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly isTty: boolean;
  readonly rows: number;
  readonly columns: number;
  /** Raw mode: keys arrive one by one, unechoed, Ctrl+C included. Restored when the command ends. */
  raw(on: boolean): void;
  /** The next bytes typed (or piped in); empty at end of input. `timeoutMs` gives null when nothing came. */
  read(timeoutMs?: number): Promise<Uint8Array | null>;
  onResize(listener: () => void): () => void;
}

/** AbortSignal's little brother: the guest's engine has no DOM. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** @returns removes the listener. Called at once when already aborted. */
  onAbort(listener: () => void): () => void;
  /** Throws `CancelledError` when aborted. */
  throwIfAborted(): void;
}

export class CancelSource {
  private readonly listeners = new Set<() => void>();
  private done = false;
  readonly signal: CancelSignal;

  constructor() {
    const source = this;
    this.signal = {
      get aborted() {
        return source.done;
      },
      onAbort(listener) {
        if (source.done) {
          listener();
          return () => undefined;
        }
        source.listeners.add(listener);
        return () => source.listeners.delete(listener);
      },
      throwIfAborted() {
        if (source.done) throw new CancelledError();
      },
    };
  }

  cancel(): void {
    if (this.done) return;
    this.done = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }
}
