import type { GradeTarget, HostProbe, Limits, Restart, TopologyProbe } from '../../labs/grader/index.ts';
import { type LabNetwork, linkState } from '../../labs/schema/index.ts';
import { decodeFrame } from '../net/frame/decode.ts';
import { describeFrame } from '../net/frame/describe.ts';
import { LabError } from '../shared/errors.ts';
import { waitForText } from '../vm/console-wait.ts';
import type { HostImage, MachineSnapshot } from '../vm/types.ts';
import { comesUp, restartAndWatch } from './arrival.ts';
import { savedFile } from './banks.ts';
import { readFatFile } from './disk-file.ts';
import { type HostIdentity, LabHost } from './host.ts';
import { createWire, type Wire } from './wire.ts';

export interface ForkSource {
  hosts: readonly LabHost[];
  networks: readonly LabNetwork[];
  workerFile: string;
}

interface Taken {
  identity: HostIdentity;
  image: HostImage;
  snapshot: MachineSnapshot;
}

/** Copies of the machines at the moment of the first fork; every further fork begins at that same moment. */
export function forkTarget(source: ForkSource): GradeTarget {
  let taken: Promise<Taken[]> | undefined;
  return {
    async fork(signal) {
      taken ??= takeAll(source.hosts);
      return startFork(await taken, source, signal);
    },
  };
}

function takeAll(hosts: readonly LabHost[]): Promise<Taken[]> {
  return Promise.all(
    hosts.map(async (host) => ({
      identity: host.present,
      image: host.image,
      snapshot: await host.snapshot(),
    })),
  );
}

async function startFork(
  taken: readonly Taken[],
  source: ForkSource,
  signal: AbortSignal | undefined,
): Promise<TopologyProbe> {
  const wire = createWire(source.networks);
  const hosts = taken.map(({ identity, image, snapshot }) => {
    const host = new LabHost(identity, image, {
      workerFile: source.workerFile,
      plugIn: (machine) => wire.plugIn(identity, machine),
      onState: () => undefined,
      onProblem: () => undefined,
    });
    return { host, snapshot };
  });
  const close = async (): Promise<void> => {
    await Promise.allSettled(hosts.map(({ host }) => host.close()));
    wire.dispose();
  };
  try {
    await Promise.all(hosts.map(({ host, snapshot }) => host.startFrom(snapshot)));
    signal?.throwIfAborted();
  } catch (error) {
    await close();
    throw error;
  }
  const byName = new Map(hosts.map(({ host }) => [host.name, host]));
  return {
    hosts: new Map(hosts.map(({ host }) => [host.name, hostProbe(host)])),
    async setLinks(links) {
      for (const link of links) {
        const state = await byName.get(link.host)?.setLink(link.nic, linkState(link));
        if (state) wire.setLink(link.host, link.nic, state);
      }
      await new Promise((resolve) => setTimeout(resolve, LINK_SETTLE_MS));
    },
    listen: (network) => listen(wire, network),
    close,
  };
}

/** Until a host has seen that a link is gone, and moved what went over it. */
const LINK_SETTLE_MS = 3_000;
/** More frames than a check can want are only counted by their absence. */
const MAX_FRAMES = 20_000;

function listen(wire: Wire, network: string): () => { protocol: string; line: string }[] {
  const frames: { protocol: string; line: string }[] = [];
  const subscription = wire.onFrame(network, (bytes) => {
    if (frames.length >= MAX_FRAMES) return;
    const frame = decodeFrame(bytes);
    frames.push({ protocol: frame.protocol, line: describeFrame(frame) });
  });
  return () => {
    subscription.dispose();
    return frames;
  };
}

/** A host as the grader sees it. */
export function hostProbe(host: LabHost): HostProbe {
  return {
    name: host.name,
    get power() {
      return host.state === 'ready' || host.state === 'starting' ? host.state : 'off';
    },
    comesUp: (limits) => comesUp(host, limits),
    async exec(command, limits) {
      const result = await host.machine.guest.exec({ command, timeoutMs: limits.timeoutMs, signal: limits.signal });
      return { exitCode: result.exitCode, stdout: utf8(result.stdout), stderr: utf8(result.stderr) };
    },
    readDiskFile: (partition, path) => readFatFile(host.machine.disk, partition, path),
    banks: () => host.banks(),
    async savedFile(partition, path) {
      const archive = await readFatFile(host.machine.disk, partition, '/state.tgz');
      return archive && savedFile(archive, path);
    },
    screen: async (console) => host.machine.console(console).screen(),
    type: (console, keys) => host.machine.console(console).type(keys),
    waitForText: (console, text, limits: Limits) =>
      waitForText(host.machine.console(console), text, limits.timeoutMs, limits.signal),
    async restart(how: Restart, limits: Limits, boot = [], toServices = true) {
      if (how === 'reboot' && host.state !== 'ready')
        throw new LabError('guest.not-ready', `${host.name} does not run`);
      return restartAndWatch(host, how, { boot, toServices, limits });
    },
  };
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
