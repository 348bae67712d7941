import { z } from 'zod';

export const outcome = z.enum(['pass', 'fail', 'skip', 'error']);
export type Outcome = z.infer<typeof outcome>;

export const checkReport = z.strictObject({
  id: z.string(),
  outcome,
  message: z.string().describe('What a good colleague would say.'),
  expected: z.string(),
  found: z.string(),
  where: z.string().describe('Host, probe and, when it was looked at later, `after reboot` or `after power-cycle`.'),
});
export type CheckReport = z.infer<typeof checkReport>;

export const taskReport = z.strictObject({
  id: z.string(),
  title: z.string(),
  outcome,
  points: z.number().describe('Points reached, hint costs taken off.'),
  maxPoints: z.number(),
  checks: z.array(checkReport),
});
export type TaskReport = z.infer<typeof taskReport>;

/** `grade --json`, `session.grade`: other programs rely on this shape. */
export const labReport = z.strictObject({
  lab: z.string(),
  version: z.number(),
  seed: z.string(),
  passed: z.boolean(),
  score: z.number(),
  maxScore: z.number(),
  durationMs: z.number(),
  tasks: z.array(taskReport),
});
export type LabReport = z.infer<typeof labReport>;
