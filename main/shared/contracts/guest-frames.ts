/**
 * How desktop and agent frame their conversation on the virtio-console channel. Pure: the agent runs it under QuickJS,
 * so bytes move by whole arrays and loops stay short.
 *
 * Header, 16 bytes: 0xBB 0x6E, u8 type (bit 7: the payload goes on in the next frame of this channel), u8 check,
 * u32le conversation, u32le channel, u32le payload bytes; then the payload. The check folds the whole header, so that a
 * receiver that starts in the middle finds the next frame.
 */
export const frameHeaderBytes = 16;
/** Header and payload go in one write of the guest's virtio port, which takes 32 KiB at a time. */
export const maxPayloadBytes = 32 * 1024 - frameHeaderBytes;

const MAGIC = 0x6ebb;
const CONTINUES = 0x80;

/** d: desktop to agent, g: agent to desktop. JSON payloads are described in guest.ts. */
export const frameType = {
  /** g, JSON, conversation 0: the agent has started. */
  announce: 1,
  /** d, JSON: begins a conversation; whatever belonged to an older one is let go. */
  hello: 2,
  /** g, JSON: answer to hello. */
  welcome: 3,
  /** d, JSON; channel is the number of the call. */
  call: 4,
  /** g, JSON; channel as in the call. */
  result: 5,
  /** g, JSON, channel 0: the host's state has changed. */
  event: 6,
  /** d, JSON: opens a channel. */
  open: 7,
  /** Both, raw: stdin, stdout, terminal, stream or file bytes. */
  data: 8,
  /** g, raw: stderr of an exec. */
  dataError: 9,
  /** Both: no more data in this direction. */
  end: 10,
  /** Both, u32le: so many bytes of `data` and `dataError` more may be sent on this channel. */
  credit: 11,
  /** d: give the channel up. g, JSON: the channel is finished, with its result. */
  close: 12,
  /** d, u16le rows, u16le columns: the terminal's size. */
  resize: 13,
  /** g: what the channel is for has begun (shell started, connection made, file opened for writing). */
  opened: 14,
} as const;

/** What each side may send on a fresh channel before the first credit. */
export const initialCredit = 256 * 1024;

export interface GuestFrame {
  readonly type: number;
  /** More of the same payload follows in the next frame of this channel. */
  readonly continues: boolean;
  readonly conversation: number;
  readonly channel: number;
  /** A view on what was pushed: copy what must live longer than the call. */
  readonly payload: Uint8Array;
}

export function writeFrameHeader(
  view: DataView,
  at: number,
  header: { type: number; continues: boolean; conversation: number; channel: number },
  payloadBytes: number,
): void {
  const type = header.continues ? header.type | CONTINUES : header.type;
  view.setUint16(at, MAGIC, true);
  view.setUint8(at + 2, type);
  view.setUint8(at + 3, headerCheck(type, header.conversation, header.channel, payloadBytes));
  view.setUint32(at + 4, header.conversation, true);
  view.setUint32(at + 8, header.channel, true);
  view.setUint32(at + 12, payloadBytes, true);
}

/** One payload as one or more whole frames, back to back. */
export function serializeFrames(
  header: { type: number; conversation: number; channel: number },
  payload: Uint8Array,
): Uint8Array {
  const count = Math.max(1, Math.ceil(payload.length / maxPayloadBytes));
  const out = new Uint8Array(payload.length + count * frameHeaderBytes);
  const view = new DataView(out.buffer);
  for (let i = 0, at = 0; i < count; i++) {
    const part = payload.subarray(i * maxPayloadBytes, (i + 1) * maxPayloadBytes);
    writeFrameHeader(view, at, { ...header, continues: i + 1 < count }, part.length);
    out.set(part, at + frameHeaderBytes);
    at += frameHeaderBytes + part.length;
  }
  return out;
}

function headerCheck(type: number, conversation: number, channel: number, payloadBytes: number): number {
  let fold = conversation ^ channel ^ payloadBytes ^ (type << 8) ^ 0x5a5a;
  fold ^= fold >>> 16;
  return (fold ^ (fold >>> 8)) & 0xff;
}

/** What one look at a buffer found. */
export interface FrameScan {
  /** Bytes that are done with; the rest begins with an unfinished frame. */
  consumed: number;
  /** Bytes among them that belonged to no frame. */
  skipped: number;
}

/**
 * Finds the whole frames in bytes that may begin, or have a hole, anywhere: what is no frame is skipped, up to the next
 * header that checks. The payload handed to `onFrame` is a view.
 */
export function scanFrames(bytes: Uint8Array, onFrame: (frame: GuestFrame) => void): FrameScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let skipped = 0;
  while (at < bytes.length) {
    if (bytes.length - at < frameHeaderBytes) {
      const start = bytes.indexOf(MAGIC & 0xff, at);
      const next = start < 0 ? bytes.length : start;
      return { consumed: next, skipped: skipped + next - at };
    }
    const length = payloadLengthAt(view, at);
    if (length < 0) {
      const start = bytes.indexOf(MAGIC & 0xff, at + 1);
      const next = start < 0 ? bytes.length : start;
      skipped += next - at;
      at = next;
      continue;
    }
    const end = at + frameHeaderBytes + length;
    if (end > bytes.length) break;
    const type = view.getUint8(at + 2);
    onFrame({
      type: type & ~CONTINUES,
      continues: (type & CONTINUES) !== 0,
      conversation: view.getUint32(at + 4, true),
      channel: view.getUint32(at + 8, true),
      payload: bytes.subarray(at + frameHeaderBytes, end),
    });
    at = end;
  }
  return { consumed: at, skipped };
}

/** Payload bytes announced at `at`, or -1 when there is no header. */
function payloadLengthAt(view: DataView, at: number): number {
  if (view.getUint16(at, true) !== MAGIC) return -1;
  const length = view.getUint32(at + 12, true);
  if (length > maxPayloadBytes) return -1;
  const check = headerCheck(view.getUint8(at + 2), view.getUint32(at + 4, true), view.getUint32(at + 8, true), length);
  return view.getUint8(at + 3) === check ? length : -1;
}

/** `scanFrames` over a stream that arrives in chunks. */
export class FrameParser {
  /** Bytes that belonged to no frame. */
  skippedBytes = 0;
  private rest: Uint8Array | null = null;

  /** Calls `onFrame` for every whole frame; the payload is a view that is good until the next push. */
  push(chunk: Uint8Array, onFrame: (frame: GuestFrame) => void): void {
    let bytes = chunk;
    if (this.rest) {
      bytes = new Uint8Array(this.rest.length + chunk.length);
      bytes.set(this.rest);
      bytes.set(chunk, this.rest.length);
    }
    const { consumed, skipped } = scanFrames(bytes, onFrame);
    this.skippedBytes += skipped;
    this.rest = consumed < bytes.length ? bytes.slice(consumed) : null;
  }
}

/** Puts payloads that came in several frames together again, a channel and type at a time. */
export class PayloadJoiner {
  private readonly parts = new Map<string, Uint8Array[]>();

  /** @returns the whole payload with the last frame, null before. */
  join(frame: GuestFrame): Uint8Array | null {
    const key = `${frame.type}/${frame.channel}`;
    const parts = this.parts.get(key);
    if (!frame.continues && !parts) return frame.payload;
    if (frame.continues) {
      if (parts) parts.push(frame.payload.slice());
      else this.parts.set(key, [frame.payload.slice()]);
      return null;
    }
    this.parts.delete(key);
    parts!.push(frame.payload);
    const whole = new Uint8Array(parts!.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts!) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  clear(): void {
    this.parts.clear();
  }
}
