import { beforeEach, describe, expect, it } from 'vitest';
import { DhcpClient } from '../../../../../vm-images/userland/hostd/dhcp/client.ts';
import { parseServerMessage, serializeClientMessage } from '../../../../../vm-images/userland/hostd/dhcp/wire.ts';
import type { DhcpLease } from '../../../../../vm-images/userland/model/host.ts';

const MAC = '00:50:56:00:00:11';
const DISCOVER = 1;
const OFFER = 2;
const REQUEST = 3;
const ACK = 5;
const NAK = 6;

/** Option by code from a message on the wire. */
function option(message: Uint8Array, code: number): number[] | null {
  for (let at = 240; at < message.length && message[at] !== 255; at += 2 + message[at + 1]!) {
    if (message[at] === code) return [...message.subarray(at + 2, at + 2 + message[at + 1]!)];
  }
  return null;
}

function answer(request: Uint8Array, type: number, leaseSeconds = 600): Uint8Array {
  const bytes = new Uint8Array(300);
  bytes.set(request.subarray(0, 240));
  bytes[0] = 2;
  bytes.set([10, 20, 0, 50], 16);
  const view = new DataView(bytes.buffer);
  bytes.set(
    [53, 1, type, 1, 4, 255, 255, 255, 0, 3, 4, 10, 20, 0, 1, 6, 8, 10, 20, 0, 2, 10, 20, 0, 3, 54, 4, 10, 20, 0, 1],
    240,
  );
  bytes.set([51, 4, 0, 0, 0, 0, 15, 3, 108, 97, 98, 255], 271);
  view.setUint32(273, leaseSeconds, false);
  return bytes;
}

class Bench {
  readonly sent: Uint8Array[] = [];
  readonly leases: (DhcpLease | null)[] = [];
  readonly logged: string[] = [];
  private handler: (message: Uint8Array) => void = () => undefined;
  private timers: { due: number; action: () => void }[] = [];
  private now = 0;
  closed = false;
  readonly client = new DhcpClient({
    vmknic: 'vmk0',
    mac: MAC,
    hostName: 'esx01',
    port: {
      send: (message) => this.sent.push(message),
      onMessage: (handler) => {
        this.handler = handler;
      },
      close: () => {
        this.closed = true;
      },
    },
    timers: {
      after: (ms, action) => {
        const timer = { due: this.now + ms, action };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((other) => other !== timer);
        };
      },
      random: () => 0.25,
    },
    onLease: (lease) => this.leases.push(lease),
    log: (message) => this.logged.push(message),
  });

  get last(): Uint8Array {
    return this.sent.at(-1)!;
  }

  receive(message: Uint8Array): void {
    this.handler(message);
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [next] = this.timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.now = next.due;
      this.timers = this.timers.filter((other) => other !== next);
      next.action();
    }
    this.now = end;
  }

  bind(leaseSeconds?: number): void {
    this.receive(answer(this.last, OFFER));
    this.receive(answer(this.last, ACK, leaseSeconds));
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('the DHCP client', () => {
  it('discovers, requests what it was offered, and reports the lease', () => {
    expect(option(bench.last, 53)).toEqual([DISCOVER]);
    expect(bench.last[10]).toBe(0x80);
    bench.receive(answer(bench.last, OFFER));
    expect(option(bench.last, 53)).toEqual([REQUEST]);
    expect(option(bench.last, 50)).toEqual([10, 20, 0, 50]);
    expect(option(bench.last, 54)).toEqual([10, 20, 0, 1]);
    expect(option(bench.last, 12)).toEqual([...new TextEncoder().encode('esx01')]);
    bench.receive(answer(bench.last, ACK));
    expect(bench.leases).toEqual([
      {
        vmknic: 'vmk0',
        address: '10.20.0.50',
        netmask: '255.255.255.0',
        gateway: '10.20.0.1',
        dns: ['10.20.0.2', '10.20.0.3'],
        searchDomains: ['lab'],
        serverId: '10.20.0.1',
        leaseSeconds: 600,
        linkLocal: false,
      },
    ]);
  });

  it('takes a link-local address when nobody answers, and goes on asking', () => {
    bench.advance(60_000);
    expect(bench.leases).toMatchObject([{ address: '169.254.1.18', netmask: '255.255.0.0', linkLocal: true }]);
    const asked = bench.sent.length;
    bench.advance(60_000);
    expect(bench.sent.length).toBeGreaterThan(asked);
    bench.bind();
    expect(bench.leases.at(-1)).toMatchObject({ address: '10.20.0.50', linkLocal: false });
  });

  it('renews at half time and says nothing when all stays the same', () => {
    bench.bind();
    const before = bench.sent.length;
    bench.advance(299_000);
    expect(bench.sent.length).toBe(before);
    bench.advance(2000);
    expect(option(bench.last, 53)).toEqual([REQUEST]);
    expect([...bench.last.subarray(12, 16)]).toEqual([10, 20, 0, 50]);
    bench.receive(answer(bench.last, ACK));
    expect(bench.leases.length).toBe(1);
  });

  it('loses the lease when it is not renewed, and starts over', () => {
    bench.bind(60);
    bench.advance(120_000);
    expect(bench.leases[1]).toBeNull();
    expect(option(bench.last, 53)).toEqual([DISCOVER]);
  });

  it('starts over when the server refuses', () => {
    bench.receive(answer(bench.last, OFFER));
    bench.receive(answer(bench.last, NAK));
    expect(option(bench.last, 53)).toEqual([DISCOVER]);
  });

  it('ignores answers for others and junk', () => {
    const other = answer(bench.last, OFFER);
    other[28] = 0x99;
    bench.receive(other);
    const late = answer(bench.last, OFFER);
    late[4] = late[4]! ^ 1;
    bench.receive(late);
    bench.receive(new Uint8Array(10));
    bench.receive(bench.last);
    expect(option(bench.last, 53)).toEqual([DISCOVER]);
    expect(bench.leases).toEqual([]);
  });

  it('is silent when closed', () => {
    const discover = bench.last;
    bench.client.close();
    bench.receive(answer(discover, OFFER));
    bench.advance(60_000);
    expect(bench.sent.length).toBe(1);
    expect(bench.closed).toBe(true);
  });

  it('renews on demand', () => {
    bench.bind();
    bench.client.renew();
    expect([...bench.last.subarray(12, 16)]).toEqual([10, 20, 0, 50]);
  });
});

describe('DHCP on the wire', () => {
  it('is 300 bytes at least, with cookie and hardware address', () => {
    const bytes = serializeClientMessage({ type: DISCOVER, xid: 0x01020304, mac: MAC, hostName: '' });
    expect(bytes.length).toBe(300);
    expect([...bytes.subarray(0, 8)]).toEqual([1, 1, 6, 0, 1, 2, 3, 4]);
    expect([...bytes.subarray(28, 34)]).toEqual([0, 0x50, 0x56, 0, 0, 0x11]);
    expect([...bytes.subarray(236, 243)]).toEqual([0x63, 0x82, 0x53, 0x63, 53, 1, 1]);
  });

  it('stops at a cut-off option', () => {
    const good = answer(serializeClientMessage({ type: DISCOVER, xid: 7, mac: MAC, hostName: '' }), OFFER);
    for (let length = 0; length < good.length; length++) {
      const parsed = parseServerMessage(good.slice(0, length));
      if (parsed !== null) expect(parsed.type).toBe(OFFER);
    }
  });
});
