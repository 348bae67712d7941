import { Terminal } from '@xterm/headless';
import { drawTerminalRow } from '../vm/serial-screen.ts';
import type { RawTerminal } from './raw-terminal.ts';

const COLUMNS = 80;
const ROWS = 25;
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?1049l';

/**
 * A host's screen drawn in a terminal that may be smaller than it: then rows with nothing on them are left out. The last line
 * of the terminal says whose screen it is.
 */
export class ConsoleView {
  private readonly terminal: RawTerminal;
  private readonly screen = new Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 0, allowProposedApi: true });
  private drawn: string[] = [];
  private caption = '';
  private isOpen = true;

  constructor(terminal: RawTerminal) {
    this.terminal = terminal;
    terminal.write(ENTER);
  }

  /** @param ansi The whole screen. */
  replace(columns: number, rows: number, ansi: string): void {
    this.screen.reset();
    this.add(columns, rows, ansi);
  }

  /** @param ansi What has changed on it. */
  add(columns: number, rows: number, ansi: string): void {
    if (columns !== this.screen.cols || rows !== this.screen.rows) this.screen.resize(columns, rows);
    this.screen.write(ansi, () => this.draw());
  }

  say(caption: string): void {
    this.caption = caption;
    this.draw();
  }

  /** The terminal has another size: nothing of what is drawn counts. */
  redraw(): void {
    this.terminal.write('\x1b[0m\x1b[2J');
    this.drawn = [];
    this.draw();
  }

  close(): void {
    this.isOpen = false;
    this.screen.dispose();
    this.terminal.write(LEAVE);
  }

  private draw(): void {
    if (!this.isOpen) return;
    const { screen, terminal } = this;
    const { cursorX, cursorY } = screen.buffer.active;
    const shown = fitRows(this.emptyRows(), terminal.rows - 1);
    const lines = Array.from({ length: terminal.rows - 1 }, (_, at) => {
      const row = shown[at];
      return row === undefined ? '' : drawTerminalRow(screen, row);
    });
    lines.push(`\x1b[7m${this.caption.slice(0, terminal.columns).padEnd(terminal.columns)}\x1b[0m`);
    const changed = lines
      .map((line, at) => (line === this.drawn[at] ? '' : `\x1b[${at + 1};1H\x1b[2K${line}`))
      .join('');
    this.drawn = lines;
    const cursorRow = shown.indexOf(cursorY);
    const cursor = cursorRow < 0 ? '' : `\x1b[${cursorRow + 1};${cursorX + 1}H`;
    terminal.write(`${changed}${cursor}`);
  }

  private emptyRows(): boolean[] {
    const { active } = this.screen.buffer;
    return Array.from(
      { length: this.screen.rows },
      (_, row) => (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trim() === '',
    );
  }
}

/**
 * Chooses the rows of a screen to show where there is room for fewer: rows of the largest gaps go first, and when no gap is
 * left the rows at the top.
 *
 * @param empty Whether a row has nothing on it. @returns Numbers of the rows to show.
 */
export function fitRows(empty: readonly boolean[], room: number): number[] {
  const rows = empty.map((_, row) => row);
  while (rows.length > room) {
    const gap = largestGap(rows.map((row) => empty[row]!));
    if (gap === undefined) return rows.slice(rows.length - room);
    rows.splice(gap, 1);
  }
  return rows;
}

/** @returns The last place of the longest run of empty rows. */
function largestGap(empty: readonly boolean[]): number | undefined {
  let run = 0;
  let best = 0;
  let end: number | undefined;
  for (const [at, isEmpty] of empty.entries()) {
    run = isEmpty ? run + 1 : 0;
    if (run > best) [best, end] = [run, at];
  }
  return end;
}
