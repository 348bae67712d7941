import type { ConfirmScreen, QuestionId } from '../screens/types.ts';
import type { Turn } from '../turn.ts';

type Question = Omit<ConfirmScreen, 'kind' | 'question'>;

const okCancel = { choices: [{ key: 'f11', choice: 'yes' }], hints: '<F11> OK    <Esc> Cancel' };

const texts: Record<QuestionId, Question> = {
  'network-apply': {
    title: 'Configure Management Network: Confirm',
    lines: [
      'The settings of the management network have been changed. Applying them restarts the network of this host: ' +
        'remote connections may break, and running virtual machines may lose the network for a moment.',
      '',
      'Apply the changes and restart the management network?',
    ],
    choices: [
      { key: 'y', choice: 'yes' },
      { key: 'n', choice: 'no' },
    ],
    hints: '<Y> Yes    <N> No    <Esc> Cancel',
  },
  'network-restart': {
    title: 'Restart Management Network: Confirm',
    lines: ['Remote connections to this host break while the network restarts.', '', 'Restart the management network?'],
    ...okCancel,
  },
  'restore-settings': {
    title: 'Restore Network Settings: Confirm',
    lines: [
      'All switches, port groups and VMkernel interfaces that were added are removed, and virtual machines on them lose ' +
        'their network. The management interface asks DHCP for an address.',
      '',
      'Restore the network settings?',
    ],
    ...okCancel,
  },
  'restore-switch': {
    title: 'Restore Standard Switch: Confirm',
    lines: ['Gives the management interface a standard switch of its own.', '', 'Restore the standard switch?'],
    ...okCancel,
  },
  agents: {
    title: 'Restart Management Agents: Confirm',
    lines: ['Remote clients are disconnected. Virtual machines keep running.', '', 'Restart the management agents?'],
    ...okCancel,
  },
  reset: {
    title: 'Reset System Configuration: Confirm',
    lines: [
      'All settings of this host are lost, and the password of root is blank afterwards. Virtual machines have to be ' +
        'registered again. The host restarts at once.',
      '',
      'Reset the configuration?',
    ],
    ...okCancel,
  },
  power: {
    title: 'Shut Down/Restart',
    lines: [
      'Running virtual machines end as if their power were cut, unless this host is in maintenance mode: move or shut ' +
        'them down first.',
    ],
    choices: [
      { key: 'f2', choice: 'poweroff' },
      { key: 'f11', choice: 'reboot' },
    ],
    hints: '<F2> Shut Down    <F11> Restart    <Esc> Cancel',
  },
};

export function ask(turn: Turn, question: QuestionId): void {
  turn.push({ kind: 'confirm', question, ...texts[question] });
}

/** What each answer does; `cancel` is Esc. The question is already off the screen. */
export const questions: Record<QuestionId, (choice: string, turn: Turn) => void> = {
  'network-apply': (choice, turn) => {
    if (choice === 'no') turn.pop();
    const menu = turn.state.screens.at(-1);
    if (choice !== 'yes' || menu?.kind !== 'menu' || menu.edit === undefined) return;
    turn.request({ name: 'network.apply', input: menu.edit }, 'Restarting Management Network');
  },
  'network-restart': (choice, turn) => {
    if (choice === 'yes') turn.request({ name: 'network.restart', input: {} }, 'Restarting Management Network');
  },
  'restore-settings': (choice, turn) => {
    if (choice === 'yes')
      turn.request({ name: 'network.restore', input: { what: 'settings' } }, 'Restoring Network Settings');
  },
  'restore-switch': (choice, turn) => {
    if (choice === 'yes')
      turn.request({ name: 'network.restore', input: { what: 'switch' } }, 'Restoring Standard Switch');
  },
  agents: (choice, turn) => {
    if (choice === 'yes') turn.request({ name: 'agents.restart', input: {} }, 'Restarting Management Agents');
  },
  reset: (choice, turn) => {
    if (choice === 'yes') turn.request({ name: 'system.reset', input: {} }, 'Resetting System Configuration');
  },
  power: (choice, turn) => {
    if (choice === 'cancel') turn.logOut();
    else {
      const action = choice === 'poweroff' ? 'poweroff' : 'reboot';
      turn.request({ name: 'power', input: { action } }, action === 'poweroff' ? 'Shutting Down' : 'Restarting');
    }
  },
};
