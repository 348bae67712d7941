import type { ConsoleKind } from '../shared/contracts/console.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { MachineConsole } from '../vm/types.ts';

/** What a watcher is told: `ansi` changes a screen of `columns` by `rows`. */
export interface ConsoleOutput {
  readonly host: string;
  readonly console: ConsoleKind;
  readonly columns: number;
  readonly rows: number;
  readonly ansi: string;
}

/** Consoles that somebody looks at. A host that is started anew has new ones, and the watch follows it. */
export class ConsoleWatches implements Disposable {
  private readonly consoleOf: (host: string, kind: ConsoleKind) => MachineConsole;
  private readonly tell: (output: ConsoleOutput) => void;
  private readonly watches = new Map<string, Disposable>();

  constructor(consoleOf: (host: string, kind: ConsoleKind) => MachineConsole, tell: (output: ConsoleOutput) => void) {
    this.consoleOf = consoleOf;
    this.tell = tell;
  }

  watch(host: string, kind: ConsoleKind, on: boolean): void {
    const key = `${host}/${kind}`;
    this.watches.get(key)?.dispose();
    this.watches.delete(key);
    if (!on) return;
    const watched = this.consoleOf(host, kind);
    const output = watched.onOutput((ansi) => {
      const { columns, height } = watched.screen();
      this.tell({ host, console: kind, columns, rows: height, ansi });
    });
    this.watches.set(key, output);
  }

  /** The host has a new machine. */
  follow(host: string): void {
    for (const key of [...this.watches.keys()]) {
      const [name, kind] = key.split('/') as [string, ConsoleKind];
      if (name === host) this.watch(host, kind, true);
    }
  }

  dispose(): void {
    for (const watch of this.watches.values()) watch.dispose();
    this.watches.clear();
  }
}
