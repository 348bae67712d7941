import { parseMounts } from '../../model/storage-volumes.ts';
import { cell, esxcli, esxcliRows } from '../esxcfg/esxcli-call.ts';
import { columns, usage } from '../esxcfg/text.ts';
import { absentTool, type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { pciClassName, pciNames, readPci } from '../hardware/facts.ts';
import { readChkconfig, scriptNames, setChkconfig } from './services.ts';

const CHKCONFIG_OPTIONS = [
  { usage: '-l|--list [service]', text: 'Show which services start with the host.' },
  { usage: '<service> on|off', text: 'Say whether a service starts with the host.' },
  { usage: '<service>', text: 'Exit status 0 when the service starts with the host.' },
  { usage: '-a|--add <service>', text: 'Put a service on the list.' },
  { usage: '-d|--del <service>', text: 'Take a service off the list.' },
  { usage: '-B|-D <folder>', text: 'Other places of the list.', unsupported: 'the list is /etc/chkconfig.db' },
];

export const chkconfigTool: ToolCommand = {
  name: 'chkconfig',
  summary: 'Which services start with the host.',
  options: CHKCONFIG_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('chkconfig', argv, 'la:d:io', { list: 'l', 'add=': 'a', 'del=': 'd', iconf: 'i' });
    const [name, state] = given.operands;
    if (given.has('l') || (name === undefined && given.options.length === 0)) {
      const rows = readChkconfig(ctx.system).filter((one) => name === undefined || one.name === name);
      if (name !== undefined && rows.length === 0) throw new CommandError(`chkconfig: no such service: ${name}`);
      await ctx.out(rows.map((one) => `${one.name.padEnd(24)}${one.on ? 'on' : 'off'}\n`).join(''));
      return 0;
    }
    const wanted = given.value('a') ?? given.value('d') ?? name ?? '';
    const known = scriptNames(ctx.system).find((one) => one.toLowerCase() === wanted.toLowerCase());
    if (known === undefined) throw new CommandError(`chkconfig: no such service: ${wanted}`);
    if (given.has('a')) setChkconfig(ctx.system, known, true);
    else if (given.has('d')) setChkconfig(ctx.system, known, false);
    else if (state === 'on' || state === 'off') setChkconfig(ctx.system, known, state === 'on');
    else if (state === undefined) {
      const on = readChkconfig(ctx.system).find((one) => one.name === known)?.on === true;
      await ctx.out(`${known.padEnd(24)}${on ? 'on' : 'off'}\n`);
      return on ? 0 : 1;
    } else throw new CommandError(`chkconfig: '${state}' is neither on nor off`);
    return 0;
  },
};

const VDF_OPTIONS = [
  { usage: '-h', text: 'Sizes with units.' },
  { usage: '-p', text: 'RAM disks and module archives only.' },
];

export const vdfTool: ToolCommand = {
  name: 'vdf',
  summary: 'Space in RAM disks, module archives and volumes.',
  options: VDF_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vdf', argv, 'hp');
    const human = given.has('h');
    const size = (kib: number): string => (human ? shortSize(kib * 1024) : String(kib));
    const modules = tardisks(ctx);
    const widths = [24, human ? 9 : 10, human ? 9 : 10];
    const lines = [columns(widths, ['Tardisk', 'Space', 'Used']).trimEnd()];
    for (const one of modules) lines.push(columns(widths, [one.name, size(one.kib), size(one.kib)]).trimEnd());
    lines.push(
      '-----',
      `${columns([20, 9, 9, 9, 5], ['Ramdisk', human ? 'Size' : '1k-blocks', 'Used', 'Available', 'Use%'])}Mounted on`,
    );
    for (const one of ramdisks(ctx)) {
      const percent = one.totalKib === 0 ? 0 : Math.ceil((one.usedKib / one.totalKib) * 100);
      lines.push(
        `${columns([20], [one.name])}${size(one.totalKib).padStart(8)} ${size(one.usedKib).padStart(8)} ${size(one.totalKib - one.usedKib).padStart(8)} ${`${percent}%`.padStart(4)} -- ${one.target}`,
      );
    }
    await ctx.out(`${lines.join('\n')}\n`);
    return 0;
  },
};

/** Module archives of the bank, as the loader lists them in boot.cfg. */
function tardisks(ctx: CommandContext): { name: string; kib: number }[] {
  const modules = /^modules=(.*)$/m.exec(ctx.system.files.readText('/bootbank/boot.cfg') ?? '')?.[1] ?? '';
  return modules
    .split('---')
    .map((word) => word.trim().split(' ')[0] ?? '')
    .filter((name) => name !== '')
    .map((name) => ({ name, kib: Math.ceil((ctx.system.files.stat(`/bootbank/${name}`)?.sizeBytes ?? 0) / 1024) }));
}

function ramdisks(ctx: CommandContext): { name: string; target: string; totalKib: number; usedKib: number }[] {
  const mounts = parseMounts(ctx.system.files.readText('/proc/mounts') ?? '');
  return mounts
    .filter((line) => line.type === 'tmpfs' || line.type === 'ramfs' || line.target === '/')
    .map((line) => {
      const stat = ctx.system.files.statfs(line.target);
      const totalKib = (stat.blocks * stat.blockSize) / 1024;
      return {
        name: line.target === '/' ? 'root' : (line.target.split('/').pop() ?? ''),
        target: line.target,
        totalKib,
        usedKib: totalKib - (stat.freeBlocks * stat.blockSize) / 1024,
      };
    });
}

/** `1.2M`. */
export function shortSize(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)}${units[unit]}`;
}

const VMKCHDEV_OPTIONS = [
  { usage: '-l', text: 'List the PCI devices with their owner.' },
  { usage: '-L', text: 'List the devices that can be given away; none.' },
  {
    usage: '-v <device>',
    text: 'Give a device to the VMkernel.',
    unsupported: 'the machine has no I/O memory management unit',
  },
  {
    usage: '-p <device>',
    text: 'Give a device to virtual machines.',
    unsupported: 'the machine has no I/O memory management unit',
  },
];

export const vmkchdevTool: ToolCommand = {
  name: 'vmkchdev',
  summary: 'Owners of PCI devices.',
  options: VMKCHDEV_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vmkchdev', argv, 'lLv:p:');
    if (given.has('v') || given.has('p'))
      throw new CommandError('vmkchdev: not supported: the machine has no I/O memory management unit');
    if (given.has('L')) return 0;
    if (!given.has('l')) {
      await ctx.out(usage('vmkchdev <options>', VMKCHDEV_OPTIONS));
      return 1;
    }
    const lines = readPci(ctx).map((one) =>
      `${one.address} ${one.vendorId}:${one.deviceId} ${one.subVendorId}:${one.subDeviceId} vmkernel ${one.vmkernelName}`.trimEnd(),
    );
    await ctx.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
};

export const lspciTool: ToolCommand = {
  name: 'lspci',
  summary: 'PCI devices.',
  options: [
    { usage: '-n', text: 'Numbers in place of names.' },
    { usage: '-v', text: 'Numbers too.' },
    { usage: '-p', text: 'Interrupts too.' },
  ].map(({ usage: option }) => ({ usage: option })),
  async run(ctx, argv) {
    const given = getopt('lspci', argv, 'nvp');
    const lines = readPci(ctx).map((one) => {
      const names = pciNames(one);
      const alias = one.vmkernelName === '' ? '' : ` [${one.vmkernelName}]`;
      if (given.has('n'))
        return `${one.address} Class ${one.classCode.slice(0, 4)}: ${one.vendorId}:${one.deviceId}${alias}`;
      const more = given.has('v')
        ? `\n\t Class ${one.classCode.slice(0, 4)}: ${one.vendorId}:${one.deviceId}\n`
        : given.has('p')
          ? ` irq ${one.interruptLine}`
          : '';
      return `${one.address} ${pciClassName(one)}: ${names.vendor} ${names.device}${alias}${more}`;
    });
    await ctx.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
};

const VMKLOAD_OPTIONS = [
  { usage: '-l|--list', text: 'List the loaded modules.' },
  { usage: '-s|--showinfo <module>', text: 'Show everything about a module.' },
  { usage: '-u|--unload <module>', text: 'Unload a module.', unsupported: 'drivers are built into the kernel' },
  { usage: '<module>', text: 'Load a module.', unsupported: 'drivers are built into the kernel' },
];

export const vmkloadTool: ToolCommand = {
  name: 'vmkload_mod',
  summary: 'Loaded VMkernel modules.',
  options: VMKLOAD_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vmkload_mod', argv, 'lsu', { list: 'l', showinfo: 's', unload: 'u' });
    const module = given.operands[0];
    if (given.has('l')) {
      const rows = (await esxcliRows(ctx, 'system module list')).filter((row) => cell(row, 'Is Loaded') === 'true');
      await ctx.out(
        `${columns([24, 10], ['Name', 'Used', 'Size (kb)'])}\n${rows.map((row) => `${columns([24, 10], [cell(row, 'Name'), '0'])}0\n`).join('')}`,
      );
      return 0;
    }
    if (given.has('s') && module !== undefined) {
      const row = (await esxcli(ctx, 'system module get', ['-m', module])) as Record<string, string>;
      await ctx.out(
        `vmkload_mod module information\n${Object.entries(row)
          .map(([label, value]) => ` ${label}: ${value}\n`)
          .join('')}`,
      );
      return 0;
    }
    if (module !== undefined) throw new CommandError('vmkload_mod: not supported: drivers are built into the kernel');
    await ctx.out(usage('vmkload_mod <options> [module]', VMKLOAD_OPTIONS));
    return 1;
  },
};

const ETHTOOL_OPTIONS = [
  { usage: '<vmnic>', text: 'Show link, speed and duplex.' },
  { usage: '-i <vmnic>', text: 'Show the driver.' },
  { usage: '-S <vmnic>', text: 'Show the counters.' },
];

export const ethtoolTool: ToolCommand = {
  name: 'ethtool',
  summary: 'Driver and link of a physical adapter.',
  options: ETHTOOL_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('ethtool', argv, 'iSh', { driver: 'i', statistics: 'S', help: 'h' });
    const nic = given.operands[0];
    if (nic === undefined || given.has('h')) {
      await ctx.out(usage('ethtool [-i|-S] <vmnic>', ETHTOOL_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    const [row] = await esxcliRows(ctx, 'network nic list').then((rows) =>
      rows.filter((one) => cell(one, 'Name') === nic),
    );
    if (row === undefined) throw new CommandError(`Cannot get device settings: No such device\nNo data available`);
    if (given.has('i')) {
      await ctx.out(
        `driver: ${cell(row, 'Driver')}\nversion: ${ctx.host.product.version}\nfirmware-version: N/A\nbus-info: ${cell(row, 'PCI Device')}\n`,
      );
    } else if (given.has('S')) {
      const stats = ctx.system.network.stats(nic);
      const lines = Object.entries(stats ?? {}).map(
        ([name, value]) => `     ${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${value}\n`,
      );
      await ctx.out(`NIC statistics:\n${lines.join('')}`);
    } else {
      const up = cell(row, 'Link').startsWith('Up');
      await ctx.out(
        `Settings for ${nic}:\n\tSpeed: ${up ? `${cell(row, 'Speed')}Mb/s` : 'Unknown!'}\n\tDuplex: ${cell(row, 'Duplex')}\n\tLink detected: ${up ? 'yes' : 'no'}\n`,
      );
    }
    return 0;
  },
};

export const absentTools: ToolCommand[] = [
  absentTool(
    'vsish',
    'Nodes of the VMkernel system information shell.',
    'the VMkernel node tree is not modelled; esxcli and /proc show what is real',
  ),
  absentTool(
    'tcpdump-uw',
    'Packets on a VMkernel interface.',
    'no packet tool is in this image; the lab captures the wire from outside',
  ),
  absentTool('net-dvs', 'Distributed switches.', 'distributed switches need vCenter Server'),
  absentTool(
    'generate-certificates',
    'New certificates of the host.',
    'the web services that use them come with a later release',
  ),
];
