import { useEffect, useState } from 'react';
import type { MenuCommand } from '../../main/shared/contracts/bridge.ts';
import { Button, IconButton } from '../components/button.tsx';
import { Logo } from '../components/icon.tsx';
import { Banner } from '../components/notice.tsx';
import { Catalog, catalog, startLab } from '../features/catalog/catalog.tsx';
import { KeySheet } from '../features/palette/key-sheet.tsx';
import { Palette } from '../features/palette/palette.tsx';
import { lab } from '../features/session/lab-session.ts';
import { LabView } from '../features/session/lab-view.tsx';
import { SettingsView } from '../features/settings/settings-view.tsx';
import { runAction, useActions } from './actions.ts';
import { Announcer } from './announce.tsx';
import { invoke } from './client.ts';
import { route, show } from './route.ts';
import { service } from './service.ts';
import { useStore } from './store.ts';
import { courseName } from './text.ts';

export function App() {
  const { view, palette, keySheet } = useStore(route);
  const { view: session } = useStore(lab);
  useEffect(() => window.lab.onMenu(onMenu), []);
  useEffect(() => {
    document.title = view === 'lab' && session !== null ? `${session.title} – Bootbank` : 'Bootbank';
  }, [view, session]);
  useActions(() => [
    { id: 'catalogue', title: 'Catalogue', group: 'Actions', run: () => show('catalogue') },
    { id: 'settings', title: 'Settings', group: 'Actions', keys: 'Ctrl+,', run: () => show('settings') },
    { id: 'keys', title: 'Keyboard shortcuts', group: 'Actions', keys: '?', run: () => route.set({ keySheet: true }) },
    ...(catalog.get().labs ?? []).map((card) => ({
      id: `lab-${card.id}`,
      title: card.title,
      group: 'Labs' as const,
      hint: courseName(card.course),
      run: () => startLab(card.id),
    })),
  ]);
  return (
    <div className="app">
      <TopBar />
      <ServiceBanner />
      <div className="app-view">
        {view === 'catalogue' && <Catalog />}
        {view === 'lab' && <LabView />}
        {view === 'settings' && <SettingsView />}
      </div>
      {palette && <Palette />}
      {keySheet && <KeySheet />}
      <Announcer />
    </div>
  );
}

function TopBar() {
  const { view } = useStore(route);
  const { view: session } = useStore(lab);
  return (
    <header className="top-bar">
      <div className="top-left">
        <button
          type="button"
          className="top-home"
          onClick={() => show('catalogue')}
          aria-current={view === 'catalogue' ? 'page' : undefined}
        >
          <Logo />
          <span>Bootbank</span>
        </button>
        {session !== null && view !== 'lab' && (
          <Button kind="quiet" icon="arrow-right" onClick={() => show('lab')} data-testid="go-to-lab">
            {session.title}
          </Button>
        )}
      </div>
      <button type="button" className="top-find" onClick={() => route.set({ palette: true })}>
        <span>Find labs, machines, actions</span>
        <kbd>Ctrl+P</kbd>
      </button>
      <div className="top-right">
        <IconButton label="Keyboard shortcuts" keys="?" icon="keyboard" onClick={() => route.set({ keySheet: true })} />
        <IconButton
          label="Settings"
          keys="Ctrl+,"
          icon="settings"
          aria-pressed={view === 'settings'}
          onClick={() => show('settings')}
          data-testid="open-settings"
        />
      </div>
    </header>
  );
}

/** The service that runs the hosts has stopped: what is kept, and what happens next. */
function ServiceBanner() {
  const { status, wasDown } = useStore(service);
  const [details, setDetails] = useState(false);
  if (status.state === 'ready' || (status.state === 'starting' && !wasDown)) return null;
  const givenUp = status.state === 'stopped' && status.restarts > 3;
  const text =
    status.state === 'starting'
      ? 'The session service is starting again. Your lab continues from its last save.'
      : givenUp
        ? 'The session service has stopped several times. Your work is kept as last saved.'
        : 'The session service has stopped and is started again. Your work is kept as last saved.';
  return (
    <div className="service-banner" data-testid="service-banner">
      <Banner
        kind="bad"
        action={
          <>
            {status.state === 'stopped' && status.message !== '' && (
              <Button kind="quiet" onClick={() => setDetails(!details)} aria-expanded={details}>
                Details
              </Button>
            )}
            {givenUp && <Button onClick={() => void invoke('service.restart', undefined)}>Start it again</Button>}
          </>
        }
      >
        {text}
        {details && status.state === 'stopped' && <pre className="service-details">{status.message}</pre>}
      </Banner>
    </div>
  );
}

function onMenu(command: MenuCommand): void {
  if (command === 'palette') route.set({ palette: true });
  else if (command === 'keys') route.set({ keySheet: true });
  else runAction(command);
}
