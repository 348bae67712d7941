import { forms } from '../forms/index.ts';
import type { Answer, State } from '../state.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { type DialogArea, drawDialog, wrap } from '../terminal/dialog.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';
import { editText, formValues, isUsable, nextUsable, toggle } from './form-fields.ts';
import type { Field, FormScreen } from './types.ts';

const width = 68;
/** Labels of text fields share a column. */
const labelWidth = 24;

export function drawForm(canvas: Canvas, screen: FormScreen, _state: State, active: boolean): void {
  const intro = screen.intro.flatMap((line) => wrap(line, width));
  const head = intro.length === 0 ? 0 : intro.length + 1;
  const room = Math.max(1, canvas.rows - 5 - head);
  const shown = Math.min(room, screen.fields.length);
  const first = Math.max(0, Math.min(screen.fields.length - shown, screen.focus - Math.floor(shown / 2)));
  const area = drawDialog(canvas, { title: screen.title, hints: screen.hints, width, height: head + shown });
  intro.forEach((line, index) => {
    canvas.put(area.row + index, area.column, line, 'd');
  });
  for (let index = 0; index < shown; index++) {
    drawField(canvas, screen, first + index, { ...area, row: area.row + head + index }, active);
  }
}

function drawField(canvas: Canvas, screen: FormScreen, at: number, area: DialogArea, active: boolean): void {
  const field = screen.fields[at];
  if (field === undefined) return;
  const usable = isUsable(field, screen.fields);
  const focused = at === screen.focus && usable;
  if (field.type === 'label') {
    canvas.put(area.row, area.column, field.text.slice(0, area.width), 'd');
    return;
  }
  if (field.type !== 'text') {
    const mark = field.type === 'check' ? `[${field.checked ? 'X' : ' '}]` : `(${field.checked ? 'o' : ' '})`;
    const text = `${mark} ${field.label}`.slice(0, area.width).padEnd(area.width);
    canvas.put(area.row, area.column, text, focused ? 'h' : usable ? 'd' : 'q');
    if (focused && active) canvas.cursor = { row: area.row, column: area.column + 1 };
    return;
  }
  canvas.put(area.row, area.column, field.label, usable ? 'd' : 'q');
  const room = area.width - labelWidth - 2;
  const start = area.column + labelWidth;
  const left = Math.max(0, field.cursor - room + 1);
  const text = (field.secret ? '*'.repeat(field.value.length) : field.value).slice(left, left + room);
  canvas.put(area.row, start, `[${text.padEnd(room, usable ? '_' : ' ')}]`, focused ? 'F' : usable ? 'f' : 'q');
  if (focused && active) canvas.cursor = { row: area.row, column: start + 1 + field.cursor - left };
}

export function keyForm(screen: FormScreen, key: Key, turn: Turn): void {
  const handler = forms[screen.form];
  if (handler.key?.(screen, key, turn)) return;
  const { fields, focus } = screen;
  const field = fields[focus];
  const moveTo = (at: number) => turn.replace({ ...screen, focus: at });
  const edited = field?.type === 'text' && isUsable(field, fields) ? editText(field, key) : null;
  if (edited !== null) turn.replace({ ...screen, fields: withField(fields, focus, edited) });
  else if (key === 'esc') turn.pop();
  else if (key === 'enter') handler.submit(formValues(screen), screen, turn);
  else if (key === 'down' || key === 'tab') moveTo(nextUsable(fields, focus + 1, 1));
  else if (key === 'up' || key === 'backtab') moveTo(nextUsable(fields, focus - 1, -1));
  else if (key === ' ') turn.replace({ ...screen, fields: toggle(fields, focus) });
}

function withField(fields: Field[], at: number, field: Field): Field[] {
  return fields.map((other, index) => (index === at ? field : other));
}

export function answerForm(screen: FormScreen, answer: Answer, turn: Turn): void {
  forms[screen.form].answer?.(answer, screen, turn);
}
