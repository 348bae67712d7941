/** What is in `solution/`: scripts that do the whole lab, other right ways, and mistakes that people make. */
import { z } from 'zod';
import { powerAction } from '../../main/shared/contracts/console.ts';
import { hostName } from './topology.ts';

export interface SolutionStep {
  /** First line of the step in its file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Steps of a solution script: blocks between blank lines. Blocks of comments alone are none. */
export function solutionSteps(script: string): SolutionStep[] {
  const steps: SolutionStep[] = [];
  let block: { line: number; lines: string[] } | null = null;
  const close = () => {
    if (block?.lines.some((line) => !/^\s*#/.test(line)))
      steps.push({ line: block.line, text: `${block.lines.join('\n')}\n` });
    block = null;
  };
  for (const [index, line] of script.split(/\r?\n/).entries()) {
    if (line.trim() === '') close();
    else {
      block ??= { line: index + 1, lines: [] };
      block.lines.push(line);
    }
  }
  close();
  return steps;
}

/** One step of somebody at a host: what it names is done in this order. */
export const playStep = z
  .strictObject({
    host: hostName,
    run: z.string().min(1).optional().describe('Shell commands, run as root.'),
    power: powerAction.optional().describe('Power button or request to the host.'),
    console: z.enum(['vga', 'serial']).default('vga'),
    wait: z.string().min(1).optional().describe('Text that must be on the screen then.'),
    keys: z.string().min(1).optional().describe('Keys to type: `text<Enter><F2>`.'),
    until: z
      .enum(['ready', 'off'])
      .optional()
      .describe('Waits until the host’s services are up, with ENTER at its boot loader, or until it is off.'),
    timeoutSeconds: z.number().positive().max(600).default(120),
  })
  .refine(
    (step) => [step.run, step.power, step.wait, step.keys, step.until].some((part) => part !== undefined),
    'needs one of run, power, wait, keys and until',
  );
export type PlayStep = z.infer<typeof playStep>;

/** `solution/console.yaml`: played after the scripts. */
export const consoleSolution = z.strictObject({ steps: z.array(playStep).min(1) });

const variantShape = {
  title: z.string().min(1),
  host: hostName,
  run: z.string().min(1).optional().describe('Shell commands on this host.'),
  steps: z.array(playStep).default([]).describe('Played after the commands.'),
};
const doesSomething = (variant: { run?: string | undefined; steps: PlayStep[] }) =>
  variant.run !== undefined || variant.steps.length > 0;

/** `solution/variants.yaml`: more for the lab’s own tests. */
export const variantsSchema = z.strictObject({
  ways: z
    .array(z.strictObject(variantShape).refine(doesSomething, 'needs run or steps'))
    .default([])
    .describe('Other right ways: each is played instead of the solution and must pass everything.'),
  mistakes: z
    .array(
      z
        .strictObject({
          ...variantShape,
          fails: z.array(z.string()).min(1).describe('The tasks that must fail then, and no others.'),
        })
        .refine(doesSomething, 'needs run or steps'),
    )
    .default([])
    .describe('Each is played after the solution.'),
});
export type Variants = z.infer<typeof variantsSchema>;

export interface Solution {
  /** Script by host name. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly console: readonly PlayStep[];
  readonly variants: Variants;
}
