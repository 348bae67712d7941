import type { Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/emitter.ts';
import { ETHER_TYPE, ETHERNET_HEADER_BYTES, formatMac, isGroupAddress, TAG_BYTES } from '../frame/ethernet.ts';
import { addTag, readTag, removeTag } from '../frame/tag.ts';
import type { FramePort } from '../frame-port.ts';
import { AddressTable } from './address-table.ts';
import { applyFaults, type PortFaults } from './port-faults.ts';

export interface SwitchOptions {
  /** Largest payload in bytes, tags not counted; a port may have a smaller one. */
  mtu: number;
  /** Tags that pass: none, these, or all. Untagged frames always pass. */
  vlans: 'none' | 'all' | ReadonlySet<number>;
  /** Milliseconds; tests hold it. */
  now?: () => number;
}

export interface PortOptions {
  /** Largest payload at this port, in and out; that of the switch when absent. */
  mtu?: number | undefined;
  /** An access port: untagged frames belong to this VLAN, tagged ones don't pass. A trunk when absent. */
  accessVlan?: number | undefined;
}

/** Why frames were dropped, counted since the switch was made. */
export interface DropCounts {
  runt: number;
  oversize: number;
  badSource: number;
  vlan: number;
  linkDown: number;
  fault: number;
}

export interface SwitchPort extends FramePort, Disposable {
  readonly name: string;
  up: boolean;
  faults: PortFaults | null;
}

/** A frame as it entered the switch, for captures. */
export interface WireEvent {
  port: string;
  frame: Uint8Array;
}

interface Port {
  readonly out: Emitter<Uint8Array>;
  readonly mtu: number;
  readonly accessVlan: number | null;
}

/** A frame on its way through, as it came in. */
interface Passing {
  readonly frame: Uint8Array;
  readonly isTagged: boolean;
  /** Which it belongs to, whatever its tag says; 0: none. */
  readonly vlan: number;
  readonly payloadBytes: number;
}

/**
 * One lab network: a learning Ethernet switch. What it can't carry is dropped and
 * counted; nothing it is sent makes it throw.
 *
 * @see IEEE 802.1Q-2018, clause 8
 */
export class Switch implements Disposable {
  readonly drops: DropCounts = { runt: 0, oversize: 0, badSource: 0, vlan: 0, linkDown: 0, fault: 0 };
  private readonly options: SwitchOptions;
  private readonly ports = new Map<SwitchPort, Port>();
  private readonly addresses: AddressTable<SwitchPort>;
  private readonly frames = new Emitter<WireEvent>();

  constructor(options: SwitchOptions) {
    this.options = options;
    this.addresses = new AddressTable(options.now ?? Date.now);
  }

  /** Every frame that was let in, once. */
  readonly onFrame = this.frames.event;

  /** A new port, link up. Frames sent to it enter the switch; its `onFrame` gives what leaves the switch there. */
  connect(name: string, options: PortOptions = {}): SwitchPort {
    const out = new Emitter<Uint8Array>();
    const { addresses, ports } = this;
    let isUp = true;
    const port: SwitchPort = {
      name,
      get up() {
        return isUp;
      },
      set up(up) {
        isUp = up;
        // What was behind it may be behind another port from now on.
        if (!up) addresses.forget(port);
      },
      faults: null,
      onFrame: out.event,
      send: (frame) => this.enter(port, frame),
      dispose: () => {
        ports.delete(port);
        addresses.forget(port);
        out.dispose();
      },
    };
    const { mtu = this.options.mtu, accessVlan = null } = options;
    ports.set(port, { out, mtu: Math.min(mtu, this.options.mtu), accessVlan });
    return port;
  }

  dispose(): void {
    for (const port of [...this.ports.keys()]) port.dispose();
    this.frames.dispose();
  }

  private enter(from: SwitchPort, frame: Uint8Array): void {
    const entry = this.ports.get(from);
    if (!from.up || !entry) {
      this.drops.linkDown++;
      return;
    }
    const passing = this.admit(entry, frame);
    if (passing === null) return;
    if (from.faults && !applyFaults(from.faults)) {
      this.drops.fault++;
      return;
    }
    this.addresses.learn(passing.vlan, formatMac(frame, 6), from);
    this.frames.fire({ port: from.name, frame });
    this.forward(from, passing);
  }

  /** @returns null when it was dropped. */
  private admit({ mtu, accessVlan }: Port, frame: Uint8Array): Passing | null {
    if (frame.length < ETHERNET_HEADER_BYTES) return this.drop('runt');
    if (isGroupAddress(frame, 6)) return this.drop('badSource');
    const tag = readTag(frame);
    const isTagged = tag !== null;
    const payloadBytes = frame.length - ETHERNET_HEADER_BYTES - (isTagged ? TAG_BYTES : 0);
    if (payloadBytes > mtu) return this.drop('oversize');
    const id = tag?.id ?? 0;
    if (id !== 0 && (accessVlan !== null || !this.carries(id))) return this.drop('vlan');
    return { frame, isTagged, vlan: accessVlan ?? id, payloadBytes };
  }

  private carries(vlan: number): boolean {
    const { vlans } = this.options;
    return vlans === 'all' || (vlans !== 'none' && vlans.has(vlan));
  }

  private drop(why: keyof DropCounts): null {
    this.drops[why]++;
    return null;
  }

  private forward(from: SwitchPort, passing: Passing): void {
    const { vlan, frame } = passing;
    const known = isGroupAddress(frame, 0) ? undefined : this.addresses.lookup(vlan, formatMac(frame, 0));
    if (known && known !== from && this.ports.has(known)) {
      this.leave(known, passing);
      return;
    }
    if (known === from) return;
    for (const port of this.ports.keys()) if (port !== from) this.leave(port, passing);
  }

  private leave(port: SwitchPort, passing: Passing): void {
    const { out, mtu, accessVlan } = this.ports.get(port)!;
    if (accessVlan !== null && accessVlan !== passing.vlan) return;
    if (!port.up) {
      this.drops.linkDown++;
      return;
    }
    if (passing.payloadBytes > mtu) {
      this.drops.oversize++;
      return;
    }
    if (port.faults && !applyFaults(port.faults)) {
      this.drops.fault++;
      return;
    }
    const frame = accessVlan === null ? asOnTrunk(passing) : asOnAccessPort(passing);
    const delayMs = port.faults?.delayMs ?? 0;
    if (delayMs === 0) {
      out.fire(frame);
      return;
    }
    // A port that is gone by then has no listeners any more.
    setTimeout(() => out.fire(frame), delayMs);
  }
}

function asOnTrunk({ frame, isTagged, vlan }: Passing): Uint8Array {
  return isTagged || vlan === 0 ? frame : addTag(frame, { etherType: ETHER_TYPE.vlan, id: vlan });
}

function asOnAccessPort({ frame, isTagged }: Passing): Uint8Array {
  return isTagged ? removeTag(frame) : frame;
}
