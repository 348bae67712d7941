import { ask } from '../menus/questions.ts';
import { textField } from '../screens/form-fields.ts';
import type { Turn } from '../turn.ts';
import { type Form, inputHints } from './types.ts';

export function openLogin(turn: Turn, purpose: 'customize' | 'power'): void {
  const layout = turn.facts.keyboard?.layout ?? 'US Default';
  turn.push({
    kind: 'form',
    form: 'login',
    purpose,
    title: 'Authentication Required',
    intro: ['Enter the login name and the password of an administrator of this host.'],
    fields: [
      { type: 'label', text: `Configured Keyboard     (${layout})` },
      textField('user', 'Login Name:', 'root'),
      textField('password', 'Password:', '', { secret: true }),
    ],
    focus: 2,
    hints: inputHints,
  });
}

export const loginForm: Form = {
  submit(values, _screen, turn) {
    const input = { user: String(values.user).trim(), password: String(values.password) };
    turn.request({ name: 'login', input }, 'Authentication Required');
  },
  answer(answer, screen, turn) {
    if (answer.name !== 'login') return;
    const { refused } = answer.output;
    if (refused === '') welcome(screen.purpose, screen.fields, turn);
    else {
      turn.replace({
        ...screen,
        fields: [...screen.fields.slice(0, 2), textField('password', 'Password:', '', { secret: true })],
      });
      const reason =
        refused === 'access'
          ? 'This host is in lockdown mode, and this user is not among those whom DCUI.Access admits.'
          : 'The login name or the password is wrong.';
      turn.notice('Authentication Failed', [reason], 'error');
    }
  },
};

function welcome(purpose: string | undefined, fields: { type: string }[], turn: Turn): void {
  const name = fields.find((field) => 'id' in field && field.id === 'user');
  const user = name !== undefined && 'value' in name ? String(name.value).trim() : '';
  const { front, keyboard } = turn.facts;
  turn.pop();
  // What the menus show is read anew in each login.
  turn.change({ user, facts: { ...(front ? { front } : {}), ...(keyboard ? { keyboard } : {}) } });
  if (purpose === 'power') ask(turn, 'power');
  else turn.openMenu('main');
}
