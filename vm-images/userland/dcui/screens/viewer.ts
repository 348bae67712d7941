import type { Canvas } from '../terminal/canvas.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';
import type { ViewerScreen } from './types.ts';

const keysLine = '<Q> Quit  </> Search  <N> Next  <G> End  <R> Reload  <H> Help';
const help = [
  'Up, Down        one line',
  'Page Up/Down    one page; Space also goes forward',
  'Left, Right     long lines',
  'Home, End       first and last line; also < and G',
  '/ text Enter    search forward; N next, Shift+N previous',
  'R               read the log again',
  'Q, Esc          back to the menu',
];

/** Opens on the newest lines. */
export function viewerOn(title: string, path: string, lines: string[], rows: number): ViewerScreen {
  const top = Math.max(0, lines.length - (rows - 2));
  return { kind: 'viewer', title, path, lines, top, left: 0, search: '', typing: null, message: '' };
}

export function drawViewer(canvas: Canvas, screen: ViewerScreen): void {
  const page = canvas.rows - 2;
  canvas.fill(0, 0, canvas.rows, canvas.columns, 'v');
  canvas.fill(0, 0, 1, canvas.columns, 'y');
  canvas.put(0, 1, screen.title, 'y');
  canvas.putRight(0, canvas.columns - 1, position(screen, page), 'y');
  screen.lines.slice(screen.top, screen.top + page).forEach((line, index) => {
    const shown = line.slice(screen.left, screen.left + canvas.columns);
    canvas.put(1 + index, 0, shown, 'v');
    if (screen.search !== '') markHits(canvas, 1 + index, shown, screen.search);
  });
  const foot = canvas.rows - 1;
  canvas.fill(foot, 0, 1, canvas.columns, 'y');
  if (screen.typing !== null) {
    canvas.put(foot, 1, `/${screen.typing}`, 'y');
    canvas.cursor = { row: foot, column: Math.min(canvas.columns - 1, screen.typing.length + 2) };
  } else canvas.put(foot, 1, screen.message === '' ? keysLine : screen.message, 'y');
}

function position(screen: ViewerScreen, page: number): string {
  const count = screen.lines.length;
  if (count === 0) return 'empty';
  return `${screen.top + 1}-${Math.min(count, screen.top + page)} of ${count}`;
}

function markHits(canvas: Canvas, row: number, shown: string, search: string): void {
  const wanted = search.toLowerCase();
  const line = shown.toLowerCase();
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + wanted.length)) {
    canvas.put(row, at, shown.slice(at, at + wanted.length), 'V');
  }
}

export function keyViewer(screen: ViewerScreen, key: Key, turn: Turn): void {
  if (screen.typing !== null) {
    typeSearch(screen, screen.typing, key, turn);
    return;
  }
  const page = turn.state.rows - 2;
  const scroll = (top: number) => {
    const last = Math.max(0, screen.lines.length - page);
    turn.replace({ ...screen, message: '', top: Math.max(0, Math.min(last, top)) });
  };
  switch (key) {
    case 'up':
    case 'k':
      scroll(screen.top - 1);
      break;
    case 'down':
    case 'j':
    case 'enter':
      scroll(screen.top + 1);
      break;
    case 'pageup':
    case 'b':
      scroll(screen.top - page);
      break;
    case 'pagedown':
    case ' ':
      scroll(screen.top + page);
      break;
    case 'home':
    case '<':
      scroll(0);
      break;
    case 'end':
    case 'G':
    case 'g':
    case '>':
      scroll(screen.lines.length);
      break;
    case 'left':
      turn.replace({ ...screen, message: '', left: Math.max(0, screen.left - 20) });
      break;
    case 'right':
      turn.replace({ ...screen, message: '', left: screen.left + 20 });
      break;
    case '/':
      turn.replace({ ...screen, message: '', typing: '' });
      break;
    case 'n':
      find(screen, screen.top + 1, 1, turn);
      break;
    case 'N':
      find(screen, screen.top - 1, -1, turn);
      break;
    case 'r':
    case 'R':
      turn.request({ name: 'log.read', input: { path: screen.path } }, screen.title);
      break;
    case 'h':
    case 'H':
    case '?':
    case 'f1':
      turn.notice('Log Viewer Keys', help);
      break;
    case 'q':
    case 'Q':
    case 'esc':
      turn.pop();
      break;
  }
}

function typeSearch(screen: ViewerScreen, typing: string, key: Key, turn: Turn): void {
  if (key === 'esc') turn.replace({ ...screen, typing: null });
  else if (key === 'backspace') turn.replace({ ...screen, typing: typing === '' ? null : typing.slice(0, -1) });
  else if (key.length === 1) turn.replace({ ...screen, typing: typing + key });
  else if (key === 'enter') {
    // An empty search repeats the last one, as in less.
    const search = typing === '' ? screen.search : typing;
    find({ ...screen, typing: null, search }, screen.top + (typing === '' ? 1 : 0), 1, turn);
  }
}

/** Goes to the next line with the search text, on from the other end when there is none. */
function find(screen: ViewerScreen, from: number, step: 1 | -1, turn: Turn): void {
  const count = screen.lines.length;
  const wanted = screen.search.toLowerCase();
  for (let tried = 0; wanted !== '' && tried < count; tried++) {
    const at = (((from + step * tried) % count) + count) % count;
    if (screen.lines[at]?.toLowerCase().includes(wanted)) {
      turn.replace({ ...screen, top: at, message: '' });
      return;
    }
  }
  turn.replace({
    ...screen,
    message: wanted === '' ? 'Nothing to search for yet: press / first' : 'Pattern not found',
  });
}
