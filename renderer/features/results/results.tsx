import { useEffect, useRef } from 'react';
import { createStore, useStore } from '../../app/store.ts';
import { plural, points } from '../../app/text.ts';
import type { CheckReport, TaskView } from '../../app/types.ts';
import { Notice } from '../../components/notice.tsx';
import { OutcomeMark } from '../../components/outcome.tsx';
import { Progress } from '../../components/progress.tsx';
import { lab, selectTask } from '../session/lab-session.ts';
import { markOf } from '../session/task-list.tsx';

/** The task whose results were asked for; its heading is scrolled into view. */
export const shownResult = createStore<{ task: string | null; turn: number }>({ task: null, turn: 0 });

export function revealResult(task: string | null): void {
  shownResult.set({ task, turn: shownResult.get().turn + 1 });
}

/** One line a check; those that did not pass say what was expected, what was found, and where. */
export function Results() {
  const { view, checking } = useStore(lab);
  const { task: wanted, turn } = useStore(shownResult);
  const root = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again, it is shown again
  useEffect(() => {
    if (wanted !== null) root.current?.querySelector(`[data-task="${wanted}"]`)?.scrollIntoView({ block: 'start' });
  }, [wanted, turn]);
  if (view === null) return null;
  const reported = view.tasks.filter((task) => task.report !== null);
  return (
    <div className="results" ref={root} data-testid="results">
      {checking !== null && (
        <div className="results-progress">
          <Progress {...checking} />
        </div>
      )}
      {reported.length === 0 && checking === null && (
        <Notice title="Nothing checked yet">
          Ctrl+Enter checks the task. A copy of the hosts is looked at, so you can keep working.
        </Notice>
      )}
      {reported.map((task) => (
        <TaskResult key={task.id} task={task} number={view.tasks.indexOf(task) + 1} />
      ))}
    </div>
  );
}

function TaskResult({ task, number }: { task: TaskView; number: number }) {
  const report = task.report;
  if (report === null) return null;
  const passed = report.checks.filter((check) => check.outcome === 'pass').length;
  return (
    <section className="task-result" data-task={task.id} data-testid={`result-${task.id}`}>
      <header className="task-result-head">
        <OutcomeMark mark={markOf(task)} />
        <h3>
          {number}. {task.title}
        </h3>
        <span className="small muted">
          {passed} of {plural(report.checks.length, 'check')} · {report.points} of {points(report.maxPoints)}
        </span>
        <button type="button" className="link small" onClick={() => selectTask(task.id)}>
          Go to the instructions
        </button>
      </header>
      <ul>
        {report.checks.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ul>
    </section>
  );
}

function Check({ check }: { check: CheckReport }) {
  const later = /after (reboot|power-cycle)/.exec(check.where)?.[0];
  return (
    <li>
      <details
        className="check"
        open={check.outcome === 'fail' || check.outcome === 'error'}
        data-outcome={check.outcome}
      >
        <summary>
          <OutcomeMark mark={check.outcome} />
          <span className="check-message">{check.message}</span>
          {later && <span className="tag">{later}</span>}
        </summary>
        <dl className="check-facts">
          <dt>Expected</dt>
          <dd>
            <code>{check.expected}</code>
          </dd>
          <dt>Found</dt>
          <dd>
            <code>{check.found}</code>
          </dd>
          <dt>Where</dt>
          <dd>{check.where}</dd>
        </dl>
      </details>
    </li>
  );
}
