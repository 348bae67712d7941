import { openKeyboard } from '../forms/keyboard.ts';
import { openLockdown } from '../forms/lockdown.ts';
import { openPassword } from '../forms/password.ts';
import { openNetworkTest } from '../forms/test.ts';
import type { State } from '../state.ts';
import { networkSummary } from './network-summary.ts';
import { ask } from './questions.ts';
import { absent, type Menu, type MenuEntry } from './types.ts';

/** Texts are ours; entry names are ESXi's. */
export const mainMenu: Menu = {
  title: 'System Customization',
  leave: '<Esc> Log Out',
  entries: () => entries,
  close: (turn) => turn.logOut(),
  answer(answer, _screen, turn) {
    if (answer.name === 'facts.read') {
      const before = answer.output.facts.network;
      if (before === undefined) turn.notice('Configure Management Network', [agentNeeded], 'error');
      else turn.openMenu('network', { before, after: before });
    } else if (answer.name === 'keyboard.list') openKeyboard(turn, answer.output.layouts);
    else if (answer.name === 'network.restart') {
      const title = 'Restart Management Network';
      if (answer.output.problem !== '') turn.notice(title, [answer.output.problem], 'error');
      else turn.notice(title, ['The management network is up again.']);
      turn.refresh('front');
    }
  },
};

const agentNeeded =
  'The network configuration could not be read: the host agent (hostd) does not answer. Restart it under ' +
  'Troubleshooting Options > Restart Management Agents.';

const entries: MenuEntry[] = [
  {
    label: 'Configure Password',
    shows: 'security',
    details: (state) =>
      state.facts.security === undefined
        ? absent(state, 'security')
        : [
            state.facts.security.rootPasswordSet ? 'Set' : 'Not set',
            '',
            'Whoever knows the password of root can do anything on this host. Set one before the host goes into use.',
          ],
    open: openPassword,
  },
  {
    label: 'Configure Lockdown Mode',
    shows: 'security',
    details: (state) =>
      state.facts.security === undefined
        ? absent(state, 'security')
        : [
            state.facts.security.lockdownEnabled ? 'Enabled' : 'Disabled',
            '',
            'In lockdown mode nobody logs in to this host directly from outside; it is managed through vCenter Server ' +
              'alone. This console stays open to the users named in the advanced setting DCUI.Access.',
          ],
    open: openLockdown,
  },
  {
    label: 'Configure Management Network',
    shows: 'network',
    details: networkSummary,
    open: (turn) =>
      turn.request({ name: 'facts.read', input: { groups: ['network'] } }, 'Configure Management Network'),
  },
  {
    label: 'Restart Management Network',
    hint: '<Enter> Restart',
    details: () => [
      'Takes the management interface down and up again. That ends a network that is stuck and, where the address comes ' +
        'from DHCP, asks for a new lease. Remote connections to this host break for a moment.',
    ],
    open: (turn) => ask(turn, 'network-restart'),
  },
  {
    label: 'Test Management Network',
    hint: '<Enter> Test',
    shows: 'network',
    details: () => [
      'Pings the default gateway and the DNS servers and looks up the name of this host. Other addresses can be typed in.',
    ],
    open: openNetworkTest,
  },
  {
    label: 'Network Restore Options',
    hint: '<Enter> More',
    details: () => [
      'Ways back when a change of the network has cut this host off: the settings of a new installation, or a standard ' +
        'switch in place of a distributed one.',
    ],
    open: (turn) => turn.openMenu('restore'),
  },
  {
    label: 'Configure Keyboard',
    shows: 'keyboard',
    details: (state) => [
      ...(state.facts.keyboard ? [state.facts.keyboard.layout] : absent(state, 'keyboard')),
      '',
      'Layout of the keyboard at this console.',
    ],
    open: (turn) => turn.request({ name: 'keyboard.list', input: {} }, 'Configure Keyboard'),
  },
  {
    label: 'Troubleshooting Options',
    hint: '<Enter> More',
    shows: 'services',
    details: (state) => [
      ...(state.facts.services === undefined
        ? absent(state, 'services')
        : [
            `ESXi Shell is ${state.facts.services.shell ? 'Enabled' : 'Disabled'}`,
            `SSH is ${state.facts.services.ssh ? 'Enabled' : 'Disabled'}`,
          ]),
      '',
      'Open or close the shells of this host, limit how long they stay open, restart the management agents.',
    ],
    open: (turn) => turn.openMenu('troubleshooting'),
  },
  {
    label: 'View System Logs',
    hint: '<Enter> More',
    details: () => ['Read the log files of this host, with search.'],
    open: (turn) => turn.openMenu('logs'),
  },
  {
    label: 'View Support Information',
    hint: '',
    shows: 'support',
    details: supportDetails,
    open: () => {},
  },
  {
    label: 'Reset System Configuration',
    hint: '<Enter> Reset',
    details: () => [
      'Puts every setting of this host back to that of a new installation: the network, the inventory, the password of ' +
        'root (none). Files on datastores stay. The host restarts.',
    ],
    open: (turn) => ask(turn, 'reset'),
  },
];

function supportDetails(state: State): string[] {
  const support = state.facts.support;
  if (support === undefined) return absent(state, 'support');
  return [
    'Serial Number:',
    support.serial,
    '',
    'License Serial Number:',
    support.licence,
    '',
    ...support.fingerprints.flatMap(({ name, value }) => [`${name}:`, value]),
  ];
}
