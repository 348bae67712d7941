import { plural, whenText } from '../../app/text.ts';
import type { LabCard } from '../../app/types.ts';
import { Icon } from '../../components/icon.tsx';
import { OutcomeMark } from '../../components/outcome.tsx';
import { ScoreBar } from '../../components/progress.tsx';

export function LabRow({ card, all, onOpen }: { card: LabCard; all: LabCard[]; onOpen(): void }) {
  const advice = card.requires
    .map((id) => all.find((other) => other.id === id))
    .flatMap((other) => (other !== undefined && other.progress.state !== 'solved' ? [other.title] : []))
    .join(', ');
  return (
    <li>
      <button
        type="button"
        className="lab-row"
        onClick={onOpen}
        data-testid={`lab-${card.id}`}
        data-state={card.progress.state}
      >
        <span className="lab-row-text">
          <span className="lab-row-title">{card.title}</span>
          <span className="small muted lab-row-detail" title={card.objectives.join('\n')}>
            {card.objectives[0]}
          </span>
          {advice !== '' && <span className="small muted lab-row-detail">Better after: {advice}</span>}
        </span>
        <span className="small muted lab-row-fact">{card.minutes} min</span>
        <span className="small muted lab-row-fact">{plural(card.hosts, 'host')}</span>
        <State card={card} />
        <Icon name="chevron-right" />
      </button>
    </li>
  );
}

function State({ card }: { card: LabCard }) {
  const { state, score, maxScore, solvedAt } = card.progress;
  if (state === 'new') return <span className="lab-row-state small muted">New</span>;
  if (state === 'in-progress') {
    return (
      <span className="lab-row-state small">
        <ScoreBar score={score} max={maxScore} />
        <span>
          {score} / {maxScore}
        </span>
        <span className="visually-hidden">points, in progress</span>
      </span>
    );
  }
  return (
    <span className="lab-row-state small">
      <OutcomeMark mark="pass" />
      <span>
        Solved{solvedAt ? ` ${whenText(solvedAt)}` : ''} · {score} / {maxScore}
      </span>
    </span>
  );
}
