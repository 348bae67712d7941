import type { FrontFacts } from '../facts.ts';
import { openLogin } from '../forms/login.ts';
import type { State } from '../state.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { wrap } from '../terminal/dialog.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';

const margin = 4;

/** As the screen the host starts with: 14 of 25. */
function upperRows(rows: number): number {
  return Math.round(rows * 0.56);
}

export function drawFront(canvas: Canvas, state: State): void {
  const half = upperRows(canvas.rows);
  canvas.fill(0, 0, half, canvas.columns, 'g');
  canvas.fill(half, 0, canvas.rows - half, canvas.columns, 'y');
  const front = state.facts.front;
  if (front !== undefined && front.welcome !== '') drawWelcome(canvas, front, half);
  else if (front !== undefined) {
    drawHost(canvas, front);
    drawAddresses(canvas, front, half);
  }
  const foot = canvas.rows - 2;
  canvas.put(foot, margin, '<F2> Customize System/View Logs', 'y');
  canvas.putRight(foot, canvas.columns - margin, '<F12> Shut Down/Restart', 'y');
}

function drawHost(canvas: Canvas, front: FrontFacts): void {
  canvas.put(2, margin, front.product, 'G');
  front.hardware.forEach((line, index) => {
    canvas.put(4 + index + Math.min(index, 1), margin, line, 'g');
  });
}

function drawAddresses(canvas: Canvas, front: FrontFacts, half: number): void {
  let row = half + 1;
  const last = canvas.rows - 4;
  const say = (text: string, style: 'y' | 'w' = 'y') => {
    if (row <= last) canvas.put(row++, margin, text, style);
  };
  if (front.addresses.length > 0) {
    say('Download tools to manage this host from:');
    if (front.hostname !== '' && front.hostname !== 'localhost') say(`http://${front.hostname}/`);
    for (const { address, origin } of front.addresses) say(`http://${bracketed(address)}/ (${origin})`);
  }
  if (front.waitingForDhcp) say('(Waiting for an address from DHCP...)');
  if (front.warnings.length > 0) row++;
  for (const warning of front.warnings) {
    for (const line of wrap(warning, canvas.columns - 2 * margin)) say(line, 'w');
  }
}

/** Annotations.WelcomeMessage takes the page; the keys below stay. */
function drawWelcome(canvas: Canvas, front: FrontFacts, half: number): void {
  const lines = front.welcome.split('\n').flatMap((line) => wrap(line, canvas.columns - 2 * margin));
  lines.slice(0, canvas.rows - 4).forEach((line, index) => {
    canvas.put(index + 1, margin, line, index + 1 < half ? 'g' : 'y');
  });
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

export function keyFront(key: Key, turn: Turn): void {
  if (key === 'f2') openLogin(turn, 'customize');
  if (key === 'f12') openLogin(turn, 'power');
  if (key === 'ctrl-c' && !turn.state.resident) turn.effects.push({ type: 'quit' });
}
