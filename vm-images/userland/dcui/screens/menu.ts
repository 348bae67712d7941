import type { FactGroup } from '../facts.ts';
import { menus } from '../menus/index.ts';
import type { Answer, State } from '../state.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { wrap } from '../terminal/dialog.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';
import type { MenuScreen } from './types.ts';

const margin = 3;

/** Left the entries, right the chosen entry's details; a yellow band above and below. */
export function drawMenu(canvas: Canvas, screen: MenuScreen, state: State): void {
  const middle = Math.floor(canvas.columns / 2);
  const menu = menus[screen.menu];
  const entries = menu.entries(state);
  const entry = entries[screen.selected];
  canvas.fill(0, 0, canvas.rows, canvas.columns, 'g');
  canvas.fill(0, 0, 3, canvas.columns, 'y');
  canvas.put(1, margin, menu.title, 'y');
  canvas.put(1, middle + 1, entry?.label ?? '', 'y');
  const room = canvas.rows - 8;
  const first = Math.max(0, Math.min(entries.length - room, screen.selected - room + 1));
  entries.slice(first, first + room).forEach((each, index) => {
    const chosen = first + index === screen.selected;
    const text = ` ${each.label}`.padEnd(middle - margin - 1).slice(0, middle - margin - 1);
    canvas.put(4 + index, margin - 1, text, chosen ? 's' : each.disabled ? 'x' : 'g');
  });
  const details = (entry?.details(state, screen) ?? []).flatMap((line) => wrap(line, canvas.columns - middle - 3));
  details.slice(0, canvas.rows - 8).forEach((line, index) => {
    canvas.put(4 + index, middle + 1, line, 'g');
  });
  drawFoot(canvas, state, entry?.hint ?? '<Enter> Change', menu.leave);
}

function drawFoot(canvas: Canvas, state: State, action: string, leave: string): void {
  canvas.fill(canvas.rows - 3, 0, 3, canvas.columns, 'y');
  const row = canvas.rows - 3;
  canvas.put(row, margin, '<Up/Down> Select', 'y');
  canvas.put(row, Math.floor((canvas.columns - action.length) / 2), action, 'y');
  canvas.putRight(row, canvas.columns - margin, leave, 'y');
  const product = state.facts.front?.product ?? '';
  canvas.put(canvas.rows - 1, Math.floor((canvas.columns - product.length) / 2), product, 'y');
}

export function keyMenu(screen: MenuScreen, key: Key, turn: Turn): void {
  const menu = menus[screen.menu];
  const entries = menu.entries(turn.state);
  const go = (selected: number) => {
    turn.replace({ ...screen, selected: Math.max(0, Math.min(entries.length - 1, selected)) });
  };
  const entry = entries[screen.selected];
  if (key === 'up') go((screen.selected + entries.length - 1) % entries.length);
  else if (key === 'down') go((screen.selected + 1) % entries.length);
  else if (key === 'home' || key === 'pageup') go(0);
  else if (key === 'end' || key === 'pagedown') go(entries.length - 1);
  else if (key === 'enter') entry?.open(turn, screen);
  else if (key === 'esc') menu.close(turn, screen);
  else if (/^[1-9]$/.test(key) && menu.numbered === true && entries[Number(key) - 1] !== undefined) {
    go(Number(key) - 1);
    entries[Number(key) - 1]?.open(turn, screen);
  }
}

export function answerMenu(screen: MenuScreen, answer: Answer, turn: Turn): void {
  menus[screen.menu].answer?.(answer, screen, turn);
}

/** The facts group that the chosen entry's details show. */
export function shownFacts(screen: MenuScreen, state: State): FactGroup | undefined {
  return menus[screen.menu].entries(state)[screen.selected]?.shows;
}
