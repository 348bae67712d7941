import type { IBufferCell, Terminal } from '@xterm/headless';

/** The terminal's screen as text that draws it on another one, cursor last. */
export function drawSerialScreen(terminal: Terminal): string {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: terminal.rows }, (_, row) => `\x1b[${row + 1};1H${drawTerminalRow(terminal, row)}`);
  return `\x1b[0m\x1b[2J\x1b[H${rows.join('')}\x1b[${active.cursorY + 1};${active.cursorX + 1}H`;
}

/** One row of the screen, from where the cursor is; begins and ends without a style. */
export function drawTerminalRow(terminal: Terminal, row: number): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row);
  const length = line?.translateToString(true).length ?? 0;
  let out = '';
  let style = '0';
  for (let column = 0; column < length; column++) {
    const cell = line!.getCell(column)!;
    if (cell.getWidth() === 0) continue;
    const next = styleOf(cell);
    if (next !== style) out += `\x1b[${next}m`;
    style = next;
    out += cell.getChars() || ' ';
  }
  return style === '0' ? out : `${out}\x1b[0m`;
}

function styleOf(cell: IBufferCell): string {
  const parts = ['0'];
  if (cell.isBold()) parts.push('1');
  if (cell.isDim()) parts.push('2');
  if (cell.isUnderline()) parts.push('4');
  if (cell.isBlink()) parts.push('5');
  if (cell.isInverse()) parts.push('7');
  if (cell.isFgPalette()) parts.push(`38;5;${cell.getFgColor()}`);
  if (cell.isFgRGB()) parts.push(`38;2;${rgb(cell.getFgColor())}`);
  if (cell.isBgPalette()) parts.push(`48;5;${cell.getBgColor()}`);
  if (cell.isBgRGB()) parts.push(`48;2;${rgb(cell.getBgColor())}`);
  return parts.join(';');
}

function rgb(colour: number): string {
  return `${colour >> 16};${(colour >> 8) & 255};${colour & 255}`;
}
