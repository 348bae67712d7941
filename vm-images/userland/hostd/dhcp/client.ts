import type { DhcpLease } from '../../model/host.ts';
import * as wire from './wire.ts';

/** How a client reaches its interface; the real one is a UDP socket bound to it (`port.ts`). */
export interface DhcpPort {
  send(message: Uint8Array): void;
  onMessage(handler: (message: Uint8Array) => void): void;
  close(): void;
}

export interface DhcpTimers {
  /** @returns cancels. */
  after(ms: number, action: () => void): () => void;
  random(): number;
}

export interface DhcpClientOptions {
  vmknic: string;
  mac: string;
  hostName: string;
  port: DhcpPort;
  timers: DhcpTimers;
  /** A lease began, changed or (null) ended. */
  onLease(lease: DhcpLease | null): void;
  log(message: string): void;
}

/** Waits before asking again, milliseconds; the last one repeats. */
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000];
/** Unanswered requests before a link-local address is taken. */
const TRIES_BEFORE_LINK_LOCAL = 4;

/** One interface's DHCP client: discover, request, renew at half time, start over when the lease is lost. */
export class DhcpClient {
  private readonly options: DhcpClientOptions;
  private state: 'selecting' | 'requesting' | 'bound' | 'renewing' = 'selecting';
  private xid = 0;
  private tries = 0;
  private offer: wire.ServerMessage | null = null;
  private lease: DhcpLease | null = null;
  private cancel: (() => void) | null = null;
  private closed = false;

  constructor(options: DhcpClientOptions) {
    this.options = options;
    options.port.onMessage((bytes) => this.receive(bytes));
    this.discover();
  }

  /** Asks for the address it has again, or for a new one. */
  renew(): void {
    if (this.lease !== null && !this.lease.linkLocal) {
      this.state = 'renewing';
      this.tries = 0;
      this.request();
    } else this.discover();
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.options.port.close();
  }

  private discover(): void {
    this.state = 'selecting';
    this.tries = 0;
    this.offer = null;
    this.xid = Math.floor(this.options.timers.random() * 0xffffffff) >>> 0;
    this.askForOffer();
  }

  private askForOffer(): void {
    this.send({ type: wire.DHCP_DISCOVER });
    this.later(() => {
      if (this.tries >= TRIES_BEFORE_LINK_LOCAL && this.lease === null) this.takeLinkLocal();
      this.askForOffer();
    });
  }

  private request(): void {
    const renewing = this.state === 'renewing' && this.lease !== null;
    if (renewing) this.send({ type: wire.DHCP_REQUEST, ciaddr: this.lease!.address });
    else if (this.offer !== null) {
      this.send({ type: wire.DHCP_REQUEST, requestedAddress: this.offer.yiaddr, serverId: this.offer.serverId });
    }
    this.later(() => {
      if (this.tries < RETRY_MS.length) this.request();
      else {
        if (renewing) this.lose('the lease was not renewed');
        this.discover();
      }
    });
  }

  private receive(bytes: Uint8Array): void {
    const message = wire.parseServerMessage(bytes);
    if (this.closed || message === null || message.xid !== this.xid || message.mac !== this.options.mac) return;
    if (message.type === wire.DHCP_OFFER && this.state === 'selecting') {
      this.offer = message;
      this.state = 'requesting';
      this.tries = 0;
      this.request();
    } else if (message.type === wire.DHCP_ACK && (this.state === 'requesting' || this.state === 'renewing')) {
      this.bind(message);
    } else if (message.type === wire.DHCP_NAK && this.state !== 'selecting') {
      this.lose('the server refused');
      this.discover();
    }
  }

  private bind(message: wire.ServerMessage): void {
    const lease: DhcpLease = {
      vmknic: this.options.vmknic,
      address: message.yiaddr,
      netmask: message.netmask,
      gateway: message.router,
      dns: message.dns,
      searchDomains: message.domain === '' ? [] : [message.domain],
      serverId: message.serverId,
      leaseSeconds: message.leaseSeconds,
      linkLocal: false,
    };
    this.state = 'bound';
    this.options.log(`${lease.vmknic}: ${lease.address} from ${lease.serverId} for ${lease.leaseSeconds} s`);
    if (JSON.stringify(this.lease) !== JSON.stringify(lease)) this.options.onLease(lease);
    this.lease = lease;
    this.cancel?.();
    // A timer holds at most 2^31 ms; an endless lease is asked about now and then.
    const halfMs = Math.min((lease.leaseSeconds * 1000) / 2, 2 ** 31 - 1);
    this.cancel = this.options.timers.after(halfMs, () => this.renew());
  }

  private lose(why: string): void {
    this.options.log(`${this.options.vmknic}: ${why}`);
    this.lease = null;
    this.options.onLease(null);
  }

  private takeLinkLocal(): void {
    const [high = 1, low = 1] = this.options.mac
      .split(':')
      .slice(4)
      .map((part) => Number.parseInt(part, 16));
    // RFC 3927: the first and last 256 addresses are kept free.
    const address = `169.254.${1 + (high % 254)}.${1 + (low % 254)}`;
    this.options.log(`${this.options.vmknic}: no DHCP server answered, using ${address}`);
    this.lease = {
      vmknic: this.options.vmknic,
      address,
      netmask: '255.255.0.0',
      gateway: '',
      dns: [],
      searchDomains: [],
      serverId: '',
      leaseSeconds: 0,
      linkLocal: true,
    };
    this.options.onLease(this.lease);
  }

  private send(part: Pick<wire.ClientMessage, 'type' | 'ciaddr' | 'requestedAddress' | 'serverId'>): void {
    const { mac, hostName, port, log } = this.options;
    try {
      port.send(wire.serializeClientMessage({ xid: this.xid, mac, hostName, ...part }));
    } catch (error) {
      log(`${this.options.vmknic}: sending failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private later(action: () => void): void {
    this.cancel?.();
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)]!;
    this.tries++;
    this.cancel = this.options.timers.after(wait, action);
  }
}
