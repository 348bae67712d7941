import { useStore } from '../../app/store.ts';
import { IconButton } from '../../components/button.tsx';
import { BanksDrawer } from '../banks/banks-drawer.tsx';
import { Results } from '../results/results.tsx';
import { HostsDrawer } from './hosts-drawer.tsx';
import { lab } from './lab-session.ts';

export type DrawerTab = 'results' | 'hosts' | 'banks';

const titles: Record<DrawerTab, string> = { results: 'Results', hosts: 'Hosts', banks: 'Boot banks' };
const tabs = Object.keys(titles) as DrawerTab[];

interface Props {
  tab: DrawerTab;
  /** Folded, it reads nothing. */
  open: boolean;
  onTab(tab: DrawerTab): void;
  onFold(): void;
}

/** Bottom region. Only what this lab really has is offered. */
export function Drawer({ tab, open, onTab, onFold }: Props) {
  const { view } = useStore(lab);
  const failed =
    view?.tasks.flatMap((task) => task.report?.checks ?? []).filter((check) => check.outcome !== 'pass').length ?? 0;
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = by === undefined ? undefined : tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-testid="drawer-${next}"]`)?.focus();
  };
  return (
    <section className="drawer" aria-label="Drawer" data-region="drawer" tabIndex={-1}>
      <div className="tab-bar">
        <div className="tabs" role="tablist" aria-label="Drawer views" onKeyDown={onKeyDown}>
          {tabs.map((id) => (
            <div key={id} className={`tab ${id === tab ? 'selected' : ''}`}>
              <button
                type="button"
                role="tab"
                aria-selected={id === tab}
                tabIndex={id === tab ? 0 : -1}
                data-testid={`drawer-${id}`}
                onClick={() => onTab(id)}
              >
                {titles[id]}
                {id === 'results' && failed > 0 && (
                  <span className="count" title={`${failed} did not pass`}>
                    {failed}
                  </span>
                )}
              </button>
            </div>
          ))}
        </div>
        <span className="grow" />
        <IconButton label="Fold the drawer" keys="Ctrl+J" icon="chevron-down" onClick={onFold} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="drawer-body" role="tabpanel" tabIndex={0} aria-label={titles[tab]}>
        {tab === 'results' && <Results />}
        {tab === 'hosts' && <HostsDrawer />}
        {tab === 'banks' && open && <BanksDrawer />}
      </div>
    </section>
  );
}
