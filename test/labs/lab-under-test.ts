/** One lab of the catalogue on a real host: plays scripts, goes back to saved moments, asks the grader. */
import { type PlayHost, playSolution } from '../../labs/engine/index.ts';
import { type GradeTarget, gradeLab, planCheck } from '../../labs/grader/index.ts';
import {
  instantiateLab,
  type LabBundle,
  type LabCheck,
  type LabInstance,
  type LabTask,
  type PlayStep,
  type Solution,
  solutionSteps,
} from '../../labs/schema/index.ts';
import { hostProbe } from '../../main/session/fork.ts';
import type { LabReport } from '../../main/shared/contracts/report.ts';
import { readCatalogueLab } from '../helpers/catalogue.ts';
import { type OpenedLab, openLab } from '../helpers/session.ts';

export function readBundle(id: string): LabBundle {
  const { bundle, problems } = readCatalogueLab(id);
  if (!bundle || problems.length > 0) throw new Error(`${id}: ${problems.join('; ')}`);
  return bundle;
}

export class LabUnderTest {
  readonly lab: LabInstance;
  private readonly opened: OpenedLab;
  private readonly moments = new Map<string, string>();

  private constructor(lab: LabInstance, opened: OpenedLab) {
    this.lab = lab;
    this.opened = opened;
  }

  static async open(id: string, seed: string): Promise<LabUnderTest> {
    const lab = instantiateLab(readBundle(id), seed);
    return new LabUnderTest(lab, await openLab(id, seed));
  }

  /** What a learner's press on Check would run: a fork of the hosts, restarts and all. */
  grade(): Promise<LabReport> {
    return this.opened.client.call('session.grade', { session: this.opened.session });
  }

  /** Some tasks and what they require: the forks of the others are spared. */
  gradeTasks(ids: readonly string[]): Promise<LabReport> {
    const { client, session } = this.opened;
    const wanted = new Set(ids);
    const require = (id: string): void => {
      wanted.add(id);
      for (const other of this.lab.tasks.find((task) => task.id === id)?.requires ?? []) require(other);
    };
    for (const id of ids) require(id);
    return client.session(session).grade(new AbortController().signal, [...wanted]);
  }

  needsMoreThanAGlance({ checks }: LabTask): boolean {
    return !checks.every(isGlance);
  }

  /**
   * The same checks without those after a restart, asked of the hosts themselves: several times faster, and enough to see
   * that something is wrong.
   */
  glance(): Promise<LabReport> {
    const tasks = this.lab.tasks.map((task) => ({
      ...task,
      checks: task.checks.filter(isGlance),
    }));
    return gradeLab({ ...this.lab, tasks: tasks.filter((task) => task.checks.length > 0) }, this.target());
  }

  /** @returns What the script printed, for a failing test's message. */
  async run(host: string, script: string): Promise<string> {
    const { client, session } = this.opened;
    const result = await client.call('host.exec', { session, host, command: script, timeoutMs: 120_000 });
    return `status ${result.exitCode}\n${result.stdout}${result.stderr}`;
  }

  /**
   * Plays the solution.
   *
   * @param leftOut A step that is not done: of a script by its first line, of the steps by its number.
   * @returns what the scripts printed.
   */
  async solve(leftOut?: LeftOut): Promise<string> {
    const { scripts, console: steps } = this.lab.solution;
    const kept = Object.entries(scripts).map(([host, script]) => {
      const parts = solutionSteps(script).filter(({ line }) => leftOut?.host !== host || leftOut.line !== line);
      return [host, parts.map(({ text }) => text).join('\n')] as const;
    });
    return this.play({
      scripts: Object.fromEntries(kept),
      console: steps.filter((_step, index) => leftOut?.step !== index),
    });
  }

  /** One of the variants: commands, then steps. */
  playVariant({ host, run, steps }: { host: string; run?: string | undefined; steps: PlayStep[] }): Promise<string> {
    return this.play({ scripts: run === undefined ? {} : { [host]: run }, console: steps });
  }

  async save(moment: string): Promise<void> {
    const { snapshot } = await this.opened.client.call('session.snapshot', { session: this.opened.session });
    this.moments.set(moment, snapshot);
  }

  async goBackTo(moment: string): Promise<void> {
    const snapshot = this.moments.get(moment);
    if (snapshot === undefined) throw new Error(`nothing was saved as ${moment}`);
    await this.opened.client.call('session.restore', { session: this.opened.session, snapshot });
  }

  async reset(): Promise<void> {
    await this.opened.client.call('session.reset', { session: this.opened.session });
  }

  close(): Promise<void> {
    return this.opened.close();
  }

  private async play(solution: Pick<Solution, 'scripts' | 'console'>): Promise<string> {
    const outputs: string[] = [];
    await playSolution(solution, (host) => this.playHost(host, (text) => outputs.push(text)));
    return outputs.join('\n');
  }

  private playHost(host: string, say: (text: string) => void): PlayHost {
    const { client, session } = this.opened;
    const at = { session, host };
    return {
      run: async (script) => say(await this.run(host, script)),
      power: (action) => client.call('host.power', { ...at, action }),
      waitForText: (console, text, timeoutMs) => client.call('console.wait', { ...at, console, text, timeoutMs }),
      type: (console, keys) => client.call('console.type', { ...at, console, keys }),
      waitFor: async (state, timeoutMs) => {
        const arrived = new AbortController();
        if (state === 'ready') void this.hurry(host, timeoutMs, arrived.signal);
        await client.call('host.wait', { ...at, state, timeoutMs }).finally(() => arrived.abort());
      },
    };
  }

  /** ENTER at the countdown of the boot loader, if it comes by. */
  private async hurry(host: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { client, session } = this.opened;
    const at = { session, host, console: 'vga' as const };
    try {
      await client.call('console.wait', { ...at, text: '<ENTER: Boot>', timeoutMs }, { signal });
      await client.call('console.type', { ...at, keys: '<Enter>' });
    } catch {
      // It did not come by.
    }
  }

  private target(): GradeTarget {
    const { client, session } = this.opened;
    const refuse = (): never => {
      throw new Error('a glance only looks');
    };
    const hosts = client.session(session).hosts();
    const probes = hosts.map((host) => [host.name, Object.assign(hostProbe(host), { restart: refuse })] as const);
    return {
      fork: async () => ({ hosts: new Map(probes), setLinks: refuse, listen: refuse, close: async () => undefined }),
    };
  }
}

/** Nothing has to be done to the hosts for it. */
function isGlance(check: LabCheck): boolean {
  return check.after === 'now' && check.links === undefined && planCheck(check).by !== 'wire';
}

export interface LeftOut {
  host?: string;
  line?: number;
  step?: number;
}

/** Lines of a report for a failing test's message. */
export function explain(report: LabReport): string {
  return report.tasks
    .flatMap((task) =>
      task.checks.map((check) => `${check.outcome.padEnd(5)} ${check.id}: ${check.message} [${check.where}]`),
    )
    .join('\n');
}

export function tasksThatDidNotPass(report: LabReport): string[] {
  return report.tasks.filter((task) => task.outcome !== 'pass').map((task) => task.id);
}
