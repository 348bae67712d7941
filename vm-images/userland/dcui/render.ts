import { drawConfirm } from './screens/confirm.ts';
import { drawForm } from './screens/form.ts';
import { drawFront } from './screens/front.ts';
import { drawMenu } from './screens/menu.ts';
import { drawNotice } from './screens/notice.ts';
import type { Screen } from './screens/types.ts';
import { drawViewer } from './screens/viewer.ts';
import type { Pending, State } from './state.ts';
import { Canvas } from './terminal/canvas.ts';
import { drawDialog, wrap } from './terminal/dialog.ts';

const whole: Screen['kind'][] = ['front', 'menu', 'viewer'];

/** Draws the state: the topmost whole-screen view, the dialogs above it, and the wait box. */
export function render(state: State): Canvas {
  const canvas = new Canvas(state.rows, state.columns);
  const base = state.screens.findLastIndex((screen) => whole.includes(screen.kind));
  state.screens.slice(Math.max(0, base)).forEach((screen, index, shown) => {
    canvas.cursor = null;
    draw(canvas, screen, state, index === shown.length - 1 && state.pending === null);
  });
  if (state.pending?.visible) drawPending(canvas, state.pending);
  return canvas;
}

function draw(canvas: Canvas, screen: Screen, state: State, active: boolean): void {
  switch (screen.kind) {
    case 'front':
      drawFront(canvas, state);
      break;
    case 'menu':
      drawMenu(canvas, screen, state);
      break;
    case 'form':
      drawForm(canvas, screen, state, active);
      break;
    case 'confirm':
      drawConfirm(canvas, screen);
      break;
    case 'notice':
      drawNotice(canvas, screen);
      break;
    case 'viewer':
      drawViewer(canvas, screen);
      break;
  }
}

function drawPending(canvas: Canvas, pending: Pending): void {
  const width = 56;
  const lines = pending.lines.flatMap((line) => wrap(line, width));
  const area = drawDialog(canvas, { title: pending.title, hints: '', width, height: lines.length });
  canvas.cursor = null;
  lines.forEach((line, index) => {
    canvas.put(area.row + index, area.column, line, 'd');
  });
}
