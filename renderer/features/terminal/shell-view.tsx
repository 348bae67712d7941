import { useEffect, useRef } from 'react';
import { useStore } from '../../app/store.ts';
import type { HostView } from '../../app/types.ts';
import { Button } from '../../components/button.tsx';
import { Banner } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { focusShown } from '../session/focus-shown.ts';
import { lab, power } from '../session/lab-session.ts';
import { panes, showTab } from '../session/panes.ts';
import { terminals } from './terminals.ts';

export function ShellView({ host, number }: { host: HostView; number: number }) {
  const box = useRef<HTMLDivElement>(null);
  const terminal = terminals.shell(host.name, number);
  const { state, message } = useStore(terminal.store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: attaching anew at every state of the host would lose the focus
  useEffect(() => {
    if (box.current === null) return;
    terminal.attach(box.current, host.state);
    return () => terminal.detach();
  }, [terminal]);
  const { working } = useStore(lab);
  const down = host.state === 'off' || host.state === 'halted' || host.state === 'crashed';
  return (
    <div className="shell-view">
      {down && working !== null && (
        <Banner kind="info">
          <Progress {...working} />
        </Banner>
      )}
      {down && working === null && (
        <Banner
          kind="warn"
          action={
            <Button onClick={() => void power(host.name, 'on')} data-testid="power-on">
              Power on
            </Button>
          }
        >
          {host.name} is {host.state}. A shell opens when it runs.
        </Banner>
      )}
      {host.state === 'starting' && state !== 'open' && (
        <Banner
          kind="info"
          action={
            <Button onClick={() => showConsole(host.name)} data-testid="show-console">
              Show the console
            </Button>
          }
        >
          {host.name} is starting, or waits for somebody at its console. The shell opens when its services are up.
        </Banner>
      )}
      {state === 'failed' && (
        <Banner kind="bad" action={<Button onClick={() => void terminal.open()}>Try again</Button>}>
          The shell could not be opened: {message}
        </Banner>
      )}
      {state === 'ended' && !down && host.state === 'ready' && (
        <Banner kind="info" action={<Button onClick={() => void terminal.open()}>Open it again</Button>}>
          {message}
        </Banner>
      )}
      <div className="terminal-box" ref={box} data-testid={`terminal-${terminal.key}`} data-state={state} />
    </div>
  );
}

function showConsole(host: string): void {
  showTab(panes.get().focused, host, 'console');
  focusShown();
}
