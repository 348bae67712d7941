/** Plays steps of a solution: one way for the command line, the benchmarks and the labs' tests. */
import type { ConsoleKind, PowerAction } from '../../main/shared/contracts/console.ts';
import type { PlayStep, Solution } from '../schema/index.ts';

/** A host as somebody works on it. Every call rejects when the time is up. */
export interface PlayHost {
  run(script: string): Promise<unknown>;
  power(action: PowerAction): Promise<unknown>;
  waitForText(console: ConsoleKind, text: string, timeoutMs: number): Promise<unknown>;
  type(console: ConsoleKind, keys: string): Promise<unknown>;
  /** ready: with ENTER at the boot loader's countdown, when it comes by. */
  waitFor(state: 'ready' | 'off', timeoutMs: number): Promise<unknown>;
}

export type PlayHosts = (name: string) => PlayHost;

/** The scripts of the hosts in the order of their names, then the steps. */
export async function playSolution(
  { scripts, console: steps }: Pick<Solution, 'scripts' | 'console'>,
  host: PlayHosts,
): Promise<void> {
  for (const [name, script] of Object.entries(scripts)) await host(name).run(script);
  await playSteps(steps, host);
}

export async function playSteps(steps: readonly PlayStep[], host: PlayHosts): Promise<void> {
  for (const step of steps) await playStep(step, host(step.host));
}

async function playStep(step: PlayStep, host: PlayHost): Promise<void> {
  const timeoutMs = step.timeoutSeconds * 1000;
  if (step.run !== undefined) await host.run(step.run);
  if (step.power !== undefined) await host.power(step.power);
  if (step.wait !== undefined) await host.waitForText(step.console, step.wait, timeoutMs);
  if (step.keys !== undefined) await host.type(step.console, step.keys);
  if (step.until !== undefined) await host.waitFor(step.until, timeoutMs);
}
