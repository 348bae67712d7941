import { questions } from '../menus/questions.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { drawDialog, wrap } from '../terminal/dialog.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';
import type { ConfirmScreen } from './types.ts';

const width = 60;

export function drawConfirm(canvas: Canvas, screen: ConfirmScreen): void {
  const lines = screen.lines.flatMap((line) => wrap(line, width));
  const area = drawDialog(canvas, { title: screen.title, hints: screen.hints, width, height: lines.length });
  lines.forEach((line, index) => {
    canvas.put(area.row + index, area.column, line, 'd');
  });
}

/** The question leaves the screen first: what its answer does happens to the screen it was asked from. */
export function keyConfirm(screen: ConfirmScreen, key: Key, turn: Turn): void {
  const pressed = key.length === 1 ? key.toLowerCase() : key;
  const choice = pressed === 'esc' ? 'cancel' : screen.choices.find((each) => each.key === pressed)?.choice;
  if (choice === undefined) return;
  turn.pop();
  questions[screen.question](choice, turn);
}
