import { useStore } from '../../app/store.ts';
import { IconButton } from '../../components/button.tsx';
import { Results } from '../results/results.tsx';
import { HostsDrawer } from './hosts-drawer.tsx';
import { lab } from './lab-session.ts';

export type DrawerTab = 'results' | 'hosts';

/** Bottom region. Only what this lab really has is offered. */
export function Drawer({ tab, onTab, onFold }: { tab: DrawerTab; onTab(tab: DrawerTab): void; onFold(): void }) {
  const { view } = useStore(lab);
  const failed =
    view?.tasks.flatMap((task) => task.report?.checks ?? []).filter((check) => check.outcome !== 'pass').length ?? 0;
  const tabs: { id: DrawerTab; title: string; count: number }[] = [
    { id: 'results', title: 'Results', count: failed },
    { id: 'hosts', title: 'Hosts', count: 0 },
  ];
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    onTab(tab === 'results' ? 'hosts' : 'results');
    const other = event.currentTarget.querySelector<HTMLElement>('[role="tab"][aria-selected="false"]');
    other?.focus();
  };
  return (
    <section className="drawer" aria-label="Drawer" data-region="drawer" tabIndex={-1}>
      <div className="tab-bar">
        <div className="tabs" role="tablist" aria-label="Drawer views" onKeyDown={onKeyDown}>
          {tabs.map(({ id, title, count }) => (
            <div key={id} className={`tab ${id === tab ? 'selected' : ''}`}>
              <button
                type="button"
                role="tab"
                aria-selected={id === tab}
                tabIndex={id === tab ? 0 : -1}
                data-testid={`drawer-${id}`}
                onClick={() => onTab(id)}
              >
                {title}
                {count > 0 && (
                  <span className="count" title={`${count} did not pass`}>
                    {count}
                  </span>
                )}
              </button>
            </div>
          ))}
        </div>
        <span className="grow" />
        <IconButton label="Fold the drawer" keys="Ctrl+J" icon="chevron-down" onClick={onFold} />
      </div>
      <div className="drawer-body" role="tabpanel" aria-label={tab === 'results' ? 'Results' : 'Hosts'}>
        {tab === 'results' ? <Results /> : <HostsDrawer />}
      </div>
    </section>
  );
}
