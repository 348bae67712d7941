import { lazy, Suspense, useRef } from 'react';
import { useStore } from '../../app/store.ts';
import type { HostView } from '../../app/types.ts';
import { IconButton } from '../../components/button.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Popover } from '../../components/popover.tsx';
import { ConsoleView } from '../terminal/console-view.tsx';
import { ShellView } from '../terminal/shell-view.tsx';
import { terminals } from '../terminal/terminals.ts';
import { focusShown } from './focus-shown.ts';
import { lab } from './lab-session.ts';
import { shellNumber, type TabId } from './pane-choice.ts';
import { closeTab, focusPane, newShell, openSerial, panes, showTab, tabsOf, tabTitle } from './panes.ts';

/** The editor is a large module: it is read when files are first looked at. */
const FilesView = lazy(() => import('../files/files-view.tsx').then((module) => ({ default: module.FilesView })));

const icons: Record<string, IconName> = { console: 'console', serial: 'serial', files: 'folder' };

/** One of the places that show a machine: its tabs, and below them the chosen one. */
export function MachinePane({ index }: { index: number }) {
  const { view } = useStore(lab);
  const { panes: all, focused, serial } = useStore(panes);
  const { open } = useStore(terminals.shells);
  const pane = all[index];
  const host = view?.hosts.find((candidate) => candidate.name === pane?.host);
  if (!pane || !host) return null;
  const tabs = tabsOf(host.name, open[host.name] ?? [], serial);
  const tab = tabs.includes(pane.tab) ? pane.tab : 'console';
  return (
    <section
      className={`pane ${focused === index ? 'focused' : ''}`}
      data-pane={index}
      data-region={`pane-${index}`}
      data-testid={`pane-${index}`}
      aria-label={`${host.name}${all.length > 1 ? `, pane ${index + 1}` : ''}`}
      tabIndex={-1}
      onFocusCapture={() => focusPane(index)}
    >
      <Tabs index={index} host={host} tabs={tabs} tab={tab} showHost={all.length > 1} />
      <div className="pane-body" role="tabpanel" aria-label={`${tabTitle(tab)} of ${host.name}`}>
        <TabBody host={host} tab={tab} />
      </div>
    </section>
  );
}

function TabBody({ host, tab }: { host: HostView; tab: TabId }) {
  const number = shellNumber(tab);
  const key = `${host.name}/${tab}`;
  if (number !== null) return <ShellView key={key} host={host} number={number} />;
  if (tab === 'files') {
    return (
      <Suspense fallback={<div className="pane-loading muted">Opening the editor…</div>}>
        <FilesView key={key} host={host} />
      </Suspense>
    );
  }
  return <ConsoleView key={key} host={host} kind={tab === 'serial' ? 'serial' : 'vga'} />;
}

function Tabs(props: { index: number; host: HostView; tabs: TabId[]; tab: TabId; showHost: boolean }) {
  const { index, host, tabs, tab } = props;
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    showTab(index, host.name, next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div className="tab-bar">
      {props.showHost && <span className="tab-host">{host.name}</span>}
      <div className="tabs" role="tablist" aria-label={`Views of ${host.name}`} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((id) => (
          <Tab key={id} id={id} selected={id === tab} host={host.name} index={index} />
        ))}
      </div>
      <Popover
        label="Open another view"
        button={({ open, toggle }) => (
          <IconButton
            label="Open another view"
            icon="plus"
            aria-expanded={open}
            onClick={toggle}
            data-testid="new-tab"
          />
        )}
      >
        {(close) => (
          <>
            <NewItem
              title="New shell"
              detail="A root shell on the host, outside its own log-in."
              testId="new-shell"
              run={() => newShell(host.name, index)}
              close={close}
            />
            <NewItem
              title="Serial console"
              detail="What is plugged into com1."
              testId="open-serial"
              run={() => openSerial(host.name, index)}
              close={close}
            />
          </>
        )}
      </Popover>
    </div>
  );
}

function NewItem(props: { title: string; detail: string; testId: string; run(): void; close(): void }) {
  return (
    <button
      type="button"
      className="menu-item"
      data-testid={props.testId}
      onClick={() => {
        props.close();
        props.run();
        focusShown();
      }}
    >
      <span>{props.title}</span>
      <span className="small">{props.detail}</span>
    </button>
  );
}

function Tab({ id, selected, host, index }: { id: TabId; selected: boolean; host: string; index: number }) {
  const closable = shellNumber(id) !== null || id === 'serial';
  return (
    <div className={`tab ${selected ? 'selected' : ''}`}>
      <button
        type="button"
        role="tab"
        aria-selected={selected}
        tabIndex={selected ? 0 : -1}
        data-tab={id}
        data-testid={`tab-${id}`}
        onClick={(event) => {
          showTab(index, host, id);
          // A pointer wants what it clicked on; the keyboard walks on along the tabs.
          if (event.detail > 0) focusShown();
        }}
        onAuxClick={(event) => event.button === 1 && closable && closeTab(host, id)}
      >
        <Icon name={icons[id] ?? 'shell'} size={14} />
        {tabTitle(id)}
      </button>
      {closable && (
        <button
          type="button"
          className="tab-close"
          aria-label={`Close ${tabTitle(id)}`}
          tabIndex={-1}
          onClick={() => closeTab(host, id)}
        >
          <Icon name="cross" size={12} />
        </button>
      )}
    </div>
  );
}
