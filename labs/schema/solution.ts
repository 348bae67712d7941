/** What is in `solution/`: scripts that do the whole lab, other right ways, and mistakes that people make. */
import { z } from 'zod';
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

export const consoleStep = z
  .strictObject({
    host: hostName,
    console: z.enum(['vga', 'serial']).default('vga'),
    wait: z.string().min(1).optional().describe('Text that must be on the screen first.'),
    keys: z.string().min(1).optional().describe('Keys to type: `text<Enter><F2>`.'),
    timeoutSeconds: z.number().positive().max(600).default(60),
  })
  .refine((step) => step.wait !== undefined || step.keys !== undefined, 'needs wait, keys or both');
export type ConsoleStep = z.infer<typeof consoleStep>;

/** `solution/console.yaml`: played after the scripts. */
export const consoleSolution = z.strictObject({ steps: z.array(consoleStep).min(1) });

const script = z.string().min(1);

/** `solution/variants.yaml`: more for the lab’s own tests. */
export const variantsSchema = z.strictObject({
  ways: z
    .array(z.strictObject({ title: z.string().min(1), host: hostName, run: script }))
    .default([])
    .describe('Other right ways: each is played instead of the solution of this host and must pass everything.'),
  mistakes: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        host: hostName,
        run: script.describe('Run after the solution.'),
        fails: z.array(z.string()).min(1).describe('The tasks that must fail then, and no others.'),
      }),
    )
    .default([]),
});
export type Variants = z.infer<typeof variantsSchema>;

export interface Solution {
  /** Script by host name. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly console: readonly ConsoleStep[];
  readonly variants: Variants;
}
