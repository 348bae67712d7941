import { useEffect, useState } from 'react';
import { service } from '../../app/service.ts';
import { useStore } from '../../app/store.ts';
import { clock, stateWords } from '../../app/text.ts';
import { copyText } from '../../components/markdown.tsx';
import { terminals } from '../terminal/terminals.ts';
import { lab } from './lab-session.ts';
import { StateDot } from './machine-bar.tsx';
import { showHost } from './panes.ts';

/** Each machine with its state and activity, when the session was saved, the seed, and what the engine does. */
export function StatusBar() {
  const { view, checking, working } = useStore(lab);
  const { status } = useStore(service);
  if (view === null) return null;
  const does = status.state !== 'ready' ? 'service restarting' : (checking?.text ?? working?.text ?? view.busy);
  return (
    <section className="status-bar" aria-label="Status" data-region="status" tabIndex={-1} data-testid="status-bar">
      {view.hosts.map((host) => (
        <button
          type="button"
          key={host.name}
          className="status-item"
          data-testid={`status-${host.name}`}
          data-state={host.state}
          onClick={() => showHost(host.name)}
        >
          <StateDot state={host.state} />
          {host.name} {stateWords[host.state]}
          <Activity host={host.name} />
        </button>
      ))}
      <span className="grow" />
      <span className="status-item" data-testid="engine">
        {does ? (
          <>
            <span className="mark mark-busy small-mark" aria-hidden="true" /> {does}
          </>
        ) : (
          'idle'
        )}
      </span>
      <span className="status-item" data-testid="saved">
        {view.savedAt === null ? 'not saved yet' : `saved ${clock(view.savedAt)}`}
      </span>
      <Seed seed={view.seed} />
    </section>
  );
}

/** A blip while the host writes to a shown terminal. */
function Activity({ host }: { host: string }) {
  const { at } = useStore(terminals.activity);
  const [lit, setLit] = useState(false);
  const last = at[host] ?? 0;
  useEffect(() => {
    if (last === 0) return;
    setLit(true);
    const timer = setTimeout(() => setLit(false), 400);
    return () => clearTimeout(timer);
  }, [last]);
  return <span className={`activity ${lit ? 'lit' : ''}`} aria-hidden="true" />;
}

function Seed({ seed }: { seed: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="status-item"
      title="Names, addresses and numbers of this lab are drawn from the seed. Copies it."
      onClick={() => {
        if (!copyText(seed)) return;
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      }}
    >
      {copied ? 'seed copied' : `seed ${seed}`}
    </button>
  );
}
