import { listVolumes, mountVolume, unmountVolume } from '../../model/storage-mounts.ts';
import { findVolume, type Volume } from '../../model/storage-volumes.ts';
import { absentTool, type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { rememberMount, storageStep } from '../storage/filesystem.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const VOLUME_OPTIONS = [
  { usage: '-l|--list', text: 'List datastores found on copied disks.' },
  { usage: '-m|--mount <uuid|label>', text: 'Mount one until the next boot.' },
  { usage: '-M|--persistent-mount <uuid|label>', text: 'Mount one now and at every boot.' },
  { usage: '-u|--umount <uuid|label>', text: 'Unmount one.' },
  { usage: '-r|--resignature <uuid|label>', text: 'Give one an identity of its own.' },
  { usage: '-U|--unmount-for-detach <uuid|label>', text: 'Unmount one for good.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

/** Acts on datastores: a copied disk never turns up here, so the list is empty, but mounting and unmounting work. */
export const volumeTool: ToolCommand = {
  name: 'esxcfg-volume',
  summary: 'Datastores found on copied disks, mounting and unmounting.',
  options: VOLUME_OPTIONS,
  async run(ctx, argv) {
    const long = {
      list: 'l',
      'mount=': 'm',
      'persistent-mount=': 'M',
      'umount=': 'u',
      'resignature=': 'r',
      'unmount-for-detach=': 'U',
      help: 'h',
    };
    const given = getopt('esxcfg-volume', argv, 'lm:M:u:r:U:h', long);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-volume <options>', VOLUME_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    for (const { name, value = '' } of given.options) {
      if (name === 'r')
        throw new CommandError(`Error: No unresolved VMFS snapshot with volume UUID or label '${value}' found`);
      if (name === 'l') continue;
      const volume = requireVolume(ctx, value);
      if (name === 'm' || name === 'M') {
        await ctx.out(`Mounting volume ${value}\n`);
        await storageStep(() => mountVolume(ctx.system, volume));
      } else {
        await ctx.out(`Unmounting volume ${value}\n`);
        await storageStep(() => unmountVolume(ctx.system, volume));
      }
      if (name === 'M') await rememberMount(ctx, volume, true);
      if (name === 'U') await rememberMount(ctx, volume, false);
    }
    return 0;
  },
};

function requireVolume(ctx: CommandContext, wanted: string): Volume {
  const volume = findVolume(listVolumes(ctx.system), { label: wanted, uuid: wanted });
  if (volume === undefined) throw new CommandError(`Error: No volume with UUID or label '${wanted}' found`);
  return volume;
}

const NAS_LATER = 'NFS datastores come with a later release of this lab host';

const NAS_OPTIONS = [
  { usage: '-l|--list', text: 'List the NFS datastores.' },
  { usage: '-a|--add', text: 'Add one: -o host -s share name.', unsupported: NAS_LATER },
  { usage: '-o|--host <host>', text: 'The server.', unsupported: NAS_LATER },
  { usage: '-s|--share <share>', text: 'Folder on the server.', unsupported: NAS_LATER },
  { usage: '-d|--delete', text: 'Remove one.' },
  { usage: '-r|--restore', text: 'Mount those of the configuration.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const nasTool: ToolCommand = {
  name: 'esxcfg-nas',
  summary: 'NFS datastores.',
  options: NAS_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-nas', argv, 'lao:s:drh', {
      list: 'l',
      add: 'a',
      'host=': 'o',
      'share=': 's',
      delete: 'd',
      restore: 'r',
      help: 'h',
    });
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-nas <options> [<label>]', NAS_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('a')) throw new CommandError(`esxcfg-nas: not supported: ${NAS_LATER}`);
    if (given.has('d'))
      throw new CommandError(`Error performing operation: Unknown NAS volume ${given.operands[0] ?? ''}`);
    return 0;
  },
};

const MODULE_OPTIONS = [
  { usage: '-g|--get-options <module>', text: 'Show whether a module is enabled, and its options.' },
  { usage: '-s|--set-options <options> <module>', text: 'Set the options of a module.' },
  { usage: '-e|--enable <module>', text: 'Load a module at boot.' },
  { usage: '-d|--disable <module>', text: 'Do not load a module at boot.' },
  { usage: '-q|--query', text: 'List the loaded modules, names only.' },
  { usage: '-l|--list', text: 'List the modules.' },
  { usage: '-i|--info <module>', text: 'Show everything about a module.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const moduleTool: ToolCommand = {
  name: 'esxcfg-module',
  summary: 'VMkernel modules.',
  options: MODULE_OPTIONS,
  async run(ctx, argv) {
    const long = {
      'get-options': 'g',
      'set-options=': 's',
      enable: 'e',
      disable: 'd',
      query: 'q',
      list: 'l',
      info: 'i',
      help: 'h',
    };
    const given = getopt('esxcfg-module', argv, 'gs:edqlih', long);
    const module = given.operands[0];
    if (given.has('h') || (given.options.length === 0 && module === undefined)) {
      await ctx.out(usage('esxcfg-module <options> [module]', MODULE_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('l') || given.has('q')) {
      await ctx.out(await listModules(ctx, given.has('q')));
      return 0;
    }
    if (module === undefined) throw new CommandError('esxcfg-module: the name of a module is missing');
    const known = (await esxcliRows(ctx, 'system module list')).find((row) => cell(row, 'Name') === module);
    if (known === undefined) throw new CommandError(`Unable to find module '${module}'`);
    if (given.has('s'))
      await esxcli(ctx, 'system module parameters set', ['-m', module, `--parameter-string=${given.value('s')}`]);
    else if (given.has('e')) await esxcli(ctx, 'system module set', ['-m', module, '-e', 'true']);
    else if (given.has('d')) await esxcli(ctx, 'system module set', ['-m', module, '-e', 'false']);
    else if (given.has('i')) {
      const [row] = await esxcliRows(ctx, 'system module get', ['-m', module]);
      await ctx.out(
        Object.keys(row ?? {})
          .map((label) => `${label}: ${cell(row, label)}\n`)
          .join(''),
      );
    } else {
      const enabled = cell(known, 'Is Enabled') === 'true' ? 1 : 0;
      await ctx.out(`${module} enabled = ${enabled} options = '${ctx.host.config.modules[module]?.options ?? ''}'\n`);
    }
    return 0;
  },
};

async function listModules(ctx: CommandContext, brief: boolean): Promise<string> {
  const rows = await esxcliRows(ctx, 'system module list');
  if (brief)
    return rows
      .filter((row) => cell(row, 'Is Loaded') === 'true')
      .map((row) => `${cell(row, 'Name')}\n`)
      .join('');
  const lines = rows.map((row) => [cell(row, 'Name'), cell(row, 'Is Enabled'), cell(row, 'Is Loaded')]);
  return [['Name', 'Enabled', 'Loaded'], ...lines].map((line) => `${columns([27, 10, 8], line)}\n`).join('');
}

const DUMPPART_OPTIONS = [
  { usage: '-l|--list', text: 'List the partitions for core dumps.' },
  { usage: '-t|--get-active', text: 'Show the partition in use.' },
  { usage: '-c|--get-config', text: 'Show the partition configured.' },
  { usage: '-f|--find', text: 'Show partitions that could be used.' },
  { usage: '-s|--set <partition>', text: 'Use this partition; none: use none.' },
  { usage: '-S|--smart-activate', text: 'Use the partition that fits best.' },
  { usage: '-a|--activate', text: 'Use the partition configured.' },
  { usage: '-d|--deactivate', text: 'Use no partition.' },
  { usage: '-C|--copy', text: 'Copy a dump out of a partition.', unsupported: 'this host never writes a dump' },
  { usage: '-L|--log <file>', text: 'Get the log out of a dump.', unsupported: 'this host never writes a dump' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const dumppartTool: ToolCommand = {
  name: 'esxcfg-dumppart',
  summary: 'Partition for core dumps.',
  options: DUMPPART_OPTIONS,
  async run(ctx, argv) {
    const long = {
      list: 'l',
      'get-active': 't',
      'get-config': 'c',
      find: 'f',
      'set=': 's',
      'smart-activate': 'S',
      activate: 'a',
      deactivate: 'd',
      copy: 'C',
      'log=': 'L',
      help: 'h',
    };
    const given = getopt('esxcfg-dumppart', argv, 'ltcfs:SadCL:nh', long);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-dumppart <options> [<partition>]', DUMPPART_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('C') || given.has('L'))
      throw new CommandError('esxcfg-dumppart: not supported: this host never writes a dump');
    const set = (...argvSet: string[]): Promise<unknown> => esxcli(ctx, 'system coredump partition set', argvSet);
    if (given.has('s')) await (given.value('s') === 'none' ? set('-u') : set('-p', given.value('s')!));
    if (given.has('S')) await set('-e', 'true', '-s');
    if (given.has('a')) await set('-e', 'true');
    if (given.has('d')) await set('-e', 'false');
    if (given.has('t') || given.has('c')) {
      const [row] = await esxcliRows(ctx, 'system coredump partition get');
      const value = cell(row, given.has('t') ? 'Active' : 'Configured');
      await ctx.out(
        value === ''
          ? `No partition currently ${given.has('t') ? 'activated' : 'configured'} on this system.\n`
          : `${value}\n`,
      );
    }
    if (given.has('l') || given.has('f')) {
      const rows = await esxcliRows(ctx, 'system coredump partition list');
      const yes = (value: string): string => (value === 'true' ? 'yes' : 'no');
      const widths = [65, 65, 11, 13];
      const lines = rows.map((row) => [
        cell(row, 'Name'),
        cell(row, 'Path'),
        yes(cell(row, 'Active')),
        yes(cell(row, 'Configured')),
      ]);
      await ctx.out(
        [['VM Kernel Name', 'Console Name', 'Is Active', 'Is Configured'], ...lines]
          .map((line) => `${columns(widths, line)}\n`)
          .join(''),
      );
    }
    return 0;
  },
};

const ISCSI_LATER = 'software iSCSI comes with a later release of this lab host';

const SWISCSI_OPTIONS = [
  { usage: '-q|--query', text: 'Show whether software iSCSI is on.' },
  { usage: '-e|--enable', text: 'Switch it on.', unsupported: ISCSI_LATER },
  { usage: '-d|--disable', text: 'Switch it off; it is off.' },
  { usage: '-s|--scan', text: 'Scan for targets.', unsupported: ISCSI_LATER },
  { usage: '-k|--kill', text: 'Stop it by force.', unsupported: ISCSI_LATER },
  { usage: '-r|--restore', text: 'Bring it to the configuration again.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const swiscsiTool: ToolCommand = {
  name: 'esxcfg-swiscsi',
  summary: 'Software iSCSI.',
  options: SWISCSI_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-swiscsi', argv, 'qedskrh', {
      query: 'q',
      enable: 'e',
      disable: 'd',
      scan: 's',
      kill: 'k',
      restore: 'r',
      help: 'h',
    });
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-swiscsi <options>', SWISCSI_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('e') || given.has('s') || given.has('k'))
      throw new CommandError(`esxcfg-swiscsi: not supported: ${ISCSI_LATER}`);
    await ctx.out('Software iSCSI is disabled\n');
    return 0;
  },
};

const RESGRP_OPTIONS = [
  { usage: '-l|--list', text: 'List the resource groups.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

/** The groups a host always has; machines' groups are under `host/user`. */
const RESOURCE_GROUPS = ['host', 'host/system', 'host/vim', 'host/iofilters', 'host/user'];

export const resgrpTool: ToolCommand = {
  name: 'esxcfg-resgrp',
  summary: 'Resource groups.',
  options: RESGRP_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-resgrp', argv, 'lh', { list: 'l', help: 'h' });
    if (!given.has('l')) {
      await ctx.out(usage('esxcfg-resgrp <options>', RESGRP_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    await ctx.out(RESOURCE_GROUPS.map((group) => `${group}\n`).join(''));
    return 0;
  },
};

export const absentTools: ToolCommand[] = [
  absentTool('esxcfg-hwiscsi', 'Hardware iSCSI adapters.', 'there is no hardware iSCSI adapter'),
  absentTool('esxcfg-fcoe', 'Software FCoE.', 'no network adapter can do FCoE'),
  absentTool('esxcfg-ipsec', 'IPsec of IPv6.', 'IPsec is not built into this lab host'),
  absentTool('esxcfg-init', 'Internal: set up the VMkernel at boot.', 'the boot sequence does this by itself'),
  absentTool('esxcfg-boot', 'Internal: boot configuration.', 'edit boot.cfg of the bank instead'),
];
