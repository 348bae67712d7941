import { type EngineState, hintCost } from '../../labs/engine/index.ts';
import { gradeLab } from '../../labs/grader/index.ts';
import type { LabInstance } from '../../labs/schema/index.ts';
import type { LabReport } from '../shared/contracts/report.ts';
import { type ForkSource, forkTarget } from './fork.ts';

export interface GradingRequest extends ForkSource {
  lab: LabInstance;
  /** What the learner has reached and paid for; absent in headless grading. */
  engine: EngineState | null;
  tasks: readonly string[] | undefined;
  signal: AbortSignal;
  onProgress(text: string, step: number, steps: number): void;
}

/** Grades copies of the hosts; the hosts themselves run on, untouched. */
export function gradeSession(request: GradingRequest): Promise<LabReport> {
  const states = Object.entries(request.engine?.tasks ?? {});
  return gradeLab(request.lab, forkTarget(request), {
    tasks: request.tasks,
    hintCosts: Object.fromEntries(states.map(([id, task]) => [id, hintCost(task)])),
    passed: new Set(states.filter(([, task]) => task.state === 'passed').map(([id]) => id)),
    onProgress: ({ text, step, steps }) => request.onProgress(text, step, steps),
    signal: request.signal,
  });
}
