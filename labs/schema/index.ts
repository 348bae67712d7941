/** Lab definitions: from the text of their files to one learner's lab. */
export { type AssembleOptions, assembleLab, catalogueProblems, type LabBundle } from './assemble.ts';
export {
  type Expectation,
  expectation,
  type LabCheck,
  type LoaderStep,
  labCheck,
  type ProbeArgs,
  type ProbeName,
  type Scalar,
} from './checks.ts';
export { type DepotDescription, type DepotVib, depotDescription, parseDepot } from './depot.ts';
export { type FaultArgs, type FaultKind, faultCommand } from './faults.ts';
export { instantiateLab, type LabInstance, type SetupAction } from './instance.ts';
export { type Instructions, parseInstructions, type TaskText } from './instructions.ts';
export { courses, type Lab, type LabFault, type LabHint, type LabTask, labSchema, type SetupStep } from './lab.ts';
export { type CheckLink, type LinkChange, type LinkState, linkState } from './links.ts';
export { currentVersion, migrate } from './migrations.ts';
export { parseLab } from './parse.ts';
export { maxLineChars, patternProblem } from './pattern.ts';
export { formatProblem, type Problem } from './problems.ts';
export { createRandom, type Random } from './random.ts';
export { checkId } from './references.ts';
export { type PlayStep, type Solution, type SolutionStep, solutionSteps, type Variants } from './solution.ts';
export {
  completeTopology,
  type LabHost,
  type LabNetwork,
  type LabNic,
  parseTopology,
  type Topology,
  topologySchema,
} from './topology.ts';
export { drawVariables, substitute, substituteDeep, type Values, type Variable } from './variables.ts';
