import * as native from 'native';
import * as os from 'os';
import type { PingEvent, PingOptions, PingSummary } from '../../model/system.ts';
import { errnoName, rethrow } from './errno.ts';

const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
const IP_TTL = 2;
const IP_MTU_DISCOVER = 10;
const IPV6_UNICAST_HOPS = 16;
const IPV6_MTU_DISCOVER = 23;
const IPV6_DONTFRAG = 62;
const PMTUDISC_DO = 2;

interface Pending {
  sentMs: number;
  answered: boolean;
  cancel: os.Timer;
}

/** Raw ICMP echo, as `System.network.ping` describes. */
export function ping(options: PingOptions, onEvent: (event: PingEvent) => void): Promise<PingSummary> {
  return new Promise((resolve, reject) => {
    try {
      new Pinger(options, onEvent, resolve).start();
    } catch (error) {
      reject(error);
    }
  });
}

class Pinger {
  private readonly options: PingOptions;
  private readonly onEvent: (event: PingEvent) => void;
  private readonly finished: (summary: PingSummary) => void;
  private readonly fd: number;
  private readonly identifier = Math.floor(Math.random() * 0xffff);
  private readonly pending = new Map<number, Pending>();
  private readonly rtts: number[] = [];
  private readonly buffer = new ArrayBuffer(65536);
  private sequence = 0;
  private duplicates = 0;
  private transmitted = 0;
  private done = false;
  private next: os.Timer | null = null;
  private removeAbort: (() => void) | null = null;

  constructor(options: PingOptions, onEvent: (event: PingEvent) => void, finished: (summary: PingSummary) => void) {
    this.options = options;
    this.onEvent = onEvent;
    this.finished = finished;
    const v6 = options.family === 6;
    this.fd = native.socket(v6 ? 'inet6' : 'inet', 'raw', v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    try {
      this.configure(v6);
    } catch (error) {
      os.close(this.fd);
      rethrow(error, options.vmknic ?? options.address);
    }
  }

  private configure(v6: boolean): void {
    const { vmknic, ttl, dontFragment } = this.options;
    if (vmknic !== undefined) {
      native.setSocketOption(this.fd, SOL_SOCKET, SO_BINDTODEVICE, native.utf8Encode(`${vmknic}\0`));
    }
    if (ttl !== undefined) {
      native.setSocketOption(this.fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_UNICAST_HOPS : IP_TTL, ttl);
    }
    if (dontFragment && v6) {
      native.setSocketOption(this.fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
      native.setSocketOption(this.fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_DO);
    } else if (!v6) {
      // Without the wish packets may be fragmented here (PMTUDISC_DONT).
      native.setSocketOption(this.fd, IPPROTO_IP, IP_MTU_DISCOVER, dontFragment ? PMTUDISC_DO : 0);
    }
  }

  start(): void {
    os.setReadHandler(this.fd, () => this.receive());
    this.removeAbort = this.options.signal?.onAbort(() => this.finish()) ?? null;
    if (!this.done) this.send();
  }

  private send(): void {
    const { address, count, intervalMs, timeoutMs } = this.options;
    const sequence = this.sequence++;
    const message = this.request(sequence);
    this.transmitted++;
    try {
      native.send(this.fd, message, 0, message.byteLength, { host: address, port: 0 });
      const cancel = os.setTimeout(() => this.timeout(sequence), timeoutMs);
      this.pending.set(sequence, { sentMs: os.now(), answered: false, cancel });
    } catch (error) {
      const errno = (error as { errno?: number }).errno ?? 0;
      // Messages for an interface that is down or has no address.
      const name = errno === 90 ? 'EMSGSIZE' : errno === 100 ? 'ENETDOWN' : errnoName(errno);
      this.onEvent({ kind: 'send-error', sequence, errno: name });
    }
    if (this.done) return;
    if (count === 0 || this.sequence < count) this.next = os.setTimeout(() => this.send(), intervalMs);
    else {
      this.next = null;
      this.finishWhenIdle();
    }
  }

  private request(sequence: number): ArrayBuffer {
    const length = 8 + this.options.payloadBytes;
    const buffer = new ArrayBuffer(length);
    const view = new DataView(buffer);
    view.setUint8(0, this.options.family === 4 ? 8 : 128);
    view.setUint16(4, this.identifier, false);
    view.setUint16(6, sequence & 0xffff, false);
    // The payload is zero, so the checksum is that of the header's three words; ICMPv6's is the kernel's work.
    if (this.options.family === 4) {
      let sum = 0x0800 + this.identifier + (sequence & 0xffff);
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      view.setUint16(2, ~sum & 0xffff, false);
    }
    return buffer;
  }

  private receive(): void {
    for (;;) {
      let received: ReturnType<typeof native.recv>;
      try {
        received = native.recv(this.fd, this.buffer, 0, this.buffer.byteLength);
      } catch {
        // An ICMP error queued on the socket: the request it belongs to times out.
        return;
      }
      if (received === null) return;
      const from = received.from !== null && 'host' in received.from ? received.from.host : '';
      this.answer(new DataView(this.buffer, 0, received.length), from);
      if (this.done) return;
    }
  }

  private answer(view: DataView, from: string): void {
    const v4 = this.options.family === 4;
    const header = v4 ? (view.getUint8(0) & 15) * 4 : 0;
    if (view.byteLength < header + 8 || view.getUint8(header) !== (v4 ? 0 : 129)) return;
    if (view.getUint16(header + 4, false) !== this.identifier) return;
    const sequence = view.getUint16(header + 6, false);
    const request = this.pending.get(sequence);
    if (request === undefined) return;
    const rttMs = os.now() - request.sentMs;
    const duplicate = request.answered;
    if (duplicate) this.duplicates++;
    else this.rtts.push(rttMs);
    request.answered = true;
    os.clearTimeout(request.cancel);
    const ttl = v4 ? view.getUint8(8) : 64;
    this.onEvent({ kind: 'reply', sequence, bytes: view.byteLength - header, from, ttl, rttMs, duplicate });
    this.finishWhenIdle();
  }

  private timeout(sequence: number): void {
    this.pending.delete(sequence);
    this.onEvent({ kind: 'timeout', sequence });
    this.finishWhenIdle();
  }

  private finishWhenIdle(): void {
    if (this.next !== null || this.options.count === 0 || this.sequence < this.options.count) return;
    for (const request of this.pending.values()) if (!request.answered) return;
    this.finish();
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    if (this.next !== null) os.clearTimeout(this.next);
    for (const request of this.pending.values()) os.clearTimeout(request.cancel);
    this.removeAbort?.();
    os.setReadHandler(this.fd, null);
    os.close(this.fd);
    const received = this.rtts.length;
    this.finished({
      transmitted: this.transmitted,
      received,
      duplicates: this.duplicates,
      minMs: received === 0 ? 0 : Math.min(...this.rtts),
      maxMs: received === 0 ? 0 : Math.max(...this.rtts),
      avgMs: received === 0 ? 0 : this.rtts.reduce((sum, rtt) => sum + rtt, 0) / received,
    });
  }
}
