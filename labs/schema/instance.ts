/** One learner's lab: the definition with the variables of a seed filled in. */
import type { LabBundle } from './assemble.ts';
import type { Instructions } from './instructions.ts';
import type { Lab, LabFault, LabTask } from './lab.ts';
import { createRandom } from './random.ts';
import type { Solution } from './solution.ts';
import { completeTopology, type Topology } from './topology.ts';
import { drawVariables, substituteDeep, type Values } from './variables.ts';

/** Something done to a host before the learner sees it, in order. */
export type SetupAction =
  | { readonly kind: 'run'; readonly host: string; readonly command: string }
  | {
      readonly kind: 'file';
      readonly host: string;
      readonly path: string;
      readonly content: string | Uint8Array;
      readonly mode?: string;
    };

export interface LabInstance {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly course: Lab['course'];
  readonly minutes: number;
  readonly objectives: readonly string[];
  readonly timeLimitMinutes: number | null;
  readonly seed: string;
  readonly values: Values;
  readonly topology: Topology;
  /** Set-up, then the faults that this seed has. */
  readonly setup: readonly SetupAction[];
  readonly faults: readonly LabFault[];
  readonly tasks: readonly LabTask[];
  readonly instructions: Instructions;
  readonly solution: Solution;
}

/**
 * Draws the variables and faults of a seed and fills them in everywhere.
 *
 * @throws LabError `lab.variables-exhausted`; a bundle without problems never does.
 */
export function instantiateLab(bundle: LabBundle, seed: string): LabInstance {
  const values = drawVariables(bundle.lab.variables, seed);
  const lab = substituteDeep(bundle.lab, values);
  const faults = drawFaults(lab.faults, seed);
  return {
    id: lab.id,
    version: lab.version,
    title: lab.title,
    course: lab.course,
    minutes: lab.minutes,
    objectives: lab.objectives,
    timeLimitMinutes: lab.timeLimitMinutes ?? null,
    seed,
    values,
    topology: completeTopology(lab),
    setup: [
      ...setupActions(bundle, lab, values),
      ...faults.map((fault) => ({ kind: 'run' as const, host: fault.host, command: fault.run })),
    ],
    faults,
    tasks: lab.tasks,
    instructions: substituteDeep(bundle.instructions, values),
    solution: substituteDeep(bundle.solution, values),
  };
}

function setupActions(bundle: LabBundle, lab: Lab, values: Values): SetupAction[] {
  return lab.setup.map((step) => {
    if (step.run !== undefined) return { kind: 'run', host: step.host, command: step.run };
    const content = bundle.files.get(step.file!) ?? '';
    const filled = typeof content === 'string' ? substituteDeep(content, values) : content;
    return {
      kind: 'file',
      host: step.host,
      path: step.to!,
      content: filled,
      ...(step.mode === undefined ? {} : { mode: step.mode }),
    };
  });
}

function drawFaults(faults: readonly LabFault[], seed: string): LabFault[] {
  const chosen = new Map<string, LabFault>();
  for (const group of new Set(faults.flatMap((fault) => fault.oneOf ?? []))) {
    chosen.set(group, createRandom(`${seed}\0fault ${group}`).pick(faults.filter((fault) => fault.oneOf === group)));
  }
  return faults.filter((fault) => fault.oneOf === undefined || chosen.get(fault.oneOf) === fault);
}
