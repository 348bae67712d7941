import { concatBytes } from '../shared/bytes.ts';
import { type CallMessage, type CloseMessage, listResult, type OpenMessage } from '../shared/contracts/guest.ts';
import { Emitter } from '../shared/emitter.ts';
import { LabError } from '../shared/errors.ts';
import type { GuestLink } from './guest-link.ts';
import type { ExecRequest, ExecResult, FileEntry, GuestChannel, GuestStream, ShellHandle } from './types.ts';

/** A host that is starting gets this long to answer before `guest.not-ready`. */
const CONNECT_MS = 5000;
const CALL_MS = 30_000;
const OPEN_MS = 30_000;
const FILE_MS = 120_000;
/** What hostd is asked can mean work of seconds, and a busy desktop makes that many. */
const HOST_MS = 90_000;
const EXEC_DEFAULT_MS = 600_000;
/** What an exec's answer may take on top of its own time limit. */
const EXEC_GRACE_MS = 15_000;

/** The agent's services over one conversation at a time. */
export class AgentChannel implements GuestChannel {
  private readonly link: GuestLink;
  private readonly isPowered: () => boolean;

  constructor(link: GuestLink, isPowered: () => boolean) {
    this.link = link;
    this.isPowered = isPowered;
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    await this.connected();
    const { command, stdin, signal } = request;
    if (signal?.aborted) throw aborted(command);
    const timeoutMs = request.timeoutMs ?? EXEC_DEFAULT_MS;
    const startedAt = performance.now();
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const closed = await this.run(
      { kind: 'exec', command, stdin: stdin !== undefined, timeoutMs },
      { data: (bytes) => stdout.push(bytes), dataError: (bytes) => stderr.push(bytes) },
      { deadlineMs: timeoutMs + EXEC_GRACE_MS, what: `the command ${JSON.stringify(command)}`, signal, input: stdin },
    );
    const result = {
      exitCode: closed.exitCode ?? -1,
      stdout: concatBytes(stdout),
      stderr: concatBytes(stderr),
      durationMs: performance.now() - startedAt,
    };
    if (closed.timedOut) {
      throw new LabError(
        'guest.exec-timeout',
        `${JSON.stringify(command)} did not end within ${timeoutMs} ms and was killed`,
        {
          details: { stdout: new TextDecoder().decode(result.stdout), stderr: new TextDecoder().decode(result.stderr) },
        },
      );
    }
    return result;
  }

  async openShell(size: { rows: number; columns: number }): Promise<ShellHandle> {
    await this.connected();
    const output = new Emitter<Uint8Array>();
    const exit = new Emitter<{ exitCode: number }>();
    const early: Uint8Array[] = [];
    let heard = false;
    const end = await this.opened({ kind: 'shell', ...size }, (fail) => ({
      data: (bytes) => (heard ? output.fire(bytes) : early.push(bytes)),
      closed: (message) => {
        fail(message);
        exit.fire({ exitCode: message.exitCode ?? -1 });
      },
    }));
    return {
      // The prompt may come before anybody listens: the first listener gets it.
      onOutput: (listener) => {
        const subscription = output.event(listener);
        heard = true;
        for (const bytes of early.splice(0)) listener(bytes);
        return subscription;
      },
      onExit: exit.event,
      write: (data) => end.write(data),
      resize: (rows, columns) => end.resize(rows, columns),
      dispose: () => end.abandon(),
    };
  }

  async readFile(path: string): Promise<Uint8Array | null> {
    await this.connected();
    const parts: Uint8Array[] = [];
    const closed = await this.run(
      { kind: 'read', path },
      { data: (bytes) => parts.push(bytes) },
      { deadlineMs: FILE_MS, what: `reading ${path}` },
    );
    return closed.missing ? null : concatBytes(parts);
  }

  async writeFile(path: string, data: Uint8Array): Promise<void> {
    await this.connected();
    await this.run({ kind: 'write', path }, {}, { deadlineMs: FILE_MS, what: `writing ${path}`, input: data });
  }

  async listFiles(path: string): Promise<FileEntry[]> {
    const value = await this.call({ method: 'list', path });
    const parsed = listResult.safeParse(value);
    if (!parsed.success) throw new LabError('guest.bad-answer', `the agent's list of ${path} is none`);
    return parsed.data;
  }

  async dial(target: { protocol: 'tcp' | 'udp'; host?: string; port: number }): Promise<GuestStream> {
    await this.connected();
    const data = new Emitter<Uint8Array>();
    const close = new Emitter<void>();
    const drain = new Emitter<void>();
    const udp = target.protocol === 'udp';
    const early: Uint8Array[] = [];
    let parts: Uint8Array[] = [];
    let heard = false;
    const deliver = (bytes: Uint8Array) => (heard ? data.fire(bytes) : early.push(bytes));
    const message = { kind: 'dial', host: '127.0.0.1', ...target } satisfies OpenMessage;
    const end = await this.opened(message, (fail) => ({
      data: (bytes, more) => {
        if (!udp) return void deliver(bytes);
        parts.push(bytes);
        if (!more) deliver(concatBytes(parts.splice(0)));
      },
      drained: () => drain.fire(),
      closed: (closed) => {
        parts = [];
        fail(closed);
        close.fire();
      },
    }));
    return {
      onData: (listener) => {
        const subscription = data.event(listener);
        heard = true;
        for (const bytes of early.splice(0)) listener(bytes);
        return subscription;
      },
      onClose: close.event,
      onDrain: drain.event,
      get waitingBytes() {
        return end.waitingBytes;
      },
      write: (bytes) => end.write(bytes, udp),
      end: () => end.end(),
      hold: (on) => end.hold(on),
      dispose: () => end.abandon(),
    };
  }

  async setClock(timeMs: number): Promise<void> {
    await this.call({ method: 'clock', timeMs });
  }

  async host(method: string, params: unknown, timeoutMs = HOST_MS): Promise<unknown> {
    return this.call({ method: 'host', name: method, params, timeoutMs }, timeoutMs + 2000);
  }

  /** Asks the host to go down the way an administrator would. */
  async power(action: 'reboot' | 'shutdown'): Promise<void> {
    await this.call({ method: 'power', action });
  }

  private async call(message: CallMessage, timeoutMs = CALL_MS): Promise<unknown> {
    await this.connected();
    return this.link.call(message, timeoutMs);
  }

  private async connected(): Promise<void> {
    if (!this.isPowered()) throw new LabError('guest.not-ready', 'the host is off');
    await this.link.whenConnected(CONNECT_MS);
  }

  /** A channel from its opening to its end. */
  private run(
    message: OpenMessage,
    events: { data?: (bytes: Uint8Array) => void; dataError?: (bytes: Uint8Array) => void },
    options: { deadlineMs: number; what: string; signal?: AbortSignal | undefined; input?: Uint8Array | undefined },
  ): Promise<CloseMessage> {
    return new Promise((resolve, reject) => {
      const { deadlineMs, what, signal, input } = options;
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const end = this.link.open(message, {
        ...events,
        closed: (closed) => {
          done();
          if (closed.error) reject(new LabError(closed.error.code, closed.error.message));
          else resolve(closed);
        },
      });
      const giveUp = (error: LabError) => {
        done();
        reject(error);
        end.abandon();
      };
      const onAbort = () => giveUp(aborted(what));
      const timer = setTimeout(
        () => giveUp(new LabError('guest.no-answer', `${what}: no answer in ${deadlineMs} ms`)),
        deadlineMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      if (input === undefined) return;
      end.write(input);
      end.end();
    });
  }

  /** A channel that stays: resolves when it has begun. */
  private opened(
    message: OpenMessage,
    events: (fail: (message: CloseMessage) => void) => Parameters<GuestLink['open']>[1],
  ): Promise<ReturnType<GuestLink['open']>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new LabError('guest.no-answer', `no ${message.kind} in ${OPEN_MS} ms`));
        end.abandon();
      }, OPEN_MS);
      const fail = ({ error }: CloseMessage) => {
        clearTimeout(timer);
        reject(new LabError(error?.code ?? 'guest.no-answer', error?.message ?? `the ${message.kind} ended at once`));
      };
      const end = this.link.open(message, {
        ...events(fail),
        opened: () => {
          clearTimeout(timer);
          resolve(end);
        },
      });
    });
  }
}

function aborted(what: string): LabError {
  return new LabError('guest.aborted', `${what} was given up`);
}
