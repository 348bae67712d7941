import { useState } from 'react';
import { points } from '../../app/text.ts';
import type { TaskView } from '../../app/types.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Markdown } from '../../components/markdown.tsx';
import { takeHint } from './lab-session.ts';

/** Hints in their order; each says what it costs before it is taken. */
export function Hints({ task }: { task: TaskView }) {
  const [asking, setAsking] = useState(false);
  if (task.hints.length === 0) return null;
  const next = task.hints.findIndex((hint) => hint.text === null);
  const taken = task.hints.filter((hint) => hint.text !== null);
  const take = async () => {
    setAsking(true);
    await takeHint(task.id, next);
    setAsking(false);
  };
  const cost = task.hints[next]?.cost ?? 0;
  return (
    <section className="hints" aria-label="Hints">
      {taken.length > 0 && (
        <ol className="hint-list">
          {taken.map((hint, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: hints have no other name than their place
            <li key={index} className="hint">
              <div className="hint-head">
                <Icon name="hint" />
                <span>Hint {index + 1}</span>
                <span className="muted small">{hint.cost > 0 ? `cost ${points(hint.cost)}` : 'free'}</span>
              </div>
              <Markdown text={hint.text ?? ''} />
            </li>
          ))}
        </ol>
      )}
      {next >= 0 && task.state !== 'passed' && (
        <Button kind="quiet" icon="hint" disabled={asking} onClick={() => void take()} data-testid="hint-button">
          {taken.length === 0 ? 'Show a hint' : 'Show the next hint'}
          <span className="muted">
            {' '}
            · {cost > 0 ? `costs ${points(cost)}` : 'free'} · {next + 1} of {task.hints.length}
          </span>
        </Button>
      )}
    </section>
  );
}
