import * as native from 'native';
import * as os from 'os';
import {
  FrameParser,
  frameHeaderBytes,
  type GuestFrame,
  maxPayloadBytes,
  serializeFrames,
  writeFrameHeader,
} from '../../../main/shared/contracts/guest-frames.ts';

const READ_BYTES = 64 * 1024;

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
  private readonly parser = new FrameParser();
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
    const count = native.read(this.fd, this.input, 0, READ_BYTES);
    if (count === null) return;
    // 0: the desktop's side is not open. It will be; until then there is nothing to wait for but time.
    if (count === 0) {
      os.setReadHandler(this.fd, null);
      os.setTimeout(() => os.setReadHandler(this.fd, () => this.readable()), 100);
      return;
    }
    this.parser.push(new Uint8Array(this.input, 0, count), this.onFrame);
  }
}
