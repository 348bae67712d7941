import { deviceId, displayName, pathUid, runtimeName } from '../../model/storage-devices.ts';
import { adapterOf, nmpKey, readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Row,
  text,
} from '../framework/index.ts';
import { requireDevice, selectDevices } from './devices.ts';
import { DEVICE, PSP_NAMES, pspOf } from './nmp-policy.ts';
import { pspCommands } from './nmp-psp.ts';
import { satpCommands } from './nmp-satp.ts';

/** Disks only: a CD drive is claimed too, but shows the same columns. */
function nmpRows(ctx: CommandContext, wanted: string | undefined): Row[] {
  const inventory = readStorage(ctx.system.files);
  return selectDevices(inventory, wanted).map((device) => {
    const settings = readDeviceSettings(ctx.host.config, device);
    const psp = pspOf(ctx, settings.psp);
    const path = runtimeName(device);
    const rr = settings.roundRobin ?? { type: 'default', iops: 1000, bytes: 10485760, useActiveNonOptimized: false };
    const config: Record<string, string> = {
      VMW_PSP_FIXED: `{preferred=${settings.preferredPath ?? path};current=${path}}`,
      VMW_PSP_MRU: `Current Path=${path}`,
      VMW_PSP_RR: `{policy=${rr.type === 'default' ? 'rr' : rr.type},iops=${rr.iops},bytes=${rr.bytes},useANO=${rr.useActiveNonOptimized ? 1 : 0};lastPathIndex=0: NumIOsPending=0,numBytesPending=0}`,
    };
    return {
      id: deviceId(device),
      'Device Display Name': displayName(device, settings),
      'Storage Array Type': 'VMW_SATP_LOCAL',
      'Storage Array Type Device Config': 'SATP VMW_SATP_LOCAL does not support device configuration.',
      'Path Selection Policy': psp,
      'Path Selection Policy Device Config': config[psp] ?? '',
      'Path Selection Policy Device Custom Config': '',
      'Working Paths': path,
      'Is Local SAS Device': false,
      'Is Boot USB Device': false,
    };
  });
}

function pathRows(ctx: CommandContext, wanted: string | undefined): Row[] {
  const inventory = readStorage(ctx.system.files);
  return selectDevices(inventory, wanted).map((device) => ({
    id: pathUid(device, adapterOf(inventory, device)),
    'Runtime Name': runtimeName(device),
    Device: deviceId(device),
    'Device Display Name': displayName(device, readDeviceSettings(ctx.host.config, device)),
    'Group State': 'active',
    'Array Priority': 0,
    'Storage Array Type Path Config': 'SATP VMW_SATP_LOCAL does not support path configuration.',
    'Path Selection Policy Path Config': '{current: yes; preferred: yes}',
  }));
}

export const nmpCommands: EsxcliCommand[] = [
  {
    path: 'storage nmp device list',
    summary: 'Show how the native multipathing plug-in treats each device.',
    parameters: [DEVICE],
    output: {
      shape: 'keyed',
      struct: 'NmpDevice',
      key: 'id',
      fields: [
        text('Device Display Name'),
        text('Storage Array Type'),
        text('Storage Array Type Device Config'),
        text('Path Selection Policy'),
        text('Path Selection Policy Device Config'),
        text('Path Selection Policy Device Custom Config'),
        text('Working Paths'),
        boolean('Is Local SAS Device'),
        boolean('Is Boot USB Device'),
      ],
    },
    run: (ctx, args) => nmpRows(ctx, args.optionalString('device')),
  },
  {
    path: 'storage nmp device set',
    summary: 'Choose the path selection of a device.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'psp', short: 'P', type: 'enum', values: PSP_NAMES, description: 'The path selection.' },
      { long: 'default', short: 'E', type: 'flag', description: 'Back to the one of the array type.' },
    ],
    output: none,
    async run(ctx, args) {
      const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
      const psp = args.optionalString('psp');
      if ((psp === undefined) === !args.bool('default'))
        throw new CommandError('Error: Exactly one of --psp and --default must be given');
      await ctx.host.change(`Path selection of ${deviceId(device)}: ${psp ?? 'default'}`, (draft) => {
        if (psp === undefined) delete draft.extra[nmpKey(device, 'psp')];
        else draft.extra[nmpKey(device, 'psp')] = psp;
      });
    },
  },
  {
    path: 'storage nmp path list',
    summary: 'Show the paths the native multipathing plug-in has.',
    parameters: [DEVICE, { long: 'path', short: 'p', type: 'string', description: 'Only this path.' }],
    output: {
      shape: 'keyed',
      struct: 'NmpPath',
      key: 'id',
      fields: [
        text('Runtime Name'),
        text('Device'),
        text('Device Display Name'),
        text('Group State'),
        integer('Array Priority'),
        text('Storage Array Type Path Config'),
        text('Path Selection Policy Path Config'),
      ],
    },
    run(ctx, args) {
      const path = args.optionalString('path');
      return pathRows(ctx, args.optionalString('device')).filter(
        (row) => path === undefined || row.id === path || row['Runtime Name'] === path,
      );
    },
  },
  ...satpCommands,
  ...pspCommands,
];
