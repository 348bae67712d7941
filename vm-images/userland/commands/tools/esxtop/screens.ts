import type { View } from './view.ts';

export type ScreenKey = 'c' | 'm' | 'n' | 'd' | 'u' | 'v';

/**
 * One screen as lines of text, cut to the window.
 *
 * @param rows Lines the window has.
 */
export function renderScreen(key: ScreenKey, view: View, rows: number, columns: number): string[] {
  const lines = SCREENS[key](view);
  return lines.slice(0, rows).map((line) => line.slice(0, columns));
}

const two = (value: number, width: number): string => value.toFixed(2).padStart(width);
const whole = (value: number, width: number): string => String(Math.round(value)).padStart(width);

function headLine(view: View, tail: string): string {
  const seconds = Math.floor(view.now.uptimeSeconds);
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const at = new Date(view.clockMs);
  const hour = at.getUTCHours();
  const pad = (value: number): string => String(value).padStart(2, '0');
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}${hour < 12 ? 'am' : 'pm'}`;
  const up = `${days > 0 ? `${days} day${days > 1 ? 's' : ''} ` : ''}${hours}:${pad(minutes)}`;
  const worlds = view.now.processes.reduce((sum, one) => sum + one.threads, 0);
  return `${clock.padStart(10)} up ${up}, ${worlds} worlds, ${view.vms.length} VMs, ${view.vms.length} vCPUs; ${tail}`;
}

function loads(view: View): string {
  return view.now.load.map((one) => one.toFixed(2)).join(', ');
}

const SCREENS: Readonly<Record<ScreenKey, (view: View) => string[]>> = {
  c(view) {
    const row = (pick: 'used' | 'util'): string => view.cpus.map((cpu) => cpu[pick].toFixed(1)).join(' ');
    const average = (pick: 'used' | 'util'): string =>
      (view.cpus.reduce((sum, cpu) => sum + cpu[pick], 0) / Math.max(1, view.cpus.length)).toFixed(1);
    return [
      headLine(view, `CPU load average: ${loads(view)}`),
      `PCPU USED(%): ${row('used')} AVG: ${average('used')}`,
      `PCPU UTIL(%): ${row('util')} AVG: ${average('util')}`,
      '',
      '      ID      GID NAME             NWLD   %USED    %RUN    %SYS   %WAIT %VMWAIT    %RDY   %IDLE  %OVRLP   %CSTP  %MLMTD  %SWPWT',
      ...view.groups.map(
        (one) =>
          `${whole(one.id, 8)} ${whole(one.id, 8)} ${one.name.slice(0, 16).padEnd(16)} ${whole(one.members, 4)} ${two(one.used, 7)} ${two(one.run, 7)} ${two(one.system, 7)} ${two(one.wait, 7)}       - ${two(one.ready, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)}`,
      ),
      ...view.vms.map(
        (one) =>
          `${whole(one.group, 8)} ${whole(one.group, 8)} ${one.name.slice(0, 16).padEnd(16)} ${whole(4, 4)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(400, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)} ${two(0, 7)}`,
      ),
    ];
  },
  m(view) {
    const mib = (name: string): number => (view.now.memory[name] ?? 0) / 1024;
    const total = mib('MemTotal');
    const free = mib('MemFree');
    const kernel = mib('Slab') + mib('KernelStack') + mib('PageTables') + mib('VmallocUsed');
    const state = free / Math.max(1, total) > 0.06 ? 'high' : 'soft';
    return [
      headLine(view, 'MEM overcommit avg: 0.00, 0.00, 0.00'),
      `PMEM  /MB: ${whole(total, 6)}   total: ${whole(kernel, 6)}     vmk, ${whole(Math.max(0, total - free - kernel), 6)} other, ${whole(free, 6)} free`,
      `VMKMEM/MB: ${whole(total, 6)} managed: ${whole(total * 0.06, 6)} minfree, ${whole(total - mib('MemAvailable'), 6)} rsvd, ${whole(mib('MemAvailable'), 6)} ursvd, ${state} state`,
      `PSHARE/MB: ${whole(mib('Shmem'), 6)}  shared, ${whole(mib('Shmem'), 6)}  common: ${whole(0, 6)} saving`,
      `SWAP  /MB: ${whole(mib('SwapTotal') - mib('SwapFree'), 6)}    curr, ${whole(0, 6)} rclmtgt: ${two(0, 20)} r/s, ${two(0, 6)} w/s`,
      `ZIP   /MB: ${whole(0, 6)}  zipped, ${whole(0, 6)}   saved`,
      `MEMCTL/MB: ${whole(0, 6)}    curr, ${whole(0, 6)}  target, ${whole(0, 6)}     max`,
      '',
      '     GID NAME               MEMSZ    GRANT    SZTGT     TCHD   TCHD_W    SWCUR    SWTGT   SWR/s   SWW/s',
      ...view.groups
        .filter((one) => one.sizeMiB > 0)
        .sort((one, other) => other.residentMiB - one.residentMiB)
        .map(
          (one) =>
            `${whole(one.id, 8)} ${one.name.slice(0, 15).padEnd(15)} ${two(one.sizeMiB, 8)} ${two(one.residentMiB, 8)} ${two(one.residentMiB, 8)} ${two(one.residentMiB, 8)} ${two(0, 8)} ${two(0, 8)} ${two(0, 8)} ${two(0, 7)} ${two(0, 7)}`,
        ),
    ];
  },
  n(view) {
    return [
      headLine(view, `CPU load average: ${loads(view)}`),
      '',
      '   PORT-ID              USED-BY  TEAM-PNIC DNAME              PKTTX/s  MbTX/s    PKTRX/s  MbRX/s %DRPTX %DRPRX',
      ...view.ports.map(
        ({ id, usedBy, uplink, vswitch, figures }) =>
          `${whole(id, 10)} ${usedBy.slice(0, 20).padStart(20)} ${uplink.padStart(10)} ${vswitch.slice(0, 16).padEnd(16)} ${two(figures.txPackets, 9)} ${two(figures.txMbits, 7)} ${two(figures.rxPackets, 10)} ${two(figures.rxMbits, 7)} ${two(figures.txDroppedPercent, 6)} ${two(figures.rxDroppedPercent, 6)}`,
      ),
    ];
  },
  d(view) {
    const adapters = [...new Set(view.devices.map((one) => one.adapter))];
    return [
      headLine(view, `CPU load average: ${loads(view)}`),
      '',
      ' ADAPTR PATH                 NPTH   CMDS/s  READS/s WRITES/s MBREAD/s MBWRTN/s DAVG/cmd KAVG/cmd GAVG/cmd QAVG/cmd',
      ...adapters.map((adapter) => {
        const own = view.devices.filter((one) => one.adapter === adapter).map((one) => one.figures);
        const sum = (pick: (one: (typeof own)[number]) => number): number =>
          own.reduce((total, one) => total + pick(one), 0);
        const commands = sum((one) => one.commands);
        const latency = commands === 0 ? 0 : sum((one) => one.latencyMs * one.commands) / commands;
        return ` ${adapter.padEnd(6)} -                    ${whole(own.length, 4)} ${two(commands, 8)} ${two(
          sum((one) => one.reads),
          8,
        )} ${two(
          sum((one) => one.writes),
          8,
        )} ${two(
          sum((one) => one.mbRead),
          8,
        )} ${two(
          sum((one) => one.mbWritten),
          8,
        )} ${two(latency, 8)} ${two(0, 8)} ${two(latency, 8)} ${two(0, 8)}`;
      }),
    ];
  },
  u(view) {
    return [
      headLine(view, `CPU load average: ${loads(view)}`),
      '',
      'DEVICE                           PATH/WORLD/PARTITION DQLEN WQLEN ACTV QUED %USD  LOAD   CMDS/s  READS/s WRITES/s MBREAD/s MBWRTN/s DAVG/cmd KAVG/cmd GAVG/cmd QAVG/cmd',
      ...view.devices.map(
        ({ device, figures }) =>
          `${device.slice(0, 32).padEnd(32)}           -              32     - ${whole(figures.inFlight, 4)} ${whole(0, 4)} ${whole((figures.inFlight / 32) * 100, 4)} ${two(figures.inFlight / 32, 5)} ${two(figures.commands, 8)} ${two(figures.reads, 8)} ${two(figures.writes, 8)} ${two(figures.mbRead, 8)} ${two(figures.mbWritten, 8)} ${two(figures.latencyMs, 8)} ${two(0, 8)} ${two(figures.latencyMs, 8)} ${two(0, 8)}`,
      ),
    ];
  },
  v(view) {
    return [
      headLine(view, `CPU load average: ${loads(view)}`),
      '',
      '     GID VMNAME           VDEVNAME NVDISK   CMDS/s  READS/s WRITES/s MBREAD/s MBWRTN/s LAT/rd LAT/wr',
      ...view.vms.map(
        (one) =>
          `${whole(one.group, 8)} ${one.name.slice(0, 16).padEnd(16)}        - ${whole(one.disks, 6)} ${two(0, 8)} ${two(0, 8)} ${two(0, 8)} ${two(0, 8)} ${two(0, 8)} ${two(0, 6)} ${two(0, 6)}`,
      ),
    ];
  },
};
