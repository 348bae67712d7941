import { textField } from '../screens/form-fields.ts';
import type { Turn } from '../turn.ts';
import { type Form, inputHints } from './types.ts';

const longestSeconds = 86_400;

/** Shown in minutes, kept in seconds (UserVars.ESXiShellTimeOut, UserVars.ESXiShellInteractiveTimeOut). */
export function openTimeouts(turn: Turn): void {
  const services = turn.facts.services;
  if (services === undefined) return;
  turn.push({
    kind: 'form',
    form: 'timeouts',
    title: 'Modify ESXi Shell and SSH timeouts',
    intro: ['In minutes, 0 for none. Both hold for shells that are enabled, or sessions that begin, from now on.'],
    fields: [
      textField('availability', 'Availability timeout:', minutes(services.availabilityTimeout)),
      textField('idle', 'Idle timeout:', minutes(services.idleTimeout)),
    ],
    focus: 0,
    hints: inputHints,
  });
}

function minutes(seconds: number): string {
  return String(Math.round((seconds / 60) * 100) / 100);
}

export const timeoutsForm: Form = {
  submit(values, _screen, turn) {
    const seconds = [values.availability, values.idle].map((text) => Math.round(Number(text) * 60));
    const [availability, idle] = seconds;
    const good = seconds.every((each) => Number.isFinite(each) && each >= 0 && each <= longestSeconds);
    if (!good || availability === undefined || idle === undefined) {
      const text = [`A timeout is a number of minutes from 0 to ${longestSeconds / 60}.`];
      turn.notice('Modify ESXi Shell and SSH timeouts', text, 'error');
      return;
    }
    turn.request({ name: 'timeouts.set', input: { availability, idle } }, 'Modify ESXi Shell and SSH timeouts');
  },
  answer(answer, _screen, turn) {
    if (answer.name !== 'timeouts.set') return;
    turn.pop();
    turn.refresh('services');
    if (answer.output.problem !== '') {
      turn.notice('Modify ESXi Shell and SSH timeouts', [answer.output.problem], 'error');
    }
  },
};
