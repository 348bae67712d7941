import { ask } from './questions.ts';
import type { Menu } from './types.ts';

export const restoreMenu: Menu = {
  title: 'Network Restore Options',
  leave: '<Esc> Exit',
  entries: () => [
    {
      label: 'Restore Network Settings',
      hint: '<Enter> Restore',
      details: () => [
        'Puts the network back to that of a new installation: one standard switch with the first adapter, a management ' +
          'interface that asks DHCP for its address, no VLAN. Other switches, port groups and VMkernel interfaces go.',
      ],
      open: (turn) => ask(turn, 'restore-settings'),
    },
    {
      label: 'Restore Standard Switch',
      hint: '<Enter> Restore',
      details: () => [
        'Where the management interface is on a distributed switch: gives it a standard switch of its own on this host.',
      ],
      open: (turn) => ask(turn, 'restore-switch'),
    },
    {
      label: 'Restore vDS',
      hint: '<Enter> Restore',
      details: () => ['Takes the management network out of a distributed switch whose settings this host has lost.'],
      open: (turn) =>
        turn.notice('Restore vDS', ['The management network of this host is not on a distributed switch.'], 'error'),
    },
  ],
  close: (turn) => turn.pop(),
  answer(answer, _screen, turn) {
    if (answer.name !== 'network.restore') return;
    turn.refresh('front', 'network');
    if (answer.output.problem !== '') turn.notice('Network Restore Options', [answer.output.problem], 'error');
    else turn.notice('Network Restore Options', ['The network settings are those of a new installation.']);
  },
};
