import {
  adapterName,
  adapterUid,
  type BlockDevice,
  devfsPath,
  deviceId,
  deviceType,
  displayName,
  pathUid,
  runtimeName,
  sizeMiB,
  targetUid,
  transport,
  vmlId,
} from '../../model/storage-devices.ts';
import {
  adapterOf,
  findAdapter,
  readDeviceSettings,
  readStorage,
  type StorageInventory,
} from '../../model/storage-inventory.ts';
import { listVolumes } from '../../model/storage-mounts.ts';
import { rescanAdapters } from '../../model/storage-rescan.ts';
import { volumeDevice } from '../../model/storage-volumes.ts';
import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { adapterRows } from '../storage/core.ts';
import { selectDevices } from '../storage/devices.ts';
import { automount } from '../storage/filesystem.ts';
import { cell, esxcli } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const SCSIDEVS_OPTIONS = [
  { usage: '-l|--list', text: 'List the devices with everything known.' },
  { usage: '-c|--compact-list', text: 'One line a device.' },
  { usage: '-u|--uids', text: 'All names of the devices.' },
  { usage: '-U|--primary-uid', text: 'Only the first name of each device.' },
  { usage: '-m|--vmfs', text: 'Which volume is on which partition.' },
  { usage: '-a|--hbas', text: 'List the adapters.' },
  { usage: '-A|--hba-devices', text: 'Which devices hang on which adapter.' },
  { usage: '-d|--device <device>', text: 'Only this device.' },
  { usage: '-q|--quiet', text: 'Without a header.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const scsidevsTool: ToolCommand = {
  name: 'esxcfg-scsidevs',
  summary: 'Storage devices.',
  options: SCSIDEVS_OPTIONS,
  async run(ctx, argv) {
    const long = {
      list: 'l',
      'compact-list': 'c',
      uids: 'u',
      'primary-uid': 'U',
      vmfs: 'm',
      hbas: 'a',
      'hba-devices': 'A',
      'device=': 'd',
      quiet: 'q',
      help: 'h',
    };
    const given = getopt('esxcfg-scsidevs', argv, 'lcuUmaAd:qh', long);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-scsidevs <options>', SCSIDEVS_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    const inventory = readStorage(ctx.system.files);
    const devices = selectDevices(inventory, given.value('d'));
    const name = (device: BlockDevice): string => displayName(device, readDeviceSettings(ctx.host.config, device));
    let lines: string[];
    if (given.has('m')) {
      lines = listVolumes(ctx.system)
        .filter(
          (volume) =>
            volume.type === 'VMFS-5' && devices.some((device) => deviceId(device) === deviceId(volume.device)),
        )
        .map(
          (volume) =>
            columns(
              [65, 50, 36, 3],
              [volumeDevice(volume), `${devfsPath(volume.device)}:${volume.partition}`, volume.uuid, '0'],
            ) + volume.label,
        );
    } else if (given.has('a')) {
      lines = adapterRows(ctx).map(
        (row) =>
          columns(
            [8, 18, 10, 40],
            [cell(row, 'HBA Name'), cell(row, 'Driver'), cell(row, 'Link State'), cell(row, 'UID')],
          ) + cell(row, 'Description'),
      );
    } else if (given.has('A')) {
      lines = devices.map((device) => columns([12], [adapterName(device.address[0])]) + deviceId(device));
    } else if (given.has('u')) {
      const header = given.has('q') ? [] : [`${columns([65], ['Primary UID'])}Other UID`];
      lines = [...header, ...devices.map((device) => columns([65], [deviceId(device)]) + vmlId(device))];
    } else if (given.has('U')) {
      lines = devices.map(deviceId);
    } else if (given.has('c')) {
      const header = given.has('q')
        ? []
        : [
            `${columns([38, 17, 58, 10], ['Device UID', 'Device Type', 'Console Device', 'Size'])}Multipath PluginDisplay Name`,
          ];
      lines = [
        ...header,
        ...devices.map(
          (device) =>
            columns(
              [38, 17, 58, 10, 8],
              [deviceId(device), deviceType(device), devfsPath(device), `${sizeMiB(device)}MB`, 'NMP'],
            ) + name(device),
        ),
      ];
    } else if (given.has('l') || given.has('d')) {
      lines = devices.flatMap((device) =>
        longForm(device, name(device), readDeviceSettings(ctx.host.config, device).isOff === true),
      );
    } else throw new CommandError('esxcfg-scsidevs: nothing to do; see esxcfg-scsidevs -h');
    await ctx.out(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
};

function longForm(device: BlockDevice, name: string, isOff: boolean): string[] {
  return [
    deviceId(device),
    `   Device Type: ${deviceType(device)} `,
    `   Size: ${sizeMiB(device)} MB`,
    `   Display Name: ${name}`,
    '   Multipath Plugin: NMP',
    `   Console Device: ${devfsPath(device)}`,
    `   Devfs Path: ${devfsPath(device)}`,
    `   Vendor: ${device.vendor.padEnd(8)}  Model: ${device.model.padEnd(16)}  Revis: ${device.revision}`,
    `   SCSI Level: 5  Is Pseudo: false Status: ${(isOff ? 'off' : 'on').padEnd(10)}`,
    `   Is RDM Capable: false Is Removable: ${device.isRemovable}`,
    `   Is Local: true  Is SSD: ${device.kind === 'disk' && !device.isRotational}`,
    '   Other Names:',
    `      ${vmlId(device)} `,
    '   VAAI Status: unsupported',
  ];
}

const MPATH_OPTIONS = [
  { usage: '-l|--list', text: 'List the paths with everything known.' },
  { usage: '-L|--list-compact', text: 'One line a path.' },
  { usage: '-b|--list-paths', text: 'Devices with their paths.' },
  { usage: '-m|--list-map', text: 'Path, adapter, target and device of each path.' },
  { usage: '-d|--device <device>', text: 'Only paths to this device.' },
  { usage: '-P|--path <path>', text: 'Only this path; with -s the one to change.' },
  { usage: '-s|--state <active|off>', text: 'Switch a path.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const mpathTool: ToolCommand = {
  name: 'esxcfg-mpath',
  summary: 'Paths to storage devices.',
  options: MPATH_OPTIONS,
  async run(ctx, argv) {
    const long = {
      list: 'l',
      'list-compact': 'L',
      'list-paths': 'b',
      'list-map': 'm',
      'device=': 'd',
      'path=': 'P',
      'state=': 's',
      help: 'h',
    };
    const given = getopt('esxcfg-mpath', argv, 'lLbmd:P:s:h', long);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-mpath <options> [--path=<path>] [--device=<device>]', MPATH_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('s')) {
      if (given.value('P') === undefined) throw new CommandError('esxcfg-mpath: -s needs the path, -P');
      await esxcli(ctx, 'storage core path set', ['-p', given.value('P')!, '-s', given.value('s')!]);
      return 0;
    }
    const inventory = readStorage(ctx.system.files);
    const path = given.value('P');
    const devices = selectDevices(inventory, given.value('d')).filter(
      (device) =>
        path === undefined || runtimeName(device) === path || pathUid(device, adapterOf(inventory, device)) === path,
    );
    const style = given.has('b') ? mpathBrief : given.has('L') ? mpathCompact : given.has('m') ? mpathMap : mpathLong;
    await ctx.out(devices.map((device) => style(ctx, inventory, device)).join(''));
    return 0;
  },
};

type PathStyle = (ctx: CommandContext, inventory: StorageInventory, device: BlockDevice) => string;

const stateOf = (ctx: CommandContext, device: BlockDevice): string =>
  readDeviceSettings(ctx.host.config, device).isOff === true ? 'off' : 'active';
const nameOf = (ctx: CommandContext, device: BlockDevice): string =>
  displayName(device, readDeviceSettings(ctx.host.config, device));

const mpathBrief: PathStyle = (ctx, _inventory, device) =>
  `${deviceId(device)} : ${nameOf(ctx, device)}\n   ${runtimeName(device)} LUN:${device.address[3]} state:${stateOf(ctx, device)} Local HBA ${adapterName(device.address[0])} channel ${device.address[1]} target ${device.address[2]}\n\n`;

const mpathCompact: PathStyle = (ctx, inventory, device) => {
  const adapter = adapterOf(inventory, device);
  const [, channel, target, lun] = device.address;
  return `${runtimeName(device)} state:${stateOf(ctx, device)} ${deviceId(device)} ${adapterName(device.address[0])} ${channel} ${target} ${lun} NMP ${stateOf(ctx, device)} local ${adapter === undefined ? '' : adapterUid(adapter)} ${targetUid(device, adapter)}\n`;
};

const mpathMap: PathStyle = (_ctx, inventory, device) => {
  const adapter = adapterOf(inventory, device);
  return `${runtimeName(device)} ${adapterName(device.address[0])} ${adapter === undefined ? '' : adapterUid(adapter)} ${targetUid(device, adapter)} ${deviceId(device)}\n`;
};

const mpathLong: PathStyle = (ctx, inventory, device) => {
  const adapter = adapterOf(inventory, device);
  const [host, channel, target, lun] = device.address;
  return [
    pathUid(device, adapter),
    `   Runtime Name: ${runtimeName(device)}`,
    `   Device: ${deviceId(device)}`,
    `   Device Display Name: ${nameOf(ctx, device)}`,
    `   Adapter: ${adapterName(host)} Channel: ${channel} Target: ${target} LUN: ${lun}`,
    `   Adapter Identifier: ${adapter === undefined ? '' : adapterUid(adapter)}`,
    `   Target Identifier: ${targetUid(device, adapter)}`,
    '   Plugin: NMP',
    `   State: ${stateOf(ctx, device)}`,
    `   Transport: ${transport(adapter)}`,
    '',
    '',
  ].join('\n');
};

const RESCAN_OPTIONS = [
  { usage: '-A|--all', text: 'Scan all adapters.' },
  { usage: '-a|--add', text: 'Only look for new devices.' },
  { usage: '-d|--delete', text: 'Only look for devices that are gone.' },
  { usage: '-u|--update', text: 'Only look at paths of known devices.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const rescanTool: ToolCommand = {
  name: 'esxcfg-rescan',
  summary: 'Look for storage devices.',
  options: RESCAN_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-rescan', argv, 'Aaduh', { all: 'A', add: 'a', delete: 'd', update: 'u', help: 'h' });
    const name = given.operands[0];
    if (given.has('h') || (name === undefined && !given.has('A'))) {
      await ctx.out(usage('esxcfg-rescan <options> [vmhba]', RESCAN_OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    const inventory = readStorage(ctx.system.files);
    if (name !== undefined && findAdapter(inventory, name) === undefined)
      throw new CommandError(`Error: Unable to scan for new devices on adapter ${name}: no such adapter`);
    if (name === undefined) await ctx.out('Rescanning all adapters..\n');
    rescanAdapters(
      ctx.system,
      inventory.adapters.filter((one) => name === undefined || adapterName(one.host) === name),
    );
    await automount(ctx);
    return 0;
  },
};
