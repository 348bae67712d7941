import * as native from 'native';
import * as os from 'os';
import {
  frameHeaderBytes,
  type GuestFrame,
  maxPayloadBytes,
  scanFrames,
  serializeFrames,
  writeFrameHeader,
} from '../../../main/shared/contracts/guest-frames.ts';

/** Several whole frames: the driver hands out a page at a time, parsing each alone would cost more than reading it. */
const READ_BYTES = 96 * 1024;

/**
 * The agent's end of the virtio channel: whole frames in, whole frames out. One frame is one write of at most 32 KiB, so
 * that a snapshot never falls into the middle of one.
 */
export class Port {
  /** Conversation that outgoing frames belong to; 0 before the first hello. */
  conversation = 0;
  /** `readInto` and `sendScratch` use it: payload from `frameHeaderBytes` on. */
  readonly scratch = new ArrayBuffer(frameHeaderBytes + maxPayloadBytes);
  private readonly scratchView = new DataView(this.scratch);
  private readonly fd: number;
  private readonly input = new ArrayBuffer(READ_BYTES);
  private filled = 0;
  private waiting: { bytes: Uint8Array; at: number }[] = [];
  private readonly onFrame: (frame: GuestFrame) => void;
  private readonly onDrain: () => void;

  /** @param onDrain Called when `busy` has become false again. */
  constructor(path: string, onFrame: (frame: GuestFrame) => void, onDrain: () => void) {
    this.onFrame = onFrame;
    this.onDrain = onDrain;
    this.fd = os.open(path, os.O_RDWR);
    if (this.fd < 0) throw new Error(`${path}: error ${-this.fd}`);
    native.setNonblocking(this.fd, true);
    native.setCloseOnExec(this.fd, true);
    os.setReadHandler(this.fd, () => this.readable());
  }

  /** The device takes nothing more: stop reading what would have to be sent. */
  get busy(): boolean {
    return this.waiting.length > 0;
  }

  sendJson(type: number, channel: number, value: unknown): void {
    this.send(type, channel, new Uint8Array(native.utf8Encode(JSON.stringify(value))));
  }

  send(type: number, channel: number, payload: Uint8Array): void {
    this.write(serializeFrames({ type, channel, conversation: this.conversation }, payload));
  }

  /** Sends the first `length` payload bytes of `scratch` as one frame, without copying them. */
  sendScratch(type: number, channel: number, length: number, continues = false): void {
    writeFrameHeader(this.scratchView, 0, { type, continues, conversation: this.conversation, channel }, length);
    const total = frameHeaderBytes + length;
    const sent = this.busy ? 0 : (native.write(this.fd, this.scratch, 0, total) ?? 0);
    if (sent < total) this.queue(new Uint8Array(this.scratch.slice(sent, total)));
  }

  private write(bytes: Uint8Array): void {
    let at = 0;
    while (!this.busy && at < bytes.length) {
      const piece = Math.min(bytes.length - at, frameHeaderBytes + maxPayloadBytes);
      const sent = native.write(this.fd, bytes.buffer as ArrayBuffer, bytes.byteOffset + at, piece);
      if (sent === null) break;
      at += sent;
    }
    if (at < bytes.length) this.queue(bytes.subarray(at));
  }

  private queue(bytes: Uint8Array): void {
    this.waiting.push({ bytes, at: 0 });
    if (this.waiting.length === 1) os.setWriteHandler(this.fd, () => this.writable());
  }

  private writable(): void {
    for (let head = this.waiting[0]; head; head = this.waiting[0]) {
      const { bytes, at } = head;
      const sent = native.write(this.fd, bytes.buffer as ArrayBuffer, bytes.byteOffset + at, bytes.length - at);
      if (sent === null) return;
      head.at += sent;
      if (head.at === bytes.length) this.waiting.shift();
    }
    os.setWriteHandler(this.fd, null);
    this.onDrain();
  }

  private readable(): void {
    let ended = false;
    while (this.filled < READ_BYTES) {
      const count = native.read(this.fd, this.input, this.filled, READ_BYTES - this.filled);
      if (count === null) break;
      if (count === 0) {
        ended = true;
        break;
      }
      this.filled += count;
    }
    const bytes = new Uint8Array(this.input, 0, this.filled);
    const { consumed } = scanFrames(bytes, this.onFrame);
    if (consumed < this.filled) bytes.copyWithin(0, consumed);
    this.filled -= consumed;
    // The desktop's side is not open. It will be; until then there is nothing to wait for but time.
    if (ended) {
      os.setReadHandler(this.fd, null);
      os.setTimeout(() => os.setReadHandler(this.fd, () => this.readable()), 100);
    }
  }
}
