import { useEffect, useRef } from 'react';
import { useStore } from '../../app/store.ts';
import type { ConsoleKind, HostView } from '../../app/types.ts';
import { Button } from '../../components/button.tsx';
import { Banner } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { lab, power } from '../session/lab-session.ts';
import { KeyBar } from './key-bar.tsx';
import { terminals } from './terminals.ts';

export function ConsoleView({ host, kind }: { host: HostView; kind: ConsoleKind }) {
  const box = useRef<HTMLDivElement>(null);
  const terminal = terminals.console(host.name, kind);
  const { state, message } = useStore(terminal.store);
  useEffect(() => {
    if (box.current === null) return;
    terminal.attach(box.current);
    return () => terminal.detach();
  }, [terminal]);
  const { working } = useStore(lab);
  const stopped = host.state === 'off' || host.state === 'crashed';
  return (
    <div className="console-view">
      {stopped && working !== null && (
        <Banner kind="info">
          <Progress {...working} />
        </Banner>
      )}
      {stopped && working === null && (
        <Banner
          kind={host.state === 'crashed' ? 'bad' : 'info'}
          action={
            <Button onClick={() => void power(host.name, 'on')} data-testid="power-on">
              Power on
            </Button>
          }
        >
          {host.state === 'crashed'
            ? `${host.name} has crashed. Its disk is kept; powering on starts it from there.`
            : `${host.name} is off.`}
        </Banner>
      )}
      {state === 'failed' && !stopped && (
        <Banner kind="bad" action={<Button onClick={() => void terminal.watch()}>Try again</Button>}>
          The console could not be shown: {message}
        </Banner>
      )}
      <div
        className="console-box"
        ref={box}
        data-testid={`terminal-${terminal.key}`}
        data-state={state}
        onPointerUp={() => terminal.focus()}
      />
      {kind === 'vga' && <KeyBar terminal={terminal} />}
    </div>
  );
}
