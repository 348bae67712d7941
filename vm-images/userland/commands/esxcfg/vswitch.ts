import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const NO_DVS = 'distributed switches need vCenter Server';

const OPTIONS = [
  { usage: '-l|--list', text: 'List all the virtual switches.' },
  { usage: '-a|--add', text: 'Add a virtual switch, vswitch[:ports].' },
  { usage: '-d|--delete', text: 'Delete the virtual switch.' },
  { usage: '-L|--link=pnic', text: 'Make pnic an uplink of the switch.' },
  { usage: '-U|--unlink=pnic', text: 'Take pnic from the uplinks of the switch.' },
  { usage: '-M|--add-pg-uplink=pnic', text: 'Add an uplink to those of a port group (-p).' },
  { usage: '-N|--del-pg-uplink=pnic', text: 'Take an uplink from those of a port group (-p).' },
  { usage: '-P|--add-dvp-uplink=pnic', text: 'Add an uplink to a port of a distributed switch.', unsupported: NO_DVS },
  {
    usage: '-Q|--del-dvp-uplink=pnic',
    text: 'Take an uplink from a port of a distributed switch.',
    unsupported: NO_DVS,
  },
  { usage: '-V|--dvp=dvport', text: 'The port of the distributed switch.', unsupported: NO_DVS },
  { usage: '-p|--pg=portgroup', text: 'The port group; ALL with -v means every one of the switch.' },
  { usage: '-v|--vlan=id', text: 'Set the VLAN of the port group (-p); 0 is none.' },
  { usage: '-c|--check', text: 'Print 1 when the switch exists, 0 when not.' },
  { usage: '-A|--add-pg=name', text: 'Add a port group to the switch.' },
  { usage: '-D|--del-pg=name', text: 'Delete a port group of the switch.' },
  { usage: '-C|--check-pg=name', text: 'Print 1 when the port group exists, 0 when not.' },
  { usage: '-B|--set-cdp', text: 'Set CDP of the switch: down, listen, advertise or both.' },
  { usage: '-b|--get-cdp', text: 'Print the CDP setting of the switch.' },
  { usage: '-m|--mtu=MTU', text: 'Set the MTU of the switch.' },
  { usage: '-r|--restore', text: 'Bring the switches to the configuration again.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

const LONG = {
  list: 'l',
  add: 'a',
  delete: 'd',
  'link=': 'L',
  'unlink=': 'U',
  'add-pg-uplink=': 'M',
  'del-pg-uplink=': 'N',
  'add-dvp-uplink=': 'P',
  'del-dvp-uplink=': 'Q',
  'dvp=': 'V',
  'pg=': 'p',
  'vlan=': 'v',
  check: 'c',
  'add-pg=': 'A',
  'del-pg=': 'D',
  'check-pg=': 'C',
  'set-cdp=': 'B',
  'get-cdp': 'b',
  'mtu=': 'm',
  restore: 'r',
  help: 'h',
};

export const vswitchTool: ToolCommand = {
  name: 'esxcfg-vswitch',
  summary: 'Virtual switches and port groups.',
  options: OPTIONS,
  async run(ctx, argv) {
    const help = usage('esxcfg-vswitch [options] [vswitch[:ports]]', OPTIONS);
    const given = getopt('esxcfg-vswitch', argv, 'ladL:U:M:N:P:Q:V:p:v:cA:D:C:B:bm:rh', LONG);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(help);
      return given.has('h') ? 0 : 1;
    }
    if (given.has('P') || given.has('Q') || given.has('V')) throw new CommandError(`esxcfg-vswitch: ${NO_DVS}`);
    if (given.has('l')) {
      await ctx.out(await listSwitches(ctx));
      return 0;
    }
    if (given.has('r')) {
      await ctx.host.reapply();
      return 0;
    }
    const target = given.operands[0];
    const portgroup = given.value('p');
    if (given.has('C')) {
      await ctx.out(`${exists(ctx, given.value('C')!, target) ? 1 : 0}\n`);
      return 0;
    }
    if (target === undefined) throw new CommandError('esxcfg-vswitch: the name of a virtual switch is missing\n');
    const [name = '', ports] = target.split(':');
    if (given.has('c')) {
      await ctx.out(`${ctx.host.config.network.vswitches.some((one) => one.name === name) ? 1 : 0}\n`);
      return 0;
    }
    if (given.has('a'))
      await esxcli(ctx, 'network vswitch standard add', ['-v', name, ...(ports === undefined ? [] : ['-P', ports])]);
    requireSwitch(ctx, name);
    if (given.has('b')) {
      await ctx.out(
        `${cell((await esxcliRows(ctx, 'network vswitch standard list', ['-v', name]))[0], 'CDP Status')}\n`,
      );
      return 0;
    }
    const uplink = given.value('L') ?? given.value('U') ?? given.value('M') ?? given.value('N');
    if (uplink !== undefined && !ctx.host.config.network.pnics.some((one) => one.name === uplink))
      throw new CommandError(`No such uplink : ${uplink}`);
    if (given.has('m')) await esxcli(ctx, 'network vswitch standard set', ['-v', name, '-m', given.value('m')!]);
    if (given.has('B')) await setCdp(ctx, name, given.value('B')!);
    if (given.has('L')) await esxcli(ctx, 'network vswitch standard uplink add', ['-v', name, '-u', given.value('L')!]);
    if (given.has('U'))
      await esxcli(ctx, 'network vswitch standard uplink remove', ['-v', name, '-u', given.value('U')!]);
    if (given.has('A'))
      await esxcli(ctx, 'network vswitch standard portgroup add', ['-v', name, '-p', given.value('A')!]);
    if (given.has('v')) await setVlan(ctx, name, portgroup, given.value('v')!);
    if (given.has('M') || given.has('N'))
      await setPortgroupUplinks(ctx, name, portgroup, given.value('M'), given.value('N'));
    if (given.has('D'))
      await esxcli(ctx, 'network vswitch standard portgroup remove', ['-v', name, '-p', given.value('D')!]);
    if (given.has('d')) await esxcli(ctx, 'network vswitch standard remove', ['-v', name]);
    return 0;
  },
};

const SWITCH_COLUMNS = [17, 12, 12, 18, 8, 10];
const PORTGROUP_COLUMNS = [2, 22, 9, 12, 10];

/** The listing of switches with their port groups. */
export async function listSwitches(ctx: CommandContext): Promise<string> {
  const switches = await esxcliRows(ctx, 'network vswitch standard list');
  const portgroups = await esxcliRows(ctx, 'network vswitch standard portgroup list');
  const blocks = switches.map((row) => {
    const name = cell(row, 'Name');
    const own = portgroups.filter((one) => cell(one, 'Virtual Switch') === name);
    return [
      columns(SWITCH_COLUMNS, ['Switch Name', 'Num Ports', 'Used Ports', 'Configured Ports', 'MTU', 'Uplinks']),
      columns(SWITCH_COLUMNS, [
        name,
        cell(row, 'Num Ports'),
        cell(row, 'Used Ports'),
        cell(row, 'Configured Ports'),
        cell(row, 'MTU'),
        cell(row, 'Uplinks'),
      ]),
      '',
      columns(PORTGROUP_COLUMNS, ['', 'PortGroup Name', 'VLAN ID', 'Used Ports', 'Uplinks']),
      ...own.map((one) =>
        columns(PORTGROUP_COLUMNS, [
          '',
          cell(one, 'Name'),
          cell(one, 'VLAN ID'),
          cell(one, 'Active Clients'),
          portgroupUplinks(ctx, name, cell(one, 'Name')).join(','),
        ]),
      ),
      '',
      '',
    ].join('\n');
  });
  return blocks.join('');
}

/** Uplinks a port group uses: its own order, or the switch's. */
export function portgroupUplinks(ctx: CommandContext, vswitchName: string, portgroupName: string): string[] {
  const vswitch = ctx.host.config.network.vswitches.find((one) => one.name === vswitchName);
  const own = vswitch?.portgroups.find((one) => one.name === portgroupName)?.policy.failover;
  const policy = vswitch?.policy.failover;
  const wanted = [
    ...(own?.activeUplinks ?? policy?.activeUplinks ?? []),
    ...(own?.standbyUplinks ?? policy?.standbyUplinks ?? []),
  ];
  return (vswitch?.uplinks ?? []).filter((one) => wanted.includes(one));
}

function requireSwitch(ctx: CommandContext, name: string): void {
  if (!ctx.host.config.network.vswitches.some((one) => one.name === name))
    throw new CommandError(`No such virtual switch : ${name}`);
}

function exists(ctx: CommandContext, portgroup: string, vswitch: string | undefined): boolean {
  return ctx.host.config.network.vswitches.some(
    (one) => (vswitch === undefined || one.name === vswitch) && one.portgroups.some((each) => each.name === portgroup),
  );
}

async function setCdp(ctx: CommandContext, name: string, status: string): Promise<void> {
  if (!['down', 'listen', 'advertise', 'both'].includes(status))
    throw new CommandError(`Error: Invalid CDP status string ${status}`);
  await esxcli(ctx, 'network vswitch standard set', ['-v', name, '-c', status]);
}

async function setVlan(ctx: CommandContext, name: string, portgroup: string | undefined, vlan: string): Promise<void> {
  if (portgroup === undefined) throw new CommandError('esxcfg-vswitch: -v needs the port group, -p');
  const all =
    ctx.host.config.network.vswitches.find((one) => one.name === name)?.portgroups.map((one) => one.name) ?? [];
  if (portgroup !== 'ALL' && !all.includes(portgroup))
    throw new CommandError(`Port Group ${portgroup} on VSwitch ${name} is not found`);
  for (const one of portgroup === 'ALL' ? all : [portgroup])
    await esxcli(ctx, 'network vswitch standard portgroup set', ['-p', one, '-v', vlan]);
}

async function setPortgroupUplinks(
  ctx: CommandContext,
  name: string,
  portgroup: string | undefined,
  add: string | undefined,
  remove: string | undefined,
): Promise<void> {
  if (portgroup === undefined) throw new CommandError('esxcfg-vswitch: -M and -N need the port group, -p');
  if (!exists(ctx, portgroup, name)) throw new CommandError(`Port Group ${portgroup} on VSwitch ${name} is not found`);
  const vswitch = ctx.host.config.network.vswitches.find((one) => one.name === name);
  const uplink = add ?? remove ?? '';
  if (vswitch?.uplinks.includes(uplink) !== true) throw new CommandError(`No such uplink adapter : ${uplink}`);
  const present = portgroupUplinks(ctx, name, portgroup);
  const wanted =
    add !== undefined ? [...present.filter((one) => one !== add), add] : present.filter((one) => one !== remove);
  if (wanted.length === 0) throw new CommandError(`${uplink} is the last uplink of port group ${portgroup}`);
  await esxcli(ctx, 'network vswitch standard portgroup policy failover set', [
    '-p',
    portgroup,
    '--active-uplinks',
    wanted.join(','),
  ]);
  await ctx.out(add !== undefined ? 'Added uplink adapter successfully\n' : 'Deleted uplink adapter successfully\n');
}
