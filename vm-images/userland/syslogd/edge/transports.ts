import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { resolve } from '../../hostd/system/resolver.ts';
import type { RemoteEvents, Transport } from '../remote-output.ts';
import type { RemoteTarget } from '../remote-target.ts';

const ECONNREFUSED = 111;
const EPERM = 1;

export function transportTo(target: RemoteTarget): Transport {
  return target.scheme === 'tcp' ? new TcpTransport(target) : new UdpTransport(target);
}

async function addressOf(target: RemoteTarget): Promise<string> {
  const address = target.host.includes(':') ? target.host : await resolve(target.host, 4);
  if (address === null) throw new Error(`the name ${target.host} cannot be resolved`);
  return address;
}

function domainOf(address: string): 'inet' | 'inet6' {
  return address.includes(':') ? 'inet6' : 'inet';
}

/** The packet filter refuses with EPERM: say what to do about it. */
function reasonOf(error: unknown): string {
  const errno = (error as { errno?: number }).errno;
  if (errno === EPERM) return 'the firewall does not let it out (ruleset syslog)';
  if (errno !== undefined) return std.strerror(errno);
  return error instanceof Error ? error.message : String(error);
}

/** One datagram a line. */
class UdpTransport implements Transport {
  readonly #target: RemoteTarget;
  #events: RemoteEvents | null = null;
  #fd = -1;

  constructor(target: RemoteTarget) {
    this.#target = target;
  }

  open(events: RemoteEvents): void {
    this.#events = events;
    addressOf(this.#target).then(
      (host) => {
        try {
          this.#fd = native.socket(domainOf(host), 'dgram');
          native.connect(this.#fd, { host, port: this.#target.port });
          events.ready();
        } catch (error) {
          this.#lose(error);
        }
      },
      (error) => this.#lose(error),
    );
  }

  send(line: string): boolean {
    const bytes = native.utf8Encode(line);
    try {
      return native.send(this.#fd, bytes, 0, Math.min(bytes.byteLength, 4096)) !== null || this.#later();
    } catch (error) {
      // "Port unreachable" for an earlier datagram: with UDP nobody promised anything.
      if ((error as { errno?: number }).errno === ECONNREFUSED) return true;
      this.#lose(error);
      return false;
    }
  }

  #later(): false {
    os.setWriteHandler(this.#fd, () => {
      os.setWriteHandler(this.#fd, null);
      this.#events?.writable();
    });
    return false;
  }

  #lose(error: unknown): void {
    this.close();
    this.#events?.lost(reasonOf(error));
  }

  close(): void {
    if (this.#fd < 0) return;
    os.setWriteHandler(this.#fd, null);
    os.close(this.#fd);
    this.#fd = -1;
  }
}

const SOL_SOCKET = 1;
const SO_KEEPALIVE = 9;
const IPPROTO_TCP = 6;
const TCP_USER_TIMEOUT = 18;
const unansweredMs = 30_000;

/** Lines with a line end behind each (RFC 6587, section 3.4.2). */
class TcpTransport implements Transport {
  readonly #target: RemoteTarget;
  #events: RemoteEvents | null = null;
  #fd = -1;
  /** The unsent end of a line. */
  #rest: ArrayBuffer | null = null;

  constructor(target: RemoteTarget) {
    this.#target = target;
  }

  open(events: RemoteEvents): void {
    this.#events = events;
    addressOf(this.#target).then(
      (host) => {
        try {
          this.#connect(host);
        } catch (error) {
          this.#lose(error);
        }
      },
      (error) => this.#lose(error),
    );
  }

  #connect(host: string): void {
    this.#rest = null;
    this.#fd = native.socket(domainOf(host), 'stream');
    native.setSocketOption(this.#fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    native.setSocketOption(this.#fd, IPPROTO_TCP, TCP_USER_TIMEOUT, unansweredMs);
    if (native.connect(this.#fd, { host, port: this.#target.port })) this.#connected();
    else os.setWriteHandler(this.#fd, () => this.#finishConnect());
  }

  #finishConnect(): void {
    os.setWriteHandler(this.#fd, null);
    const errno = native.socketError(this.#fd);
    if (errno === 0) this.#connected();
    else this.#lose(new Error(std.strerror(errno)));
  }

  #connected(): void {
    const buffer = new ArrayBuffer(512);
    os.setReadHandler(this.#fd, () => {
      try {
        // Receivers say nothing; what comes is the end of the connection.
        const got = native.recv(this.#fd, buffer, 0, buffer.byteLength);
        if (got?.length === 0) this.#lose(new Error('the connection was closed'));
      } catch (error) {
        this.#lose(error);
      }
    });
    this.#events?.ready();
  }

  send(line: string): boolean {
    if (this.#rest !== null || this.#fd < 0) return false;
    this.#push(native.utf8Encode(`${line}\n`));
    return true;
  }

  #push(bytes: ArrayBuffer): void {
    try {
      const sent = native.send(this.#fd, bytes, 0, bytes.byteLength) ?? 0;
      this.#rest = sent === bytes.byteLength ? null : bytes.slice(sent);
    } catch (error) {
      this.#lose(error);
      return;
    }
    if (this.#rest === null) return;
    os.setWriteHandler(this.#fd, () => this.#continue());
  }

  #continue(): void {
    os.setWriteHandler(this.#fd, null);
    if (this.#rest !== null) this.#push(this.#rest);
    if (this.#rest === null && this.#fd >= 0) this.#events?.writable();
  }

  #lose(error: unknown): void {
    this.close();
    this.#events?.lost(reasonOf(error));
  }

  close(): void {
    if (this.#fd < 0) return;
    os.setReadHandler(this.#fd, null);
    os.setWriteHandler(this.#fd, null);
    os.close(this.#fd);
    this.#fd = -1;
  }
}
