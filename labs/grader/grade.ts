/**
 * Grades a lab on a fork of its machines: everything as it is now in one go, then, where checks ask for it and the ones
 * before them passed, one power-cycle of that same fork, one reboot of a second one (a reboot saves the configuration and
 * would hide what a power-cycle shows), and one more for each way through the boot loader that checks ask for.
 */
import type { CheckReport, LabReport, Outcome, TaskReport } from '../../main/shared/contracts/report.ts';
import { LabError } from '../../main/shared/errors.ts';
import { checkId, createRandom, type LabCheck, type LabInstance, type LabTask, type Random } from '../schema/index.ts';
import { type BatchCommand, type BatchOutcome, reason, runBatch } from './batch.ts';
import { type Reading, skipped, stopped, unreadable } from './facts.ts';
import { describeJourney, isHere, type Journey, journeyKey, journeyOf, rankOf } from './journey.ts';
import { judge } from './judge.ts';
import {
  type GradeClock,
  type GradeTarget,
  type HostProbe,
  type Stop,
  systemClock,
  type TopologyProbe,
} from './probe.ts';
import { type Plan, planCheck } from './probes.ts';

export interface GradeProgress {
  readonly step: number;
  readonly steps: number;
  /** What runs now, for people. */
  readonly text: string;
}

export interface GradeOptions {
  /** Ids of the tasks to look at; all when absent. */
  readonly tasks?: readonly string[] | undefined;
  /** Points that hints have cost, by task. */
  readonly hintCosts?: Readonly<Record<string, number>> | undefined;
  /** Tasks known to have passed already: prerequisites that are not looked at again. */
  readonly passed?: ReadonlySet<string> | undefined;
  readonly onProgress?: ((progress: GradeProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly restartTimeoutMs?: number | undefined;
  readonly clock?: GradeClock | undefined;
}

interface Item {
  readonly task: LabTask;
  readonly check: LabCheck;
  readonly id: string;
  readonly plan: Plan;
}

/**
 * @throws LabError `grader.unknown-task`; `grader.timeout` when it takes longer than `timeoutMs` (10 minutes); whatever
 * `fork` throws; the reason of an abort.
 */
export async function gradeLab(lab: LabInstance, target: GradeTarget, options: GradeOptions = {}): Promise<LabReport> {
  const clock = options.clock ?? systemClock;
  const startedAt = clock.now();
  const tasks = pickTasks(lab, options.tasks);
  const items = tasks.flatMap((task) =>
    task.checks.map((check, index) => ({ task, check, id: checkId(task, check, index), plan: planCheck(check) })),
  );
  const reports = await withDeadline(
    new Grading(items, target, options, clock).run(),
    options.timeoutMs ?? 600_000,
    clock,
    options.signal,
  );
  return summarize(lab, tasks, reports, options, clock.now() - startedAt);
}

function pickTasks(lab: LabInstance, ids: readonly string[] | undefined): LabTask[] {
  for (const id of ids ?? []) {
    if (!lab.tasks.some((task) => task.id === id))
      throw new LabError('grader.unknown-task', `Lab ${lab.id} has no task "${id}".`);
  }
  return lab.tasks.filter((task) => ids === undefined || ids.includes(task.id));
}

function needsServices(item: Item): boolean {
  return item.plan.by === 'command' || item.plan.by === 'wire';
}

/** A slow desktop boots a host in this time. */
const STARTING_TIMEOUT_MS = 60_000;
const SYNC: BatchCommand = { command: 'sync', timeoutMs: 15_000 };

class Grading {
  private readonly reports = new Map<Item, CheckReport>();
  private readonly forks: TopologyProbe[] = [];
  private readonly random: Random;
  private step = 0;
  private readonly steps: number;
  private readonly items: readonly Item[];
  private readonly target: GradeTarget;
  private readonly options: GradeOptions;

  constructor(items: readonly Item[], target: GradeTarget, options: GradeOptions, clock: GradeClock) {
    this.items = items;
    this.target = target;
    this.options = options;
    this.random = createRandom(String(clock.now()));
    this.steps = 2 + this.journeys().length * 2;
  }

  async run(): Promise<ReadonlyMap<Item, CheckReport>> {
    try {
      this.tell('Copying the hosts');
      const first = await this.fork();
      const now = this.items.filter((item) => isHere(journeyOf(item.check)));
      this.tell(`Looking at ${count(now.length, 'thing')}`);
      await this.look(first, now);
      for (const journey of this.journeys()) await this.travelAndLook(journey, first);
      return this.reports;
    } finally {
      await Promise.all(this.forks.map((fork) => fork.close().catch(() => undefined)));
    }
  }

  /** What is done to forks before they are looked at. The plain power-cycle can use the fork that nothing was saved on. */
  private journeys(): Journey[] {
    const found = new Map<string, Journey>();
    for (const item of this.items) {
      const journey = journeyOf(item.check);
      if (!isHere(journey)) found.set(journeyKey(journey), journey);
    }
    return [...found.values()].sort((a, b) => rankOf(a) - rankOf(b));
  }

  private async travelAndLook(journey: Journey, first: TopologyProbe): Promise<void> {
    const asked = this.items.filter((item) => journeyKey(journeyOf(item.check)) === journeyKey(journey));
    const wanted = asked.filter((item) => this.worthIt(item));
    for (const item of asked) {
      if (!wanted.includes(item)) this.record(item, skipped('the checks before it have not passed yet'));
    }
    if (wanted.length === 0) {
      this.step += 2;
      return;
    }
    const fork = journeyKey(this.journeys()[0]!) === journeyKey(journey) ? first : await this.fork();
    this.tell(describeJourney(journey, [...new Set(wanted.map((item) => item.check.host))]));
    if (journey.links.length > 0) await fork.setLinks(journey.links);
    const failed = await this.restart(fork, wanted, journey);
    this.tell(
      `Looking at ${count(wanted.length, 'thing')} ${journey.how === 'now' ? 'then' : `after the ${journey.how}`}`,
    );
    for (const item of wanted) {
      const why = failed.get(item.check.host);
      if (why !== undefined && needsServices(item)) this.record(item, why);
    }
    await this.look(
      fork,
      wanted.filter((item) => !failed.has(item.check.host) || !needsServices(item)),
      true,
    );
  }

  /** What is already wrong stays wrong: a restart is for tasks whose other checks have passed. */
  private worthIt(item: Item): boolean {
    return this.items.every(
      (other) =>
        other.task !== item.task || !isHere(journeyOf(other.check)) || this.reports.get(other)?.outcome === 'pass',
    );
  }

  /** @returns hosts whose services did not come up, and what their checks have to say of it. */
  private async restart(
    fork: TopologyProbe,
    items: readonly Item[],
    { how, boot }: Journey,
  ): Promise<Map<string, Reading>> {
    const failed = new Map<string, Reading>();
    if (how === 'now') return failed;
    const timeoutMs = this.options.restartTimeoutMs ?? 120_000;
    const names = [...new Set(items.map((item) => item.check.host))];
    await Promise.all(
      names.map(async (name) => {
        const host = fork.hosts.get(name);
        if (!host || (host.power !== 'ready' && how === 'reboot')) return;
        const toServices = boot.length === 0 || items.some((item) => item.check.host === name && needsServices(item));
        try {
          const stop = await host.restart(how, { timeoutMs, signal: this.options.signal }, boot, toServices);
          if (stop) failed.set(name, stopped(`After the ${how} ${name} did not ${goalOf(stop)}`, stop.rows));
        } catch (error) {
          this.options.signal?.throwIfAborted();
          failed.set(name, unreadable(`${name} did not come back after the ${how}: ${reason(error)}`));
        }
      }),
    );
    return failed;
  }

  private async look(fork: TopologyProbe, items: readonly Item[], restarted = false): Promise<void> {
    const names = [...new Set(items.map((item) => item.check.host))];
    await Promise.all(
      names.map(async (name) => {
        const ofHost = items.filter((item) => item.check.host === name);
        const host = fork.hosts.get(name);
        if (!host) for (const item of ofHost) this.record(item, skipped(`${name} is not there`));
        else await this.lookAtHost(fork, host, ofHost, restarted);
      }),
    );
  }

  private async lookAtHost(
    fork: TopologyProbe,
    host: HostProbe,
    items: readonly Item[],
    restarted: boolean,
  ): Promise<void> {
    const state = await this.stateOf(host, items, restarted);
    const commands = new Map<string, BatchCommand>();
    for (const item of items)
      if (item.plan.by === 'command' && state === 'ready')
        commands.set(keyOf(item.plan.command), merge(commands, item.plan.command));
    // What the guest still holds back must be on the disk before the disk is read.
    const readsDisk = items.some((item) => item.plan.by === 'disk');
    const list = [...commands.values(), ...(readsDisk && state === 'ready' ? [SYNC] : [])];
    const outcomes = await runBatch(host, list, { signal: this.options.signal }, this.random);
    const byKey = new Map([...commands.keys()].map((key, index) => [key, outcomes[index]!]));
    for (const item of items) this.record(item, await this.read(fork, host, item, byKey, state));
  }

  /** A host that is starting is waited for, when somebody has a question for its services. */
  private async stateOf(host: HostProbe, items: readonly Item[], restarted: boolean): Promise<HostProbe['power']> {
    if (host.power !== 'starting' || restarted || !items.some(needsServices)) return host.power;
    const isUp = await host.comesUp({ timeoutMs: STARTING_TIMEOUT_MS, signal: this.options.signal });
    return isUp ? 'ready' : 'starting';
  }

  private async read(
    fork: TopologyProbe,
    host: HostProbe,
    item: Item,
    outcomes: ReadonlyMap<string, BatchOutcome>,
    state: HostProbe['power'],
  ): Promise<Reading> {
    this.options.signal?.throwIfAborted();
    if (item.plan.by === 'disk') return item.plan.read(host, this.options.signal);
    if (state === 'off') return skipped(`${host.name} is powered off`);
    if (item.plan.by === 'console') return item.plan.read(host, this.options.signal);
    if (state === 'starting') return skipped(`${host.name} has not started: look at its console`);
    if (item.plan.by === 'wire') return item.plan.read(host, fork, this.options.signal);
    return item.plan.read(outcomes.get(keyOf(item.plan.command))!);
  }

  private record(item: Item, reading: Reading): void {
    this.reports.set(item, judge(item.check, item.id, reading));
  }

  private async fork(): Promise<TopologyProbe> {
    this.options.signal?.throwIfAborted();
    const fork = await this.target.fork(this.options.signal);
    this.forks.push(fork);
    return fork;
  }

  private tell(text: string): void {
    this.options.signal?.throwIfAborted();
    this.step++;
    this.options.onProgress?.({ step: Math.min(this.step, this.steps), steps: this.steps, text });
  }
}

function goalOf({ missed }: Stop): string {
  return missed === null ? 'come up' : `get to “${missed}”`;
}

function keyOf(command: BatchCommand): string {
  return `${command.command}\0${command.stdin ?? ''}`;
}

function merge(commands: ReadonlyMap<string, BatchCommand>, command: BatchCommand): BatchCommand {
  const same = commands.get(keyOf(command));
  return same && same.timeoutMs > command.timeoutMs ? same : command;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function summarize(
  lab: LabInstance,
  tasks: readonly LabTask[],
  reports: ReadonlyMap<Item, CheckReport>,
  options: GradeOptions,
  durationMs: number,
): LabReport {
  const passed = new Set(options.passed ?? []);
  const byTask = new Map<string, TaskReport>();
  // Prerequisites first, whatever order the author wrote.
  const visit = (task: LabTask): TaskReport => {
    const done = byTask.get(task.id);
    if (done) return done;
    const waitsFor = task.requires.filter((id) => {
      const other = tasks.find((item) => item.id === id);
      return other ? visit(other).outcome !== 'pass' : !passed.has(id);
    });
    const checks = [...reports].filter(([item]) => item.task === task).map(([, report]) => report);
    const ordered = task.checks.flatMap((check, index) =>
      checks.filter((report) => report.id === checkId(task, check, index)),
    );
    const report = taskReportOf(
      task,
      waitsFor.length === 0 ? ordered : ordered.map((item) => waiting(item, lab, waitsFor)),
      options,
    );
    byTask.set(task.id, report);
    return report;
  };
  const all = tasks.map(visit);
  return {
    lab: lab.id,
    version: lab.version,
    seed: lab.seed,
    passed: all.every((task) => task.outcome === 'pass'),
    score: all.reduce((sum, task) => sum + task.points, 0),
    maxScore: all.reduce((sum, task) => sum + task.maxPoints, 0),
    durationMs,
    tasks: all,
  };
}

function waiting(report: CheckReport, lab: LabInstance, ids: readonly string[]): CheckReport {
  const titles = ids.map((id) => `“${lab.tasks.find((task) => task.id === id)?.title ?? id}”`);
  return {
    ...report,
    outcome: 'skip',
    message: `This counts once ${titles.join(' and ')} ${titles.length === 1 ? 'has' : 'have'} passed.`,
  };
}

function taskReportOf(task: LabTask, checks: CheckReport[], options: GradeOptions): TaskReport {
  const outcome = worst(checks.map((check) => check.outcome));
  const cost = options.hintCosts?.[task.id] ?? 0;
  return {
    id: task.id,
    title: task.title,
    outcome,
    points: outcome === 'pass' ? Math.max(0, task.points - cost) : 0,
    maxPoints: task.points,
    checks,
  };
}

function worst(outcomes: readonly Outcome[]): Outcome {
  return (['fail', 'error', 'skip'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'pass';
}

async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  clock: GradeClock,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => finish(() => reject(signal?.reason));
    const cancel = clock.after(timeoutMs, () =>
      finish(() =>
        reject(
          new LabError('grader.timeout', `Grading did not finish within ${Math.round(timeoutMs / 1000)} seconds.`),
        ),
      ),
    );
    const finish = (settle: () => void) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
