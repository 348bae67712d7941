import type { HostView } from '../../app/types.ts';

/** `console`, `serial`, `files` or `shell-N`. */
export type TabId = string;

export interface Pane {
  host: string;
  tab: TabId;
}

/** What panes show when a lab opens: what they showed when it was last open, at first a shell of the first host. */
export function panesAtStart(kept: readonly Pane[], hosts: readonly Pick<HostView, 'name' | 'state'>[]): Pane[] {
  const stateOf = (host: string) => hosts.find(({ name }) => name === host)?.state;
  const there = kept.filter((pane) => stateOf(pane.host) !== undefined);
  const usual = hosts.slice(0, 1).map(({ name }) => ({ host: name, tab: 'shell-1' }));
  const wanted = (there.length > 0 ? there : usual).map(({ host, tab }) => ({
    host,
    tab: shellNumber(tab) !== null && stateOf(host) !== 'ready' ? 'console' : tab,
  }));
  // A tab is shown in one pane only.
  return wanted.filter(
    ({ host, tab }, at) => at === wanted.findIndex((pane) => pane.host === host && pane.tab === tab),
  );
}

export function shellNumber(tab: TabId): number | null {
  const match = /^shell-(\d+)$/.exec(tab);
  return match ? Number(match[1]) : null;
}
