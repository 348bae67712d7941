/** Which machine and which of its tabs each pane shows. One pane, or two side by side. */
import { recall, remember } from '../../app/memory.ts';
import { createStore } from '../../app/store.ts';
import type { HostView } from '../../app/types.ts';
import { terminals } from '../terminal/terminals.ts';
import { type Pane, panesAtStart, shellNumber, type TabId } from './pane-choice.ts';

interface Panes {
  panes: Pane[];
  focused: number;
  /** Hosts whose serial tab is open. */
  serial: string[];
}

export const panes = createStore<Panes>({ panes: [], focused: 0, serial: [] });

let lab = '';

/**
 * Shows what was shown when this lab was last open; at first, a shell of the first host. A host that is not up has its
 * console shown instead of a shell: it may stand at its boot loader, where no shell will ever open by itself.
 */
export function startPanes(labId: string, hosts: readonly Pick<HostView, 'name' | 'state'>[]): void {
  lab = labId;
  const known = recall<Panes | null>(`panes.${labId}`, null);
  const shown = panesAtStart(known?.panes ?? [], hosts);
  panes.set({ panes: shown, focused: 0, serial: known?.serial ?? [] });
  for (const { name } of hosts) if ((terminals.shells.get().open[name] ?? []).length === 0) terminals.addShell(name);
  for (const pane of shown) ensureShell(pane);
}

/** A remembered shell has to exist again. */
function ensureShell(pane: Pane): void {
  const number = shellNumber(pane.tab);
  while (number !== null && !(terminals.shells.get().open[pane.host] ?? []).includes(number)) {
    terminals.addShell(pane.host);
  }
}

export function tabsOf(host: string, openShells: number[], serial: string[]): TabId[] {
  const shells = openShells.map((number) => `shell-${number}`);
  return ['console', ...(serial.includes(host) ? ['serial'] : []), ...shells, 'files'];
}

export function tabTitle(tab: TabId): string {
  const number = shellNumber(tab);
  if (number !== null) return `Shell ${number}`;
  return { console: 'Console', serial: 'Serial', files: 'Files' }[tab] ?? tab;
}

/** Shows a tab in a pane. A tab that the other pane shows already is gone to, not shown twice. */
export function showTab(index: number, host: string, tab: TabId): void {
  const state = panes.get();
  const elsewhere = state.panes.findIndex((pane, i) => i !== index && pane.host === host && pane.tab === tab);
  if (elsewhere >= 0) focusPane(elsewhere);
  else put({ panes: state.panes.map((pane, i) => (i === index ? { host, tab } : pane)), focused: index });
}

/** Switches the focused pane to another machine, to the same kind of tab when that machine has it. */
export function showHost(host: string): void {
  const { panes: all, focused } = panes.get();
  const here = all[focused];
  if (here === undefined || here.host === host) return;
  const last = lastTab.get(host) ?? here.tab;
  const open = tabsOf(host, terminals.shells.get().open[host] ?? [], panes.get().serial);
  showTab(focused, host, open.includes(last) ? last : (open.find((tab) => tab.startsWith('shell-')) ?? 'console'));
}

const lastTab = new Map<string, TabId>();

export function focusPane(index: number): void {
  if (panes.get().focused !== index) put({ focused: index });
}

export function newShell(host: string, index = panes.get().focused): void {
  showTab(index, host, `shell-${terminals.addShell(host)}`);
}

export function openSerial(host: string, index: number): void {
  if (!panes.get().serial.includes(host)) put({ serial: [...panes.get().serial, host] });
  showTab(index, host, 'serial');
}

/** Shells and serial tabs can be closed; the neighbour to the left is shown instead. */
export function closeTab(host: string, tab: TabId): void {
  const before = tabsOf(host, terminals.shells.get().open[host] ?? [], panes.get().serial);
  const neighbour = before[Math.max(0, before.indexOf(tab) - 1)] ?? 'console';
  put({
    panes: panes.get().panes.map((pane) => (pane.host === host && pane.tab === tab ? { host, tab: neighbour } : pane)),
    serial: tab === 'serial' ? panes.get().serial.filter((name) => name !== host) : panes.get().serial,
  });
  const number = shellNumber(tab);
  if (number !== null) terminals.closeShell(host, number);
}

export function toggleSplit(hosts: string[]): void {
  const { panes: all, focused } = panes.get();
  const here = all[focused];
  if (here === undefined) return;
  if (all.length > 1) {
    put({ panes: [here], focused: 0 });
    return;
  }
  const other = hosts.find((host) => host !== here.host) ?? here.host;
  const tab = other === here.host && here.tab === 'console' ? 'shell-1' : 'console';
  const pane = { host: other, tab };
  ensureShell(pane);
  put({ panes: [here, pane], focused: 1 });
}

function put(patch: Partial<Panes>): void {
  panes.set(patch);
  for (const pane of panes.get().panes) lastTab.set(pane.host, pane.tab);
  remember(`panes.${lab}`, panes.get());
}
