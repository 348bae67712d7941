import { Terminal } from '@xterm/headless';
import type { ScreenView } from '../shared/contracts/console.ts';
import { Emitter } from '../shared/emitter.ts';
import { keyScanCodes, parseKeys, toScanCodes, toTerminalInput } from './keys.ts';
import { drawSerialScreen } from './serial-screen.ts';
import type { MachineConsole } from './types.ts';
import { drawChanges, drawScreen, rowText } from './vga-text.ts';
import type { TextScreen } from './worker/protocol.ts';

const BLANK_COLUMNS = 80;
const BLANK_ROWS = 25;

/** Characters of a PC keyboard that text given as bytes may hold; the rest is left out. */
const TYPABLE = /[^\x20-\x7e\n\r\t\x1b\x7f\b]/g;

/** The screen and keyboard of a machine. */
export class VgaConsole implements MachineConsole {
  private readonly output = new Emitter<string>();
  readonly onOutput = this.output.event;
  private shown: TextScreen | undefined;
  private readonly sendKeys: (codes: number[]) => Promise<void>;

  constructor(sendKeys: (codes: number[]) => Promise<void>) {
    this.sendKeys = sendKeys;
  }

  /** What the worker has seen on the screen. */
  show(screen: TextScreen): void {
    const ansi = drawChanges(this.shown, screen);
    this.shown = screen;
    if (ansi !== '') this.output.fire(ansi);
  }

  /** The power is off: the screen is dark. */
  blank(): void {
    this.shown = undefined;
    this.output.fire('\x1b[0m\x1b[2J\x1b[?25l');
  }

  redraw(): string {
    return this.shown ? drawScreen(this.shown) : '\x1b[0m\x1b[2J\x1b[?25l';
  }

  screen(): ScreenView {
    const { shown } = this;
    if (!shown) return { rows: blankRows(), cursor: { row: 0, column: 0 }, columns: BLANK_COLUMNS, height: BLANK_ROWS };
    const { columns, rows: height, cursor, graphics } = shown;
    const rows = Array.from({ length: height }, (_, row) => rowText(shown, row));
    if (graphics) rows[0] = `(graphics, ${graphics.width} x ${graphics.height} pixels)`;
    return { rows, cursor: { row: cursor.row, column: cursor.column }, columns, height };
  }

  async type(keys: string): Promise<void> {
    await this.sendKeys(toScanCodes(parseKeys(keys)));
  }

  key(code: string, down: boolean): void {
    const codes = keyScanCodes(code, down);
    if (codes.length > 0) void this.sendKeys(codes).catch(() => undefined);
  }

  /** Text as from a clipboard: what no key of a US keyboard makes is left out. */
  write(data: string): void {
    const keys = data
      .replace(TYPABLE, '')
      .replace(/</g, '<lt>')
      .replace(/\r\n?/g, '\n')
      .replace(/\x1b/g, '<Esc>')
      .replace(/[\x7f\b]/g, '<Backspace>');
    void this.type(keys).catch(() => undefined);
  }
}

const SERIAL_COLUMNS = 80;
const SERIAL_ROWS = 25;

/** com1 with a terminal at the other end. */
export class SerialConsole implements MachineConsole {
  private readonly output = new Emitter<string>();
  readonly onOutput = this.output.event;
  private readonly terminal = new Terminal({
    cols: SERIAL_COLUMNS,
    rows: SERIAL_ROWS,
    scrollback: 500,
    allowProposedApi: true,
  });
  private readonly sendBytes: (bytes: Uint8Array) => Promise<void>;

  constructor(sendBytes: (bytes: Uint8Array) => Promise<void>) {
    this.sendBytes = sendBytes;
  }

  receive(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    // The terminal takes its time: whoever hears of output finds it on the screen already.
    this.terminal.write(bytes, () => this.output.fire(text));
  }

  redraw(): string {
    return drawSerialScreen(this.terminal);
  }

  screen(): ScreenView {
    const { active } = this.terminal.buffer;
    const rows = Array.from(
      { length: SERIAL_ROWS },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
    return {
      rows,
      cursor: { row: active.cursorY, column: active.cursorX },
      columns: SERIAL_COLUMNS,
      height: SERIAL_ROWS,
    };
  }

  async type(keys: string): Promise<void> {
    await this.sendBytes(Buffer.from(toTerminalInput(parseKeys(keys)), 'latin1'));
  }

  /** A serial line has no keys going up and down. */
  key(): void {}

  write(data: string): void {
    void this.sendBytes(Buffer.from(data, 'latin1')).catch(() => undefined);
  }

  dispose(): void {
    this.terminal.dispose();
  }
}

function blankRows(): string[] {
  return Array.from({ length: BLANK_ROWS }, () => '');
}
