import { createWriteStream, type WriteStream } from 'node:fs';
import { createRandom, type LabNetwork, type LinkState } from '../../labs/schema/index.ts';
import { pcapFileHeader, pcapRecord } from '../net/capture/pcap.ts';
import { createNicMux } from '../net/switch/nic-mux.ts';
import { Switch, type SwitchPort } from '../net/switch/switch.ts';
import { type Disposable, DisposableStore, toDisposable } from '../shared/disposable.ts';
import { LabError } from '../shared/errors.ts';
import type { Machine } from '../vm/types.ts';
import type { HostIdentity } from './host.ts';

/** The networks of a session, the cables of its hosts, and captures of them. */
export interface Wire extends Disposable {
  plugIn(host: HostIdentity, machine: Machine): Disposable;
  setLink(host: string, nic: string, link: LinkState): void;
  /** Every frame that enters a network. @throws LabError `input.network` */
  onFrame(network: string, listener: (frame: Uint8Array) => void): Disposable;
  /** Writes what passes on a network to a pcap file; null stops. @throws LabError `input.network`, `capture.failed` */
  capture(network: string, file: string | null): Promise<void>;
}

export function createWire(networks: readonly LabNetwork[]): Wire {
  const switches = new Map(
    networks.map((network) => [network.name, new Switch({ mtu: network.mtu, vlans: vlansOf(network) })]),
  );
  const captures = new Map<string, Disposable>();
  const ports = new Map<string, SwitchPort>();
  const switchOf = (network: string): Switch => {
    const found = switches.get(network);
    if (found) return found;
    const names = [...switches.keys()].join(', ');
    throw new LabError('input.network', `no network ${JSON.stringify(network)}; there are ${names}`);
  };

  return {
    plugIn(host, machine) {
      const store = new DisposableStore();
      const plugs = host.nics.map((nic) => {
        const key = `${host.name}/${nic.name}`;
        const options = { mtu: nic.mtu, accessVlan: nic.vlan };
        const port = store.add(switches.get(nic.network)!.connect(key, options));
        applyLink(port, key, nic.link);
        ports.set(key, port);
        return port;
      });
      store.add(createNicMux(machine.nic, plugs, () => machine.nicsTagged));
      return store;
    },
    setLink(host, nic, link) {
      const key = `${host}/${nic}`;
      const port = ports.get(key);
      if (port) applyLink(port, key, link);
    },
    onFrame: (network, listener) => switchOf(network).onFrame(({ frame }) => listener(frame)),
    async capture(network, file) {
      const wire = switchOf(network);
      captures.get(network)?.dispose();
      captures.delete(network);
      if (file !== null) captures.set(network, await startCapture(wire, file));
    },
    dispose() {
      for (const capture of captures.values()) capture.dispose();
      for (const wire of switches.values()) wire.dispose();
    },
  };
}

/** What is lost is the same for everybody: drawn from the name of the port. */
function applyLink(port: SwitchPort, key: string, { up, lossRate, delayMs }: LinkState): void {
  port.up = up;
  const random = createRandom(key);
  port.faults =
    lossRate === 0 && delayMs === 0 ? null : { lossRate, delayMs, random: () => random.below(2 ** 24) / 2 ** 24 };
}

function vlansOf(network: LabNetwork): 'none' | 'all' | ReadonlySet<number> {
  if (network.vlans === undefined) return 'none';
  return network.vlans === 'trunk' ? 'all' : new Set(network.vlans);
}

async function startCapture(wire: Switch, file: string): Promise<Disposable> {
  const stream = await openStream(file);
  stream.write(pcapFileHeader());
  const subscription = wire.onFrame(({ frame }) =>
    stream.write(pcapRecord(frame, performance.timeOrigin + performance.now())),
  );
  return toDisposable(() => {
    subscription.dispose();
    stream.end();
  });
}

function openStream(file: string): Promise<WriteStream> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(file);
    stream.once('open', () => resolve(stream));
    stream.on('error', (error) =>
      reject(new LabError('capture.failed', `cannot write ${file}: ${error.message}`, { cause: error })),
    );
  });
}
