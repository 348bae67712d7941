import { useRef } from 'react';
import { useStore } from '../../app/store.ts';
import { stateWords } from '../../app/text.ts';
import type { HostView, MachineState } from '../../app/types.ts';
import { IconButton } from '../../components/button.tsx';
import { focusShown } from './focus-shown.ts';
import { lab } from './lab-session.ts';
import { panes, showHost, toggleSplit } from './panes.ts';
import { LabMenu, PowerMenu } from './power-menu.tsx';

/** The machines of the lab as tabs; the chosen one is shown in the focused pane. */
export function MachineBar({ onShowDrawer, drawerOpen }: { onShowDrawer(): void; drawerOpen: boolean }) {
  const { view } = useStore(lab);
  const { panes: all, focused } = useStore(panes);
  const list = useRef<HTMLDivElement>(null);
  if (view === null) return null;
  const names = view.hosts.map((host) => host.name);
  const current = view.hosts.find((host) => host.name === all[focused]?.host);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined || current === undefined) return;
    const next = names[(names.indexOf(current.name) + by + names.length) % names.length];
    if (next === undefined) return;
    showHost(next);
    list.current?.querySelector<HTMLElement>(`[data-host="${next}"]`)?.focus();
  };
  return (
    <div className="machine-bar">
      <div className="machine-tabs" role="tablist" aria-label="Machines" ref={list} onKeyDown={onKeyDown}>
        {view.hosts.map((host, index) => (
          <MachineTab key={host.name} host={host} number={index + 1} selected={host === current} />
        ))}
      </div>
      <div className="machine-actions">
        {current && <PowerMenu host={current} />}
        <LabMenu />
        <IconButton
          label={all.length > 1 ? 'Show one pane' : 'Split the view'}
          icon="split"
          aria-pressed={all.length > 1}
          onClick={() => toggleSplit(names)}
          data-testid="split"
        />
        <IconButton
          label={drawerOpen ? 'Fold the drawer' : 'Show the drawer'}
          keys="Ctrl+J"
          icon="panel-bottom"
          aria-pressed={drawerOpen}
          onClick={onShowDrawer}
        />
      </div>
    </div>
  );
}

function MachineTab({ host, number, selected }: { host: HostView; number: number; selected: boolean }) {
  return (
    <button
      type="button"
      role="tab"
      className="machine-tab"
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      data-host={host.name}
      data-testid={`machine-${host.name}`}
      title={`${host.name}: ${stateWords[host.state]} (Ctrl+${number})`}
      onClick={(event) => {
        showHost(host.name);
        if (event.detail > 0) focusShown();
      }}
    >
      <StateDot state={host.state} />
      <span>{host.name}</span>
      {host.state !== 'ready' && <span className="muted small">{stateWords[host.state]}</span>}
    </button>
  );
}

/** Its shape tells as much as its colour: filled is ready, turning is starting, empty is off, crossed is crashed. */
export function StateDot({ state }: { state: MachineState }) {
  return <span className={`state-dot state-${state}`} aria-hidden="true" />;
}
