/** State of one learner's lab: plain JSON with a version, so that a saved session resumes in a later release. */
import { z } from 'zod';
import { taskReport } from '../../main/shared/contracts/report.ts';
import { LabError } from '../../main/shared/errors.ts';
import type { LabInstance } from '../schema/index.ts';

export const taskState = z.strictObject({
  state: z.enum(['open', 'passed', 'failed']).describe('By the last check.'),
  hints: z
    .array(z.strictObject({ index: z.int().nonnegative(), cost: z.number().nonnegative(), at: z.number() }))
    .describe('Hints taken, with what they cost then: nothing once the task has passed.'),
  points: z.number().describe('Reached so far, hint costs taken off.'),
  passedAt: z.number().nullable().describe('When it passed for the first time.'),
  report: taskReport.nullable(),
});
export type TaskState = z.infer<typeof taskState>;

export const engineState = z.strictObject({
  version: z.literal(1),
  lab: z.string(),
  seed: z.string(),
  startedAt: z.number().describe('Milliseconds since 1970, as all times here.'),
  deadlineAt: z.number().nullable(),
  timeUp: z.boolean(),
  solvedAt: z.number().nullable().describe('When every task had passed for the first time.'),
  tasks: z.record(z.string(), taskState),
});
export type EngineState = z.infer<typeof engineState>;

export function startState(lab: LabInstance, nowMs: number): EngineState {
  return {
    version: 1,
    lab: lab.id,
    seed: lab.seed,
    startedAt: nowMs,
    deadlineAt: lab.timeLimitMinutes === null ? null : nowMs + lab.timeLimitMinutes * 60_000,
    timeUp: false,
    solvedAt: null,
    tasks: Object.fromEntries(lab.tasks.map((task) => [task.id, openTask()])),
  };
}

export function openTask(): TaskState {
  return { state: 'open', hints: [], points: 0, passedAt: null, report: null };
}

/**
 * Reads a saved state for a lab that may have changed since: tasks that are new are open, tasks that are gone are dropped.
 *
 * @throws LabError `engine.bad-state` when it is no state of this lab and seed.
 */
export function resumeState(saved: unknown, lab: LabInstance): EngineState {
  const parsed = engineState.safeParse(saved);
  if (!parsed.success)
    throw new LabError(
      'engine.bad-state',
      `The saved progress can't be read: ${parsed.error.issues[0]?.message ?? 'no JSON of ours'}.`,
    );
  const state = parsed.data;
  if (state.lab !== lab.id || state.seed !== lab.seed) {
    throw new LabError(
      'engine.bad-state',
      `The saved progress is of lab ${state.lab} with seed ${state.seed}, not of ${lab.id} with seed ${lab.seed}.`,
    );
  }
  const tasks = Object.fromEntries(lab.tasks.map((task) => [task.id, state.tasks[task.id] ?? openTask()]));
  return { ...state, tasks };
}
