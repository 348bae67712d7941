import type { Turn } from '../turn.ts';
import { type Form, okCancel } from './types.ts';

export function openKeyboard(turn: Turn, layouts: string[]): void {
  if (layouts.length === 0) {
    turn.notice('Configure Keyboard', ['The list of keyboard layouts could not be read.'], 'error');
    return;
  }
  const current = Math.max(0, layouts.indexOf(turn.facts.keyboard?.layout ?? ''));
  turn.push({
    kind: 'form',
    form: 'keyboard',
    title: 'Configure Keyboard',
    intro: ['Layout of the keyboard at this console.'],
    fields: layouts.map((layout, index) => ({
      type: 'radio' as const,
      id: layout,
      group: 'layout',
      label: layout,
      checked: index === current,
    })),
    focus: current,
    hints: okCancel,
  });
}

export const keyboardForm: Form = {
  submit(values, _screen, turn) {
    const layout = Object.keys(values).find((id) => values[id] === true);
    if (layout === undefined || layout === turn.facts.keyboard?.layout) turn.pop();
    else turn.request({ name: 'keyboard.set', input: { layout } }, 'Configure Keyboard');
  },
  answer(answer, _screen, turn) {
    if (answer.name !== 'keyboard.set') return;
    turn.pop();
    turn.refresh('keyboard');
    if (answer.output.problem !== '') turn.notice('Configure Keyboard', [answer.output.problem], 'error');
  },
};
