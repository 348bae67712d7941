import type { Turn } from '../turn.ts';
import { type Form, okCancel } from './types.ts';

export function openLockdown(turn: Turn): void {
  const security = turn.facts.security;
  if (security === undefined) return;
  const possible = security.lockdownAvailable || security.lockdownEnabled;
  turn.push({
    kind: 'form',
    form: 'lockdown',
    title: 'Configure Lockdown Mode',
    intro: possible
      ? ['With lockdown mode, direct logins from outside are refused; vCenter Server manages the host.']
      : ['Lockdown mode needs a vCenter Server that manages this host. None does at present.'],
    fields: [
      {
        type: 'check',
        id: 'enabled',
        label: 'Enable Lockdown Mode',
        checked: security.lockdownEnabled,
        disabled: !possible,
      },
    ],
    focus: 0,
    hints: okCancel,
  });
}

export const lockdownForm: Form = {
  submit(values, screen, turn) {
    const enabled = values.enabled === true;
    const box = screen.fields[0];
    const unchanged = enabled === turn.facts.security?.lockdownEnabled;
    if (box?.type !== 'check' || box.disabled === true || unchanged) turn.pop();
    else turn.request({ name: 'lockdown.set', input: { enabled } }, 'Configure Lockdown Mode');
  },
  answer(answer, _screen, turn) {
    if (answer.name !== 'lockdown.set') return;
    turn.pop();
    turn.refresh('security', 'front');
    if (answer.output.problem !== '') turn.notice('Configure Lockdown Mode', [answer.output.problem], 'error');
  },
};
