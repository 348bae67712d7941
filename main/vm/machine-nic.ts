import type { FramePort } from '../net/frame-port.ts';
import { Emitter } from '../shared/emitter.ts';

const ETHER_TYPE_AT = 12;
const SERVICE_TAG = 0x88a8;

/** The machine's virtio link as an end of a cable; frames into the worker go out a turn's worth at a time. */
export class MachineNic implements FramePort {
  private readonly frames = new Emitter<Uint8Array>();
  readonly onFrame = this.frames.event;
  /** The guest has begun to tag its frames by NIC since it was started. */
  tagged = false;
  private readonly post: (frames: Uint8Array[]) => void;
  private batch: Uint8Array[] = [];

  constructor(post: (frames: Uint8Array[]) => void) {
    this.post = post;
  }

  send(frame: Uint8Array): void {
    // A copy: the same frame may be on its way to other ports, and what is posted is given away.
    if (this.batch.push(frame.slice()) > 1) return;
    queueMicrotask(() => {
      const frames = this.batch;
      this.batch = [];
      this.post(frames);
    });
  }

  /** Frames that the guest has sent. */
  sent(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      if (!this.tagged && ((frame[ETHER_TYPE_AT]! << 8) | frame[ETHER_TYPE_AT + 1]!) === SERVICE_TAG)
        this.tagged = true;
      this.frames.fire(frame);
    }
  }
}
