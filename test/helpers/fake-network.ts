import type { FirewallPlan } from '../../vm-images/userland/model/firewall.ts';
import { networkOf } from '../../vm-images/userland/model/ip.ts';
import type {
  LinkState,
  LinkStats,
  NeighbourState,
  NetworkOperation,
  NetworkState,
  VlanRange,
} from '../../vm-images/userland/model/network-state.ts';
import {
  type NetworkEffects,
  type PingEvent,
  type PingOptions,
  type PingSummary,
  SystemError,
} from '../../vm-images/userland/model/system.ts';

/** The kernel's network as far as operations change it: what the real one refuses, this one refuses too. */
export class FakeNetwork implements NetworkEffects {
  readonly state: NetworkState = { links: [], addresses: [], routes: [] };
  private readonly known: NeighbourState[] = [];
  /** Everything that was asked, in order. */
  readonly operations: NetworkOperation[] = [];
  firewall: FirewallPlan | null = null;
  firewallLoads = 0;
  /** Addresses that answer pings. */
  readonly alive = new Set<string>();
  readonly names = new Map<string, string>();
  /** Interfaces that are shaped, with their kbit/s. */
  readonly shaped = new Map<string, number>();
  readonly sysctls: Map<string, string>;
  /** Refuses operations of this kind. */
  refuse: NetworkOperation['do'] | 'firewall' | null = null;
  reads = 0;
  private nextIndex = 1;

  constructor(sysctls: Map<string, string>) {
    this.sysctls = sysctls;
    this.add({ name: 'lo', kind: 'loopback', mtu: 65536, up: true });
    this.add({ name: 'vmlink0', kind: 'other', mac: '00:50:56:00:00:11', mtu: 9216, up: true });
  }

  private add(link: Partial<LinkState> & Pick<LinkState, 'name' | 'kind'>): LinkState {
    if (this.state.links.some((other) => other.name === link.name)) throw new SystemError('EEXIST', link.name);
    const full: LinkState = {
      index: this.nextIndex++,
      mac: '',
      mtu: 1500,
      up: false,
      running: false,
      promiscuous: false,
      ...link,
    };
    this.state.links.push(full);
    return full;
  }

  link(name: string): LinkState {
    const found = this.state.links.find((link) => link.name === name);
    if (found === undefined) throw new SystemError('ENODEV', `${name}: no such interface`);
    return found;
  }

  async read(): Promise<NetworkState> {
    this.reads++;
    return structuredClone(this.state);
  }

  async apply(operations: readonly NetworkOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.do === this.refuse) throw new SystemError('EINVAL', `${operation.do} refused`);
      this.operations.push(operation);
      this.execute(operation);
    }
  }

  private execute(operation: NetworkOperation): void {
    const { state } = this;
    switch (operation.do) {
      case 'add-bridge':
        this.add({ name: operation.name, kind: 'bridge', vlanFiltering: true });
        return;
      case 'add-veth':
        this.add({ name: operation.name, kind: 'veth', mac: operation.mac, peer: operation.peer });
        this.add({ name: operation.peer, kind: 'veth', peer: operation.name });
        return;
      case 'add-vlan': {
        const parent = this.link(operation.parent);
        const { name, mac, vlanId } = operation;
        this.add({ name, kind: 'vlan', mac, vlanId, parent: parent.name, vlanProtocol: '802.1ad', mtu: parent.mtu });
        return;
      }
      case 'rename-link':
        this.link(operation.name).name = operation.to;
        return;
      case 'delete-link':
        this.deleteLink(operation.name);
        return;
      case 'set-link': {
        const link = this.link(operation.name);
        if (operation.mtu !== undefined) link.mtu = operation.mtu;
        if (operation.mac !== undefined) link.mac = operation.mac;
        if (operation.up !== undefined) {
          link.up = operation.up;
          link.running = operation.up;
          if (!operation.up) state.routes = state.routes.filter((route) => route.link !== link.name);
        }
        return;
      }
      case 'set-master': {
        const link = this.link(operation.name);
        if (operation.master === null) delete link.master;
        else link.master = this.link(operation.master).name;
        link.vlans = [];
        return;
      }
      case 'add-port-vlan': {
        const link = this.link(operation.name);
        if (link.master === undefined) throw new SystemError('EINVAL', `${link.name} is no port`);
        const { from, to, pvid, untagged } = operation;
        const range: VlanRange = { from, to, pvid, untagged };
        link.vlans = [...(link.vlans ?? []), range].sort((a, b) => a.from - b.from);
        return;
      }
      case 'delete-port-vlan': {
        const link = this.link(operation.name);
        link.vlans = (link.vlans ?? []).filter((range) => range.from !== operation.from || range.to !== operation.to);
        return;
      }
      case 'add-address': {
        const { link, family, address, prefixLength } = operation;
        this.link(link);
        state.addresses.push({
          link,
          family,
          address,
          prefixLength,
          scope: 'global',
          dynamic: false,
          tentative: false,
        });
        const destination = family === 4 ? networkOf(address, prefixLength) : address;
        state.routes.push({ family, destination, prefixLength, link, protocol: 'kernel', metric: 0 });
        return;
      }
      case 'delete-address':
        this.deleteAddress(operation.link, operation.address);
        return;
      case 'add-route': {
        const { family, destination, prefixLength, gateway } = operation;
        state.routes = state.routes.filter(
          (route) => route.destination !== destination || route.prefixLength !== prefixLength,
        );
        const link = operation.link ?? '';
        state.routes.push({ family, destination, prefixLength, gateway, link, protocol: 'static', metric: 0 });
        return;
      }
      case 'delete-route':
        state.routes = state.routes.filter(
          (route) => route.destination !== operation.destination || route.gateway !== operation.gateway,
        );
        return;
      case 'set-shaping':
        this.link(operation.link);
        if (operation.averageKbps === 0) this.shaped.delete(operation.link);
        else this.shaped.set(operation.link, operation.averageKbps);
        return;
      case 'sysctl':
        this.sysctls.set(operation.name, operation.value);
    }
  }

  private deleteLink(name: string): void {
    const { state } = this;
    const { kind, peer } = this.link(name);
    const gone = new Set(kind === 'veth' && peer !== undefined ? [name, peer] : [name]);
    state.links = state.links.filter((link) => !gone.has(link.name));
    for (const link of state.links) if (link.master === name) delete link.master;
    state.addresses = state.addresses.filter((address) => !gone.has(address.link));
    state.routes = state.routes.filter((route) => !gone.has(route.link));
  }

  private deleteAddress(link: string, address: string): void {
    const { state } = this;
    state.addresses = state.addresses.filter((other) => other.link !== link || other.address !== address);
    // Routes through the subnet go with the address.
    state.routes = state.routes.filter((route) => route.link !== link);
  }

  addNeighbour(neighbour: NeighbourState): void {
    this.known.push(neighbour);
  }

  async neighbours(): Promise<NeighbourState[]> {
    return this.known;
  }

  stats(name: string): LinkStats | null {
    if (!this.state.links.some((link) => link.name === name)) return null;
    const zero = Object.fromEntries(STATS.map((key) => [key, 0])) as unknown as LinkStats;
    return { ...zero, rxPackets: 12, txPackets: 9, rxBytes: 1450, txBytes: 1514 };
  }

  async setFirewall(plan: FirewallPlan): Promise<void> {
    this.firewallLoads++;
    if (this.refuse === 'firewall') throw new SystemError('EINVAL', 'iptables-restore: refused');
    this.firewall = structuredClone(plan);
  }

  async ping(options: PingOptions, onEvent: (event: PingEvent) => void): Promise<PingSummary> {
    const answers = this.alive.has(options.address);
    for (let sequence = 0; sequence < options.count; sequence++) {
      const bytes = options.payloadBytes + 8;
      if (!answers) onEvent({ kind: 'timeout', sequence });
      else onEvent({ kind: 'reply', sequence, bytes, from: options.address, ttl: 64, rttMs: 0.337, duplicate: false });
    }
    const received = answers ? options.count : 0;
    const rtt = answers ? 0.337 : 0;
    return { transmitted: options.count, received, duplicates: 0, minMs: rtt, avgMs: rtt, maxMs: rtt };
  }

  async resolve(name: string, family: 4 | 6): Promise<string | null> {
    if (name.includes(family === 4 ? '.' : ':') && !/[a-z]\./i.test(name)) return name;
    return this.names.get(name) ?? null;
  }
}

const STATS = [
  'rxPackets',
  'txPackets',
  'rxBytes',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
  'multicast',
  'collisions',
  'rxLengthErrors',
  'rxOverErrors',
  'rxCrcErrors',
  'rxFrameErrors',
  'rxFifoErrors',
  'rxMissedErrors',
  'txAbortedErrors',
  'txCarrierErrors',
  'txFifoErrors',
  'txHeartbeatErrors',
  'txWindowErrors',
] as const satisfies readonly (keyof LinkStats)[];
