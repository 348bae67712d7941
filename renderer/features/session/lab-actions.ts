import type { Action } from '../../app/actions.ts';
import { terminals } from '../terminal/terminals.ts';
import type { DrawerTab } from './drawer.tsx';
import { focusShown } from './focus-shown.ts';
import { lab, power, selectTask } from './lab-session.ts';
import { shellNumber } from './pane-choice.ts';
import { newShell, openSerial, panes, showHost, showTab, toggleSplit } from './panes.ts';

interface Doings {
  check(): void;
  checkAll(): void;
  toggleDrawer(): void;
  toggleInstructions(): void;
  showDrawer(tab: DrawerTab): void;
}

/** What can be done while a lab is shown. */
export function labActions(doings: Doings): Action[] {
  const { view } = lab.get();
  const { panes: all, focused } = panes.get();
  const host = all[focused]?.host;
  if (view === null || host === undefined) return [];
  const action = (id: string, title: string, run: () => void, keys?: string): Action => ({
    id,
    title,
    group: 'Actions',
    run,
    ...(keys === undefined ? {} : { keys }),
  });
  return [
    action('check', 'Check task', doings.check, 'Ctrl+Enter'),
    action('check-all', 'Check all tasks', doings.checkAll),
    action('toggle-drawer', 'Show or fold the drawer', doings.toggleDrawer, 'Ctrl+J'),
    action('toggle-instructions', 'Show or fold the instructions', doings.toggleInstructions),
    action('hosts', 'Show hosts and cables', () => doings.showDrawer('hosts')),
    action('banks', `Boot banks of ${host}`, () => doings.showDrawer('banks')),
    action('shell', `Go to the shell of ${host}`, goToShell, 'Ctrl+`'),
    action('new-shell', `New shell on ${host}`, () => newShell(host)),
    action('console', `Console of ${host}`, () => goTo(host, 'console')),
    action('serial', `Serial console of ${host}`, () => openSerial(host, focused)),
    action('files', `Files of ${host}`, () => goTo(host, 'files')),
    action('split', 'Split the view or show one pane', () => toggleSplit(view.hosts.map(({ name }) => name))),
    action('reboot', `Reboot ${host}`, () => void power(host, 'reboot')),
    ...view.hosts.map(
      ({ name }, index): Action => ({
        id: `machine-${index + 1}`,
        title: name,
        group: 'Machines',
        run: () => goToHost(name),
        ...(index < 9 ? { keys: `Ctrl+${index + 1}` } : {}),
      }),
    ),
    ...view.tasks.map((task, index) =>
      action(`task-${task.id}`, `Task ${index + 1}: ${task.title}`, () => selectTask(task.id)),
    ),
  ];
}

function goTo(host: string, tab: string): void {
  showTab(panes.get().focused, host, tab);
  focusShown();
}

function goToHost(host: string): void {
  showHost(host);
  focusShown();
}

/** The first shell of the focused machine, or a new one. */
function goToShell(): void {
  const { panes: all, focused } = panes.get();
  const pane = all[focused];
  if (pane === undefined) return;
  if (shellNumber(pane.tab) === null) {
    const [first] = terminals.shells.get().open[pane.host] ?? [];
    if (first === undefined) newShell(pane.host);
    else showTab(focused, pane.host, `shell-${first}`);
  }
  focusShown();
}
