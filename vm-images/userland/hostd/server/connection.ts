import * as native from 'native';
import * as os from 'os';

/** Bytes waiting to be sent beyond which producers are held back. */
const HIGH_WATER_BYTES = 65536;
const READ_BYTES = 16384;

/** A stream socket: whole writes with backpressure, reads by callback. */
export class Connection {
  private readonly fd: number;
  private readonly queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private waiters: (() => void)[] = [];
  private closed = false;
  private ending = false;
  private readonly onData: (chunk: Uint8Array) => void;
  private readonly onClose: () => void;

  constructor(fd: number, onData: (chunk: Uint8Array) => void, onClose: () => void) {
    this.fd = fd;
    this.onData = onData;
    this.onClose = onClose;
    native.setNonblocking(fd, true);
    os.setReadHandler(fd, () => this.readable());
  }

  /** Resolves when the queue is short enough for more; at once when closed. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.closed || this.ending) return Promise.resolve();
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    this.flush();
    if (this.queuedBytes < HIGH_WATER_BYTES || this.closed) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Sends what is queued, then closes. */
  end(): void {
    this.ending = true;
    if (this.queue.length === 0) this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    os.setReadHandler(this.fd, null);
    os.setWriteHandler(this.fd, null);
    os.close(this.fd);
    for (const waiter of this.waiters.splice(0)) waiter();
    this.onClose();
  }

  private readable(): void {
    const buffer = new ArrayBuffer(READ_BYTES);
    let received: { length: number } | null;
    try {
      received = native.recv(this.fd, buffer, 0, READ_BYTES);
    } catch {
      this.close();
      return;
    }
    if (received === null) return;
    if (received.length === 0) this.close();
    else this.onData(new Uint8Array(buffer, 0, received.length));
  }

  private flush(): void {
    try {
      while (this.queue.length > 0) {
        const first = this.queue[0]!;
        const sent = native.send(this.fd, first.buffer as ArrayBuffer, first.byteOffset, first.length);
        if (sent === null) {
          os.setWriteHandler(this.fd, () => this.flush());
          return;
        }
        this.queuedBytes -= sent;
        if (sent < first.length) this.queue[0] = first.subarray(sent);
        else this.queue.shift();
      }
    } catch {
      this.close();
      return;
    }
    os.setWriteHandler(this.fd, null);
    for (const waiter of this.waiters.splice(0)) waiter();
    if (this.ending) this.close();
  }
}
