/** Grading: probes on a fork, matchers, reports. */

export { type GradeOptions, type GradeProgress, gradeLab } from './grade.ts';
export {
  type ExecOutcome,
  type GradeClock,
  type GradeTarget,
  type HostProbe,
  type Limits,
  type Restart,
  type Stop,
  systemClock,
  type TopologyProbe,
} from './probe.ts';
export { planCheck } from './probes.ts';
export { toHtml, toJUnit, toMarkdown } from './report-text.ts';
