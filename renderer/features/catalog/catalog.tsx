import { useEffect, useRef, useState } from 'react';
import { useActions } from '../../app/actions.ts';
import { client, errorText } from '../../app/client.ts';
import { recall } from '../../app/memory.ts';
import { show } from '../../app/route.ts';
import { service } from '../../app/service.ts';
import { createStore, useStore } from '../../app/store.ts';
import { courseName, courseOrder, plural, whenText } from '../../app/text.ts';
import type { LabCard } from '../../app/types.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Banner, Notice } from '../../components/notice.tsx';
import { Progress, ScoreBar } from '../../components/progress.tsx';
import { lab, openLab } from '../session/lab-session.ts';
import { LabRow } from './lab-row.tsx';

interface CatalogState {
  labs: LabCard[] | null;
  problems: string[];
  error: string | null;
}

export const catalog = createStore<CatalogState>({ labs: null, problems: [], error: null });

export async function loadCatalog(): Promise<void> {
  try {
    catalog.set({ ...(await client.call('catalog.list', {})), error: null });
  } catch (error) {
    catalog.set({ error: errorText(error) });
  }
}

export function startLab(id: string): void {
  show('lab');
  void openLab(id);
}

/** Courses as sections, labs as rows, what was left open on top. */
export function Catalog() {
  const { labs, problems, error } = useStore(catalog);
  const { readies } = useStore(service);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when the service is back
  useEffect(() => void loadCatalog(), [readies]);
  useActions(() => [
    { id: 'search-labs', title: 'Search labs', group: 'Actions', keys: '/', run: () => search.current?.focus() },
  ]);

  if (error !== null && labs === null) {
    return (
      <Notice
        title="The labs could not be read"
        icon="bang"
        error
        action={
          <Button kind="primary" onClick={() => void loadCatalog()}>
            Try again
          </Button>
        }
      >
        {error}
      </Notice>
    );
  }
  if (labs === null) return <Loading />;
  const found = labs.filter((card) => matches(card, query));
  return (
    <main className="catalog" data-testid="catalog" data-region="catalog" tabIndex={-1}>
      <div className="catalog-column">
        <Top labs={labs} />
        {problems.length > 0 && <Problems problems={problems} />}
        {labs.length > 0 && (
          <div className="catalog-search">
            <Icon name="search" />
            <input
              ref={search}
              className="text-input"
              type="search"
              placeholder="Search labs"
              aria-label="Search labs"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => event.key === 'Escape' && setQuery('')}
            />
          </div>
        )}
        {labs.length > 0 && found.length === 0 && (
          <Notice
            title={`No lab matches “${query}”`}
            action={<Button onClick={() => setQuery('')}>Show all labs</Button>}
          />
        )}
        {courses(found).map(([course, cards]) => (
          <section key={course} className="course" aria-labelledby={`course-${course}`}>
            <header className="course-head">
              <h2 id={`course-${course}`}>{courseName(course)}</h2>
              <span className="small muted">
                {cards.filter((card) => card.progress.state === 'solved').length} of {plural(cards.length, 'lab')}{' '}
                solved
              </span>
            </header>
            <ul className="lab-rows">
              {cards.map((card) => (
                <LabRow key={card.id} card={card} all={labs} onOpen={() => startLab(card.id)} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </main>
  );
}

/** At the very first start one button; later the way back to where the learner was. */
function Top({ labs }: { labs: LabCard[] }) {
  const { lab: running, view } = useStore(lab);
  if (labs.length === 0) {
    return (
      <Notice title="There are no labs here" icon="folder">
        Labs live in the folder labs/catalog of this installation.
      </Notice>
    );
  }
  const open = running === null ? undefined : labs.find((card) => card.id === running);
  const last = open ?? lastTouched(labs);
  if (last === undefined) return <FirstStart labs={labs} />;
  const solved = labs.filter((card) => card.progress.state === 'solved').length;
  if (last.progress.state === 'solved' && open === undefined) {
    const next = ordered(labs).find((card) => card.progress.state === 'new');
    if (next === undefined) return <h1 className="catalog-title">All {plural(labs.length, 'lab')} solved</h1>;
    return <ContinueCard card={next} title={`${plural(solved, 'lab')} solved. Next:`} button="Start" />;
  }
  return (
    <ContinueCard
      card={last}
      title={open && view !== null ? 'Running now' : 'Continue where you left'}
      button={open && view !== null ? 'Go to the lab' : 'Continue'}
    />
  );
}

function FirstStart({ labs }: { labs: LabCard[] }) {
  const first = ordered(labs)[0];
  if (first === undefined) return null;
  return (
    <section className="first-start">
      <h1>Learn ESXi on hosts of your own</h1>
      <p>
        Each lab gives you real emulated hosts with their consoles and shells. Nothing you do in a lab can harm this
        computer, and a check never touches your work: it looks at a copy.
      </p>
      <Button kind="primary" className="large" onClick={() => startLab(first.id)} data-testid="start-first-lab">
        Start the first lab
      </Button>
      <p className="small muted">
        {first.title} · {first.minutes} minutes
      </p>
    </section>
  );
}

function ContinueCard({ card, title, button }: { card: LabCard; title: string; button: string }) {
  const { score, maxScore, lastOpenedAt, state } = card.progress;
  return (
    <section className="continue" data-testid="continue">
      <div className="continue-text">
        <p className="small muted">{title}</p>
        <h1 className="continue-title">{card.title}</h1>
        <p className="small muted continue-facts">
          {state === 'in-progress' && (
            <>
              <ScoreBar score={score} max={maxScore} />
              <span>
                {score} of {maxScore} points
              </span>
              <span>·</span>
            </>
          )}
          <span>{card.minutes} minutes</span>
          {lastOpenedAt && (
            <>
              <span>·</span>
              <span>last open {whenText(lastOpenedAt)}</span>
            </>
          )}
        </p>
      </div>
      <Button kind="primary" className="large" onClick={() => startLab(card.id)} data-testid="continue-button">
        {button}
      </Button>
    </section>
  );
}

function Problems({ problems }: { problems: string[] }) {
  return (
    <Banner kind="warn">
      <details>
        <summary>{plural(problems.length, 'lab')} could not be read; the others are unaffected</summary>
        <ul className="small problem-list">
          {problems.map((problem) => (
            <li key={problem}>
              <code>{problem}</code>
            </li>
          ))}
        </ul>
      </details>
    </Banner>
  );
}

function Loading() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="centered" data-testid="catalog-loading">
      {slow && (
        <div className="opening">
          <Progress text="Reading the labs" step={0} steps={0} />
        </div>
      )}
    </div>
  );
}

function lastTouched(labs: LabCard[]): LabCard | undefined {
  const remembered = labs.find((card) => card.id === recall('last-lab', '') && card.progress.state !== 'new');
  const byTime = labs
    .filter((card) => card.progress.lastOpenedAt !== undefined)
    .sort((a, b) => (b.progress.lastOpenedAt ?? '').localeCompare(a.progress.lastOpenedAt ?? ''));
  return byTime[0] ?? remembered;
}

function matches(card: LabCard, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [card.title, card.id, courseName(card.course), ...card.objectives].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** In the order they are taught: by course, and in a course as the service lists them, prerequisites first. */
export function ordered(labs: LabCard[]): LabCard[] {
  return courses(labs).flatMap(([, cards]) => cards);
}

function courses(labs: LabCard[]): [string, LabCard[]][] {
  const names = [...new Set(labs.map((card) => card.course))].sort(
    (a, b) => courseOrder(a) - courseOrder(b) || a.localeCompare(b),
  );
  return names.map((name) => [name, labs.filter((card) => card.course === name).sort(byPrerequisite)]);
}

function byPrerequisite(a: LabCard, b: LabCard): number {
  if (b.requires.includes(a.id)) return -1;
  if (a.requires.includes(b.id)) return 1;
  return a.requires.length - b.requires.length;
}
