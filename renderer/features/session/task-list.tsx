import { useStore } from '../../app/store.ts';
import type { TaskView } from '../../app/types.ts';
import { Icon } from '../../components/icon.tsx';
import { OutcomeMark } from '../../components/outcome.tsx';
import { lab, selectTask } from './lab-session.ts';

/** The situation and the tasks, with states and points. */
export function TaskList() {
  const { view, selected, checking } = useStore(lab);
  if (view === null) return null;
  const busy = (task: TaskView) => checking !== null && (checking.tasks === null || checking.tasks.includes(task.id));
  const focusNeighbour = (event: React.KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
    const index = items.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1);
    items[Math.max(0, Math.min(items.length - 1, index))]?.focus();
  };
  return (
    <nav className="task-list" aria-label="Tasks" onKeyDown={focusNeighbour}>
      <button
        type="button"
        className="task-row"
        aria-current={selected === 'intro' ? 'step' : undefined}
        onClick={() => selectTask('intro')}
      >
        <span className="task-row-icon">
          <Icon name="file" />
        </span>
        <span className="task-row-title">Situation</span>
      </button>
      {view.tasks.map((task, index) => (
        <button
          type="button"
          key={task.id}
          className="task-row"
          data-testid={`task-${task.id}`}
          data-state={task.state}
          aria-current={selected === task.id ? 'step' : undefined}
          onClick={() => selectTask(task.id)}
        >
          <OutcomeMark mark={busy(task) ? 'busy' : markOf(task)} />
          <span className="task-row-title">
            {index + 1}. {task.title}
          </span>
          <span className="task-row-points">
            {task.points} / {task.maxPoints}
          </span>
        </button>
      ))}
    </nav>
  );
}

export function markOf(task: TaskView): 'open' | 'pass' | 'fail' | 'error' {
  if (task.state === 'passed') return 'pass';
  if (task.state === 'open') return 'open';
  return task.report?.outcome === 'error' ? 'error' : 'fail';
}
