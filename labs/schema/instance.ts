/** One learner's lab: the definition with the variables of a seed filled in. */
import { LabError } from '../../main/shared/errors.ts';
import type { LabBundle } from './assemble.ts';
import { type DepotDescription, parseDepot } from './depot.ts';
import { faultCommand } from './faults.ts';
import type { Instructions } from './instructions.ts';
import type { Lab, LabFault, LabTask, SetupStep } from './lab.ts';
import { type LinkState, linkState } from './links.ts';
import { formatProblem } from './problems.ts';
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
    }
  | {
      readonly kind: 'depot';
      readonly host: string;
      readonly path: string;
      readonly description: DepotDescription;
      /** This VIB alone. */
      readonly vib?: string;
      readonly mode?: string;
    }
  | {
      readonly kind: 'restart';
      readonly host: string;
      readonly how: 'reboot' | 'power-cycle';
      /** On the VGA console; null: until the services are up. */
      readonly until: string | null;
    }
  | {
      readonly kind: 'link';
      readonly host: string;
      readonly nic: string;
      readonly link: LinkState;
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
    setup: [...lab.setup.map((step) => setupAction(step, bundle, values)), ...faults.flatMap(faultActions)],
    faults,
    tasks: lab.tasks,
    instructions: substituteDeep(bundle.instructions, values),
    solution: substituteDeep(bundle.solution, values),
  };
}

function setupAction(step: SetupStep, bundle: LabBundle, values: Values): SetupAction {
  const { host } = step;
  if (step.run !== undefined) return { kind: 'run', host, command: step.run };
  if (step.link !== undefined) return { kind: 'link', host, nic: step.link, link: linkState(step) };
  if (step.restart !== undefined) return { kind: 'restart', host, how: step.restart, until: step.until ?? null };
  const target = { host, path: step.to!, ...(step.mode === undefined ? {} : { mode: step.mode }) };
  if (step.depot !== undefined) {
    const description = filledDepot(bundle, step.depot, values);
    return { kind: 'depot', ...target, description, ...(step.vib === undefined ? {} : { vib: step.vib }) };
  }
  const content = bundle.files.get(step.file!) ?? '';
  return {
    kind: 'file',
    ...target,
    content: typeof content === 'string' ? substituteDeep(content, values) : content,
  };
}

/** @throws LabError `lab.invalid`: the values of this seed make nonsense of it. */
function filledDepot({ depots }: LabBundle, file: string, values: Values): DepotDescription {
  const parsed = parseDepot(depots.get(file) ?? '', `depots/${file}`, values);
  if (parsed.ok) return parsed.value;
  throw new LabError('lab.invalid', parsed.problems.map(formatProblem).join('\n'));
}

function faultActions(fault: LabFault): SetupAction[] {
  const { host } = fault;
  const actions = [breakIt(fault)];
  if (fault.restart !== undefined)
    actions.push({ kind: 'restart', host, how: fault.restart, until: fault.until ?? null });
  return actions;
}

function breakIt(fault: LabFault): SetupAction {
  const { host } = fault;
  if (fault.kind === 'link') return { kind: 'link', host, nic: fault.nic, link: linkState(fault) };
  return { kind: 'run', host, command: 'run' in fault ? fault.run : faultCommand(fault) };
}

function drawFaults(faults: readonly LabFault[], seed: string): LabFault[] {
  const chosen = new Map<string, LabFault>();
  for (const group of new Set(faults.flatMap((fault) => fault.oneOf ?? []))) {
    chosen.set(group, createRandom(`${seed}\0fault ${group}`).pick(faults.filter((fault) => fault.oneOf === group)));
  }
  return faults.filter((fault) => fault.oneOf === undefined || chosen.get(fault.oneOf) === fault);
}
