import { LabError, toErrorData } from '../../shared/errors.ts';
import { Overlay } from '../disk/overlay.ts';
import { Emulator } from './emulator.ts';
import { createGuard } from './guard.ts';
import { Journal } from './journal.ts';
import type { EmulatorPower, FromWorker, OpenRequest, ToWorker, WorkerRequests } from './protocol.ts';

const SYNC_MS = 1000;
const FULL_RETRY_MS = 2000;
const SETTLE_MS = 500;

/** One machine, seen from inside its worker: the disk for good, an emulator while the power is on. */
export class MachineWorker {
  private readonly post: (message: FromWorker, transfer?: ArrayBuffer[]) => void;
  private readonly guard = createGuard((where, error) => this.problem(where, error));
  private request: OpenRequest | undefined;
  private overlay: Overlay | undefined;
  private journal: Journal | undefined;
  private emulator: Emulator | undefined;
  private syncTimer: NodeJS.Timeout | undefined;
  private fullTimer: NodeJS.Timeout | undefined;

  constructor(post: (message: FromWorker, transfer?: ArrayBuffer[]) => void) {
    this.post = post;
  }

  /** Never throws: requests are answered with the error, input for a machine that is off is dropped. */
  receive(message: ToWorker): void {
    if (message.type === 'guest') this.emulator?.port.send(message.bytes);
    else if (message.type === 'frames') this.emulator?.nic.receive(message.frames);
    else void this.answer(message);
  }

  /** The emulator threw out of its own loop: it is in no state to go on. The disk is as the guest last wrote it. */
  crashed(error: unknown, lastWords: string): void {
    if (!this.emulator) {
      this.problem('worker', error);
      return;
    }
    this.emulator.discard();
    this.emulator = undefined;
    const message = [error instanceof Error ? error.message : String(error), lastWords]
      .filter((part) => part !== '')
      .join(': ');
    this.tellPower('crashed', new LabError('vm.crashed', `the emulator has failed: ${message}`, { cause: error }));
  }

  private async answer(message: Exclude<ToWorker, { type: 'guest' | 'frames' }>): Promise<void> {
    try {
      const { value, transfer } = await this.carryOut(message);
      this.post({ type: 'answer', id: message.id, value }, transfer);
    } catch (error) {
      this.post({ type: 'answer', id: message.id, error: toErrorData(error) });
    }
  }

  private async carryOut(
    message: Exclude<ToWorker, { type: 'guest' | 'frames' }>,
  ): Promise<{ value?: unknown; transfer?: ArrayBuffer[] }> {
    switch (message.type) {
      case 'open':
        return { value: await this.open(message.input) };
      case 'power':
        await this.power(message.input);
        return {};
      case 'snapshot':
        return this.snapshot();
      case 'keys':
        await this.running().keyboard.type(message.input);
        return {};
      case 'serial':
        await this.running().uart.type(message.input);
        return {};
      case 'stats':
        return { value: this.stats() };
      case 'close':
        this.close();
        return {};
    }
  }

  private async open(request: OpenRequest): Promise<WorkerRequests['open']['output']> {
    this.request = { ...request, restore: undefined };
    const overlay = new Overlay(request.base, {
      ...(request.overlay ? { memory: request.overlay } : {}),
      onChunk: (chunk) => this.post({ type: 'chunk', chunk }),
    });
    // The answer carries the memory with the chunks there are; those that follow are told one by one.
    this.overlay = overlay;
    if (request.journalFile) {
      this.journal = Journal.open(request.journalFile, overlay, request.imageHash);
      this.syncTimer = setInterval(() => this.journal?.sync(), SYNC_MS);
    }
    const { restore } = request;
    if (!restore) return { memory: overlay.memory, running: false };
    this.adoptBlocks(restore);
    // A machine that was off when the snapshot was taken is off again: its disk is all there is.
    if (restore.state.length === 0) return { memory: overlay.memory, running: false };
    await this.start(restore.state);
    return { memory: overlay.memory, running: true };
  }

  private adoptBlocks({ blocks, mark }: NonNullable<OpenRequest['restore']>): void {
    const here = this.journal?.mark;
    if (here && mark && here.id === mark.id && here.sequence !== mark.sequence) {
      throw new LabError('snapshot.stale', 'the disk has moved on since this snapshot was taken');
    }
    if (here && mark && here.id === mark.id) return;
    this.overlay!.load(blocks);
    this.journal?.rewrite();
  }

  private async start(state?: Uint8Array): Promise<void> {
    const emulator = await Emulator.create(
      this.request!,
      this.overlay!,
      (blocks) => this.written(blocks),
      this.guard,
      {
        guest: (bytes) => this.post({ type: 'guest', bytes }, [bytes.buffer as ArrayBuffer]),
        frames: (frames) =>
          this.post(
            { type: 'frames', frames },
            frames.map((frame) => frame.buffer as ArrayBuffer),
          ),
        screen: (screen) => this.post({ type: 'screen', screen }),
        serial: (bytes) => this.post({ type: 'serial', bytes }),
        reset: () => this.tellPower('on'),
        // After the instruction that halted: the emulator is still inside its loop.
        halted: () => setImmediate(() => this.halted(emulator)),
      },
      state,
    );
    this.emulator = emulator;
    this.tellPower('on');
    emulator.run();
  }

  private async power(action: 'on' | 'off'): Promise<void> {
    if (action === 'on') {
      if (!this.emulator) await this.start();
      return;
    }
    this.emulator?.discard();
    this.emulator = undefined;
    this.tellPower('off');
  }

  private halted(emulator: Emulator): void {
    if (this.emulator !== emulator) return;
    emulator.discard();
    this.emulator = undefined;
    this.tellPower('halted');
  }

  private async snapshot(): Promise<{ value: WorkerRequests['snapshot']['output']; transfer: ArrayBuffer[] }> {
    // A message that is half in the guest would be half in its copy too; whole ones after it must wait for it anyhow.
    await this.emulator?.port.settle(SETTLE_MS);
    const state = this.emulator?.save() ?? new Uint8Array(0);
    const blocks = this.overlay!.capture();
    const mark = this.journal && !this.journal.isBehind ? this.journal.mark : null;
    return { value: { state, blocks, mark }, transfer: [state, blocks.indexes, blocks.data].map(bufferOf) };
  }

  private stats(): WorkerRequests['stats']['output'] {
    return {
      wasmBytes: this.emulator?.wasmBytes ?? 0,
      heapBytes: process.memoryUsage().heapUsed,
      overlayBlocks: this.overlay?.count ?? 0,
      droppedFrames: this.emulator?.nic.dropped ?? 0,
      instructions: this.emulator?.emulated.get_instruction_counter() ?? 0,
    };
  }

  private close(): void {
    clearInterval(this.syncTimer);
    clearTimeout(this.fullTimer);
    this.emulator?.discard();
    this.emulator = undefined;
    this.journal?.close();
    this.journal = undefined;
  }

  private running(): Emulator {
    if (!this.emulator) throw new LabError('vm.not-running', `${this.request?.name ?? 'the machine'} is not running`);
    return this.emulator;
  }

  /** Before the guest hears that its write is done. */
  private written(blocks: number[]): void {
    if (!this.journal) return;
    try {
      this.journal.append(blocks);
    } catch (error) {
      this.paused(error);
    }
  }

  /** The desktop's disk is full: the machine stands still, with everything it wrote in memory, until there is room. */
  private paused(error: unknown): void {
    if (this.fullTimer) return;
    this.problem('disk', error);
    void this.emulator?.pause();
    const retry = () => {
      this.fullTimer = undefined;
      try {
        this.journal?.retry();
        this.emulator?.run();
      } catch {
        this.fullTimer = setTimeout(retry, FULL_RETRY_MS);
      }
    };
    this.fullTimer = setTimeout(retry, FULL_RETRY_MS);
  }

  private tellPower(power: EmulatorPower, reason?: LabError): void {
    this.post({ type: 'power', power, ...(reason ? { reason: toErrorData(reason) } : {}) });
  }

  private problem(where: string, error: unknown): void {
    const data = toErrorData(error);
    const known = data.code !== 'internal.unexpected';
    this.post({
      type: 'problem',
      error: known ? data : { ...data, code: 'vm.callback-failed', message: `${where}: ${data.message}` },
    });
  }
}

function bufferOf(view: Uint8Array | Uint32Array): ArrayBuffer {
  return view.buffer as ArrayBuffer;
}
