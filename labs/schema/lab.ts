/** A lab as its author writes it: `lab.yaml`, version 1. */
import { z } from 'zod';
import { labCheck } from './checks.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import { changesLink, linkChange, NO_LINK_CHANGE, nicName } from './links.ts';
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

/** What restarts a host and how far it has to come: `until` is a text on its VGA console, else its services are awaited. */
const restart = {
  restart: z
    .enum(['reboot', 'power-cycle'])
    .optional()
    .describe('reboot asks the host and saves its configuration; power-cycle pulls the plug.'),
  until: text
    .optional()
    .describe(
      'With `restart`: a text that the VGA console must show then; the host’s services must be up when absent.',
    ),
};

const setupKinds = ['run', 'file', 'depot', 'restart', 'link'] as const;

export const setupStep = z
  .strictObject({
    host: hostName,
    run: text.optional().describe('Shell commands, run as root; a status other than 0 stops the lab from opening.'),
    file: text.optional().describe('A file of the lab’s `files` folder, put on the host.'),
    depot: text
      .optional()
      .describe('A description in the lab’s `depots` folder: the depot is made and put on the host.'),
    vib: text.optional().describe('With `depot`: not the whole depot, this VIB of it alone.'),
    to: z.string().startsWith('/', 'must be an absolute path').optional().describe('Where the file or depot goes.'),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'is an octal mode such as "0755"')
      .optional(),
    ...restart,
    link: nicName.optional().describe('The cable of this NIC is changed: up, lossPercent, delayMs.'),
    ...linkChange,
  })
  .superRefine((step, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    const puts = step.file !== undefined || step.depot !== undefined;
    if (setupKinds.filter((kind) => step[kind] !== undefined).length !== 1)
      complain('needs one of run, file, depot, restart and link');
    if ((step.link !== undefined) !== changesLink(step)) complain('"link" goes with up, lossPercent or delayMs');
    if (puts && step.to === undefined) complain('a file or depot needs "to"');
    if (!puts && (step.to !== undefined || step.mode !== undefined))
      complain('"to" and "mode" go with "file" or "depot"');
    if (step.depot === undefined && step.vib !== undefined) complain('"vib" goes with "depot"');
    if (step.restart === undefined && step.until !== undefined) complain('"until" goes with "restart"');
  });
export type SetupStep = z.infer<typeof setupStep>;

const faultShape = {
  id: identifier('a fault id'),
  host: hostName,
  reveal: text.describe('What was wrong, told once the lab is solved.'),
  oneOf: text.optional().describe('Of the faults with the same word here, the seed picks one.'),
  ...restart,
};

const faultOf = <K extends FaultKind, S extends z.ZodRawShape>(kind: K, { shape }: { shape: S }) =>
  z.strictObject({ ...faultShape, ...shape, kind: z.literal(kind) });

/** Something broken after the set-up: by shell commands, or one of the kinds the engine knows (faults.ts). */
export const labFault = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...faultShape,
      kind: z.literal('commands').optional(),
      run: text.describe('Shell commands that break something.'),
    }),
    faultOf('damaged-module', faultKinds['damaged-module']),
    faultOf('full-bank', faultKinds['full-bank']),
    faultOf('interrupted-first-boot', faultKinds['interrupted-first-boot']),
    faultOf('wrong-counter', faultKinds['wrong-counter']),
    faultOf('hanging-start', faultKinds['hanging-start']),
    z
      .strictObject({ ...faultShape, kind: z.literal('link'), nic: nicName, ...linkChange })
      .refine(changesLink, NO_LINK_CHANGE),
  ])
  .refine((fault) => fault.until === undefined || fault.restart !== undefined, '"until" goes with "restart"');
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
