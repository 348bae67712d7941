import { PSPS } from '../../model/storage-claims.ts';
import { deviceId, runtimeName } from '../../model/storage-devices.ts';
import { nmpKey, readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  text,
} from '../framework/index.ts';
import { requireDevice } from './devices.ts';
import { DEVICE, pspOf } from './nmp-policy.ts';

export const pspCommands: EsxcliCommand[] = [
  {
    path: 'storage nmp psp list',
    summary: 'List the path selection plug-ins.',
    output: { shape: 'table', struct: 'Psp', fields: [text('Name'), text('Description')] },
    run: () => PSPS.map((one) => ({ Name: one.name, Description: one.description })),
  },
  {
    path: 'storage nmp psp roundrobin deviceconfig get',
    summary: 'Show how a device under round robin changes paths.',
    parameters: [{ ...DEVICE, required: true }],
    output: {
      shape: 'simple',
      struct: 'RoundRobinConfig',
      fields: [
        text('Device'),
        text('IOOperation Limit'),
        text('Limit Type'),
        boolean('Use Active Unoptimized Paths'),
        integer('Byte Limit'),
      ],
    },
    run(ctx, args) {
      const { device, settings } = requirePsp(ctx, args, 'VMW_PSP_RR');
      const rr = settings.roundRobin;
      return {
        Device: deviceId(device),
        'IOOperation Limit': String(rr?.iops ?? 1000),
        'Limit Type':
          rr?.type === undefined || rr.type === 'default' ? 'Default' : rr.type === 'iops' ? 'Iops' : 'Bytes',
        'Use Active Unoptimized Paths': rr?.useActiveNonOptimized ?? false,
        'Byte Limit': rr?.bytes ?? 10485760,
      };
    },
  },
  {
    path: 'storage nmp psp roundrobin deviceconfig set',
    summary: 'Say how a device under round robin changes paths.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'type', short: 't', type: 'enum', values: ['bytes', 'default', 'iops'], description: 'What is counted.' },
      { long: 'iops', short: 'I', type: 'int', min: 1, description: 'Commands down one path.' },
      { long: 'bytes', short: 'B', type: 'int', min: 1, description: 'Bytes down one path.' },
      { long: 'useano', short: 'U', type: 'bool', description: 'Use paths that are active and unoptimized.' },
    ],
    output: none,
    async run(ctx, args) {
      const { device } = requirePsp(ctx, args, 'VMW_PSP_RR');
      const type = args.optionalString('type') ?? (args.has('iops') ? 'iops' : args.has('bytes') ? 'bytes' : 'default');
      await ctx.host.change(`Round robin of ${deviceId(device)}`, (draft) => {
        draft.extra[nmpKey(device, 'rr/type')] = type;
        draft.extra[nmpKey(device, 'rr/iops')] = String(type === 'default' ? 1000 : (args.optionalInt('iops') ?? 1000));
        draft.extra[nmpKey(device, 'rr/bytes')] = String(
          type === 'default' ? 10485760 : (args.optionalInt('bytes') ?? 10485760),
        );
        if (args.has('useano')) draft.extra[nmpKey(device, 'rr/useANO')] = String(args.bool('useano'));
      });
    },
  },
  {
    path: 'storage nmp psp fixed deviceconfig get',
    summary: 'Show the preferred path of a device.',
    parameters: [{ ...DEVICE, required: true }],
    output: { shape: 'simple', struct: 'FixedConfig', fields: [text('Preferred Path'), text('Current Path')] },
    run(ctx, args) {
      const { device, settings } = requirePsp(ctx, args, 'VMW_PSP_FIXED');
      return { 'Preferred Path': settings.preferredPath ?? runtimeName(device), 'Current Path': runtimeName(device) };
    },
  },
  {
    path: 'storage nmp psp fixed deviceconfig set',
    summary: 'Choose the preferred path of a device.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'path', short: 'p', type: 'string', description: 'The path.' },
      { long: 'default', short: 'D', type: 'flag', description: 'Let the plug-in choose.' },
    ],
    output: none,
    async run(ctx, args) {
      const { device } = requirePsp(ctx, args, 'VMW_PSP_FIXED');
      const path = args.optionalString('path');
      if (path !== undefined && path !== runtimeName(device))
        throw new CommandError(`Unknown path for device ${deviceId(device)}: ${path}`);
      await ctx.host.change(`Preferred path of ${deviceId(device)}`, (draft) => {
        if (path === undefined) delete draft.extra[nmpKey(device, 'preferred')];
        else draft.extra[nmpKey(device, 'preferred')] = path;
      });
    },
  },
];

function requirePsp(ctx: CommandContext, args: CommandArgs, psp: string) {
  const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
  const settings = readDeviceSettings(ctx.host.config, device);
  if (pspOf(ctx, settings.psp) !== psp) {
    throw new CommandError(
      `Device ${deviceId(device)} Does not use the ${psp === 'VMW_PSP_RR' ? 'Round Robin' : 'Fixed'} path selection policy.`,
    );
  }
  return { device, settings };
}
