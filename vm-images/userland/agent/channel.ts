import * as native from 'native';
import * as os from 'os';
import type { CloseMessage } from '../../../main/shared/contracts/guest.ts';
import {
  frameHeaderBytes,
  frameType,
  initialCredit,
  maxPayloadBytes,
} from '../../../main/shared/contracts/guest-frames.ts';
import type { Port } from './port.ts';

/** One open channel of the conversation. The desktop keeps to the credit, so what waits here is bounded. */
export interface Channel {
  data(payload: Uint8Array, continues: boolean): void;
  end(): void;
  /** The desktop gives the channel up. */
  abandon(): void;
  resize(rows: number, columns: number): void;
  /** Sending may go on: there is credit, or the port has drained. */
  resume(): void;
  /** The desktop that opened it is gone (this machine is a copy, or the app was started anew). */
  orphan(): void;
}

/** Everything a channel needs to talk back. */
export class Outlet {
  readonly port: Port;
  readonly id: number;
  credit = initialCredit;
  private closed = false;
  private readonly onClosed: () => void;

  constructor(port: Port, id: number, onClosed: () => void) {
    this.port = port;
    this.id = id;
    this.onClosed = onClosed;
  }

  get canSend(): boolean {
    return this.credit > 0 && !this.port.busy;
  }

  /** The conversation this belonged to is over: what is still read is thrown away. */
  orphaned = false;

  opened(): void {
    if (!this.orphaned) this.port.send(frameType.opened, this.id, new Uint8Array(0));
  }

  /**
   * Moves what `fd` has to say onto the channel, as far as credit goes.
   *
   * @returns `more` when it stopped for lack of credit, `empty` when nothing is there now, `end` at end of file.
   */
  pump(fd: number, type: number): 'more' | 'empty' | 'end' {
    for (;;) {
      if (!this.orphaned && !this.canSend) return 'more';
      const room = this.orphaned ? maxPayloadBytes : Math.min(maxPayloadBytes, this.credit);
      const count = readOrEnd(fd, this.port.scratch, frameHeaderBytes, room);
      if (count === null) return 'empty';
      if (count === 0) return 'end';
      if (this.orphaned) continue;
      this.credit -= count;
      this.port.sendScratch(type, this.id, count);
    }
  }

  /** Lets the desktop send so many bytes more. */
  giveCredit(bytes: number): void {
    if (this.orphaned || bytes === 0) return;
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, bytes, true);
    this.port.send(frameType.credit, this.id, payload);
  }

  end(): void {
    if (!this.orphaned) this.port.send(frameType.end, this.id, new Uint8Array(0));
  }

  close(message: CloseMessage): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.orphaned) this.port.sendJson(frameType.close, this.id, message);
    this.onClosed();
  }
}

/** EIO is how a terminal's master says that the last slave is closed. */
const EIO = 5;

function readOrEnd(fd: number, buffer: ArrayBuffer, offset: number, length: number): number | null {
  try {
    return native.read(fd, buffer, offset, length);
  } catch (error) {
    if (errnoOf(error) === EIO) return 0;
    throw error;
  }
}

/** Writes to a descriptor in the order given, waiting when it is full; what was taken is given back as credit. */
export class Inlet {
  private readonly fd: number;
  private readonly outlet: Outlet;
  private waiting: Uint8Array[] = [];
  private ending: (() => void) | null = null;
  private closed = false;

  constructor(fd: number, outlet: Outlet) {
    this.fd = fd;
    this.outlet = outlet;
  }

  write(payload: Uint8Array): void {
    if (this.closed) {
      this.outlet.giveCredit(payload.length);
      return;
    }
    const sent = this.waiting.length > 0 ? 0 : this.tryWrite(payload);
    if (sent < payload.length) {
      this.waiting.push(payload.slice(sent));
      os.setWriteHandler(this.fd, () => this.writable());
    }
    this.outlet.giveCredit(sent);
  }

  /** Closes the descriptor once everything has been written. */
  end(): void {
    this.endWith(() => this.close());
  }

  /** Calls back once everything has been written. */
  endWith(done: () => void): void {
    if (this.closed || this.waiting.length === 0) done();
    else this.ending = done;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    os.setWriteHandler(this.fd, null);
    this.waiting = [];
    os.close(this.fd);
  }

  private writable(): void {
    for (let head = this.waiting[0]; head; head = this.waiting[0]) {
      const sent = this.tryWrite(head);
      this.outlet.giveCredit(sent);
      if (sent < head.length) {
        this.waiting[0] = head.subarray(sent);
        return;
      }
      this.waiting.shift();
    }
    os.setWriteHandler(this.fd, null);
    this.ending?.();
  }

  /** A reader that is gone takes everything: the rest of the input does not matter to anybody. */
  private tryWrite(payload: Uint8Array): number {
    try {
      return native.write(this.fd, payload.buffer as ArrayBuffer, payload.byteOffset, payload.length) ?? 0;
    } catch {
      return payload.length;
    }
  }
}

export function errnoOf(error: unknown): number {
  return (error as { errno?: number } | null)?.errno ?? 0;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
