/** What the learner may see of a lab: hints that were taken, after-texts of tasks that passed. */
import type { SessionView, TaskView } from '../../main/shared/contracts/api.ts';
import type { LabInstance, LabTask } from '../schema/index.ts';
import { scoreOf } from './reduce.ts';
import { type EngineState, openTask } from './state.ts';

/** The part of `session.view` that the engine knows; hosts and what runs in the background are the session's. */
export type LabView = Pick<
  SessionView,
  'lab' | 'title' | 'minutes' | 'intro' | 'outro' | 'seed' | 'startedAt' | 'score' | 'maxScore' | 'passed' | 'tasks'
>;

export function viewLab(lab: LabInstance, state: EngineState): LabView {
  const passed = lab.tasks.every((task) => state.tasks[task.id]?.state === 'passed');
  return {
    lab: lab.id,
    title: lab.title,
    minutes: lab.minutes,
    intro: lab.instructions.intro,
    outro: passed ? outroOf(lab) : null,
    seed: lab.seed,
    startedAt: new Date(state.startedAt).toISOString(),
    ...scoreOf(lab, state),
    passed,
    tasks: lab.tasks.map((task) => viewTask(lab, task, state)),
  };
}

function viewTask(lab: LabInstance, task: LabTask, state: EngineState): TaskView {
  const { state: taskState, points, hints, report } = state.tasks[task.id] ?? openTask();
  const text = lab.instructions.tasks[task.id];
  const taken = new Set(hints.map((hint) => hint.index));
  return {
    id: task.id,
    title: task.title,
    instructions: text?.text ?? '',
    after: taskState === 'passed' ? (text?.after ?? null) : null,
    points,
    maxPoints: task.points,
    state: taskState,
    hints: task.hints.map((hint, index) => ({ cost: hint.cost, text: taken.has(index) ? hint.text : null })),
    report,
  };
}

function outroOf(lab: LabInstance): string | null {
  const faults = lab.faults.map((fault) => `- ${fault.reveal}`).join('\n');
  const parts = [lab.instructions.outro ?? '', faults === '' ? '' : `### What was wrong\n\n${faults}`].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? null : parts.join('\n\n');
}
