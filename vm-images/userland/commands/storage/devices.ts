import {
  type BlockDevice,
  devfsPath,
  deviceId,
  deviceType,
  displayName,
  findDevice,
  sizeMiB,
  vmlId,
} from '../../model/storage-devices.ts';
import {
  deviceKey,
  readDeviceSettings,
  readStorage,
  readVolumes,
  type StorageInventory,
} from '../../model/storage-inventory.ts';
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

const NO_REMOTE = 'the host has local disks only';

/** The device of `-d`, or the refusal the tool gives. */
export function requireDevice(inventory: StorageInventory, wanted: string): BlockDevice {
  const found = findDevice(inventory.devices, wanted);
  if (found === undefined || found.partition !== null) throw new CommandError(`Unknown device: ${wanted}`);
  return found.device;
}

/** Devices of `-d`, or all of them. */
export function selectDevices(inventory: StorageInventory, wanted: string | undefined): BlockDevice[] {
  return wanted === undefined ? inventory.devices : [requireDevice(inventory, wanted)];
}

/** Why a device may not be detached: what of the host lives on it. */
export function deviceInUse(ctx: CommandContext, device: BlockDevice): string | null {
  const volume = readVolumes(ctx.system.files, [device]).find((one) => one.isMounted);
  return volume === undefined ? null : `volume ${volume.label || volume.uuid} is mounted from it`;
}

function deviceRow(ctx: CommandContext, device: BlockDevice): Row {
  const settings = readDeviceSettings(ctx.host.config, device);
  return {
    id: deviceId(device),
    'Display Name': displayName(device, settings),
    'Has Settable Display Name': false,
    Size: device.kind === 'cdrom' && device.sectors === 0 ? 0 : sizeMiB(device),
    'Device Type': `${deviceType(device)} `,
    'Multipath Plugin': 'NMP',
    'Devfs Path': devfsPath(device),
    Vendor: device.vendor,
    Model: device.model,
    Revision: device.revision,
    'SCSI Level': 5,
    'Is Pseudo': false,
    Status: settings.isOff === true ? 'off' : 'on',
    'Is RDM Capable': false,
    'Is Local': true,
    'Is Removable': device.isRemovable,
    'Is SSD': device.kind === 'disk' && !device.isRotational,
    'Is Offline': settings.isOff === true,
    'Is Perennially Reserved': settings.isPerenniallyReserved === true,
    'Queue Full Sample Size': 0,
    'Queue Full Threshold': 0,
    'Thin Provisioning Status': 'unknown',
    'Attached Filters': '',
    'VAAI Status': 'unsupported',
    'Other UIDs': vmlId(device),
    'Is Local SAS Device': false,
    'Is Boot USB Device': false,
  };
}

const DEVICE_FIELDS = [
  text('Display Name'),
  boolean('Has Settable Display Name'),
  integer('Size'),
  text('Device Type'),
  text('Multipath Plugin'),
  text('Devfs Path'),
  text('Vendor'),
  text('Model'),
  text('Revision'),
  integer('SCSI Level'),
  boolean('Is Pseudo'),
  text('Status'),
  boolean('Is RDM Capable'),
  boolean('Is Local'),
  boolean('Is Removable'),
  boolean('Is SSD'),
  boolean('Is Offline'),
  boolean('Is Perennially Reserved'),
  integer('Queue Full Sample Size'),
  integer('Queue Full Threshold'),
  text('Thin Provisioning Status'),
  text('Attached Filters'),
  text('VAAI Status'),
  text('Other UIDs'),
  boolean('Is Local SAS Device'),
  boolean('Is Boot USB Device'),
];

export const DEVICE = { long: 'device', short: 'd', type: 'string', description: 'The device, by its name.' } as const;

export const deviceCommands: EsxcliCommand[] = [
  {
    path: 'storage core device list',
    summary: 'Show the storage devices with everything known about them.',
    parameters: [
      DEVICE,
      { long: 'exclude-offline', short: 'o', type: 'flag', description: 'Leave out devices that are offline.' },
    ],
    output: { shape: 'keyed', struct: 'ScsiDevice', key: 'id', fields: DEVICE_FIELDS },
    run(ctx, args) {
      const inventory = readStorage(ctx.system.files);
      const rows = selectDevices(inventory, args.optionalString('device')).map((device) => deviceRow(ctx, device));
      return args.bool('exclude-offline') ? rows.filter((row) => row['Is Offline'] !== true) : rows;
    },
  },
  {
    path: 'storage core device set',
    summary: 'Attach or detach a device, or change its display name.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'state', type: 'enum', values: ['on', 'off'], description: 'Attach (on) or detach (off).' },
      { long: 'name', short: 'n', type: 'string', description: 'Display name to give.' },
      { long: 'default-name', short: 'N', type: 'flag', description: 'Back to the name it came with.' },
      { long: 'force', short: 'f', type: 'flag', description: 'Accepted; a local device has nothing to override.' },
      {
        long: 'no-persist',
        short: 'p',
        type: 'flag',
        description: 'Until the next boot only.',
        unsupported: 'device settings are always kept',
      },
    ],
    output: none,
    async run(ctx, args) {
      const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
      const state = args.optionalString('state');
      const name = args.optionalString('name');
      if (state === undefined && name === undefined && !args.bool('default-name')) {
        throw new CommandError('Error: One of --state, --name and --default-name must be given', { showUsage: false });
      }
      const reason = state === 'off' ? deviceInUse(ctx, device) : null;
      if (reason !== null)
        throw new CommandError(`Unable to set device state: device ${deviceId(device)} is busy: ${reason}`);
      await ctx.host.change(`Changed storage device ${deviceId(device)}`, (draft) => {
        if (name !== undefined) draft.extra[deviceKey(device, 'displayName')] = name;
        if (args.bool('default-name')) delete draft.extra[deviceKey(device, 'displayName')];
        if (state === 'off') draft.extra[deviceKey(device, 'state')] = 'off';
        if (state === 'on') delete draft.extra[deviceKey(device, 'state')];
      });
    },
  },
  {
    path: 'storage core device setconfig',
    summary: 'Mark a device as reserved for good by a cluster, so that scans skip it.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'perennially-reserved', type: 'bool', required: true, description: 'Whether it is reserved for good.' },
    ],
    output: none,
    async run(ctx, args) {
      const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
      await ctx.host.change(`Changed storage device ${deviceId(device)}`, (draft) => {
        if (args.bool('perennially-reserved')) draft.extra[deviceKey(device, 'perenniallyReserved')] = 'true';
        else delete draft.extra[deviceKey(device, 'perenniallyReserved')];
      });
    },
  },
  {
    path: 'storage core device detached list',
    summary: 'List devices that were detached by hand.',
    parameters: [DEVICE],
    output: { shape: 'table', struct: 'DetachedDevice', fields: [text('Device UID'), text('State')] },
    run(ctx, args) {
      const wanted = args.optionalString('device');
      return detachedIds(ctx)
        .filter((id) => wanted === undefined || id === wanted)
        .map((id) => ({ 'Device UID': id, State: 'off' }));
    },
  },
  {
    path: 'storage core device detached remove',
    summary: 'Forget that devices were detached.',
    parameters: [DEVICE, { long: 'all', short: 'a', type: 'flag', description: 'All of them.' }],
    output: none,
    async run(ctx, args) {
      const wanted = args.optionalString('device');
      if (wanted === undefined && !args.bool('all'))
        throw new CommandError('Error: One of --device and --all must be given');
      const ids = detachedIds(ctx).filter((id) => wanted === undefined || id === wanted);
      if (wanted !== undefined && ids.length === 0) throw new CommandError(`Unknown device: ${wanted}`);
      await ctx.host.change('Forgot detached devices', (draft) => {
        for (const id of ids) delete draft.extra[`storage/device[${id}]/state`];
      });
    },
  },
  {
    path: 'storage core device vaai status get',
    summary: 'Show which array off-loads a device supports.',
    parameters: [DEVICE],
    output: {
      shape: 'keyed',
      struct: 'VaaiStatus',
      key: 'id',
      fields: [
        text('VAAI Plugin Name'),
        text('ATS Status'),
        text('Clone Status'),
        text('Zero Status'),
        text('Delete Status'),
      ],
    },
    run: (ctx, args) =>
      selectDevices(readStorage(ctx.system.files), args.optionalString('device')).map((device) => ({
        id: deviceId(device),
        'VAAI Plugin Name': '',
        'ATS Status': 'unsupported',
        'Clone Status': 'unsupported',
        'Zero Status': 'unsupported',
        'Delete Status': 'unsupported',
      })),
  },
  {
    path: 'storage core device smart get',
    summary: 'Show what the disk says about its own health.',
    parameters: [{ ...DEVICE, long: 'device-name', required: true }],
    output: {
      shape: 'table',
      struct: 'SmartStats',
      fields: [text('Parameter'), text('Value'), text('Threshold'), text('Worst')],
    },
    unsupported: 'the emulated disk keeps no health log',
  },
  {
    path: 'storage core device physical get',
    summary: 'Show where a disk sits in an enclosure.',
    parameters: [{ ...DEVICE, required: true }],
    output: none,
    unsupported: NO_REMOTE,
  },
  {
    path: 'storage core device world kill',
    summary: 'End the worlds that use a device.',
    output: none,
    unsupported: 'end the processes themselves with kill',
  },
];

function detachedIds(ctx: CommandContext): string[] {
  return Object.entries(ctx.host.config.extra)
    .map(([key, value]) => (value === 'off' ? /^storage\/device\[(.*)\]\/state$/.exec(key)?.[1] : undefined))
    .filter((id): id is string => id !== undefined);
}
