import path from 'node:path';
import type { FramePort } from '../net/frame-port.ts';
import type { ConsoleKind, PowerAction } from '../shared/contracts/console.ts';
import { Emitter } from '../shared/emitter.ts';
import { fromErrorData, LabError } from '../shared/errors.ts';
import { SerialConsole, VgaConsole } from './console.ts';
import { Overlay } from './disk/overlay.ts';
import { engineModule, type ImageParts, imageParts } from './engine.ts';
import { AgentChannel } from './guest-channel.ts';
import { GuestLink } from './guest-link.ts';
import { MachineNic } from './machine-nic.ts';
import { checkImage, readSnapshotFile } from './snapshot.ts';
import { SpareWorkers } from './spare-workers.ts';
import type {
  DiskReader,
  GuestChannel,
  Machine,
  MachineConsole,
  MachineSnapshot,
  MachineSpec,
  MachineStart,
  MachineState,
} from './types.ts';
import type { EmulatorPower, FromWorker, OpenRequest, WorkerStats } from './worker/protocol.ts';
import { ENGINE } from './worker/v86-internals.ts';
import type { WorkerLink } from './worker-link.ts';

export interface MachineOptions {
  /** Bundle of main/vm/worker/entry.ts. */
  readonly workerFile: string;
}

export const JOURNAL_FILE = 'disk.journal';
const CLOSE_MS = 5000;
const WAIT_DEFAULT_MS = 240_000;

/**
 * A new machine in a worker of its own. From an image or snapshot it runs when this resolves; from its disk it is off.
 *
 * @throws LabError `snapshot.image`, `snapshot.version`, `snapshot.damaged`, `snapshot.stale`, `disk.journal-mismatch` …
 */
export async function createMachine(spec: MachineSpec, start: MachineStart, options: MachineOptions): Promise<Machine> {
  const spares = SpareWorkers.of(options.workerFile);
  const worker = spares.take();
  try {
    const [wasm, parts, snapshot] = await Promise.all([
      engineModule(),
      imageParts(spec.image),
      startSnapshot(spec, start),
    ]);
    const machine = new WorkerMachine(spec, parts, wasm, spares, worker);
    await machine.open(snapshot);
    return machine;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function startSnapshot(spec: MachineSpec, start: MachineStart): Promise<MachineSnapshot | undefined> {
  if (start.from === 'disk') return undefined;
  const snapshot = start.from === 'snapshot' ? start.snapshot : await imageSnapshot(spec);
  checkImage(snapshot.header, spec.image);
  if (snapshot.header.memoryMiB !== spec.memoryMiB) {
    throw new LabError(
      'snapshot.memory',
      `the snapshot is of a machine with ${snapshot.header.memoryMiB} MiB, this one has ${spec.memoryMiB}`,
    );
  }
  return snapshot;
}

const imageSnapshots = new Map<string, Promise<MachineSnapshot>>();

/** The image's own snapshot, unpacked once a process: every machine that starts from it reads the same memory. */
function imageSnapshot({ image }: MachineSpec): Promise<MachineSnapshot> {
  if (!image.snapshotFile) throw new LabError('snapshot.missing', `the image ${image.id} has no snapshot`);
  let snapshot = imageSnapshots.get(image.snapshotFile);
  if (!snapshot) {
    snapshot = readSnapshotFile(image.snapshotFile, image);
    imageSnapshots.set(image.snapshotFile, snapshot);
    snapshot.catch(() => imageSnapshots.delete(image.snapshotFile!));
  }
  return snapshot;
}

class WorkerMachine implements Machine {
  readonly spec: MachineSpec;
  readonly guest: GuestChannel;
  readonly disk: DiskReader;
  private readonly states = new Emitter<MachineState>();
  private readonly problems = new Emitter<Error>();
  readonly onState = this.states.event;
  readonly onProblem = this.problems.event;
  private readonly parts: ImageParts;
  private readonly wasm: WebAssembly.Module;
  private readonly spares: SpareWorkers;
  private worker: WorkerLink;
  private overlay: Overlay;
  private current: MachineState = 'off';
  private readonly link: GuestLink;
  private readonly agent: AgentChannel;
  private readonly port: MachineNic;
  private readonly vga: VgaConsole;
  private readonly serial: SerialConsole;
  private closed = false;
  /** The worker is lost and no new one has been opened yet. */
  private lost = false;
  /** The guest was asked to go down or reboot: what the agent says until then is of the past. */
  private leaving = false;

  constructor(
    spec: MachineSpec,
    parts: ImageParts,
    wasm: WebAssembly.Module,
    spares: SpareWorkers,
    worker: WorkerLink,
  ) {
    this.spec = spec;
    this.parts = parts;
    this.wasm = wasm;
    this.spares = spares;
    this.worker = worker;
    this.overlay = new Overlay(parts.base);
    this.link = new GuestLink((bytes) => this.worker.post({ type: 'guest', bytes }));
    this.link.onState(({ ready }) => this.heard(ready));
    this.link.onProblem((problem) => this.problems.fire(problem));
    this.agent = new AgentChannel(this.link, () => this.isPowered);
    this.guest = this.agent;
    this.port = new MachineNic((frames) => this.worker.post({ type: 'frames', frames }, frames.map(bufferOf)));
    this.vga = new VgaConsole(async (codes) => this.worker.request('keys', codes));
    this.serial = new SerialConsole(async (bytes) => this.worker.request('serial', bytes));
    this.disk = { byteLength: parts.base.byteLength, read: (offset, length) => this.readDisk(offset, length) };
    this.adopt(worker);
  }

  get state(): MachineState {
    return this.current;
  }

  get nic(): FramePort {
    return this.port;
  }

  get nicsTagged(): boolean {
    return this.port.tagged;
  }

  console(kind: ConsoleKind): MachineConsole {
    return kind === 'vga' ? this.vga : this.serial;
  }

  async open(snapshot?: MachineSnapshot): Promise<void> {
    const { storageDir } = this.spec;
    const request: OpenRequest = {
      name: this.spec.name,
      memoryMiB: this.spec.memoryMiB,
      wasm: this.wasm,
      bios: this.parts.bios,
      vgaBios: this.parts.vgaBios,
      base: this.parts.base,
      imageHash: this.spec.image.hash,
      mac: linkMac(this.spec),
      kernel: this.spec.kernel,
      journalFile: storageDir && path.join(storageDir, JOURNAL_FILE),
      overlay: this.lost && !storageDir ? this.overlay.memory : undefined,
      restore: snapshot && { state: snapshot.state, blocks: snapshot.blocks, mark: snapshot.header.journal },
    };
    const { memory, running } = await this.worker.request('open', request);
    this.port.tagged ||= snapshot?.header.nicsTagged ?? false;
    this.overlay = new Overlay(this.parts.base, { memory });
    this.lost = false;
    if (running) this.link.connect();
  }

  async power(action: PowerAction): Promise<void> {
    switch (action) {
      case 'on':
        return this.powerOn();
      case 'off':
        return this.powerOff();
      case 'reset':
        if (!this.isPowered) throw new LabError('vm.not-running', `${this.spec.name} is off`);
        await this.powerOff();
        return this.powerOn();
      case 'reboot':
      case 'shutdown':
        await this.agent.power(action);
        this.leaving = true;
        this.enter('starting');
    }
  }

  private async powerOn(): Promise<void> {
    if (this.isPowered) return;
    if (this.lost) await this.replaceWorker();
    this.port.tagged = false;
    await this.worker.request('power', 'on');
  }

  private async powerOff(): Promise<void> {
    if (this.lost) return this.wentOff('off');
    await this.worker.request('power', 'off');
  }

  waitFor(state: 'ready' | 'off', options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<void> {
    const { timeoutMs = WAIT_DEFAULT_MS, signal } = options;
    const reached = (now: MachineState) => now === state || (state === 'off' && now === 'halted');
    return new Promise((resolve, reject) => {
      if (reached(this.current)) return resolve();
      if (this.current === 'crashed') return reject(new LabError('vm.crashed', `${this.spec.name} has crashed`));
      const done = (error?: LabError) => {
        clearTimeout(timer);
        listener.dispose();
        signal?.removeEventListener('abort', onAbort);
        if (error) reject(error);
        else resolve();
      };
      const listener = this.onState((now) => {
        if (reached(now)) done();
        else if (now === 'crashed') done(new LabError('vm.crashed', `${this.spec.name} has crashed`));
      });
      const onAbort = () => done(new LabError('vm.wait-aborted', `waiting for ${this.spec.name} was given up`));
      const timer = setTimeout(
        () =>
          done(
            new LabError(
              'vm.wait-timeout',
              `${this.spec.name} is ${this.current} and not ${state} after ${timeoutMs} ms`,
              {
                details: { state: this.current, screen: this.vga.screen().rows.filter((row) => row !== '') },
              },
            ),
          ),
        timeoutMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  }

  async snapshot(): Promise<MachineSnapshot> {
    const { state, blocks, mark } = await this.worker.request('snapshot', undefined);
    return {
      header: {
        version: 1,
        engine: ENGINE,
        imageId: this.spec.image.id,
        imageHash: this.spec.image.hash,
        memoryMiB: this.spec.memoryMiB,
        takenAt: new Date().toISOString(),
        nicsTagged: this.port.tagged,
        ready: this.current === 'ready',
        ...(mark ? { journal: mark } : {}),
      },
      state,
      blocks,
    };
  }

  stats(): Promise<WorkerStats> {
    return this.worker.request('stats', undefined);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.link.disconnect('the machine is closed');
    if (!this.lost) await withDeadline(this.worker.request('close', undefined), CLOSE_MS);
    await this.worker.terminate();
    this.serial.dispose();
    this.current = 'off';
  }

  private get isPowered(): boolean {
    return this.current === 'starting' || this.current === 'ready';
  }

  private adopt(worker: WorkerLink): void {
    worker.onNotice((notice) => this.notice(notice));
    worker.onLost((error) => this.workerLost(error));
  }

  private notice(notice: Exclude<FromWorker, { type: 'loaded' | 'answer' }>): void {
    switch (notice.type) {
      case 'power':
        this.powerChanged(notice.power, notice.reason && fromErrorData(notice.reason));
        return;
      case 'guest':
        this.link.receive(notice.bytes);
        return;
      case 'frames':
        this.port.sent(notice.frames);
        return;
      case 'screen':
        if (this.isPowered) this.vga.show(notice.screen);
        return;
      case 'serial':
        this.serial.receive(notice.bytes);
        return;
      case 'chunk':
        this.overlay.addChunk(notice.chunk);
        return;
      case 'problem':
        this.problems.fire(fromErrorData(notice.error));
        return;
    }
  }

  private powerChanged(power: EmulatorPower, reason?: LabError): void {
    if (power !== 'on') {
      this.wentOff(power, reason);
      return;
    }
    if (!this.isPowered) this.vga.blank();
    this.leaving = false;
    this.port.tagged = false;
    this.link.disconnect('the host has been started anew');
    this.enter('starting');
  }

  private wentOff(state: 'off' | 'halted' | 'crashed', reason?: LabError): void {
    this.leaving = false;
    this.link.disconnect(reason?.message ?? 'the host is off');
    if (state === 'off') this.vga.blank();
    if (reason) this.problems.fire(reason);
    this.enter(state);
  }

  private heard(ready: boolean): void {
    if (this.isPowered && !this.leaving) this.enter(ready ? 'ready' : 'starting');
  }

  private workerLost(error: LabError): void {
    if (this.closed) return;
    this.lost = true;
    this.wentOff('crashed', error);
  }

  private async replaceWorker(): Promise<void> {
    this.worker = this.spares.take();
    this.adopt(this.worker);
    await this.open();
  }

  private enter(state: MachineState): void {
    if (this.current === state) return;
    this.current = state;
    this.states.fire(state);
  }

  /** The worker announces each megabyte of overlay it adds; a read may be a moment ahead of that. */
  private async readDisk(offset: number, length: number): Promise<Uint8Array> {
    for (let attempt = 0; ; attempt++) {
      try {
        return this.overlay.read(offset, length);
      } catch (error) {
        if (attempt === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}

/** The link's own address says nothing to anybody: NICs have theirs. Locally administered, the same at every start. */
function linkMac({ nics }: MachineSpec): Uint8Array {
  const parts = (nics[0]?.mac ?? '02:00:00:00:00:01').split(':').map((part) => Number.parseInt(part, 16));
  return Uint8Array.from(parts);
}

function bufferOf(frame: Uint8Array): ArrayBuffer {
  return frame.buffer as ArrayBuffer;
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
