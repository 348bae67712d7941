import type { View } from './view.ts';

/** Columns are chosen by the first view; what is gone later reads 0. */
export interface Counter {
  name: string;
  read(view: View): number;
}

/** The counters of batch mode, named as Windows' performance monitor reads them: `\\host\Object(Instance)\Counter`. */
export function createCounters(first: View): Counter[] {
  const counters: Counter[] = [];
  const host = `\\\\${first.hostName}`;
  const add = (object: string, name: string, read: Counter['read']): void => {
    counters.push({ name: `${host}\\${object}\\${name}`, read });
  };
  const mib = (view: View, field: string): number => (view.now.memory[field] ?? 0) / 1024;
  add('Memory', 'Memory Overcommit (1 Minute Avg)', () => 0);
  add('Memory', 'Memory Overcommit (5 Minute Avg)', () => 0);
  add('Memory', 'Memory Overcommit (15 Minute Avg)', () => 0);
  add('Physical Cpu Load', 'Cpu Load (1 Minute Avg)', (view) => view.now.load[0]);
  add('Physical Cpu Load', 'Cpu Load (5 Minute Avg)', (view) => view.now.load[1]);
  add('Physical Cpu Load', 'Cpu Load (15 Minute Avg)', (view) => view.now.load[2]);
  for (const [index] of first.cpus.entries()) {
    add(`Physical Cpu(${index})`, '% Processor Time', (view) => view.cpus[index]?.used ?? 0);
    add(`Physical Cpu(${index})`, '% Util Time', (view) => view.cpus[index]?.util ?? 0);
  }
  const average = (view: View): number =>
    view.cpus.reduce((sum, cpu) => sum + cpu.used, 0) / Math.max(1, view.cpus.length);
  add('Physical Cpu(_Total)', '% Processor Time', average);
  add('Physical Cpu(_Total)', '% Util Time', average);
  for (const { id, name } of first.groups) {
    const group = (view: View) => view.groups.find((one) => one.id === id && one.name === name);
    const object = `Group Cpu(${id}:${name})`;
    add(object, 'Members Count', (view) => group(view)?.members ?? 0);
    add(object, '% Used', (view) => group(view)?.used ?? 0);
    add(object, '% Run', (view) => group(view)?.run ?? 0);
    add(object, '% System', (view) => group(view)?.system ?? 0);
    add(object, '% Wait', (view) => group(view)?.wait ?? 0);
    add(object, '% Ready', (view) => group(view)?.ready ?? 0);
  }
  add('Memory', 'Machine MBytes', (view) => mib(view, 'MemTotal'));
  add('Memory', 'Free MBytes', (view) => mib(view, 'MemFree'));
  add('Memory', 'Kernel MBytes', (view) => mib(view, 'Slab') + mib(view, 'KernelStack') + mib(view, 'PageTables'));
  add('Memory', 'Swap Used MBytes', (view) => mib(view, 'SwapTotal') - mib(view, 'SwapFree'));
  for (const { id, name } of first.groups.filter((one) => one.sizeMiB > 0)) {
    const group = (view: View) => view.groups.find((one) => one.id === id && one.name === name);
    add(`Group Memory(${id}:${name})`, 'Memory Size MBytes', (view) => group(view)?.sizeMiB ?? 0);
    add(`Group Memory(${id}:${name})`, 'Touched MBytes', (view) => group(view)?.residentMiB ?? 0);
  }
  for (const port of first.ports) {
    const figures = (view: View) =>
      view.ports.find((one) => one.usedBy === port.usedBy && one.vswitch === port.vswitch)?.figures;
    const object = `Network Port(${port.vswitch}:${port.id}:${port.usedBy})`;
    add(object, 'Packets Transmitted/sec', (view) => figures(view)?.txPackets ?? 0);
    add(object, 'MBits Transmitted/sec', (view) => figures(view)?.txMbits ?? 0);
    add(object, 'Packets Received/sec', (view) => figures(view)?.rxPackets ?? 0);
    add(object, 'MBits Received/sec', (view) => figures(view)?.rxMbits ?? 0);
    add(object, '% Outbound Packets Dropped', (view) => figures(view)?.txDroppedPercent ?? 0);
    add(object, '% Received Packets Dropped', (view) => figures(view)?.rxDroppedPercent ?? 0);
  }
  for (const disk of first.devices) {
    const figures = (view: View) => view.devices.find((one) => one.device === disk.device)?.figures;
    const object = `Physical Disk SCSI Device(${disk.device})`;
    add(object, 'Commands/sec', (view) => figures(view)?.commands ?? 0);
    add(object, 'Reads/sec', (view) => figures(view)?.reads ?? 0);
    add(object, 'Writes/sec', (view) => figures(view)?.writes ?? 0);
    add(object, 'MBytes Read/sec', (view) => figures(view)?.mbRead ?? 0);
    add(object, 'MBytes Written/sec', (view) => figures(view)?.mbWritten ?? 0);
    add(object, 'Average Driver MilliSec/Command', (view) => figures(view)?.latencyMs ?? 0);
  }
  return counters;
}

export function headerLine(counters: readonly Counter[]): string {
  return `${['(PDH-CSV 4.0) (UTC)(0)', ...counters.map((one) => one.name)].map((cell) => `"${cell}"`).join(',')}\n`;
}

export function valueLine(counters: readonly Counter[], view: View): string {
  const at = new Date(view.clockMs);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const when = `${pad(at.getUTCMonth() + 1)}/${pad(at.getUTCDate())}/${at.getUTCFullYear()} ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return `${[when, ...counters.map((one) => one.read(view).toFixed(2))].map((cell) => `"${cell}"`).join(',')}\n`;
}
