import { cp437 } from './cp437.ts';
import type { TextScreen } from './worker/protocol.ts';

/** Red, green and blue of the 16 attributes of a VGA's power-on palette. */
const STANDARD_PALETTE = [
  0x000000, 0x0000a8, 0x00a800, 0x00a8a8, 0xa80000, 0xa800a8, 0xa85400, 0xa8a8a8, 0x545454, 0x5454fc, 0x54fc54,
  0x54fcfc, 0xfc5454, 0xfc54fc, 0xfcfc54, 0xfcfcfc,
];
/** VGA counts blue 1, green 2, red 4; ANSI red 1, green 2, blue 4. */
const TO_ANSI = [0, 4, 2, 6, 1, 5, 3, 7];
/** Runs of unchanged cells shorter than this are sent again: cheaper than moving the cursor. */
const BRIDGE_CELLS = 6;

export function rowText(screen: TextScreen, row: number): string {
  let text = '';
  for (let column = 0; column < screen.columns; column++) {
    text += cp437[screen.cells[(row * screen.columns + column) * 2]!];
  }
  return text.trimEnd();
}

/** The whole screen, for a terminal that shows something else. */
export function drawScreen(screen: TextScreen): string {
  const rows = Array.from({ length: screen.rows }, (_, row) => drawRun(screen, row, 0, screen.columns));
  return `\x1b[0m\x1b[?7l\x1b[2J${rows.join('')}${drawCursor(screen)}`;
}

/** What changes `before` into `after` on a terminal that shows `before`; empty when nothing does. */
export function drawChanges(before: TextScreen | undefined, after: TextScreen): string {
  if (!before || before.columns !== after.columns || before.rows !== after.rows || !samePalette(before, after)) {
    return drawScreen(after);
  }
  let out = '';
  for (let row = 0; row < after.rows; row++) out += drawRow(before, after, row);
  const moved =
    before.cursor.row !== after.cursor.row ||
    before.cursor.column !== after.cursor.column ||
    before.cursor.visible !== after.cursor.visible;
  return out === '' && !moved ? '' : out + drawCursor(after);
}

function drawRow(before: TextScreen, after: TextScreen, row: number): string {
  let out = '';
  let start = -1;
  let end = -1;
  for (let column = 0; column < after.columns; column++) {
    const at = (row * after.columns + column) * 2;
    if (before.cells[at] === after.cells[at] && before.cells[at + 1] === after.cells[at + 1]) continue;
    if (start >= 0 && column - end > BRIDGE_CELLS) {
      out += drawRun(after, row, start, end);
      start = -1;
    }
    if (start < 0) start = column;
    end = column + 1;
  }
  return start < 0 ? out : out + drawRun(after, row, start, end);
}

function drawRun(screen: TextScreen, row: number, start: number, end: number): string {
  let out = `\x1b[${row + 1};${start + 1}H`;
  let attribute = -1;
  for (let column = start; column < end; column++) {
    const at = (row * screen.columns + column) * 2;
    const next = screen.cells[at + 1]!;
    if (next !== attribute) out += sgr(screen, next);
    attribute = next;
    out += cp437[screen.cells[at]!];
  }
  return `${out}\x1b[0m`;
}

function sgr(screen: TextScreen, attribute: number): string {
  const foreground = attribute & 15;
  const background = (attribute >> 4) & (screen.blinks ? 7 : 15);
  const blink = screen.blinks && (attribute & 0x80) !== 0 ? ';5' : '';
  return `\x1b[0${blink};${colour(screen, foreground, 30)};${colour(screen, background, 40)}m`;
}

/** One of the terminal's 16 where the guest has left the palette alone, else the colour itself. */
function colour(screen: TextScreen, index: number, base: 30 | 40): string {
  const rgb = screen.palette[index]!;
  if (rgb === STANDARD_PALETTE[index]) return String((index < 8 ? base : base + 60) + TO_ANSI[index & 7]!);
  return `${base + 8};2;${rgb >> 16};${(rgb >> 8) & 255};${rgb & 255}`;
}

function drawCursor({ cursor, rows, columns }: TextScreen): string {
  const shown = cursor.visible && cursor.row < rows && cursor.column < columns;
  return shown ? `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h` : '\x1b[?25l';
}

function samePalette(a: TextScreen, b: TextScreen): boolean {
  return a.blinks === b.blinks && a.palette.every((rgb, i) => rgb === b.palette[i]);
}
