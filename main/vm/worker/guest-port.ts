import type { Guard } from './guard.ts';
import { type Emulated, guestTakesChannelInput } from './v86-internals.ts';

/** A receive buffer of Linux's virtio console driver is one page. */
const PIECE_BYTES = 4096;
const RETRY_MS = 1;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Port 1 of the virtio console: the agent's channel. Messages go in whole and in order, in pieces as the guest has
 * buffers for them. Credits of the conversation keep the queue short; should the guest not read at all, what exceeds
 * the limit is dropped by whole messages.
 */
export class GuestPort {
  private readonly emulated: Emulated;
  private queue: Uint8Array[] = [];
  private queued = 0;
  /** Bytes of the first message that the guest has. */
  private at = 0;
  private timer: NodeJS.Timeout | undefined;
  private idle: (() => void)[] = [];
  private readonly pump: () => void;

  constructor(emulated: Emulated, guard: Guard, post: (bytes: Uint8Array) => void) {
    this.emulated = emulated;
    this.pump = guard('guest channel', () => this.move());
    emulated.bus.register(
      'virtio-console1-output-bytes',
      guard('guest channel', (bytes: Uint8Array) => post(bytes)),
    );
  }

  send(bytes: Uint8Array): void {
    if (this.queued + bytes.length > MAX_WAITING_BYTES) return;
    this.queue.push(bytes);
    this.queued += bytes.length;
    if (!this.timer) this.pump();
  }

  /** Resolves true when no message is half in the guest, false when that does not come about in time. */
  async settle(timeoutMs: number): Promise<boolean> {
    if (this.at === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.idle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue = [];
    this.queued = 0;
    this.at = 0;
  }

  private move(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (let head = this.queue[0]; head; head = this.queue[0]) {
      while (this.at < head.length && guestTakesChannelInput(this.emulated)) {
        const piece = head.subarray(this.at, this.at + PIECE_BYTES);
        this.at += piece.length;
        this.emulated.bus.send('virtio-console1-input-bytes', piece);
      }
      if (this.at < head.length) break;
      this.queue.shift();
      this.queued -= head.length;
      this.at = 0;
      // Between two messages is where a snapshot may fall.
      for (const resolve of this.idle.splice(0)) resolve();
    }
    if (this.queue.length > 0) this.timer = setTimeout(this.pump, RETRY_MS);
  }
}
