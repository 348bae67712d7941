/** Every terminal of the open session. They live outside the views, so that hiding one loses nothing. */
import { client } from '../../app/client.ts';
import { settings } from '../../app/settings.ts';
import { createStore } from '../../app/store.ts';
import type { ConsoleKind, MachineState } from '../../app/types.ts';
import { ConsoleTerminal } from './console-terminal.ts';
import { ShellTerminal } from './shell-terminal.ts';
import { darkQuery } from './terminal-themes.ts';

class Terminals {
  /** Numbers of the open shells by host; views list them as tabs. */
  readonly shells = createStore<{ open: Record<string, number[]> }>({ open: {} });
  /** When each host last wrote something, by host. */
  readonly activity = createStore<{ at: Record<string, number> }>({ at: {} });
  private session: string | null = null;
  private readonly all = new Map<string, ConsoleTerminal | ShellTerminal>();

  start(session: string): void {
    this.stop();
    this.session = session;
  }

  stop(): void {
    for (const terminal of this.all.values()) terminal.dispose();
    this.all.clear();
    this.session = null;
    this.shells.set({ open: {} });
  }

  console(host: string, kind: ConsoleKind): ConsoleTerminal {
    const key = `${host}/${kind}`;
    const existing = this.all.get(key);
    if (existing instanceof ConsoleTerminal) return existing;
    const terminal = new ConsoleTerminal(this.need(), host, kind);
    this.all.set(key, terminal);
    return terminal;
  }

  shell(host: string, number: number): ShellTerminal {
    const key = `${host}/shell-${number}`;
    const existing = this.all.get(key);
    if (existing instanceof ShellTerminal) return existing;
    const terminal = new ShellTerminal(this.need(), host, number);
    this.all.set(key, terminal);
    return terminal;
  }

  /** @returns The number of the new shell: the lowest that is free on this host. */
  addShell(host: string): number {
    const taken = this.shells.get().open[host] ?? [];
    let number = 1;
    while (taken.includes(number)) number++;
    this.shells.set({ open: { ...this.shells.get().open, [host]: [...taken, number].sort((a, b) => a - b) } });
    return number;
  }

  closeShell(host: string, number: number): void {
    const key = `${host}/shell-${number}`;
    this.all.get(key)?.dispose();
    this.all.delete(key);
    const left = (this.shells.get().open[host] ?? []).filter((other) => other !== number);
    this.shells.set({ open: { ...this.shells.get().open, [host]: left } });
  }

  onHostState(host: string, state: MachineState): void {
    for (const terminal of this.all.values()) {
      if (terminal.host !== host) continue;
      if (terminal instanceof ShellTerminal) terminal.onHostState(state);
      else if (terminal.element.isConnected) void terminal.watch();
    }
  }

  /** Must be called once. */
  follow(): void {
    client.onEvent((event) => {
      if (event.name === 'console.output') {
        if (event.data.session !== this.session) return;
        const terminal = this.all.get(`${event.data.host}/${event.data.console}`);
        if (terminal instanceof ConsoleTerminal) terminal.onOutput(event.data);
        this.note(event.data.host);
      } else if (event.name === 'shell.output') {
        if (event.data.session !== this.session) return;
        for (const terminal of this.shellTerminals()) {
          if (terminal.onOutput(event.data.shell, event.data.data)) this.note(terminal.host);
        }
      } else if (event.name === 'shell.exit') {
        if (event.data.session !== this.session) return;
        for (const terminal of this.shellTerminals()) terminal.onExit(event.data.shell, event.data.exitCode);
      }
    });
    const apply = () => {
      for (const terminal of this.all.values()) terminal.applySettings();
    };
    settings.subscribe(apply);
    darkQuery.addEventListener('change', apply);
  }

  /** Lines of a terminal's buffer, for end-to-end tests. */
  read(key: string): string[] | null {
    const buffer = this.all.get(key)?.xterm.buffer.active;
    if (buffer === undefined) return null;
    return Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '');
  }

  keys(): string[] {
    return [...this.all.keys()];
  }

  private shellTerminals(): ShellTerminal[] {
    return [...this.all.values()].filter((terminal) => terminal instanceof ShellTerminal);
  }

  private note(host: string): void {
    const { at } = this.activity.get();
    const now = Date.now();
    if (now - (at[host] ?? 0) > 250) this.activity.set({ at: { ...at, [host]: now } });
  }

  private need(): string {
    if (this.session === null) throw new Error('no session is open');
    return this.session;
  }
}

export const terminals = new Terminals();
