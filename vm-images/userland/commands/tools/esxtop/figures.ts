import type { DiskCounters, LinkCounters, ProcessTimes, Sample } from './sample.ts';

/** Percent of one processor, over the time between two samples. */
export interface GroupFigures {
  id: number;
  name: string;
  members: number;
  used: number;
  run: number;
  system: number;
  wait: number;
  ready: number;
  residentMiB: number;
  sizeMiB: number;
}

export interface CpuFigures {
  used: number;
  util: number;
}

export interface DiskFigures {
  name: string;
  commands: number;
  reads: number;
  writes: number;
  mbRead: number;
  mbWritten: number;
  /** Milliseconds a command took at the device. */
  latencyMs: number;
  readLatencyMs: number;
  writeLatencyMs: number;
  inFlight: number;
}

export interface LinkFigures {
  name: string;
  txPackets: number;
  txMbits: number;
  rxPackets: number;
  rxMbits: number;
  txDroppedPercent: number;
  rxDroppedPercent: number;
}

export interface Figures {
  cpus: CpuFigures[];
  groups: GroupFigures[];
  disks: DiskFigures[];
  links: LinkFigures[];
}

/** Rates between two samples. A process or link that is new counts from zero. */
export function figuresBetween(before: Sample, after: Sample): Figures {
  const ms = Math.max(1, after.atMs - before.atMs);
  return {
    cpus: after.cpus.map((cpu, index) => {
      const last = before.cpus[index];
      const busy = cpu.busyMs - (last?.busyMs ?? 0);
      const total = busy + cpu.idleMs - (last?.idleMs ?? 0);
      const share = total <= 0 ? 0 : (busy / total) * 100;
      return { used: share, util: share };
    }),
    groups: groups(before, after, ms),
    disks: [...after.disks].map(([name, now]) => diskFigures(name, before.disks.get(name), now, ms)),
    links: [...after.links].map(([name, now]) => linkFigures(name, before.links.get(name), now, ms)),
  };
}

/** Kernel threads form one group, as the VMkernel's own worlds do; the rest of the processor's time is `idle`. */
function groups(before: Sample, after: Sample, ms: number): GroupFigures[] {
  const earlier = new Map(before.processes.map((one) => [one.pid, one]));
  const all = after.processes.map((one) => groupFigures(one, earlier.get(one.pid), ms));
  const isKernel = (one: ProcessTimes): boolean => one.virtualKiB === 0;
  const kernel = after.processes.filter(isKernel).map((one) => all.find((each) => each.id === one.pid)!);
  const user = all.filter((one) => !kernel.includes(one));
  const sum = (pick: (one: GroupFigures) => number): number => kernel.reduce((total, one) => total + pick(one), 0);
  const busy = all.reduce((total, one) => total + one.used, 0);
  const idle = Math.max(0, after.cpus.length * 100 - busy);
  const named = (id: number, name: string, members: number, used: number): GroupFigures => ({
    id,
    name,
    members,
    used,
    run: used,
    system: 0,
    wait: Math.max(0, members * 100 - used),
    ready: 0,
    residentMiB: 0,
    sizeMiB: 0,
  });
  const system = {
    ...named(
      2,
      'system',
      kernel.length,
      sum((one) => one.used),
    ),
    run: sum((one) => one.run),
    system: sum((one) => one.system),
    ready: sum((one) => one.ready),
  };
  return [named(1, 'idle', after.cpus.length, idle), ...(kernel.length > 0 ? [system] : []), ...user].sort(
    (one, other) => other.used - one.used || one.id - other.id,
  );
}

function groupFigures(now: ProcessTimes, last: ProcessTimes | undefined, ms: number): GroupFigures {
  const percent = (value: number, earlier: number | undefined): number =>
    (Math.max(0, value - (earlier ?? 0)) / ms) * 100;
  const run = percent(now.userMs, last?.userMs);
  const system = percent(now.systemMs, last?.systemMs);
  const ready = percent(now.readyMs, last?.readyMs);
  return {
    id: now.pid,
    name: now.name,
    members: now.threads,
    used: run + system,
    run,
    system,
    ready,
    wait: Math.max(0, now.threads * 100 - run - system - ready),
    residentMiB: now.residentKiB / 1024,
    sizeMiB: now.virtualKiB / 1024,
  };
}

function diskFigures(name: string, last: DiskCounters | undefined, now: DiskCounters, ms: number): DiskFigures {
  const delta = (field: keyof DiskCounters): number => Math.max(0, now[field] - (last?.[field] ?? 0));
  const rate = (count: number): number => (count / ms) * 1000;
  const reads = delta('reads');
  const writes = delta('writes');
  const per = (time: number, count: number): number => (count === 0 ? 0 : time / count);
  const mb = (sectors: number): number => rate(sectors * 512) / 1048576;
  return {
    name,
    commands: rate(reads + writes),
    reads: rate(reads),
    writes: rate(writes),
    mbRead: mb(delta('sectorsRead')),
    mbWritten: mb(delta('sectorsWritten')),
    latencyMs: per(delta('readMs') + delta('writeMs'), reads + writes),
    readLatencyMs: per(delta('readMs'), reads),
    writeLatencyMs: per(delta('writeMs'), writes),
    inFlight: now.inFlight,
  };
}

function linkFigures(name: string, last: LinkCounters | undefined, now: LinkCounters, ms: number): LinkFigures {
  const delta = (field: keyof LinkCounters): number => Math.max(0, now[field] - (last?.[field] ?? 0));
  const rate = (count: number): number => (count / ms) * 1000;
  const percent = (dropped: number, passed: number): number =>
    dropped + passed === 0 ? 0 : (dropped / (dropped + passed)) * 100;
  return {
    name,
    txPackets: rate(delta('txPackets')),
    txMbits: (rate(delta('txBytes')) * 8) / 1e6,
    rxPackets: rate(delta('rxPackets')),
    rxMbits: (rate(delta('rxBytes')) * 8) / 1e6,
    txDroppedPercent: percent(delta('txDropped'), delta('txPackets')),
    rxDroppedPercent: percent(delta('rxDropped'), delta('rxPackets')),
  };
}
