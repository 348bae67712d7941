import type { Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/emitter.ts';
import { ETHERNET_HEADER_BYTES, formatMac, isGroupAddress, TAG_BYTES } from '../frame/ethernet.ts';
import { readTag } from '../frame/tag.ts';
import type { FramePort } from '../frame-port.ts';
import { AddressTable } from './address-table.ts';
import { applyFaults, type PortFaults } from './port-faults.ts';

export interface SwitchOptions {
  /** Largest payload in bytes, tags not counted. */
  mtu: number;
  /** Tags that pass: none, these, or all. Untagged frames always pass. */
  vlans: 'none' | 'all' | ReadonlySet<number>;
  /** Milliseconds; tests hold it. */
  now?: () => number;
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

/**
 * One lab network: a learning Ethernet switch with the same rules at every port. What it can't carry is dropped and
 * counted; nothing it is sent makes it throw.
 *
 * @see IEEE 802.1Q-2018, clause 8
 */
export class Switch implements Disposable {
  readonly drops: DropCounts = { runt: 0, oversize: 0, badSource: 0, vlan: 0, linkDown: 0, fault: 0 };
  private readonly options: SwitchOptions;
  private readonly ports = new Map<SwitchPort, Emitter<Uint8Array>>();
  private readonly addresses: AddressTable<SwitchPort>;
  private readonly frames = new Emitter<WireEvent>();

  constructor(options: SwitchOptions) {
    this.options = options;
    this.addresses = new AddressTable(options.now ?? Date.now);
  }

  /** Every frame that was let in, once. */
  readonly onFrame = this.frames.event;

  /** A new port, link up. Frames sent to it enter the switch; its `onFrame` gives what leaves the switch there. */
  connect(name: string): SwitchPort {
    const out = new Emitter<Uint8Array>();
    const port: SwitchPort = {
      name,
      up: true,
      faults: null,
      onFrame: out.event,
      send: (frame) => this.enter(port, frame),
      dispose: () => {
        this.ports.delete(port);
        this.addresses.forget(port);
        out.dispose();
      },
    };
    this.ports.set(port, out);
    return port;
  }

  dispose(): void {
    for (const port of [...this.ports.keys()]) port.dispose();
    this.frames.dispose();
  }

  private enter(from: SwitchPort, frame: Uint8Array): void {
    if (!from.up || !this.ports.has(from)) {
      this.drops.linkDown++;
      return;
    }
    const vlan = this.admit(frame);
    if (vlan === null) return;
    if (from.faults && !applyFaults(from.faults)) {
      this.drops.fault++;
      return;
    }
    this.addresses.learn(vlan, formatMac(frame, 6), from);
    this.frames.fire({ port: from.name, frame });
    this.forward(from, vlan, frame);
  }

  /** @returns the VLAN the frame belongs to, 0 when untagged; null when it was dropped. */
  private admit(frame: Uint8Array): number | null {
    if (frame.length < ETHERNET_HEADER_BYTES) return this.drop('runt');
    if (isGroupAddress(frame, 6)) return this.drop('badSource');
    const tag = readTag(frame);
    const vlan = tag?.id ?? 0;
    if (frame.length > this.options.mtu + ETHERNET_HEADER_BYTES + (tag ? TAG_BYTES : 0)) return this.drop('oversize');
    const { vlans } = this.options;
    if (vlan !== 0 && vlans !== 'all' && (vlans === 'none' || !vlans.has(vlan))) return this.drop('vlan');
    return vlan;
  }

  private drop(why: keyof DropCounts): null {
    this.drops[why]++;
    return null;
  }

  private forward(from: SwitchPort, vlan: number, frame: Uint8Array): void {
    const known = isGroupAddress(frame, 0) ? undefined : this.addresses.lookup(vlan, formatMac(frame, 0));
    if (known && known !== from && this.ports.has(known)) {
      this.leave(known, frame);
      return;
    }
    if (known === from) return;
    for (const port of this.ports.keys()) if (port !== from) this.leave(port, frame);
  }

  private leave(port: SwitchPort, frame: Uint8Array): void {
    if (!port.up) {
      this.drops.linkDown++;
      return;
    }
    const out = this.ports.get(port)!;
    const delayMs = port.faults?.delayMs ?? 0;
    if (delayMs === 0) {
      out.fire(frame);
      return;
    }
    // A port that is gone by then has no listeners any more.
    setTimeout(() => out.fire(frame), delayMs);
  }
}
