import * as native from 'native';
import * as os from 'os';
import { hostInitPid } from './host-root.ts';

const SOCKET = '/var/run/hostd-lab.sock';
const NEWLINE = 10;
const READ_BYTES = 32 * 1024;

export interface Answer {
  result?: unknown;
  error?: { code: string; message: string };
}

/** Requests to hostd's lab socket: JSON lines, told apart by `id`, over one connection that is made when needed. */
export class HostService {
  private fd = -1;
  private nextId = 1;
  private readonly waiting = new Map<number, { onAnswer: (answer: Answer) => void; timer: os.Timer }>();
  private rest: Uint8Array[] = [];
  private readonly buffer = new ArrayBuffer(READ_BYTES);

  /** `onAnswer` is called exactly once. */
  call(method: string, params: unknown, timeoutMs: number, onAnswer: (answer: Answer) => void): void {
    if (this.fd < 0 && !this.connect()) {
      onAnswer({ error: { code: 'guest.not-ready', message: 'hostd does not listen' } });
      return;
    }
    const id = this.nextId++;
    const timer = os.setTimeout(() => {
      this.waiting.delete(id);
      onAnswer({ error: { code: 'guest.no-answer', message: `hostd did not answer ${method} in ${timeoutMs} ms` } });
    }, timeoutMs);
    this.waiting.set(id, { onAnswer, timer });
    if (!this.write(native.utf8Encode(`${JSON.stringify({ id, method, params })}\n`))) this.lost();
  }

  private connect(): boolean {
    const pid = hostInitPid();
    if (pid === 0) return false;
    const fd = native.socket('unix', 'stream');
    try {
      native.connect(fd, { path: `/proc/${pid}/root${SOCKET}` });
    } catch {
      os.close(fd);
      return false;
    }
    this.fd = fd;
    this.rest = [];
    os.setReadHandler(fd, () => this.readable());
    return true;
  }

  /** Requests are small and hostd reads at once: waiting for room here keeps the order simple. */
  private write(bytes: ArrayBuffer): boolean {
    native.setNonblocking(this.fd, false);
    try {
      for (let at = 0; at < bytes.byteLength; ) at += native.write(this.fd, bytes, at, bytes.byteLength - at) ?? 0;
      return true;
    } catch {
      return false;
    } finally {
      native.setNonblocking(this.fd, true);
    }
  }

  private readable(): void {
    for (;;) {
      let count: number | null;
      try {
        count = native.read(this.fd, this.buffer, 0, READ_BYTES);
      } catch {
        count = 0;
      }
      if (count === null) return;
      if (count === 0) {
        this.lost();
        return;
      }
      this.take(new Uint8Array(this.buffer, 0, count));
      if (this.fd < 0) return;
    }
  }

  private take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, at);
      this.rest.push(chunk.slice(at, end < 0 ? chunk.length : end));
      if (end < 0) return;
      const line = this.rest.splice(0).map((part) => native.utf8Decode(part.buffer as ArrayBuffer));
      this.answer(line.join(''));
      at = end + 1;
    }
  }

  private answer(line: string): void {
    let parsed: { id?: number } & Answer;
    try {
      parsed = JSON.parse(line);
    } catch {
      return;
    }
    const call = this.waiting.get(parsed.id ?? 0);
    if (!call) return;
    this.waiting.delete(parsed.id!);
    os.clearTimeout(call.timer);
    call.onAnswer(parsed.error ? { error: parsed.error } : { result: parsed.result ?? null });
  }

  private lost(): void {
    os.setReadHandler(this.fd, null);
    os.close(this.fd);
    this.fd = -1;
    for (const [id, { onAnswer, timer }] of [...this.waiting]) {
      this.waiting.delete(id);
      os.clearTimeout(timer);
      onAnswer({ error: { code: 'guest.no-answer', message: 'hostd has ended the connection' } });
    }
  }
}

/** Asks hostd until it says that start-up is finished. */
export function watchReadiness(service: HostService, onReady: () => void): void {
  const ask = () =>
    service.call('state.get', {}, 5000, ({ result }) => {
      if ((result as { ready?: boolean } | undefined)?.ready === true) onReady();
      else os.setTimeout(ask, 150);
    });
  ask();
}
