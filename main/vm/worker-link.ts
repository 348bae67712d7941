import { Worker } from 'node:worker_threads';
import { Emitter } from '../shared/emitter.ts';
import { type ErrorData, fromErrorData, LabError } from '../shared/errors.ts';
import type { FromWorker, RequestName, ToWorker, WorkerRequests } from './worker/protocol.ts';

type Notice = Exclude<FromWorker, { type: 'loaded' | 'answer' }>;
type Waiting = { resolve: (value: never) => void; reject: (error: Error) => void };

/** The desktop side of one worker thread: requests with answers, notices, and the news that the thread is gone. */
export class WorkerLink {
  private readonly worker: Worker;
  private readonly notices = new Emitter<Notice>();
  private readonly losses = new Emitter<LabError>();
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private lost: LabError | undefined;
  private closing = false;
  /** Resolves when the engine's code has been loaded there; the thread takes requests before. */
  readonly loaded: Promise<void>;

  constructor(workerFile: string) {
    this.worker = new Worker(workerFile, { name: 'machine' });
    let isLoaded: () => void = () => {};
    this.loaded = new Promise((resolve) => {
      isLoaded = resolve;
    });
    this.worker.on('message', (message: FromWorker) => {
      if (message.type === 'loaded') isLoaded();
      else if (message.type === 'answer') this.answered(message.id, message.value, message.error);
      else this.notices.fire(message);
    });
    this.worker.on('error', (error) => this.gone(`it failed: ${error.message}`, error));
    this.worker.on('exit', (code) => this.gone(`it ended with ${code}`));
  }

  readonly onNotice = this.notices.event;
  /** Once, when the thread has ended without `close`. */
  readonly onLost = this.losses.event;

  get threadId(): number {
    return this.worker.threadId;
  }

  /** @throws LabError of the worker, or `vm.worker-lost`. */
  request<K extends RequestName>(
    type: K,
    input: WorkerRequests[K]['input'],
    transfer: ArrayBuffer[] = [],
  ): Promise<WorkerRequests[K]['output']> {
    return new Promise((resolve, reject) => {
      if (this.lost) return reject(this.lost);
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ type, id, input } as ToWorker, transfer);
    });
  }

  post(message: Extract<ToWorker, { type: 'guest' | 'frames' }>, transfer: ArrayBuffer[] = []): void {
    if (!this.lost) this.worker.postMessage(message, transfer);
  }

  /** An idle spare must not keep the program alive. */
  setHolding(on: boolean): void {
    if (on) this.worker.ref();
    else this.worker.unref();
  }

  async terminate(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }

  private answered(id: number, value: unknown, error: ErrorData | undefined): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(fromErrorData(error));
    else waiting?.resolve(value as never);
  }

  private gone(why: string, cause?: unknown): void {
    if (this.lost) return;
    this.lost = new LabError('vm.worker-lost', `the thread that ran the machine is gone: ${why}`, { cause });
    for (const { reject } of this.waiting.values()) reject(this.lost);
    this.waiting.clear();
    if (!this.closing) this.losses.fire(this.lost);
  }
}
