import { openTimeouts } from '../forms/timeouts.ts';
import type { State } from '../state.ts';
import type { Turn } from '../turn.ts';
import { ask } from './questions.ts';
import { absent, type Menu, type MenuEntry } from './types.ts';

export const troubleshootingMenu: Menu = {
  title: 'Troubleshooting Mode Options',
  leave: '<Esc> Exit',
  entries,
  close: (turn) => turn.pop(),
  answer(answer, _screen, turn) {
    if (answer.name === 'service.set') {
      turn.refresh('services', 'front');
      if (answer.output.problem !== '') turn.notice('Troubleshooting Mode Options', [answer.output.problem], 'error');
    } else if (answer.name === 'agents.restart') {
      turn.refresh('front');
      if (answer.output.problem === '') turn.notice('Restart Management Agents', ['The agents are running again.']);
      else turn.notice('Restart Management Agents', [answer.output.problem], 'error');
    }
  },
};

function entries(state: State): MenuEntry[] {
  const services = state.facts.services;
  return [
    service('ESXi Shell', 'shell', services?.shell),
    service('SSH', 'ssh', services?.ssh),
    {
      label: 'Modify ESXi Shell and SSH timeouts',
      shows: 'services',
      details: () =>
        services === undefined
          ? absent(state, 'services')
          : [
              `Availability: ${spell(services.availabilityTimeout)}`,
              `Idle: ${spell(services.idleTimeout)}`,
              '',
              'Availability: how long logins are possible after a shell was enabled. Idle: how long a session may wait ' +
                'for its next command.',
            ],
      open: openTimeouts,
    },
    {
      label: 'Restart Management Agents',
      hint: '<Enter> Restart',
      details: () => [
        'Stops and starts hostd and the other agents. Remote clients lose their connection; virtual machines run on.',
      ],
      open: (turn) => ask(turn, 'agents'),
    },
  ];
}

function service(name: string, id: 'shell' | 'ssh', enabled: boolean | undefined): MenuEntry {
  const where = id === 'shell' ? 'a shell at this console (Alt+F1)' : 'a shell over the network';
  return {
    label: `${enabled ? 'Disable' : 'Enable'} ${name}`,
    shows: 'services',
    details: (state) =>
      enabled === undefined
        ? absent(state, 'services')
        : [`${name} is ${enabled ? 'Enabled' : 'Disabled'}`, '', `While enabled, those who may log in get ${where}.`],
    open: (turn: Turn) => {
      if (enabled === undefined) return;
      turn.request(
        { name: 'service.set', input: { service: id, enabled: !enabled } },
        `${enabled ? 'Disabling' : 'Enabling'} ${name}`,
      );
    },
  };
}

function spell(seconds: number): string {
  if (seconds === 0) return 'Never';
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
