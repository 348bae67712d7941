import type { Style } from './styles.ts';

/** Where the terminal's cursor stands; absent = hidden. */
export interface Cursor {
  row: number;
  column: number;
}

/** One picture of the whole terminal, and what can be painted on it. Painting outside of it is cut off. */
export class Canvas {
  readonly rows: number;
  readonly columns: number;
  readonly text: string[] = [];
  readonly style: string[] = [];
  cursor: Cursor | null = null;

  constructor(rows: number, columns: number, style: Style = 'g') {
    this.rows = rows;
    this.columns = columns;
    const blank = ' '.repeat(columns);
    const tint = style.repeat(columns);
    for (let row = 0; row < rows; row++) {
      this.text.push(blank);
      this.style.push(tint);
    }
  }

  fill(row: number, column: number, height: number, width: number, style: Style): void {
    const blank = ' '.repeat(Math.max(0, width));
    for (let at = row; at < row + height; at++) this.put(at, column, blank, style);
  }

  put(row: number, column: number, text: string, style: Style): void {
    const line = this.text[row];
    const tint = this.style[row];
    if (line === undefined || tint === undefined || column >= this.columns) return;
    let shown = printable(text);
    let start = column;
    if (start < 0) {
      shown = shown.slice(-start);
      start = 0;
    }
    shown = shown.slice(0, this.columns - start);
    if (shown === '') return;
    const end = start + shown.length;
    this.text[row] = line.slice(0, start) + shown + line.slice(end);
    this.style[row] = tint.slice(0, start) + style.repeat(shown.length) + tint.slice(end);
  }

  /** Text that ends at the column before `column`. */
  putRight(row: number, column: number, text: string, style: Style): void {
    this.put(row, column - text.length, text, style);
  }
}

/** One character a cell: what the console's font may lack or would draw double-wide becomes `?`. */
function printable(text: string): string {
  return /[^ -~]/.test(text) ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[^ -~]/g, '?') : text;
}
