import type { Canvas } from '../terminal/canvas.ts';
import { drawDialog, spread, wrap } from '../terminal/dialog.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';
import type { NoticeScreen } from './types.ts';

const width = 56;

export function drawNotice(canvas: Canvas, screen: NoticeScreen): void {
  const room = canvas.rows - 5;
  const lines = screen.lines.flatMap((line) => wrap(line, width)).slice(0, room);
  const area = drawDialog(canvas, {
    title: screen.title,
    hints: spread('', '<Enter> OK', width),
    width,
    height: lines.length,
    tone: screen.tone,
  });
  lines.forEach((line, index) => {
    canvas.put(area.row + index, area.column, line, 'd');
  });
}

export function keyNotice(_screen: NoticeScreen, key: Key, turn: Turn): void {
  if (key === 'enter' || key === 'esc') turn.pop();
}
