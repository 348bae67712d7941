import type { LogFiles } from '../../../../../vm-images/userland/syslogd/file-output.ts';
import type { FolderFiles } from '../../../../../vm-images/userland/syslogd/log-folder.ts';
import type { RemoteEvents, Transport } from '../../../../../vm-images/userland/syslogd/remote-output.ts';

export class Failure extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(`error ${errno}`);
    this.errno = errno;
  }
}

/** Files in memory, with a disk that can be full and folders that cannot be used. */
export class FakeFiles implements LogFiles, FolderFiles {
  readonly content = new Map<string, string>();
  readonly links = new Map<string, string>();
  readonly broken = new Set<string>();
  writes = 0;
  /** /scratch is a link into /tmp. */
  inMemory = false;
  /** Characters the disk holds. */
  capacity = Number.POSITIVE_INFINITY;

  get used(): number {
    return [...this.content.values()].reduce((sum, text) => sum + text.length, 0);
  }

  append(path: string, text: string): void {
    this.writes++;
    if ([...this.broken].some((folder) => path.startsWith(folder))) throw new Failure(2);
    if (this.used + text.length > this.capacity) throw new Failure(28);
    this.content.set(path, (this.content.get(path) ?? '') + text);
  }

  size(path: string): number | null {
    return this.content.get(path)?.length ?? null;
  }

  rename(from: string, to: string): void {
    const text = this.content.get(from);
    if (text === undefined) throw new Failure(2);
    this.content.delete(from);
    this.content.set(to, text);
  }

  remove(path: string): void {
    this.content.delete(path);
  }

  compress(from: string, to: string): void {
    this.rename(from, to);
    this.content.set(to, `gz(${this.content.get(to) ?? ''})`);
  }

  release(): void {}

  prepare(folder: string): string {
    return [...this.broken].some((each) => folder.startsWith(each)) ? 'no such folder' : '';
  }

  realPath(folder: string): string {
    return this.inMemory && folder.startsWith('/scratch') ? `/tmp${folder}` : folder;
  }

  link(target: string, path: string): void {
    this.links.set(path, target);
  }
}

/** Timers that run when told. */
export class FakeClock {
  nowMs = Date.UTC(2014, 5, 7, 10, 0, 0);
  #timers: { at: number; action: () => void }[] = [];

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.nowMs + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const next = this.#timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.nowMs = next.at;
      next.action();
    }
    this.nowMs = end;
  }
}

export class FakeTransport implements Transport {
  readonly sent: string[] = [];
  opened = 0;
  closed = 0;
  full = false;
  events: RemoteEvents | null = null;

  open(events: RemoteEvents): void {
    this.opened++;
    this.events = events;
  }

  send(line: string): boolean {
    if (this.full) return false;
    this.sent.push(line);
    return true;
  }

  close(): void {
    this.closed++;
  }
}
