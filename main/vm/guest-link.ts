import { randomBytes } from 'node:crypto';
import {
  type CallMessage,
  type CloseMessage,
  closeMessage,
  guestProtocol,
  type HelloMessage,
  hostStateMessage,
  type OpenMessage,
  resultMessage,
} from '../shared/contracts/guest.ts';
import {
  FrameParser,
  frameType,
  type GuestFrame,
  initialCredit,
  maxPayloadBytes,
  PayloadJoiner,
  serializeFrames,
} from '../shared/contracts/guest-frames.ts';
import { Emitter } from '../shared/emitter.ts';
import { LabError } from '../shared/errors.ts';

/** A restored agent answers a hello within milliseconds; one that was cut off in the middle of a frame needs a push. */
const HELLO_RETRY_MS = 400;
const GIVE_CREDIT_AT = initialCredit / 4;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What a channel of the conversation tells its user. */
export interface ChannelEvents {
  opened?(): void;
  /** `more`: the datagram goes on with the next call. */
  data?(bytes: Uint8Array, more: boolean): void;
  dataError?(bytes: Uint8Array): void;
  end?(): void;
  /** Everything that was written has been accepted for sending. */
  drained?(): void;
  /** Last of all, once; also when the conversation ends (`error` is then `guest.no-answer`). */
  closed(message: CloseMessage): void;
}

/**
 * The desktop's end of the conversation with the agent: frames, channels, credit. A conversation has a number of its
 * own, so that an agent that wakes in a copy of the machine, or is asked by a new desktop, never mixes two.
 */
export class GuestLink {
  /** The agent has answered: `ready` is what it knows of the host. */
  private readonly states = new Emitter<{ ready: boolean }>();
  readonly onState = this.states.event;
  private readonly problems = new Emitter<LabError>();
  readonly onProblem = this.problems.event;
  private readonly post: (bytes: Uint8Array) => void;
  private readonly parser = new FrameParser();
  private readonly joiner = new PayloadJoiner();
  private readonly channels = new Map<number, GuestChannelEnd>();
  private readonly calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: LabError) => void }>();
  private conversation = 0;
  private connected = false;
  private nextId = 1;
  private timer: NodeJS.Timeout | undefined;
  private waiters: (() => void)[] = [];

  constructor(post: (bytes: Uint8Array) => void) {
    this.post = post;
  }

  /** The machine has an agent already (it was restored): speak first. */
  connect(): void {
    this.forget('the conversation begins anew');
    this.hello(0);
  }

  /** The machine went off or began to boot: whatever was under way is over, the agent will announce itself. */
  disconnect(reason: string): void {
    this.forget(reason);
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /** @throws LabError `guest.not-ready` when no agent answers in time. */
  async whenConnected(timeoutMs: number): Promise<void> {
    if (this.connected) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((waiter) => waiter !== done);
        reject(new LabError('guest.not-ready', 'the host has no agent to ask: it is off or still starting'));
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.waiters.push(done);
    });
  }

  /** One question and its answer. @throws LabError as the agent says, or `guest.no-answer`. */
  call(message: CallMessage, timeoutMs: number): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.calls.delete(id);
        reject(new LabError('guest.no-answer', `no answer to ${message.method} in ${timeoutMs} ms`));
      }, timeoutMs);
      this.calls.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.send(frameType.call, id, encoder.encode(JSON.stringify(message)));
    });
  }

  open(message: OpenMessage, events: ChannelEvents): GuestChannelEnd {
    const id = this.nextId++;
    const end = new GuestChannelEnd(events, {
      send: (type, payload) => this.send(type, id, payload),
      forget: () => this.channels.delete(id),
    });
    this.channels.set(id, end);
    this.send(frameType.open, id, encoder.encode(JSON.stringify(message)));
    return end;
  }

  /** Bytes from the guest. Never throws: what is no frame of this conversation is skipped. */
  receive(bytes: Uint8Array): void {
    this.parser.push(bytes, (frame) => this.take(frame));
  }

  get skippedBytes(): number {
    return this.parser.skippedBytes;
  }

  private take(frame: GuestFrame): void {
    if (frame.type === frameType.announce) {
      this.forget('the agent has been started anew');
      this.hello(0);
      return;
    }
    if (frame.conversation !== this.conversation) return;
    switch (frame.type) {
      case frameType.welcome:
      case frameType.event: {
        const state = parseJson(frame.payload, hostStateMessage);
        if (!state) return;
        if (frame.type === frameType.welcome) this.welcomed();
        this.states.fire({ ready: state.ready });
        if (state.problem !== undefined) this.problems.fire(new LabError('guest.agent-problem', state.problem));
        return;
      }
      case frameType.result:
        this.answered(frame);
        return;
      default:
        this.channels.get(frame.channel)?.take(frame, this.joiner);
        return;
    }
  }

  private answered(frame: GuestFrame): void {
    const payload = this.joiner.join(frame);
    if (!payload) return;
    const call = this.calls.get(frame.channel);
    this.calls.delete(frame.channel);
    const result = parseJson(payload, resultMessage);
    if (!result) call?.reject(new LabError('guest.bad-answer', 'the agent sent something that is no answer'));
    else if (result.error) call?.reject(new LabError(result.error.code, result.error.message));
    else call?.resolve(result.value);
  }

  private hello(attempt: number): void {
    clearTimeout(this.timer);
    // A new number for each attempt: an answer to an earlier one must not pass for this one's.
    this.conversation = randomBytes(4).readUInt32LE() || 1;
    // The agent may be waiting for the rest of a frame that its former desktop never sent: bury that in zeros.
    if (attempt === 1) this.post(new Uint8Array(maxPayloadBytes + 1));
    const message: HelloMessage = {
      protocol: guestProtocol,
      timeMs: Date.now(),
      entropy: randomBytes(32).toString('hex'),
    };
    this.send(frameType.hello, 0, encoder.encode(JSON.stringify(message)));
    if (attempt < 5) this.timer = setTimeout(() => this.hello(attempt + 1), HELLO_RETRY_MS * (attempt + 1));
  }

  private welcomed(): void {
    clearTimeout(this.timer);
    this.connected = true;
    for (const waiter of this.waiters.splice(0)) waiter();
  }

  private forget(reason: string): void {
    clearTimeout(this.timer);
    this.connected = false;
    this.conversation = 0;
    this.joiner.clear();
    const lost = { error: { code: 'guest.no-answer', message: reason } };
    for (const end of [...this.channels.values()]) end.finish(lost);
    for (const call of [...this.calls.values()]) call.reject(new LabError('guest.no-answer', reason));
    this.calls.clear();
  }

  private send(type: number, channel: number, payload: Uint8Array): void {
    this.post(serializeFrames({ type, channel, conversation: this.conversation }, payload));
  }
}

interface ChannelDoor {
  send(type: number, payload: Uint8Array): void;
  forget(): void;
}

/** One open channel: sends as its credit allows, gives credit as its user consumes. */
export class GuestChannelEnd {
  private readonly events: ChannelEvents;
  private readonly door: ChannelDoor;
  private credit: number = initialCredit;
  private queue: { bytes: Uint8Array; whole: boolean }[] = [];
  private ending = false;
  private endSent = false;
  private owed = 0;
  private held = false;
  private finished = false;

  constructor(events: ChannelEvents, door: ChannelDoor) {
    this.events = events;
    this.door = door;
  }

  /** Bytes that wait for credit. */
  get waitingBytes(): number {
    return this.queue.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** @param whole Keep these bytes one payload (a datagram). */
  write(bytes: Uint8Array, whole = false): void {
    if (this.finished || this.ending || (bytes.length === 0 && !whole)) return;
    this.queue.push({ bytes: bytes.slice(), whole });
    this.flush();
  }

  end(): void {
    if (this.finished || this.ending) return;
    this.ending = true;
    this.flush();
  }

  resize(rows: number, columns: number): void {
    if (this.finished) return;
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint16(0, rows, true);
    new DataView(payload.buffer).setUint16(2, columns, true);
    this.door.send(frameType.resize, payload);
  }

  /** Stops the other side once it has used its credit; what is under way still arrives. */
  hold(on: boolean): void {
    this.held = on;
    if (!on) this.giveCredit(0);
  }

  /** Gives the channel up: the agent ends what it was for. */
  abandon(): void {
    if (this.finished) return;
    this.door.send(frameType.close, new Uint8Array(0));
    this.finish({});
  }

  finish(message: CloseMessage): void {
    if (this.finished) return;
    this.finished = true;
    this.queue = [];
    this.door.forget();
    this.events.closed(message);
  }

  take(frame: GuestFrame, joiner: PayloadJoiner): void {
    switch (frame.type) {
      case frameType.opened:
        this.events.opened?.();
        return;
      case frameType.data:
        this.events.data?.(frame.payload.slice(), frame.continues);
        this.giveCredit(frame.payload.length);
        return;
      case frameType.dataError:
        this.events.dataError?.(frame.payload.slice());
        this.giveCredit(frame.payload.length);
        return;
      case frameType.end:
        this.events.end?.();
        return;
      case frameType.credit:
        if (frame.payload.length < 4) return;
        this.credit += new DataView(frame.payload.buffer, frame.payload.byteOffset).getUint32(0, true);
        this.flush();
        return;
      case frameType.close: {
        const payload = joiner.join(frame);
        if (payload) this.finish(parseJson(payload, closeMessage) ?? {});
      }
    }
  }

  private flush(): void {
    for (let head = this.queue[0]; head; head = this.queue[0]) {
      if (this.credit <= 0 || (head.whole && this.credit < head.bytes.length)) return;
      const count = head.whole ? head.bytes.length : Math.min(this.credit, maxPayloadBytes, head.bytes.length);
      this.credit -= count;
      this.door.send(frameType.data, head.bytes.subarray(0, count));
      if (count === head.bytes.length) this.queue.shift();
      else head.bytes = head.bytes.subarray(count);
    }
    this.events.drained?.();
    if (!this.ending || this.endSent) return;
    this.endSent = true;
    this.door.send(frameType.end, new Uint8Array(0));
  }

  private giveCredit(bytes: number): void {
    this.owed += bytes;
    if (this.held || this.finished || this.owed < GIVE_CREDIT_AT) return;
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, this.owed, true);
    this.owed = 0;
    this.door.send(frameType.credit, payload);
  }
}

/** Data enters from the guest here: what does not fit its schema is no message. */
function parseJson<T>(
  payload: Uint8Array,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(decoder.decode(payload)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
