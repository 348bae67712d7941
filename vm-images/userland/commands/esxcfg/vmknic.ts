import type { VmknicConfig } from '../../model/config.ts';
import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const NO_DVS = 'distributed switches need vCenter Server';

const OPTIONS = [
  { usage: '-a|--add', text: 'Add a VMkernel interface on the port group, with -i and -n.' },
  { usage: '-d|--del', text: 'Delete the VMkernel interface of the port group.' },
  { usage: '-e|--enable', text: 'Enable it.' },
  { usage: '-D|--disable', text: 'Disable it.' },
  { usage: '-l|--list', text: 'List the VMkernel interfaces.' },
  { usage: '-i|--ip=<X.X.X.X|DHCP>', text: 'IPv4 address (with -n), DHCP or NONE; X:X::X/N adds an IPv6 address.' },
  { usage: '-n|--netmask=<X.X.X.X>', text: 'Its mask.' },
  { usage: '-m|--mtu=<mtu>', text: 'MTU of the interface.' },
  { usage: '-M|--mac=<mac>', text: 'MAC address of a new interface.' },
  { usage: '-p|--portgroup=<name>', text: 'The port group, instead of the last argument.' },
  { usage: '-r|--restore', text: 'Bring the interfaces to the configuration again.' },
  {
    usage: '-t|--tso',
    text: 'Enable segmentation offload.',
    unsupported: 'the virtual link has no segmentation offload to switch',
  },
  {
    usage: '-T|--disable-tso',
    text: 'Disable segmentation offload.',
    unsupported: 'the virtual link has no segmentation offload to switch',
  },
  { usage: '-s|--dvs-name=<name>', text: 'Distributed switch.', unsupported: NO_DVS },
  { usage: '-v|--dvport-id=<id>', text: 'Port of the distributed switch.', unsupported: NO_DVS },
  { usage: '-h|--help', text: 'Print this text.' },
];

const LONG = {
  add: 'a',
  del: 'd',
  enable: 'e',
  disable: 'D',
  list: 'l',
  'ip=': 'i',
  'netmask=': 'n',
  'mtu=': 'm',
  'mac=': 'M',
  'portgroup=': 'p',
  restore: 'r',
  tso: 't',
  'disable-tso': 'T',
  'dvs-name=': 's',
  'dvport-id=': 'v',
  help: 'h',
};

export const vmknicTool: ToolCommand = {
  name: 'esxcfg-vmknic',
  summary: 'VMkernel network interfaces.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-vmknic', argv, 'adeDli:n:m:M:p:rtTs:v:h', LONG);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-vmknic <options> [[<portgroup>]]', OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('s') || given.has('v')) throw new CommandError(`esxcfg-vmknic: ${NO_DVS}`);
    if (given.has('t') || given.has('T'))
      throw new CommandError('esxcfg-vmknic: the virtual link has no segmentation offload to switch');
    if (given.has('l')) {
      await ctx.out(await listVmknics(ctx));
      return 0;
    }
    if (given.has('r')) {
      await ctx.host.reapply();
      return 0;
    }
    const portgroup = given.value('p') ?? given.operands[0];
    if (portgroup === undefined) throw new CommandError('esxcfg-vmknic: the name of a port group is missing');
    const address = given.value('i');
    const mask = given.value('n');
    if (given.has('a')) {
      if (address === undefined) throw new CommandError('esxcfg-vmknic: adding an interface needs an IP address, -i');
      checkAddress(address, mask);
      await addVmknic(ctx, portgroup, address, mask, given.value('m'), given.value('M'));
      return 0;
    }
    const name = requireVmknic(ctx, portgroup).name;
    if (given.has('d')) {
      await esxcli(ctx, 'network ip interface remove', ['-i', name]);
      return 0;
    }
    if (given.has('e')) await esxcli(ctx, 'network ip interface set', ['-i', name, '-e', 'true']);
    if (given.has('D')) await esxcli(ctx, 'network ip interface set', ['-i', name, '-e', 'false']);
    if (given.has('m')) await esxcli(ctx, 'network ip interface set', ['-i', name, '-m', given.value('m')!]);
    if (address !== undefined) {
      checkAddress(address, mask);
      await setAddress(ctx, name, address, mask);
    }
    return 0;
  },
};

function requireVmknic(ctx: CommandContext, portgroup: string): VmknicConfig {
  const found = ctx.host.config.network.vmknics.find((one) => one.portgroup === portgroup || one.name === portgroup);
  if (found === undefined) throw new CommandError(`No VMkernel NIC is connected to port group '${portgroup}'`);
  return found;
}

function checkAddress(address: string, mask: string | undefined): void {
  const word = address.toUpperCase();
  if (word === 'DHCP' || word === 'NONE' || address.includes(':')) return;
  if (mask === undefined) throw new CommandError('esxcfg-vmknic: an IP address needs its mask, -n');
}

async function addVmknic(
  ctx: CommandContext,
  portgroup: string,
  address: string,
  mask: string | undefined,
  mtu: string | undefined,
  mac: string | undefined,
): Promise<void> {
  if (ctx.host.config.network.vmknics.some((one) => one.portgroup === portgroup)) {
    throw new CommandError(`A VMkernel NIC is already connected to port group '${portgroup}'`);
  }
  await esxcli(ctx, 'network ip interface add', [
    '-p',
    portgroup,
    ...(mtu === undefined ? [] : ['-m', mtu]),
    ...(mac === undefined ? [] : ['-M', mac]),
  ]);
  const { name } = requireVmknic(ctx, portgroup);
  try {
    await setAddress(ctx, name, address, mask);
  } catch (error) {
    // One command, all or nothing: an interface without the address asked for is not left behind.
    await esxcli(ctx, 'network ip interface remove', ['-i', name]);
    throw error;
  }
}

async function setAddress(ctx: CommandContext, name: string, address: string, mask: string | undefined): Promise<void> {
  const set = ['-i', name];
  if (address.toUpperCase() === 'DHCP') await esxcli(ctx, 'network ip interface ipv4 set', [...set, '-t', 'dhcp']);
  else if (address.toUpperCase() === 'NONE') await esxcli(ctx, 'network ip interface ipv4 set', [...set, '-t', 'none']);
  else if (address.includes(':')) await esxcli(ctx, 'network ip interface ipv6 address add', [...set, '-I', address]);
  else await esxcli(ctx, 'network ip interface ipv4 set', [...set, '-t', 'static', '-I', address, '-N', mask ?? '']);
}

/** One line an address; an interface without any is listed too. */
export async function listVmknics(ctx: CommandContext): Promise<string> {
  const interfaces = await esxcliRows(ctx, 'network ip interface list');
  const ipv4 = await esxcliRows(ctx, 'network ip interface ipv4 get');
  const ipv6 = ctx.host.runtime.ipv6Enabled ? await esxcliRows(ctx, 'network ip interface ipv6 address list') : [];
  const lines: string[][] = [];
  for (const row of interfaces) {
    const name = cell(row, 'Name');
    const head = [name, cell(row, 'Portgroup')];
    const tail = [cell(row, 'MAC Address'), cell(row, 'MTU'), cell(row, 'TSO MSS'), cell(row, 'Enabled')];
    const own = ipv4.filter((one) => cell(one, 'Name') === name && cell(one, 'IPv4 Address') !== '');
    for (const one of own) {
      lines.push([
        ...head,
        'IPv4',
        cell(one, 'IPv4 Address'),
        cell(one, 'IPv4 Netmask'),
        cell(one, 'IPv4 Broadcast'),
        ...tail,
        cell(one, 'Address Type'),
      ]);
    }
    for (const one of ipv6.filter((each) => cell(each, 'Interface') === name)) {
      lines.push([
        ...head,
        'IPv6',
        cell(one, 'Address'),
        cell(one, 'Netmask'),
        '',
        ...tail,
        [cell(one, 'Type'), cell(one, 'Status')].filter((part) => part !== '').join(', '),
      ]);
    }
    if (own.length === 0) lines.push([...head, 'IPv4', 'N/A', 'N/A', 'N/A', ...tail, 'NONE']);
  }
  const address = Math.max(15, ...lines.map((line) => (line[3] ?? '').length + 1));
  const portgroup = Math.max(20, ...lines.map((line) => (line[1] ?? '').length + 1));
  const widths = [11, portgroup, 10, address, 16, 16, 18, 8, 10, 8, 20];
  const header = [
    'Interface',
    'Port Group/DVPort',
    'IP Family',
    'IP Address',
    'Netmask',
    'Broadcast',
    'MAC Address',
    'MTU',
    'TSO MSS',
    'Enabled',
    'Type',
  ];
  return [header, ...lines].map((line) => `${columns(widths, line)}\n`).join('');
}
