import { useEffect, useRef } from 'react';
import { useStore } from '../../app/store.ts';
import { plural, points } from '../../app/text.ts';
import type { SessionView, TaskView } from '../../app/types.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Markdown } from '../../components/markdown.tsx';
import { OutcomeMark } from '../../components/outcome.tsx';
import { Progress, ScoreBar } from '../../components/progress.tsx';
import { Hints } from './hints.tsx';
import { cancelCheck, lab, selectTask } from './lab-session.ts';
import { markOf, TaskList } from './task-list.tsx';

interface Props {
  onCheck(): void;
  onCheckAll(): void;
  onShowResults(task: string): void;
  onFold(): void;
}

/** Left region: what to do, and the key that says whether it is done. */
export function Instructions(props: Props) {
  const { view, selected } = useStore(lab);
  const text = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another task starts at its top
  useEffect(() => text.current?.scrollTo(0, 0), [selected]);
  if (view === null) return null;
  const task = view.tasks.find((candidate) => candidate.id === selected);
  return (
    <section className="instructions" aria-label="Instructions" data-region="instructions" tabIndex={-1}>
      <header className="instructions-head">
        <div className="instructions-title">
          <h1 className="lab-title">{view.title}</h1>
          <IconButton label="Fold the instructions" icon="panel-left" onClick={props.onFold} />
        </div>
        <div className="instructions-score small muted">
          <ScoreBar score={view.score} max={view.maxScore} />
          <span data-testid="score">
            {view.score} of {points(view.maxScore)}
          </span>
          <span>·</span>
          <span>about {view.minutes} min</span>
        </div>
      </header>
      <TaskList />
      <div className="instructions-text" ref={text} data-testid="instructions">
        {task === undefined ? <Intro view={view} /> : <Task task={task} view={view} {...props} />}
      </div>
      <CheckBar task={task} {...props} />
    </section>
  );
}

function Intro({ view }: { view: SessionView }) {
  const first = view.tasks.find((task) => task.state !== 'passed') ?? view.tasks[0];
  return (
    <>
      {view.outro !== null && (
        <div className="after" data-testid="outro">
          <h2>Solved</h2>
          <Markdown text={view.outro} />
        </div>
      )}
      <Markdown text={view.intro} />
      {first !== undefined && !view.passed && (
        <Button icon="arrow-right" onClick={() => selectTask(first.id)}>
          {view.tasks.every((task) => task.state === 'open') ? 'Start with task 1' : `Go on with “${first.title}”`}
        </Button>
      )}
    </>
  );
}

function Task({ task, view, onShowResults }: Props & { task: TaskView; view: SessionView }) {
  const end = useRef<HTMLDivElement>(null);
  const seen = useRef(task);
  // A verdict that has just come in is scrolled to; one that was there is not.
  useEffect(() => {
    const fresh =
      seen.current.id === task.id && task.report !== null && seen.current.report?.checks !== task.report.checks;
    seen.current = task;
    if (fresh && lab.get().checking === null) end.current?.scrollIntoView({ block: 'nearest' });
  }, [task]);
  return (
    <>
      <h2 className="task-title">{task.title}</h2>
      <Markdown text={task.instructions} />
      <div ref={end} className="task-end">
        <Verdict task={task} onShowResults={onShowResults} />
        {task.after !== null && (
          <div className="after" data-testid="after">
            <Markdown text={task.after} />
          </div>
        )}
        {task.state === 'passed' && <NextStep task={task} view={view} />}
      </div>
      <Hints task={task} />
    </>
  );
}

function Verdict({ task, onShowResults }: { task: TaskView; onShowResults(task: string): void }) {
  const { report } = task;
  if (report === null) return null;
  const passed = report.checks.filter((check) => check.outcome === 'pass').length;
  return (
    <div className="verdict" data-testid="verdict" data-outcome={report.outcome}>
      <OutcomeMark mark={markOf(task)} />
      <span>
        {passed} of {plural(report.checks.length, 'check')} passed
      </span>
      <button type="button" className="link" onClick={() => onShowResults(task.id)}>
        Show results
      </button>
    </div>
  );
}

function NextStep({ task, view }: { task: TaskView; view: SessionView }) {
  const index = view.tasks.indexOf(task);
  const next = [...view.tasks.slice(index + 1), ...view.tasks.slice(0, index)].find(
    (other) => other.state !== 'passed',
  );
  return (
    <Button kind="primary" icon="arrow-right" onClick={() => selectTask(next?.id ?? 'intro')} data-testid="next-task">
      {next ? `Next: ${next.title}` : 'See how it ends'}
    </Button>
  );
}

function CheckBar({ task, onCheck, onCheckAll }: Props & { task: TaskView | undefined }) {
  const { checking, failure } = useStore(lab);
  if (checking !== null) {
    return (
      <footer className="check-bar" data-testid="checking">
        <div className="check-bar-row">
          <div className="grow">
            <Progress {...checking} />
          </div>
          <Button kind="quiet" onClick={cancelCheck}>
            Stop
          </Button>
        </div>
        <CheckNote />
      </footer>
    );
  }
  return (
    <footer className="check-bar">
      {failure !== null && (
        <p className="small failure" role="alert">
          {failure}
        </p>
      )}
      <div className="check-bar-row">
        <Button kind="primary" keys="Ctrl+Enter" onClick={onCheck} data-testid="check" className="grow">
          {task === undefined ? 'Check all tasks' : 'Check task'}
        </Button>
        {task !== undefined && (
          <Button onClick={onCheckAll} data-testid="check-all">
            Check all
          </Button>
        )}
      </div>
      <CheckNote />
    </footer>
  );
}

function CheckNote() {
  return <p className="small muted check-note">A copy of the hosts is checked: you can keep working.</p>;
}
