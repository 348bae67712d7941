/** The lab's rules: an event and a state give a new state and what is to be done about it. No I/O, no clock. */
import type { LabReport, TaskReport } from '../../main/shared/contracts/report.ts';
import { LabError } from '../../main/shared/errors.ts';
import type { LabInstance, LabTask } from '../schema/index.ts';
import { type EngineState, openTask, type TaskState } from './state.ts';

export type EngineEvent =
  | { readonly type: 'checked'; readonly report: Pick<LabReport, 'tasks'>; readonly at: number }
  | { readonly type: 'hint'; readonly task: string; readonly index: number; readonly at: number }
  | { readonly type: 'tick'; readonly at: number }
  /** The hosts are back at the start: results go, hints that were paid for stay. */
  | { readonly type: 'reset' };

export type EngineEffect =
  | { readonly type: 'save' }
  | { readonly type: 'task-passed'; readonly task: string }
  | { readonly type: 'task-failed'; readonly task: string }
  | { readonly type: 'lab-solved'; readonly score: number; readonly maxScore: number }
  | { readonly type: 'time-up' };

export interface Reduced {
  readonly state: EngineState;
  readonly effects: readonly EngineEffect[];
}

/**
 * @throws LabError `engine.unknown-task`, `engine.unknown-hint`, and `engine.hint-order` when an earlier hint was not read.
 */
export function reduce(lab: LabInstance, before: EngineState, event: EngineEvent): Reduced {
  const timed = 'at' in event ? passTime(before, event.at) : { state: before, effects: [] };
  const { state, effects } = apply(lab, timed.state, event);
  return { state, effects: [...timed.effects, ...effects] };
}

function apply(lab: LabInstance, state: EngineState, event: EngineEvent): Reduced {
  switch (event.type) {
    case 'tick':
      return { state, effects: [] };
    case 'hint':
      return takeHint(lab, state, event);
    case 'checked':
      return recordChecks(lab, state, event);
    case 'reset': {
      const tasks = Object.fromEntries(
        Object.entries(state.tasks).map(([id, task]) => [id, { ...openTask(), hints: task.hints }]),
      );
      return { state: { ...state, solvedAt: null, tasks }, effects: [{ type: 'save' }] };
    }
  }
}

function passTime(state: EngineState, at: number): Reduced {
  if (state.timeUp || state.deadlineAt === null || at < state.deadlineAt) return { state, effects: [] };
  return { state: { ...state, timeUp: true }, effects: [{ type: 'time-up' }, { type: 'save' }] };
}

function takeHint(lab: LabInstance, state: EngineState, event: Extract<EngineEvent, { type: 'hint' }>): Reduced {
  const definition = taskOf(lab, event.task);
  const task = state.tasks[event.task] ?? openTask();
  const hint = definition.hints[event.index];
  if (!hint)
    throw new LabError(
      'engine.unknown-hint',
      `Task ${event.task} has ${definition.hints.length} hints; there is no number ${event.index + 1}.`,
    );
  if (task.hints.some((taken) => taken.index === event.index)) return { state, effects: [] };
  if (event.index > 0 && !task.hints.some((taken) => taken.index === event.index - 1)) {
    throw new LabError('engine.hint-order', `Read hint ${event.index} of this task before hint ${event.index + 1}.`);
  }
  const cost = task.passedAt === null ? hint.cost : 0;
  const hints = [...task.hints, { index: event.index, cost, at: event.at }];
  return { state: withTask(state, event.task, { ...task, hints }), effects: [{ type: 'save' }] };
}

function recordChecks(
  lab: LabInstance,
  before: EngineState,
  event: Extract<EngineEvent, { type: 'checked' }>,
): Reduced {
  const effects: EngineEffect[] = [];
  let state = before;
  for (const report of event.report.tasks) {
    const definition = taskOf(lab, report.id);
    const task = state.tasks[report.id] ?? openTask();
    const next = checkedTask(definition, task, report, state.timeUp, event.at);
    if (next.state !== task.state && next.state !== 'open') {
      effects.push({ type: next.state === 'passed' ? 'task-passed' : 'task-failed', task: report.id });
    }
    state = withTask(state, report.id, next);
  }
  const solved = lab.tasks.every((task) => state.tasks[task.id]?.state === 'passed');
  if (solved && state.solvedAt === null) {
    state = { ...state, solvedAt: event.at };
    effects.push({ type: 'lab-solved', ...scoreOf(lab, state) });
  }
  return { state, effects: [...effects, { type: 'save' }] };
}

/** A check that could not be read or was not looked at says nothing about what was reached before. */
function checkedTask(definition: LabTask, task: TaskState, report: TaskReport, late: boolean, at: number): TaskState {
  const { outcome } = report;
  const passed = outcome === 'pass';
  const decided = passed || outcome === 'fail';
  const earned = decided ? (passed ? Math.max(0, definition.points - hintCost(task)) : 0) : task.points;
  // Once the time is up a check teaches but no longer scores.
  const points = late ? task.points : earned;
  return {
    ...task,
    state: decided ? (passed ? 'passed' : 'failed') : task.state,
    points,
    passedAt: task.passedAt ?? (passed ? at : null),
    report: { ...report, points, maxPoints: definition.points },
  };
}

export function hintCost(task: TaskState): number {
  return task.hints.reduce((sum, hint) => sum + hint.cost, 0);
}

export function scoreOf(lab: LabInstance, state: EngineState): { score: number; maxScore: number } {
  return {
    score: lab.tasks.reduce((sum, task) => sum + (state.tasks[task.id]?.points ?? 0), 0),
    maxScore: lab.tasks.reduce((sum, task) => sum + task.points, 0),
  };
}

function taskOf(lab: LabInstance, id: string): LabTask {
  const task = lab.tasks.find((item) => item.id === id);
  if (!task) throw new LabError('engine.unknown-task', `Lab ${lab.id} has no task "${id}".`);
  return task;
}

function withTask(state: EngineState, id: string, task: TaskState): EngineState {
  return { ...state, tasks: { ...state.tasks, [id]: task } };
}
