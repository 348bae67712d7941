import { textField } from '../screens/form-fields.ts';
import type { Turn } from '../turn.ts';
import { passwordProblem } from './password-rule.ts';
import { type Form, inputHints } from './types.ts';

export function openPassword(turn: Turn): void {
  turn.push({
    kind: 'form',
    form: 'password',
    title: 'Configure Password',
    intro: [`New password for ${turn.state.user ?? 'root'}.`],
    fields: [
      textField('old', 'Old Password:', '', { secret: true }),
      textField('wanted', 'New Password:', '', { secret: true }),
      textField('repeated', 'Confirm Password:', '', { secret: true }),
    ],
    focus: 0,
    hints: inputHints,
  });
}

export const passwordForm: Form = {
  submit(values, _screen, turn) {
    const user = turn.state.user ?? 'root';
    const old = String(values.old);
    const wanted = String(values.wanted);
    const problem =
      wanted === values.repeated ? passwordProblem(wanted, user, old) : 'The two entries of the new password differ.';
    if (problem !== '') turn.notice('Password Not Changed', [problem], 'error');
    else turn.request({ name: 'password.set', input: { user, old, wanted } }, 'Configure Password');
  },
  answer(answer, _screen, turn) {
    if (answer.name !== 'password.set') return;
    if (answer.output.refused !== '') {
      turn.notice('Password Not Changed', [answer.output.refused], 'error');
      return;
    }
    turn.pop();
    turn.refresh('security');
    turn.notice('Configure Password', ['The password has been changed.']);
  },
};
