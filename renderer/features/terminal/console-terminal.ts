import { Terminal } from '@xterm/xterm';
import { client } from '../../app/client.ts';
import { settings, terminalFont } from '../../app/settings.ts';
import { createStore, type Store } from '../../app/store.ts';
import type { ApiEvents, ConsoleKind } from '../../app/types.ts';
import { latin1Of } from './latin1.ts';
import { isAppChord, LeaveChord } from './leave.ts';
import { PcKeyboard, pressTogether, typeText } from './pc-keys.ts';
import { vgaTheme } from './terminal-themes.ts';

export interface ConsoleState {
  state: 'connecting' | 'open' | 'failed';
  message: string;
  /** Bytes arrived lately. */
  columns: number;
  rows: number;
}

/**
 * A host's own screen: a grid of fixed size, scaled to the room there is. `vga` takes a PC keyboard, `serial` bytes.
 * It watches the machine only while it is shown.
 */
export class ConsoleTerminal {
  readonly key: string;
  readonly host: string;
  readonly kind: ConsoleKind;
  readonly element = document.createElement('div');
  readonly xterm: Terminal;
  readonly store: Store<ConsoleState> = createStore<ConsoleState>({
    state: 'connecting',
    message: '',
    columns: 80,
    rows: 25,
  });
  private readonly session: string;
  private readonly keyboard: PcKeyboard;
  private readonly resizes: ResizeObserver;
  private readonly leave = new LeaveChord();
  private opened = false;
  private watching = false;

  constructor(session: string, host: string, kind: ConsoleKind) {
    this.session = session;
    this.host = host;
    this.kind = kind;
    this.key = `${host}/${kind}`;
    this.element.className = 'console-screen';
    this.element.dataset['terminal'] = kind;
    this.xterm = new Terminal({
      cols: 80,
      rows: 25,
      scrollback: 0,
      theme: vgaTheme,
      fontFamily: terminalFont(settings.get()),
      fontSize: 14,
      lineHeight: 1,
      cursorBlink: false,
      cursorStyle: 'underline',
      cursorInactiveStyle: 'underline',
      screenReaderMode: settings.get().screenReader,
      drawBoldTextInBrightColors: false,
      // Host screens have pairs below what people with low vision can read; only such text is changed.
      minimumContrastRatio: 4.5,
      allowProposedApi: false,
    });
    this.keyboard = new PcKeyboard((code, down) => this.sendKey(code, down));
    this.keyboard.mode = settings.get().keyboard;
    this.resizes = new ResizeObserver(() => this.scale());
    if (kind === 'vga') this.listenToKeys();
    else this.listenToBytes();
  }

  attach(container: HTMLElement): void {
    container.appendChild(this.element);
    if (!this.opened) this.xterm.open(this.element);
    this.opened = true;
    this.label();
    this.resizes.observe(container);
    void document.fonts.ready.then(() => this.scale());
    void this.watch();
  }

  detach(): void {
    this.resizes.disconnect();
    this.keyboard.releaseAll();
    this.element.remove();
    if (!this.watching) return;
    this.watching = false;
    void client.call('console.watch', { ...this.address(), on: false }).catch(() => undefined);
  }

  focus(): void {
    this.xterm.focus();
  }

  /** Asks for the whole screen: after attaching, and after the machine was started anew. */
  async watch(): Promise<void> {
    this.watching = true;
    try {
      const screen = await client.call('console.watch', { ...this.address(), on: true });
      this.show(screen.columns, screen.rows, `\x1bc${screen.ansi}`);
      this.store.set({ state: 'open', message: '' });
    } catch (error) {
      this.store.set({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  onOutput(data: ApiEvents['console.output']): void {
    if (this.watching) this.show(data.columns, data.rows, data.ansi);
  }

  /** A chord from the key bar: `['AltLeft', 'F1']`. */
  press(codes: string[]): void {
    pressTogether(codes, (code, down) => this.sendKey(code, down));
    this.focus();
  }

  applySettings(): void {
    const value = settings.get();
    this.xterm.options.fontFamily = terminalFont(value);
    this.xterm.options.screenReaderMode = value.screenReader;
    this.keyboard.mode = value.keyboard;
    this.scale();
  }

  dispose(): void {
    this.detach();
    this.xterm.dispose();
  }

  private address() {
    return { session: this.session, host: this.host, console: this.kind };
  }

  private label(): void {
    const name = this.kind === 'vga' ? `Console of ${this.host}` : `Serial console of ${this.host}`;
    this.element.querySelector('textarea')?.setAttribute('aria-label', `${name}. Press Control Alt Escape to leave.`);
  }

  private show(columns: number, rows: number, ansi: string): void {
    if (columns !== this.xterm.cols || rows !== this.xterm.rows) {
      this.xterm.resize(columns, rows);
      this.store.set({ columns, rows });
      this.scale();
    }
    this.xterm.write(ansi);
  }

  /** The largest font size, in half pixels, at which the whole grid fits. */
  private scale(): void {
    const room = this.element.parentElement?.getBoundingClientRect();
    const screen = this.element.querySelector<HTMLElement>('.xterm-screen');
    if (!room || !screen || room.width < 50 || screen.offsetWidth === 0) return;
    const now = this.xterm.options.fontSize ?? 14;
    const widthPerPixel = screen.offsetWidth / now;
    const heightPerPixel = screen.offsetHeight / now;
    const fit = Math.min((room.width - 16) / widthPerPixel, (room.height - 16) / heightPerPixel);
    const size = Math.max(6, Math.min(28, Math.floor(fit * 2) / 2));
    if (size !== now) this.xterm.options.fontSize = size;
    requestAnimationFrame(() => this.shrinkIfTooLarge(room));
  }

  /** Cells are whole pixels, so a size may come out a little larger than computed. */
  private shrinkIfTooLarge(room: DOMRect): void {
    const screen = this.element.querySelector<HTMLElement>('.xterm-screen');
    const size = this.xterm.options.fontSize ?? 14;
    if (!screen || size <= 6) return;
    if (screen.offsetWidth > room.width || screen.offsetHeight > room.height) this.xterm.options.fontSize = size - 0.5;
  }

  /** The port keeps their order, so none waits for the one before. */
  private sendKey(code: string, down: boolean): void {
    const { session, host } = this;
    void client
      .call('console.key', { session, host, code, down })
      .catch((error) => this.store.set({ message: error instanceof Error ? error.message : String(error) }));
  }

  private listenToKeys(): void {
    const { element } = this;
    element.addEventListener('keydown', (event) => this.onKeyDown(event), true);
    element.addEventListener('keypress', stop, true);
    element.addEventListener(
      'keyup',
      (event) => {
        stop(event);
        this.leave.keyUp(event);
        this.keyboard.keyUp(event);
      },
      true,
    );
    element.addEventListener('focusout', () => this.keyboard.releaseAll());
    element.addEventListener(
      'paste',
      (event) => {
        stop(event);
        typeText(event.clipboardData?.getData('text/plain') ?? '', (code, down) => this.sendKey(code, down));
      },
      true,
    );
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (isAppChord(event)) return;
    // Left to the browser, which makes a paste event of it.
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyV') return;
    stop(event);
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
      document.execCommand('copy');
      return;
    }
    if (this.leave.keyDown(event)) {
      this.keyboard.releaseAll();
      leaveTerminal(this.element);
    } else this.keyboard.keyDown(event);
  }

  private listenToBytes(): void {
    const send = (data: string) => {
      void client.call('console.input', { ...this.address(), data }).catch((error) => {
        this.store.set({ message: error instanceof Error ? error.message : String(error) });
      });
    };
    this.xterm.onData((text) => send(latin1Of(text)));
    this.xterm.onBinary(send);
    this.xterm.attachCustomKeyEventHandler((event) => passToTerminal(event, this.leave, this.element));
  }
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** For terminals that take characters: what the app keeps for itself does not reach the shell. */
export function passToTerminal(event: KeyboardEvent, leave: LeaveChord, element: HTMLElement): boolean {
  if (event.type === 'keyup') leave.keyUp(event);
  if (event.type !== 'keydown') return true;
  if (leave.keyDown(event)) {
    event.preventDefault();
    leaveTerminal(element);
    return false;
  }
  if (event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
    event.preventDefault();
    document.execCommand('copy');
    return false;
  }
  // Left to the browser, which makes a paste event of it.
  if (event.ctrlKey && event.shiftKey && event.code === 'KeyV') return false;
  return !isAppChord(event) && event.code !== 'F6';
}

/** The focus goes to the tab above the terminal, from where Tab and F6 walk on. */
export function leaveTerminal(element: HTMLElement): void {
  const pane = element.closest('[data-pane]');
  pane?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
}
