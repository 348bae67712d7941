import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  type EngineEffect,
  type EngineEvent,
  type EngineState,
  reduce,
  startState,
  viewLab,
} from '../../labs/engine/index.ts';
import { type LabInstance, type LinkState, linkState, type Topology } from '../../labs/schema/index.ts';
import type { SessionView } from '../shared/contracts/api.ts';
import type { BankView } from '../shared/contracts/banks.ts';
import type { ConsoleKind } from '../shared/contracts/console.ts';
import type { LabReport } from '../shared/contracts/report.ts';
import type { Disposable } from '../shared/disposable.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import type { HostImage, MachineSnapshot } from '../vm/types.ts';
import { Autosave } from './autosave.ts';
import { ConsoleWatches } from './console-watches.ts';
import { gradeSession } from './grading.ts';
import { type HostIdentity, IMAGE_ROOT_PASSWORD, LabHost } from './host.ts';
import { macFor, systemUuidFor } from './seed.ts';
import type { Service } from './service.ts';
import { writeSessionFile } from './session-file.ts';
import { runSetup } from './setup.ts';
import { Shells } from './shells.ts';
import { StartFile } from './start-file.ts';
import { defaultSubmissionFile, readSessionArchive, writeSessionArchive } from './submission.ts';
import { createWire, type Wire } from './wire.ts';

/** A set-up that takes longer is done once: a reset goes back to its end. */
const LONG_SETUP_MS = 2_000;

export interface SessionPlan {
  lab: LabInstance | null;
  topology: Topology;
  seed: string;
  images: ReadonlyMap<string, HostImage>;
  /** Folder of a kept session. */
  storageDir: string | undefined;
}

/** A running lab: hosts on a wire, the learner's progress, and the copies of them that the grader looks at. */
export class LabSession {
  readonly id = `s-${randomUUID().slice(0, 8)}`;
  readonly shells: Shells;
  readonly plan: SessionPlan;
  private readonly service: Service;
  private readonly wire: Wire;
  private readonly members = new Map<string, LabHost>();
  private readonly watches: ConsoleWatches;
  private readonly autosave: Autosave;
  private engine: EngineState | null;
  private busy: string | null = null;
  private savedAt: string | null = null;
  private readonly start: StartFile | null;
  private readonly banksAtStart = new Map<string, Promise<BankView[] | null>>();
  private complete = false;

  constructor(service: Service, plan: SessionPlan, engine: EngineState | null = null) {
    this.service = service;
    this.plan = plan;
    this.start = plan.storageDir === undefined ? null : new StartFile(plan.storageDir);
    this.engine = engine ?? (plan.lab ? startState(plan.lab, Date.now()) : null);
    this.wire = createWire(plan.topology.networks);
    this.shells = new Shells({
      output: (shell, data) => service.emit('shell.output', { session: this.id, shell, data }),
      exit: (shell, exitCode) => service.emit('shell.exit', { session: this.id, shell, exitCode }),
    });
    this.watches = new ConsoleWatches(
      (name, kind) => this.host(name).machine.console(kind),
      (output) => service.emit('console.output', { session: this.id, ...output }),
    );
    this.autosave = new Autosave(
      () => this.save(),
      (error) => this.problem('', error),
    );
    for (const host of plan.topology.hosts) this.members.set(host.name, this.createHost(host));
  }

  hosts(): LabHost[] {
    return [...this.members.values()];
  }

  /** @throws LabError `host.unknown` */
  host(name: string): LabHost {
    const host = this.members.get(name);
    if (!host)
      throw new LabError(
        'host.unknown',
        `no host ${JSON.stringify(name)}; there are ${[...this.members.keys()].join(', ')}`,
      );
    return host;
  }

  get lab(): LabInstance {
    if (!this.plan.lab) throw new LabError('input.no-lab', 'this session has hosts but no lab');
    return this.plan.lab;
  }

  async startFresh(): Promise<void> {
    this.complete = false;
    if (this.plan.storageDir) await this.writeFile();
    await this.begin(this.hosts(), 'open');
    this.complete = true;
    await this.saveIfKept();
    await this.recordProgress();
  }

  /** @param banks Of each host, as they were when the lab began. */
  async resume(banks: Readonly<Record<string, BankView[]>>): Promise<void> {
    for (const [name, known] of Object.entries(banks)) this.banksAtStart.set(name, Promise.resolve(known));
    await Promise.all(this.hosts().map((host) => host.resume()));
    this.complete = true;
    await this.recordProgress();
  }

  view(): SessionView {
    const { lab, seed } = this.plan;
    const about = lab && this.engine ? viewLab(lab, this.engine) : this.bareView(seed);
    return {
      ...about,
      session: this.id,
      savedAt: this.savedAt,
      busy: this.busy,
      hosts: this.hosts().map((host) => ({
        name: host.name,
        image: host.imageId,
        state: host.state,
        memoryMiB: host.identity.memoryMiB,
        nics: host.identity.nics.map(({ name, mac, network }) => ({ name, mac, network, up: host.link(name).up })),
      })),
    };
  }

  /** The learner's check: graded on a fork and recorded. Also tells what the hints cost. */
  async check(tasks: readonly string[] | undefined, signal: AbortSignal): Promise<LabReport> {
    const report = await this.grade(signal, tasks);
    this.apply({ type: 'checked', report, at: Date.now() });
    await this.saveIfKept();
    return this.withEarnedPoints(report);
  }

  /** Grading alone: nothing is recorded. */
  async grade(signal: AbortSignal, tasks?: readonly string[]): Promise<LabReport> {
    const { lab } = this;
    return this.whileBusy('Checking', () =>
      gradeSession({
        lab,
        engine: this.engine,
        hosts: this.hosts(),
        networks: this.plan.topology.networks,
        workerFile: this.service.paths.worker,
        tasks,
        signal,
        onProgress: (text, step, steps) => this.progress('check', text, step, steps),
      }),
    );
  }

  takeHint(task: string, index: number): SessionView {
    this.apply({ type: 'hint', task, index, at: Date.now() });
    this.touch();
    return this.view();
  }

  /** One host, or the whole lab, as at the start. Hints taken stay taken. */
  async reset(name?: string): Promise<void> {
    const hosts = name === undefined ? this.hosts() : [this.host(name)];
    await this.whileBusy('Resetting', async () => {
      this.complete = name !== undefined;
      await this.begin(hosts, 'reset');
      this.complete = true;
      if (name === undefined && this.plan.lab) this.apply({ type: 'reset' });
      await this.saveIfKept();
      this.progress('reset', 'Reset', 1, 1);
    });
  }

  async takeSnapshot(): Promise<string> {
    const file = path.join(this.service.paths.data, 'snapshots', `${this.id}-${Date.now()}.bootbank`);
    await writeSessionArchive(file, 'snapshot', this, await this.snapshots());
    return file;
  }

  async restoreSnapshot(file: string): Promise<void> {
    const archive = await readSessionArchive(file, [...this.plan.images.values()]);
    await this.adoptSnapshots(archive.snapshots);
  }

  async submit(file: string | undefined): Promise<string> {
    const target = file ?? defaultSubmissionFile(this.service.paths.data, this.lab.id);
    return this.whileBusy('Handing in', async () => {
      this.progress('submit', 'Copying the machines', 1, 2);
      await writeSessionArchive(target, 'submission', this, await this.snapshots());
      this.progress('submit', 'Handed in', 2, 2);
      return target;
    });
  }

  /** Every host continues as the machine in the archive. @throws LabError `submission.bad` when a host is missing there. */
  async adoptSnapshots(snapshots: ReadonlyMap<string, MachineSnapshot>): Promise<void> {
    await Promise.all(
      this.hosts().map((host) => {
        const snapshot = snapshots.get(host.name);
        if (!snapshot) throw new LabError('submission.bad', `the file has no machine of ${host.name}`);
        return host.startFrom(snapshot);
      }),
    );
    this.complete = true;
  }

  /** Boot banks as they are now, and as they were when the lab began. */
  async banks(name: string): Promise<{ banks: BankView[]; atStart: BankView[] | null }> {
    const [banks, atStart] = await Promise.all([this.host(name).banks(), this.banksAtStart.get(name)]);
    return { banks, atStart: atStart ?? null };
  }

  watchConsole(name: string, kind: ConsoleKind, on: boolean): void {
    this.watches.watch(name, kind, on);
  }

  async capture(network: string, file: string | null): Promise<void> {
    await this.wire.capture(network, file);
  }

  /** Plugs or pulls the cable of a NIC, which the guest sees, or spoils it. @throws LabError `input.nic` */
  async setLink(name: string, nic: string, change: Partial<LinkState>): Promise<void> {
    this.wire.setLink(name, nic, await this.host(name).setLink(nic, change));
    this.changed();
    this.touch();
  }

  /** Something happened that a save should have. */
  touch(): void {
    if (this.plan.storageDir && this.complete) this.autosave.touch();
  }

  async close(): Promise<void> {
    await this.autosave.stop();
    await this.saveIfKept();
    this.watches.dispose();
    this.shells.closeAll();
    await Promise.allSettled(this.hosts().map((host) => host.close()));
    this.wire.dispose();
  }

  /** For archives: what the learner has reached. */
  get engineState(): EngineState | null {
    return this.engine;
  }

  private createHost(host: Topology['hosts'][number]): LabHost {
    const { seed, storageDir, images } = this.plan;
    const nics = host.nics.map((nic, at) => {
      const name = `vmnic${at}`;
      const { network, vlan, mtu, mac = macFor(seed, host.name, name), up } = nic;
      return { name, network, vlan, mtu, mac, link: linkState({ up }) };
    });
    const identity: HostIdentity = {
      name: host.name,
      memoryMiB: host.memoryMiB,
      nics,
      uuid: systemUuidFor(seed, host.name, nics[0]!.mac),
      rootPassword: host.rootPassword ?? IMAGE_ROOT_PASSWORD,
    };
    return new LabHost(identity, images.get(host.image)!, {
      workerFile: this.service.paths.worker,
      storageDir: storageDir && path.join(storageDir, 'hosts', host.name),
      plugIn: (machine) => this.wire.plugIn(this.host(identity.name).present, machine),
      onState: (state) => {
        this.service.emit('host.state', { session: this.id, host: host.name, state });
        this.watches.follow(host.name);
        this.touch();
      },
      onProblem: (error) => this.problem(host.name, error),
    });
  }

  /** For the window, which shows what has changed since: nobody waits for it. */
  private rememberBanks(hosts: readonly LabHost[]): void {
    if (!this.plan.storageDir) return;
    for (const host of hosts)
      this.banksAtStart.set(
        host.name,
        host.banks().catch(() => null),
      );
  }

  /** Hosts as they are when the lab begins: set up, or back at the moment when that was done. */
  private async begin(hosts: readonly LabHost[], operation: 'open' | 'reset'): Promise<void> {
    const setup = this.plan.lab?.setup ?? [];
    const mine = setup.filter((action) => hosts.some((host) => host.name === action.host));
    const steps = mine.length + 2;
    this.progress(operation, 'Starting the hosts', 1, steps);
    for (const host of hosts) for (const nic of host.identity.nics) await this.setLink(host.name, nic.name, nic.link);
    const start = await this.start?.read(setup, this.hosts());
    if (start) {
      await Promise.all(hosts.map((host) => host.startFrom(start.get(host.name)!)));
      // A cable is not part of a machine.
      for (const action of mine) if (action.kind === 'link') await this.setLink(action.host, action.nic, action.link);
    } else {
      await Promise.all(hosts.map((host) => host.startFresh()));
      const startedAt = Date.now();
      await runSetup(mine, {
        host: (name) => this.host(name),
        setLink: (name, nic, link) => this.setLink(name, nic, link),
        depots: this.service.depots,
        onStep: (text, at) => this.progress(operation, text, at + 2, steps),
      });
      const isWorthIt = hosts.length === this.members.size && Date.now() - startedAt > LONG_SETUP_MS;
      if (isWorthIt) await this.start?.write(setup, await this.snapshots());
    }
    this.rememberBanks(hosts);
  }

  private async snapshots(): Promise<Map<string, MachineSnapshot>> {
    const taken = await Promise.all(this.hosts().map(async (host) => [host.name, await host.snapshot()] as const));
    return new Map(taken);
  }

  private apply(event: EngineEvent): void {
    const { state, effects } = reduce(this.lab, this.engine!, event);
    this.engine = state;
    for (const effect of effects) this.carryOut(effect);
    this.changed();
  }

  private carryOut(effect: EngineEffect): void {
    if (effect.type === 'save' || effect.type === 'lab-solved')
      void this.recordProgress().catch((error) => this.problem('', error));
  }

  /** Only kept sessions are the learner's own; grading and programs leave no trace in the catalogue. */
  private async recordProgress(): Promise<void> {
    if (!this.plan.storageDir || !this.engine) return;
    const { score, maxScore, passed } = viewLab(this.lab, this.engine);
    const now = new Date().toISOString();
    await this.service.progress.update(this.lab.id, (before) => ({
      ...before,
      state: passed || before.state === 'solved' ? 'solved' : 'in-progress',
      score: before.state === 'solved' ? Math.max(before.score, score) : score,
      maxScore,
      lastOpenedAt: now,
      ...(passed && before.state !== 'solved' ? { solvedAt: now } : {}),
    }));
  }

  private withEarnedPoints(report: LabReport): LabReport {
    const tasks = report.tasks.map((task) => ({ ...task, points: this.engine?.tasks[task.id]?.points ?? task.points }));
    return { ...report, tasks, score: tasks.reduce((sum, task) => sum + task.points, 0) };
  }

  private async saveIfKept(): Promise<void> {
    if (this.plan.storageDir && this.complete) await this.autosave.flush();
  }

  private async save(): Promise<void> {
    await Promise.all(this.hosts().map((host) => host.save()));
    this.savedAt = new Date().toISOString();
    await this.writeFile();
    this.changed();
  }

  private async writeFile(): Promise<void> {
    const { storageDir, lab, seed, images } = this.plan;
    if (!storageDir || !lab) return;
    await writeSessionFile(storageDir, {
      version: 1,
      lab: lab.id,
      seed,
      imageHash: [...images.values()][0]?.hash ?? '',
      complete: this.complete,
      savedAt: this.savedAt,
      engine: this.engine,
      banks: await this.knownBanks(),
      links: this.hosts().flatMap((host) =>
        host.identity.nics.map((nic) => ({ host: host.name, nic: nic.name, ...host.link(nic.name) })),
      ),
    });
  }

  private async knownBanks(): Promise<Record<string, BankView[]>> {
    const entries = await Promise.all(
      [...this.banksAtStart].map(async ([name, banks]) => [name, await banks] as const),
    );
    return Object.fromEntries(entries.flatMap(([name, banks]) => (banks ? [[name, banks] as const] : [])));
  }

  private async whileBusy<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.busy) throw new LabError('session.busy', `${this.busy} is under way; wait until it is done`);
    this.busy = what;
    this.changed();
    try {
      return await work();
    } finally {
      this.busy = null;
      this.changed();
    }
  }

  private progress(operation: 'open' | 'check' | 'reset' | 'submit', text: string, step: number, steps: number): void {
    this.service.emit('session.progress', { session: this.id, operation, text, step, steps });
  }

  private problem(host: string, error: unknown): void {
    const { code, message } = toErrorData(error);
    this.service.emit('host.problem', { session: this.id, host, code, message });
  }

  private changed(): void {
    this.service.emit('session.changed', { session: this.id });
  }

  private bareView(seed: string): ReturnType<typeof viewLab> {
    const title = this.hosts()
      .map((host) => host.name)
      .join(', ');
    const started = new Date().toISOString();
    return {
      lab: null,
      title,
      minutes: 0,
      intro: '',
      outro: null,
      seed,
      startedAt: started,
      score: 0,
      maxScore: 0,
      passed: false,
      tasks: [],
    };
  }
}
