import { type ReactNode, useEffect, useState } from 'react';
import type { AppInfo } from '../../../main/shared/contracts/ipc.ts';
import { errorText, invoke } from '../../app/client.ts';
import { forgetAll } from '../../app/memory.ts';
import { route, show } from '../../app/route.ts';
import { changeSettings, settings, terminalFont } from '../../app/settings.ts';
import { useStore } from '../../app/store.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Banner } from '../../components/notice.tsx';

/** Every change is kept at once. */
export function SettingsView() {
  const value = useStore(settings);
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change may have moved a folder or met a problem
  useEffect(() => {
    invoke('app.info', undefined).then(setInfo, (error) => setFailure(errorText(error)));
  }, [value]);
  const change = (patch: Parameters<typeof changeSettings>[0]) =>
    void changeSettings(patch).then(
      () => setFailure(null),
      (error) => setFailure(errorText(error)),
    );
  return (
    <main className="settings" data-testid="settings" data-region="settings" tabIndex={-1}>
      <div className="settings-column">
        <header className="settings-head">
          <IconButton label="Back" icon="arrow-left" onClick={() => show(route.get().before)} />
          <h1>Settings</h1>
        </header>
        {(failure ?? info?.settingsProblem) && <Banner kind="bad">{failure ?? info?.settingsProblem}</Banner>}

        <Section title="Look">
          <Row label="Theme" detail="System follows this computer.">
            <Choice
              name="Theme"
              value={value.theme}
              options={{ system: 'System', light: 'Light', dark: 'Dark' }}
              onChange={(theme) => change({ theme })}
            />
          </Row>
          <Row label="Font of shells and the editor">
            <Choice
              name="Font"
              value={value.fontFamily}
              options={{ bundled: 'JetBrains Mono', system: 'This computer’s' }}
              onChange={(fontFamily) => change({ fontFamily })}
            />
          </Row>
          <Row label="Font size" detail="Consoles fill the room they have; this is for shells and the editor.">
            <div className="stepper">
              <Button
                aria-label="Smaller"
                disabled={value.fontSize <= 10}
                onClick={() => change({ fontSize: value.fontSize - 1 })}
              >
                −
              </Button>
              <output aria-live="polite" data-testid="font-size">
                {value.fontSize} px
              </output>
              <Button
                aria-label="Larger"
                disabled={value.fontSize >= 28}
                onClick={() => change({ fontSize: value.fontSize + 1 })}
              >
                +
              </Button>
            </div>
          </Row>
          <pre className="font-sample" style={{ fontFamily: terminalFont(value), fontSize: value.fontSize }}>
            {'~ # esxcli network ip interface list\n0O 1lI |¦ {} [] () ~ - _ = "’`'}
          </pre>
        </Section>

        <Section title="Keyboard and screen reader">
          <Row
            label="Keys of consoles"
            detail={
              value.keyboard === 'position'
                ? 'A key is sent by its place; the host’s own keyboard layout decides what it types.'
                : 'What is printed on your key is typed on the host’s US keyboard. Keys with Ctrl and Alt go by their place.'
            }
          >
            <Choice
              name="Keys of consoles"
              value={value.keyboard}
              options={{ position: 'By place', character: 'By character' }}
              onChange={(keyboard) => change({ keyboard })}
            />
          </Row>
          <Row
            label="Screen-reader mode"
            detail="Terminals keep a text copy that a screen reader follows. Costs some speed."
          >
            <label className="check-label">
              <input
                type="checkbox"
                checked={value.screenReader}
                onChange={(event) => change({ screenReader: event.target.checked })}
              />
              {value.screenReader ? 'On' : 'Off'}
            </label>
          </Row>
        </Section>

        <Section title="Data">
          <Row label="Your work" detail={info?.dataFolder ?? ''}>
            <div className="row">
              <Button
                onClick={() =>
                  void invoke('settings.chooseDataFolder', undefined).then(
                    (next) => settings.set(next),
                    (error) => setFailure(errorText(error)),
                  )
                }
              >
                Choose another folder
              </Button>
              <Button kind="quiet" onClick={() => void invoke('app.showFolder', 'data')}>
                Show
              </Button>
            </div>
          </Row>
          {value.dataFolder !== null && (
            <Row label="Usual folder" detail={info?.usualDataFolder ?? ''}>
              <Button onClick={() => change({ dataFolder: null })}>Use it again</Button>
            </Row>
          )}
          <p className="small muted">
            Another folder starts with nothing in it: labs kept in the present one stay there and are not moved. Open
            hosts are saved and started again.
          </p>
          <Row label="Host images" detail={info?.cacheFolder ?? ''}>
            <Button kind="quiet" onClick={() => void invoke('app.showFolder', 'cache')}>
              Show
            </Button>
          </Row>
        </Section>

        <Section title="Reset">
          <Row
            label="Settings and window layout"
            detail="Puts every setting and pane size back. Your labs are not touched."
          >
            <Button
              onClick={() => {
                forgetAll();
                void invoke('settings.reset', undefined).then(
                  (next) => settings.set(next),
                  (error) => setFailure(errorText(error)),
                );
              }}
            >
              Reset settings
            </Button>
          </Row>
        </Section>

        {info && (
          <p className="small muted" data-testid="about">
            Bootbank {info.version} · Electron {info.electron} · Chromium {info.chromium} · settings in{' '}
            {info.settingsFile}
          </p>
        )}
      </div>
    </main>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="settings-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Row({ label, detail, children }: { label: string; detail?: string; children: ReactNode }) {
  return (
    <div className="settings-row">
      <div className="settings-label">
        <span>{label}</span>
        {detail && <span className="small muted">{detail}</span>}
      </div>
      <div>{children}</div>
    </div>
  );
}

function Choice<T extends string>(props: {
  name: string;
  value: T;
  options: Record<T, string>;
  onChange(value: T): void;
}) {
  return (
    <div className="choice" role="radiogroup" aria-label={props.name}>
      {(Object.entries(props.options) as [T, string][]).map(([id, title]) => (
        <label key={id} className={props.value === id ? 'chosen' : ''}>
          <input type="radio" name={props.name} checked={props.value === id} onChange={() => props.onChange(id)} />
          {title}
        </label>
      ))}
    </div>
  );
}
