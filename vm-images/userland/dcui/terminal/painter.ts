import type { Canvas } from './canvas.ts';
import type { Look, Style } from './styles.ts';

/** Keeps what the terminal shows and writes only what changed. */
export class Painter {
  readonly #look: Look;
  #text: string[] = [];
  #style: string[] = [];
  #cursor = '';

  constructor(look: Look) {
    this.#look = look;
  }

  /** Forgets what the terminal shows: the next picture is drawn whole. */
  invalidate(): void {
    this.#text = [];
    this.#style = [];
    this.#cursor = '';
  }

  /** @returns the bytes (ASCII) that turn what is shown into `canvas`; empty when nothing differs. */
  paint(canvas: Canvas): string {
    const out: string[] = [];
    for (let row = 0; row < canvas.rows; row++) {
      const text = canvas.text[row] ?? '';
      const style = canvas.style[row] ?? '';
      if (text === this.#text[row] && style === this.#style[row]) continue;
      out.push(this.#row(row, text, style, this.#text[row] ?? '', this.#style[row] ?? ''));
      this.#text[row] = text;
      this.#style[row] = style;
    }
    const cursor = canvas.cursor ? `\x1b[${canvas.cursor.row + 1};${canvas.cursor.column + 1}H\x1b[?25h` : '\x1b[?25l';
    if (out.length === 0 && cursor === this.#cursor) return '';
    this.#cursor = cursor;
    return (canvas.cursor || out.length === 0 ? '' : '\x1b[?25l') + out.join('') + cursor;
  }

  /** The changed middle of a row, in runs of one style. */
  #row(row: number, text: string, style: string, oldText: string, oldStyle: string): string {
    let from = 0;
    let to = text.length;
    if (oldText.length === text.length) {
      while (from < to && text[from] === oldText[from] && style[from] === oldStyle[from]) from++;
      while (to > from && text[to - 1] === oldText[to - 1] && style[to - 1] === oldStyle[to - 1]) to--;
    }
    let out = `\x1b[${row + 1};${from + 1}H`;
    for (let at = from; at < to; ) {
      const letter = style[at] as Style;
      let end = at + 1;
      while (end < to && style[end] === letter) end++;
      out += `\x1b[${this.#look.sgr[letter]}m${text.slice(at, end)}`;
      at = end;
    }
    return out;
  }
}
