import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { client } from '../../app/client.ts';
import { settings, terminalFont } from '../../app/settings.ts';
import { createStore, type Store } from '../../app/store.ts';
import type { MachineState } from '../../app/types.ts';
import { passToTerminal } from './console-terminal.ts';
import { bytesOf, latin1Of } from './latin1.ts';
import { LeaveChord } from './leave.ts';
import { shellTheme } from './terminal-themes.ts';

export interface ShellState {
  state: 'waiting' | 'opening' | 'open' | 'ended' | 'failed';
  message: string;
}

/** One ESXi Shell on a host. It opens when the host is ready and can be opened again when it has ended. */
export class ShellTerminal {
  readonly key: string;
  readonly host: string;
  readonly number: number;
  readonly element = document.createElement('div');
  readonly xterm: Terminal;
  readonly store: Store<ShellState> = createStore<ShellState>({ state: 'waiting', message: '' });
  private readonly session: string;
  private readonly fit = new FitAddon();
  private readonly resizes: ResizeObserver;
  private readonly leave = new LeaveChord();
  private shell: string | null = null;
  private early = new Map<string, string[]>();
  private opened = false;
  private typed = '';
  private sending = false;

  constructor(session: string, host: string, number: number) {
    this.session = session;
    this.host = host;
    this.number = number;
    this.key = `${host}/shell-${number}`;
    this.element.className = 'shell-screen';
    this.element.dataset['terminal'] = 'shell';
    const value = settings.get();
    this.xterm = new Terminal({
      scrollback: 5000,
      theme: shellTheme(),
      fontFamily: terminalFont(value),
      fontSize: value.fontSize,
      lineHeight: 1.2,
      cursorBlink: false,
      screenReaderMode: value.screenReader,
      minimumContrastRatio: 4.5,
      // Macs have no Alt+letter of their own to lose here: programs in the shell expect Meta.
      macOptionIsMeta: true,
    });
    this.xterm.loadAddon(this.fit);
    this.xterm.onData((text) => this.input(latin1Of(text)));
    this.xterm.onBinary((data) => this.input(data));
    this.xterm.onResize(({ rows, cols }) => this.tellSize(rows, cols));
    this.xterm.attachCustomKeyEventHandler((event) => this.onKey(event));
    this.resizes = new ResizeObserver(() => this.fitNow());
  }

  attach(container: HTMLElement, hostState: MachineState): void {
    container.appendChild(this.element);
    if (!this.opened) this.xterm.open(this.element);
    this.opened = true;
    this.element
      .querySelector('textarea')
      ?.setAttribute('aria-label', `Shell ${this.number} of ${this.host}. Press Control Alt Escape to leave.`);
    this.resizes.observe(container);
    this.fitNow();
    if (this.store.get().state === 'waiting' && hostState === 'ready') void this.open();
  }

  detach(): void {
    this.resizes.disconnect();
    this.element.remove();
  }

  focus(): void {
    this.xterm.focus();
  }

  async open(): Promise<void> {
    if (this.shell !== null || this.store.get().state === 'opening') return;
    this.store.set({ state: 'opening', message: '' });
    try {
      const { session, host } = this;
      const { shell } = await client.call('shell.open', {
        session,
        host,
        rows: this.xterm.rows,
        columns: this.xterm.cols,
      });
      this.shell = shell;
      this.store.set({ state: 'open' });
      for (const data of this.early.get(shell) ?? []) this.xterm.write(bytesOf(data));
      this.early.clear();
      this.tellSize(this.xterm.rows, this.xterm.cols);
    } catch (error) {
      this.store.set({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Output may arrive before the answer that names the shell: it is kept until then. */
  onOutput(shell: string, data: string): boolean {
    if (shell === this.shell) {
      this.xterm.write(bytesOf(data));
      return true;
    }
    if (this.store.get().state === 'opening') this.early.set(shell, [...(this.early.get(shell) ?? []), data]);
    return false;
  }

  onExit(shell: string, exitCode: number): void {
    if (shell !== this.shell) return;
    // Negative: there was no exit, the host went away under it.
    this.end(exitCode < 0 ? 'The shell is gone with the host.' : `The shell ended with exit status ${exitCode}.`);
    this.lostHost = exitCode < 0;
  }

  onHostState(state: MachineState): void {
    const mine = this.store.get().state;
    if (state === 'ready' && (mine === 'waiting' || (mine === 'ended' && this.lostHost))) {
      this.lostHost = false;
      if (this.element.isConnected) void this.open();
      else this.store.set({ state: 'waiting' });
    } else if (state !== 'ready' && mine === 'open') {
      this.lostHost = true;
      this.end(`${this.host} is ${state}; this shell ended with it.`);
    }
  }

  applySettings(): void {
    const value = settings.get();
    this.xterm.options = {
      theme: shellTheme(),
      fontFamily: terminalFont(value),
      fontSize: value.fontSize,
      screenReaderMode: value.screenReader,
    };
    this.fitNow();
  }

  dispose(): void {
    this.detach();
    if (this.shell !== null) {
      void client.call('shell.close', { session: this.session, shell: this.shell }).catch(() => undefined);
    }
    this.xterm.dispose();
  }

  private lostHost = false;

  private end(message: string): void {
    this.shell = null;
    this.xterm.write(`\r\n\x1b[2m[${message}]\x1b[0m\r\n`);
    this.store.set({ state: 'ended', message });
  }

  private onKey(event: KeyboardEvent): boolean {
    if (event.type === 'keydown' && event.key === 'Enter' && !event.ctrlKey && this.store.get().state === 'ended') {
      event.preventDefault();
      void this.open();
      return false;
    }
    return passToTerminal(event, this.leave, this.element);
  }

  private input(data: string): void {
    if (this.shell === null) return;
    this.typed += data;
    if (!this.sending) void this.sendTyped();
  }

  /** What is typed while one call is under way goes with the next, so that a busy host is not asked for every key. */
  private async sendTyped(): Promise<void> {
    this.sending = true;
    try {
      while (this.typed !== '' && this.shell !== null) {
        const data = this.typed;
        this.typed = '';
        await client.call('shell.input', { session: this.session, shell: this.shell, data });
      }
    } catch (error) {
      this.store.set({ message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.typed = '';
      this.sending = false;
    }
  }

  private tellSize(rows: number, columns: number): void {
    const { shell, session } = this;
    if (shell !== null) void client.call('shell.resize', { session, shell, rows, columns }).catch(() => undefined);
  }

  private fitNow(): void {
    const box = this.element.parentElement?.getBoundingClientRect();
    if (box && box.width > 60 && box.height > 40) this.fit.fit();
  }
}
