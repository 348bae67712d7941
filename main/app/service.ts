import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import type { ServiceStatus } from '../shared/contracts/door.ts';
import { Emitter, type Event } from '../shared/emitter.ts';

/** More crashes than this within a minute and it stays down until the learner asks. */
const MAX_RESTARTS_A_MINUTE = 3;
const CLOSE_DEADLINE_MS = 30_000;

/** Keeps the session service running in a utility process and hands out ports to it. */
export class SessionService {
  private readonly entry: string;
  private readonly env: () => Record<string, string>;
  private child: UtilityProcess | null = null;
  private closing = false;
  private crashes: number[] = [];
  private lastWords = '';
  private current: ServiceStatus = { state: 'starting' };
  private readonly changes = new Emitter<ServiceStatus>();
  readonly onStatus: Event<ServiceStatus> = this.changes.event;

  /** @param entry The bundled service. @param env What to add to its environment, asked at every start. */
  constructor(entry: string, env: () => Record<string, string>) {
    this.entry = entry;
    this.env = env;
  }

  get status(): ServiceStatus {
    return this.current;
  }

  start(): void {
    this.setStatus({ state: 'starting' });
    this.lastWords = '';
    const child = utilityProcess.fork(this.entry, [], {
      serviceName: 'Bootbank sessions',
      stdio: 'pipe',
      env: { ...process.env, ...this.env() } as Record<string, string>,
    });
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.hear(chunk));
    child.on('message', (message: { type?: string }) => {
      if (message?.type === 'ready' && this.child === child) this.setStatus({ state: 'ready' });
    });
    child.on('exit', (code) => {
      if (this.child === child) this.onExit(code);
    });
  }

  /** Gives a window a port of its own; its end arrives as `lab.port`. */
  connect(window: WebContents): void {
    const { port1, port2 } = new MessageChannelMain();
    this.child?.postMessage({ type: 'port' }, [port1]);
    window.postMessage('lab.port', null, [port2]);
  }

  /** Asks the service to save and exit, kills it when it does not, and starts it again. */
  async restart(): Promise<void> {
    await this.close();
    this.closing = false;
    this.crashes = [];
    this.start();
  }

  /** Sessions are saved when this settles, at most half a minute later. */
  close(): Promise<void> {
    this.closing = true;
    const child = this.child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const deadline = setTimeout(() => child.kill(), CLOSE_DEADLINE_MS);
      child.once('exit', () => {
        clearTimeout(deadline);
        this.child = null;
        resolve();
      });
      child.postMessage({ type: 'close' });
    });
  }

  private onExit(code: number): void {
    this.child = null;
    if (this.closing) return;
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < 60_000), now];
    this.setStatus({
      state: 'stopped',
      code,
      restarts: this.crashes.length,
      message: this.lastWords.trim().slice(-2000),
    });
    if (this.crashes.length <= MAX_RESTARTS_A_MINUTE) setTimeout(() => this.startAgain(), 500 * this.crashes.length);
  }

  private startAgain(): void {
    if (!this.closing && this.child === null) this.start();
  }

  private hear(chunk: Buffer): void {
    process.stderr.write(chunk);
    this.lastWords = (this.lastWords + chunk.toString('utf8')).slice(-8000);
  }

  private setStatus(status: ServiceStatus): void {
    this.current = status;
    this.changes.fire(status);
  }
}
