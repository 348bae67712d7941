/** A way to a remote host. Both calls answer later through `RemoteEvents`. */
export interface Transport {
  open(events: RemoteEvents): void;
  /** @returns false when it takes no more for now; `writable` tells when it does. */
  send(line: string): boolean;
  close(): void;
}

export interface RemoteEvents {
  ready(): void;
  writable(): void;
  /** Could not be reached, or the connection has ended: the transport is closed. */
  lost(reason: string): void;
}

export interface RemoteClock {
  /** @returns cancels it. */
  after(ms: number, action: () => void): () => void;
}

const firstWaitMs = 1_000;
const longestQueue = 1_000;

/**
 * Lines for one remote host. What cannot be sent waits in a queue of `longestQueue` lines; the oldest go when it is full.
 * A lost host is tried again after 1, 2, 4 … seconds, up to the configured wait.
 */
export class RemoteOutput {
  readonly name: string;
  readonly #transport: Transport;
  readonly #clock: RemoteClock;
  readonly #longestWaitMs: number;
  readonly #say: (text: string) => void;
  readonly #queue: string[] = [];
  #open = false;
  #ended = false;
  #waitMs = firstWaitMs;
  #told = false;
  #dropped = 0;
  #cancel = () => {};

  /** @param say writes to our own log; called once for each time the host is lost or found again. */
  constructor(
    name: string,
    transport: Transport,
    clock: RemoteClock,
    retrySeconds: number,
    say: (text: string) => void,
  ) {
    this.name = name;
    this.#transport = transport;
    this.#clock = clock;
    this.#longestWaitMs = retrySeconds * 1000;
    this.#say = say;
  }

  start(): void {
    this.#transport.open({
      ready: () => this.#ready(),
      writable: () => this.#drain(),
      lost: (reason) => this.#lost(reason),
    });
  }

  add(line: string): void {
    this.#queue.push(line);
    if (this.#queue.length > longestQueue) {
      this.#queue.shift();
      this.#dropped++;
    }
    this.#drain();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  stop(): void {
    this.#ended = true;
    this.#cancel();
    if (this.#open) this.#transport.close();
    this.#open = false;
  }

  #ready(): void {
    this.#open = true;
    this.#waitMs = firstWaitMs;
    if (this.#told)
      this.#say(`${this.name}: reached again${this.#dropped > 0 ? `, ${this.#dropped} messages lost` : ''}`);
    this.#told = false;
    this.#dropped = 0;
    this.#drain();
  }

  #drain(): void {
    while (this.#open) {
      const line = this.#queue[0];
      if (line === undefined || !this.#transport.send(line)) return;
      this.#queue.shift();
    }
  }

  #lost(reason: string): void {
    this.#open = false;
    if (this.#ended) return;
    const wait = Math.min(this.#waitMs, this.#longestWaitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, this.#longestWaitMs);
    if (!this.#told) this.#say(`${this.name}: ${reason}; trying again, at first after ${wait / 1000} s`);
    this.#told = true;
    this.#cancel();
    this.#cancel = this.#clock.after(wait, () => this.start());
  }
}
