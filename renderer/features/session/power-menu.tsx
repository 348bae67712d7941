import { type ReactNode, useState } from 'react';
import { show } from '../../app/route.ts';
import type { HostView, PowerAction } from '../../app/types.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Popover } from '../../components/popover.tsx';
import { leaveLab, power, reset } from './lab-session.ts';

interface PowerItem {
  action: PowerAction;
  title: string;
  costs: string;
  when: 'running' | 'off';
}

const powerItems: PowerItem[] = [
  { action: 'on', title: 'Power on', costs: 'Starts the host from its disk.', when: 'off' },
  { action: 'reboot', title: 'Reboot', costs: 'Asks the host to restart. Open shells end.', when: 'running' },
  { action: 'shutdown', title: 'Shut down', costs: 'Asks the host to stop. Open shells end.', when: 'running' },
  {
    action: 'reset',
    title: 'Reset button',
    costs: 'Restarts at once. What the host has not saved is lost.',
    when: 'running',
  },
  {
    action: 'off',
    title: 'Pull the plug',
    costs: 'Stops at once. What the host has not saved is lost.',
    when: 'running',
  },
];

export function PowerMenu({ host }: { host: HostView }) {
  const running = host.state === 'ready' || host.state === 'starting';
  const fits = (item: PowerItem) =>
    (item.when === 'running') === running || (item.action === 'reset' && host.state !== 'off');
  return (
    <Popover
      label={`Power of ${host.name}`}
      align="right"
      button={({ open, toggle }) => (
        <IconButton
          label={`Power of ${host.name}`}
          icon="power"
          aria-expanded={open}
          onClick={toggle}
          data-testid="power-menu"
        />
      )}
    >
      {(close) => (
        <>
          {powerItems.filter(fits).map((item) => (
            <MenuItem
              key={item.action}
              title={item.title}
              costs={item.costs}
              testId={`power-${item.action}`}
              onClick={() => {
                close();
                void power(host.name, item.action);
              }}
            />
          ))}
          <div className="menu-line" />
          <CostlyItem
            title={`Reset ${host.name} to the start of the lab`}
            costs={`Resets ${host.name} to the start of the lab. Your files and settings on it are lost. Other hosts stay as they are.`}
            confirm={`Reset ${host.name}`}
            testId="reset-host"
            run={() => {
              close();
              void reset(host.name);
            }}
          />
        </>
      )}
    </Popover>
  );
}

export function LabMenu() {
  return (
    <Popover
      label="Lab"
      align="right"
      button={({ open, toggle }) => (
        <IconButton label="Lab menu" icon="more" aria-expanded={open} onClick={toggle} data-testid="lab-menu" />
      )}
    >
      {(close) => (
        <>
          <MenuItem
            title="Stop the lab"
            costs="Saves every host as it is and frees the memory. You can continue later."
            testId="stop-lab"
            onClick={() => {
              close();
              show('catalogue');
              void leaveLab();
            }}
          />
          <div className="menu-line" />
          <CostlyItem
            title="Reset the lab"
            costs="Resets every host to the start of the lab. All your work on them is lost."
            confirm="Reset the lab"
            testId="reset-lab"
            run={() => {
              close();
              void reset();
            }}
          />
        </>
      )}
    </Popover>
  );
}

function MenuItem(props: { title: string; costs: string; testId: string; onClick(): void; children?: ReactNode }) {
  return (
    <button type="button" className="menu-item" onClick={props.onClick} data-testid={props.testId}>
      <span>{props.title}</span>
      <span className="small">{props.costs}</span>
    </button>
  );
}

/** Says what will be lost and asks once more, in its own place. */
function CostlyItem(props: { title: string; costs: string; confirm: string; testId: string; run(): void }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return <MenuItem title={props.title} costs={props.costs} testId={props.testId} onClick={() => setAsked(true)} />;
  }
  return (
    <div className="menu-confirm" role="alert">
      <p className="small">{props.costs}</p>
      <div className="row">
        {/* biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed */}
        <Button autoFocus onClick={() => setAsked(false)}>
          Keep my work
        </Button>
        <Button kind="danger" onClick={props.run} data-testid={`${props.testId}-confirm`}>
          {props.confirm}
        </Button>
      </div>
    </div>
  );
}
