/** What the kernel's counters said at one moment. All cumulative, so two samples make rates. */
export interface Sample {
  /** Milliseconds of a clock that only goes forward. */
  atMs: number;
  uptimeSeconds: number;
  /** 1, 5 and 15 minutes. */
  load: readonly [number, number, number];
  /** Per processor, in milliseconds. */
  cpus: CpuTimes[];
  processes: ProcessTimes[];
  memory: Record<string, number>;
  /** By kernel name: `sda`. */
  disks: Map<string, DiskCounters>;
  /** By interface name: `vmnic0`, `vmk0`. */
  links: Map<string, LinkCounters>;
}

export interface CpuTimes {
  busyMs: number;
  idleMs: number;
  systemMs: number;
}

export interface ProcessTimes {
  pid: number;
  name: string;
  threads: number;
  userMs: number;
  systemMs: number;
  /** Waited for a processor. */
  readyMs: number;
  residentKiB: number;
  virtualKiB: number;
}

export interface DiskCounters {
  reads: number;
  sectorsRead: number;
  readMs: number;
  writes: number;
  sectorsWritten: number;
  writeMs: number;
  inFlight: number;
}

export interface LinkCounters {
  rxBytes: number;
  rxPackets: number;
  rxDropped: number;
  txBytes: number;
  txPackets: number;
  txDropped: number;
}

/** Reads `/proc`; a file that is gone reads as undefined. */
export interface ProcReader {
  read(path: string): string | undefined;
  list(path: string): string[];
  nowMs(): number;
}

/** Kernel ticks are hundredths of a second in `/proc` on every Linux. */
const TICK_MS = 10;
const PAGE_KIB = 4;

export function takeSample(proc: ProcReader): Sample {
  const load = (proc.read('/proc/loadavg') ?? '').split(' ').slice(0, 3).map(Number);
  return {
    atMs: proc.nowMs(),
    uptimeSeconds: Number((proc.read('/proc/uptime') ?? '0').split(' ')[0]),
    load: [load[0] ?? 0, load[1] ?? 0, load[2] ?? 0],
    cpus: parseCpus(proc.read('/proc/stat') ?? ''),
    processes: readProcesses(proc),
    memory: parseMemory(proc.read('/proc/meminfo') ?? ''),
    disks: parseDisks(proc.read('/proc/diskstats') ?? ''),
    links: parseLinks(proc.read('/proc/net/dev') ?? ''),
  };
}

/** Lines `cpu0 user nice system idle iowait irq softirq steal …` of `/proc/stat`. */
export function parseCpus(text: string): CpuTimes[] {
  return [...text.matchAll(/^cpu\d+ (.*)$/gm)].map((found) => {
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (found[1] ?? '')
      .split(' ')
      .map(Number);
    return {
      busyMs: (user + nice + system + irq + softirq + steal) * TICK_MS,
      idleMs: (idle + iowait) * TICK_MS,
      systemMs: (system + irq + softirq) * TICK_MS,
    };
  });
}

/** KiB by the kernel's names: `MemTotal`, `MemFree`, `Slab` … */
export function parseMemory(text: string): Record<string, number> {
  const out: Record<string, number> = {};
  for (const found of text.matchAll(/^([\w()]+):\s+(\d+)/gm)) out[found[1] ?? ''] = Number(found[2]);
  return out;
}

export function parseDisks(text: string): Map<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  for (const line of text.split('\n')) {
    const [, , name, reads, , sectorsRead, readMs, writes, , sectorsWritten, writeMs, inFlight] = line
      .trim()
      .split(/\s+/);
    if (name === undefined || inFlight === undefined) continue;
    disks.set(name, {
      reads: Number(reads),
      sectorsRead: Number(sectorsRead),
      readMs: Number(readMs),
      writes: Number(writes),
      sectorsWritten: Number(sectorsWritten),
      writeMs: Number(writeMs),
      inFlight: Number(inFlight),
    });
  }
  return disks;
}

export function parseLinks(text: string): Map<string, LinkCounters> {
  const links = new Map<string, LinkCounters>();
  for (const found of text.matchAll(/^\s*([^:\s]+):\s*(.*)$/gm)) {
    const values = (found[2] ?? '').trim().split(/\s+/).map(Number);
    if (values.length < 12) continue;
    const at = (index: number): number => values[index] ?? 0;
    links.set(found[1] ?? '', {
      rxBytes: at(0),
      rxPackets: at(1),
      rxDropped: at(3),
      txBytes: at(8),
      txPackets: at(9),
      txDropped: at(11),
    });
  }
  return links;
}

function readProcesses(proc: ProcReader): ProcessTimes[] {
  const found: ProcessTimes[] = [];
  for (const entry of proc.list('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const one = parseProcess(proc.read(`/proc/${entry}/stat`) ?? '', proc.read(`/proc/${entry}/schedstat`) ?? '');
    if (one !== null) found.push(one);
  }
  return found.sort((one, other) => one.pid - other.pid);
}

/** A line of `/proc/<pid>/stat`; the name is in parentheses and may hold blanks. @returns null when the process is gone. */
export function parseProcess(stat: string, schedstat: string): ProcessTimes | null {
  const close = stat.lastIndexOf(')');
  const open = stat.indexOf('(');
  if (open < 0 || close < 0) return null;
  const rest = stat.slice(close + 2).split(' ');
  const at = (field: number): number => Number(rest[field - 3] ?? '0');
  return {
    pid: Number(stat.slice(0, open)),
    name: stat.slice(open + 1, close),
    threads: at(20),
    userMs: at(14) * TICK_MS,
    systemMs: at(15) * TICK_MS,
    readyMs: Number(schedstat.split(' ')[1] ?? '0') / 1e6,
    virtualKiB: at(23) / 1024,
    residentKiB: at(24) * PAGE_KIB,
  };
}
