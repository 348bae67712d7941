import type { Guard } from './guard.ts';
import { type Emulated, guestTakesFrames } from './v86-internals.ts';

const MAX_WAITING_FRAMES = 512;
const RETRY_MS = 1;
/** An Ethernet header with two VLAN tags around the largest payload of our link. */
const MAX_FRAME_BYTES = 9216 + 22;
const MIN_FRAME_BYTES = 14;

/** The virtio link: frames out are gathered per turn of the event loop, frames in wait for the guest's buffers. */
export class Nic {
  dropped = 0;
  private readonly emulated: Emulated;
  private readonly post: (frames: Uint8Array[]) => void;
  private readonly pump: () => void;
  private out: Uint8Array[] = [];
  private queue: Uint8Array[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(emulated: Emulated, guard: Guard, post: (frames: Uint8Array[]) => void) {
    this.emulated = emulated;
    this.post = post;
    this.pump = guard('nic', () => this.move());
    emulated.bus.register(
      'net0-send',
      guard('nic', (frame: Uint8Array) => this.gather(frame)),
    );
  }

  receive(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      const fits = frame.length >= MIN_FRAME_BYTES && frame.length <= MAX_FRAME_BYTES;
      if (fits && this.queue.length < MAX_WAITING_FRAMES) this.queue.push(frame);
      else this.dropped++;
    }
    if (!this.timer) this.pump();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue = [];
    this.out = [];
  }

  private gather(frame: Uint8Array): void {
    // A view on a buffer 12 bytes longer: copy, so that a posted frame is its own.
    if (this.out.push(frame.slice()) > 1) return;
    setImmediate(() => {
      const frames = this.out;
      this.out = [];
      if (frames.length > 0) this.post(frames);
    });
  }

  private move(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    let at = 0;
    while (at < this.queue.length && guestTakesFrames(this.emulated)) {
      this.emulated.bus.send('net0-receive', this.queue[at++]);
    }
    this.queue.splice(0, at);
    if (this.queue.length > 0) this.timer = setTimeout(this.pump, RETRY_MS);
  }
}
