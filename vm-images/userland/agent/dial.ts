import * as native from 'native';
import * as os from 'os';
import { frameHeaderBytes, frameType, maxPayloadBytes } from '../../../main/shared/contracts/guest-frames.ts';
import { type Channel, Inlet, messageOf, type Outlet } from './channel.ts';

const CONNECT_MS = 10_000;
const MAX_DATAGRAM_BYTES = 65_535;

export interface DialOpen {
  protocol: 'tcp' | 'udp';
  host: string;
  port: number;
}

export class DialError extends Error {}

/** A TCP connection from inside the guest to one of its ports (or wherever it can reach). */
export class TcpChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly fd: number;
  private input: Inlet | null = null;
  private timer: os.Timer | null = null;
  private early: Uint8Array[] = [];
  private earlyEnd = false;
  private readEnded = false;
  private finished = false;

  constructor(outlet: Outlet, open: DialOpen) {
    this.outlet = outlet;
    this.fd = native.socket('inet', 'stream');
    try {
      native.connect(this.fd, { host: open.host, port: open.port });
    } catch (error) {
      os.close(this.fd);
      throw new DialError(messageOf(error));
    }
    // Connected at once or not: writable says when.
    os.setWriteHandler(this.fd, () => this.connected());
    this.timer = os.setTimeout(() => this.fail(`no answer within ${CONNECT_MS / 1000} s`), CONNECT_MS);
  }

  data(payload: Uint8Array): void {
    if (this.input) this.input.write(payload);
    else this.early.push(payload.slice());
  }

  end(): void {
    if (!this.input) this.earlyEnd = true;
    else this.input.endWith(() => shutdownWrite(this.fd));
  }

  abandon(): void {
    this.finish({});
  }

  orphan(): void {
    this.outlet.orphaned = true;
    this.finish({});
  }

  resize(): void {}

  resume(): void {
    if (this.input && !this.finished && !this.readEnded) this.pump();
  }

  private connected(): void {
    if (this.finished) return;
    os.setWriteHandler(this.fd, null);
    if (this.timer) os.clearTimeout(this.timer);
    const errno = native.socketError(this.fd);
    if (errno !== 0) {
      this.fail(`connection refused or unreachable (error ${errno})`);
      return;
    }
    const writer = os.dup(this.fd);
    native.setCloseOnExec(writer, true);
    this.input = new Inlet(writer, this.outlet);
    this.outlet.opened();
    for (const payload of this.early.splice(0)) this.input.write(payload);
    if (this.earlyEnd) this.end();
    os.setReadHandler(this.fd, () => this.pump());
  }

  private pump(): void {
    let result: 'more' | 'empty' | 'end';
    try {
      result = this.outlet.pump(this.fd, frameType.data);
    } catch {
      // reset by the peer
      this.finish({});
      return;
    }
    if (result === 'empty') {
      os.setReadHandler(this.fd, () => this.pump());
      return;
    }
    os.setReadHandler(this.fd, null);
    if (result === 'end') {
      this.readEnded = true;
      this.outlet.end();
      this.finish({});
    }
  }

  private fail(message: string): void {
    this.finish({ error: { code: 'guest.dial', message } });
  }

  private finish(message: { error?: { code: string; message: string } }): void {
    if (this.finished) return;
    this.finished = true;
    if (this.timer) os.clearTimeout(this.timer);
    os.setReadHandler(this.fd, null);
    os.setWriteHandler(this.fd, null);
    this.input?.close();
    os.close(this.fd);
    this.outlet.close(message);
  }
}

/** Datagrams to and from one port: a payload is a datagram. What the credit does not allow is dropped, as on any network. */
export class UdpChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly fd: number;
  private readonly buffer = new ArrayBuffer(MAX_DATAGRAM_BYTES);
  private parts: Uint8Array[] = [];
  private finished = false;

  constructor(outlet: Outlet, open: DialOpen) {
    this.outlet = outlet;
    this.fd = native.socket('inet', 'dgram');
    try {
      native.connect(this.fd, { host: open.host, port: open.port });
    } catch (error) {
      os.close(this.fd);
      throw error;
    }
    os.setReadHandler(this.fd, () => this.readable());
    outlet.opened();
  }

  data(payload: Uint8Array, continues: boolean): void {
    this.outlet.giveCredit(payload.length);
    this.parts.push(continues || this.parts.length > 0 ? payload.slice() : payload);
    if (continues) return;
    const datagram = this.parts.length === 1 ? this.parts[0]! : join(this.parts);
    this.parts = [];
    try {
      native.send(this.fd, datagram.buffer as ArrayBuffer, datagram.byteOffset, datagram.length);
    } catch {
      // nobody listens (the ICMP error of the datagram before): the sender learns it from silence
    }
  }

  end(): void {}

  abandon(): void {
    if (this.finished) return;
    this.finished = true;
    os.setReadHandler(this.fd, null);
    os.close(this.fd);
    this.outlet.close({});
  }

  orphan(): void {
    this.outlet.orphaned = true;
    this.abandon();
  }

  resize(): void {}
  resume(): void {}

  private readable(): void {
    for (;;) {
      let count: number;
      try {
        const received = native.recv(this.fd, this.buffer, 0, MAX_DATAGRAM_BYTES);
        if (received === null) return;
        count = received.length;
      } catch {
        // the ICMP error of an earlier datagram, reported once; the handler comes again when there is more
        return;
      }
      if (count > this.outlet.credit || this.outlet.port.busy) continue;
      this.outlet.credit -= count;
      this.sendDatagram(count);
    }
  }

  private sendDatagram(count: number): void {
    let at = 0;
    do {
      const piece = Math.min(maxPayloadBytes, count - at);
      new Uint8Array(this.outlet.port.scratch, frameHeaderBytes).set(new Uint8Array(this.buffer, at, piece));
      at += piece;
      this.outlet.port.sendScratch(frameType.data, this.outlet.id, piece, at < count);
    } while (at < count);
  }
}

/** The peer may have gone already: then there is nothing left to tell it. */
function shutdownWrite(fd: number): void {
  try {
    native.shutdown(fd, 'write');
  } catch {
    // not connected any more
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
