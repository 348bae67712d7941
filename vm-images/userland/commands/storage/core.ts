import { PLUGINS } from '../../model/storage-claims.ts';
import {
  adapterName,
  adapterUid,
  deviceId,
  displayName,
  pathUid,
  runtimeName,
  targetUid,
  transport,
} from '../../model/storage-devices.ts';
import { adapterOf, devicesOf, findAdapter, readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import { rescanAdapters } from '../../model/storage-rescan.ts';
import {
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Row,
  text,
} from '../framework/index.ts';

const PATH_FIELDS = [
  text('UID'),
  text('Runtime Name'),
  text('Device'),
  text('Device Display Name'),
  text('Adapter'),
  integer('Channel'),
  integer('Target'),
  integer('LUN'),
  text('Plugin'),
  text('State'),
  text('Transport'),
  text('Adapter Identifier'),
  text('Target Identifier'),
  text('Adapter Transport Details'),
  text('Target Transport Details'),
  integer('Maximum IO Size'),
];

/** One row a path; a local disk has one path. */
export function pathRows(ctx: CommandContext): Row[] {
  const inventory = readStorage(ctx.system.files);
  return inventory.devices.map((device) => {
    const adapter = adapterOf(inventory, device);
    const settings = readDeviceSettings(ctx.host.config, device);
    const details = 'Unavailable or path is unclaimed';
    return {
      UID: pathUid(device, adapter),
      'Runtime Name': runtimeName(device),
      Device: deviceId(device),
      'Device Display Name': displayName(device, settings),
      Adapter: adapterName(device.address[0]),
      Channel: device.address[1],
      Target: device.address[2],
      LUN: device.address[3],
      Plugin: 'NMP',
      State: settings.isOff === true ? 'off' : 'active',
      Transport: transport(adapter),
      'Adapter Identifier': adapter === undefined ? '' : adapterUid(adapter),
      'Target Identifier': targetUid(device, adapter),
      'Adapter Transport Details': details,
      'Target Transport Details': details,
      'Maximum IO Size':
        Number(ctx.system.files.readText(`/sys/block/${device.node}/queue/max_sectors_kb`) ?? '0') * 1024,
    };
  });
}

function selectPaths(ctx: CommandContext, device: string | undefined, path: string | undefined): Row[] {
  const rows = pathRows(ctx).filter(
    (row) =>
      (device === undefined || row.Device === device) &&
      (path === undefined || row.UID === path || row['Runtime Name'] === path),
  );
  if (rows.length === 0 && device !== undefined) throw new CommandError(`Unknown device: ${device}`);
  if (rows.length === 0 && path !== undefined) throw new CommandError(`Unknown path: ${path}`);
  return rows;
}

/** Rows of `storage core adapter list`; esxcfg-scsidevs shows the same. */
export function adapterRows(ctx: CommandContext): Row[] {
  return readStorage(ctx.system.files).adapters.map((adapter) => ({
    'HBA Name': adapterName(adapter.host),
    Driver: adapter.driver,
    'Link State': 'link-n/a',
    UID: adapterUid(adapter),
    Description: `(${adapter.pciAddress.replace(/^0000:/, '0:').replace(/:0*([0-9a-f]+):0*([0-9a-f]+)\./, ':$1:$2.') || 'internal'}) ${controllerName(adapter.pciId)}`,
  }));
}

/** Names of controllers that the emulated machine can have. */
export function controllerName(pciId: string): string {
  const known: Record<string, string> = {
    '8086:7010': 'Intel Corporation PIIX3 for 430HX chipset EIDE controller',
    '8086:7111': 'Intel Corporation PIIX4 for 430TX/440BX/MX IDE Controller',
    '1af4:1001': 'Virtio block device',
  };
  return known[pciId] ?? (pciId === '' ? 'Unknown controller' : `Controller ${pciId}`);
}

export const coreCommands: EsxcliCommand[] = [
  {
    path: 'storage core adapter list',
    summary: 'List the storage adapters.',
    output: {
      shape: 'table',
      struct: 'Hba',
      fields: [text('HBA Name'), text('Driver'), text('Link State'), text('UID'), text('Description')],
    },
    run: adapterRows,
  },
  {
    path: 'storage core adapter rescan',
    summary: 'Look for new devices and for devices that are gone.',
    parameters: [
      { long: 'adapter', short: 'A', type: 'string', description: 'The adapter to scan.' },
      { long: 'all', short: 'a', type: 'flag', description: 'Scan all adapters.' },
      {
        long: 'type',
        short: 't',
        type: 'enum',
        values: ['add', 'all', 'delete', 'update'],
        description: 'What to look for.',
      },
      { long: 'skip-claim', short: 'S', type: 'flag', description: 'Leave new paths unclaimed.' },
    ],
    output: none,
    run(ctx, args) {
      const name = args.optionalString('adapter');
      if (name === undefined && !args.bool('all'))
        throw new CommandError('Error: One of --adapter and --all must be given');
      const inventory = readStorage(ctx.system.files);
      if (name !== undefined && findAdapter(inventory, name) === undefined)
        throw new CommandError(`Unknown adapter: ${name}`);
      rescanAdapters(
        ctx.system,
        inventory.adapters.filter((one) => name === undefined || adapterName(one.host) === name),
      );
      return undefined;
    },
  },
  {
    path: 'storage core adapter stats get',
    summary: 'Show I/O counters of the adapters since boot.',
    parameters: [{ long: 'adapter', short: 'a', type: 'string', description: 'The adapter.' }],
    output: {
      shape: 'keyed',
      struct: 'AdapterStats',
      key: 'id',
      fields: [
        integer('Successful Commands'),
        integer('Blocks Read'),
        integer('Blocks Written'),
        integer('Read Operations'),
        integer('Write Operations'),
        integer('Failed Commands'),
      ],
    },
    run(ctx, args) {
      const inventory = readStorage(ctx.system.files);
      const name = args.optionalString('adapter');
      if (name !== undefined && findAdapter(inventory, name) === undefined)
        throw new CommandError(`Unknown adapter: ${name}`);
      return inventory.adapters
        .filter((adapter) => name === undefined || adapterName(adapter.host) === name)
        .map((adapter) => {
          const counters = devicesOf(inventory, adapter).map((device) => blockCounters(ctx, device.node));
          const sum = (index: number): number => counters.reduce((total, one) => total + (one[index] ?? 0), 0);
          return {
            id: adapterName(adapter.host),
            'Successful Commands': sum(0) + sum(4),
            'Blocks Read': sum(2),
            'Blocks Written': sum(6),
            'Read Operations': sum(0),
            'Write Operations': sum(4),
            'Failed Commands': 0,
          };
        });
    },
  },
  {
    path: 'storage core path list',
    summary: 'Show the paths to the devices.',
    parameters: [
      { long: 'device', short: 'd', type: 'string', description: 'Only paths to this device.' },
      { long: 'path', short: 'p', type: 'string', description: 'Only this path, by UID or runtime name.' },
    ],
    output: { shape: 'keyed', struct: 'ScsiPath', key: 'UID', fields: PATH_FIELDS },
    run: (ctx, args) => selectPaths(ctx, args.optionalString('device'), args.optionalString('path')),
  },
  {
    path: 'storage core path set',
    summary: 'Switch a path on or off.',
    parameters: [
      { long: 'path', short: 'p', type: 'string', required: true, description: 'The path, by UID or runtime name.' },
      {
        long: 'state',
        short: 's',
        type: 'enum',
        required: true,
        values: ['active', 'off'],
        description: 'The state wanted.',
      },
    ],
    output: none,
    run(ctx, args) {
      const [row] = selectPaths(ctx, undefined, args.string('path'));
      // The only path to a device in use cannot go, and a local device has only one.
      if (args.string('state') === 'off')
        throw new CommandError(
          `Unable to set path state: ${row?.UID} is the last path to ${row?.Device}, which is in use`,
        );
      return undefined;
    },
  },
  {
    path: 'storage core path stats get',
    summary: 'Show I/O counters of the paths since boot.',
    parameters: [{ long: 'path', short: 'p', type: 'string', description: 'Only this path.' }],
    output: {
      shape: 'keyed',
      struct: 'PathStats',
      key: 'id',
      fields: [
        integer('Successful Commands'),
        integer('Blocks Read'),
        integer('Blocks Written'),
        integer('Read Operations'),
        integer('Write Operations'),
        integer('Failed Commands'),
      ],
    },
    run(ctx, args) {
      const rows = selectPaths(ctx, undefined, args.optionalString('path'));
      const inventory = readStorage(ctx.system.files);
      return rows.map((row) => {
        const device = inventory.devices.find((one) => deviceId(one) === row.Device);
        const counters = device === undefined ? [] : blockCounters(ctx, device.node);
        const at = (index: number): number => counters[index] ?? 0;
        return {
          id: row.UID ?? '',
          'Successful Commands': at(0) + at(4),
          'Blocks Read': at(2),
          'Blocks Written': at(6),
          'Read Operations': at(0),
          'Write Operations': at(4),
          'Failed Commands': 0,
        };
      });
    },
  },
  {
    path: 'storage core plugin list',
    summary: 'List the plug-ins that claim paths.',
    parameters: [{ long: 'plugin-class', short: 'N', type: 'string', description: 'Only plug-ins of this class.' }],
    output: { shape: 'table', struct: 'Plugin', fields: [text('Plugin name'), text('Plugin class')] },
    run(ctx, args) {
      const wanted = args.optionalString('plugin-class');
      void ctx;
      return ['MASK_PATH', 'NMP']
        .map((name) => ({ 'Plugin name': name, 'Plugin class': 'MP' }))
        .filter((row) => wanted === undefined || row['Plugin class'] === wanted);
    },
  },
  {
    path: 'storage core plugin registration list',
    summary: 'List the registered storage plug-in modules.',
    parameters: [
      { long: 'module-name', short: 'm', type: 'string', description: 'Only this module.' },
      { long: 'plugin-class', short: 'N', type: 'string', description: 'Only plug-ins of this class.' },
    ],
    output: {
      shape: 'table',
      struct: 'PluginRegistration',
      fields: [text('Module Name'), text('Plugin Name'), text('Plugin Class'), text('Dependencies'), text('Full Path')],
    },
    run(_ctx, args) {
      const module = args.optionalString('module-name');
      const pluginClass = args.optionalString('plugin-class');
      return PLUGINS.filter(
        (one) =>
          (module === undefined || one.module === module) &&
          (pluginClass === undefined || one.pluginClass === pluginClass),
      ).map((one) => ({
        'Module Name': one.module,
        'Plugin Name': one.plugin,
        'Plugin Class': one.pluginClass,
        Dependencies: one.dependencies,
        'Full Path': one.path,
      }));
    },
  },
];

function blockCounters(ctx: CommandContext, node: string): number[] {
  return (ctx.system.files.readText(`/sys/block/${node}/stat`) ?? '').trim().split(/\s+/).map(Number);
}
