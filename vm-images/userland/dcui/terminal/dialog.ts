import type { Canvas } from './canvas.ts';
import type { Style } from './styles.ts';

/** Inner area of a dialog that `drawDialog` has drawn. */
export interface DialogArea {
  row: number;
  column: number;
  width: number;
}

/**
 * A filled box in the middle of the screen: title row, a blank row, `height` rows for the caller, a blank row, hints.
 *
 * @param width of the inner area; the box is four columns wider.
 */
export function drawDialog(
  canvas: Canvas,
  box: { title: string; hints: string; width: number; height: number; tone?: 'plain' | 'error' },
): DialogArea {
  const width = Math.min(box.width + 4, canvas.columns);
  const height = Math.min(box.height + 5, canvas.rows);
  const top = Math.max(0, Math.floor((canvas.rows - height) / 2));
  const left = Math.max(0, Math.floor((canvas.columns - width) / 2));
  const title: Style = box.tone === 'error' ? 'e' : 't';
  // A dark edge sets a dialog off from one below it.
  canvas.fill(top + 1, left + 1, height, width, 'b');
  canvas.fill(top, left, height, width, 'd');
  canvas.fill(top, left, 1, width, title);
  canvas.put(top, left + 2, box.title.slice(0, width - 4), title);
  canvas.put(top + height - 2, left + 2, box.hints.slice(0, width - 4), 'd');
  return { row: top + 2, column: left + 2, width: width - 4 };
}

/** Breaks text at spaces into lines of at most `width`; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (let word of paragraph.split(' ')) {
      while (word.length > width) {
        if (line !== '') lines.push(line);
        lines.push(word.slice(0, width));
        word = word.slice(width);
        line = '';
      }
      if (line === '') line = word;
      else if (line.length + 1 + word.length <= width) line += ` ${word}`;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Left and right ends of the hint row of a dialog. */
export function spread(left: string, right: string, width: number): string {
  return left + ' '.repeat(Math.max(1, width - left.length - right.length)) + right;
}
