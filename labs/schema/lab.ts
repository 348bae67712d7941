/** A lab as its author writes it: `lab.yaml`, version 1. */
import { z } from 'zod';
import { labCheck } from './checks.ts';
import { hostName, topologyShape } from './topology.ts';
import { variable } from './variables.ts';

export const courses = [
  'first-steps',
  'networking',
  'storage',
  'updates',
  'remote',
  'deployment',
  'security',
  'migration',
] as const;

const text = z.string().min(1);
const identifier = (what: string) =>
  z.string().regex(/^[a-z](?:[a-z0-9-]{0,62}[a-z0-9])?$/, `${what} has small letters, digits and hyphens`);

export const labId = identifier('a lab id').describe(
  'Also the name of its folder; results refer to it, so it never changes.',
);
export const taskId = identifier('a task id').refine(
  (id) => id !== 'intro' && id !== 'outro',
  'is the name of a part of instructions.md',
);

export const labHint = z.strictObject({
  text: text.describe('Markdown. The first hint points, the last one tells.'),
  cost: z.number().nonnegative().default(0).describe('Points taken off when it is read before the task has passed.'),
});
export type LabHint = z.infer<typeof labHint>;

export const labTask = z.strictObject({
  id: taskId.describe('Section of instructions.md.'),
  title: text,
  points: z.number().positive().default(1),
  requires: z.array(z.string()).default([]).describe('Tasks that must have passed before this one is looked at.'),
  hints: z.array(labHint).default([]),
  checks: z.array(labCheck).min(1).describe('The task passes when all of them do.'),
});
export type LabTask = z.infer<typeof labTask>;

export const setupStep = z
  .strictObject({
    host: hostName,
    run: text.optional().describe('Shell commands, run as root; a status other than 0 stops the lab from opening.'),
    file: text.optional().describe('A file of the lab’s `files` folder, put on the host.'),
    to: z.string().startsWith('/', 'must be an absolute path').optional().describe('Where the file goes.'),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'is an octal mode such as "0755"')
      .optional(),
  })
  .superRefine((step, context) => {
    if ((step.run === undefined) === (step.file === undefined))
      context.addIssue({ code: 'custom', message: 'needs either run or file' });
    if (step.file !== undefined && step.to === undefined)
      context.addIssue({ code: 'custom', message: 'a file needs "to"' });
    if (step.file === undefined && (step.to !== undefined || step.mode !== undefined)) {
      context.addIssue({ code: 'custom', message: '"to" and "mode" go with "file"' });
    }
  });
export type SetupStep = z.infer<typeof setupStep>;

export const labFault = z.strictObject({
  id: identifier('a fault id'),
  host: hostName,
  run: text.describe('Shell commands that break something, run after the set-up.'),
  reveal: text.describe('What was wrong, told once the lab is solved.'),
  oneOf: text.optional().describe('Of the faults with the same word here, the seed picks one.'),
});
export type LabFault = z.infer<typeof labFault>;

export const labSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  id: labId,
  title: text,
  course: z.enum(courses),
  minutes: z.int().min(1).max(600).describe('How long it takes somebody who has not done it before.'),
  objectives: z.array(text).min(1).describe('What the learner can do afterwards.'),
  requires: z.array(labId).default([]).describe('Labs to solve first: advice, not a lock.'),
  timeLimitMinutes: z.number().positive().max(600).optional().describe('After this, checks no longer score.'),
  variables: z
    .record(
      z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a variable name begins with a small letter and has letters and digits'),
      variable,
    )
    .default({})
    .describe('Drawn from the seed; used in text, set-up, checks and solution as {{name}}.'),
  ...topologyShape,
  setup: z.array(setupStep).default([]).describe('Done to the hosts before the learner sees them.'),
  faults: z.array(labFault).default([]),
  tasks: z.array(labTask).min(1),
});
export type Lab = z.infer<typeof labSchema>;
