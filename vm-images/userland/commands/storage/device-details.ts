import { type BlockDevice, deviceId } from '../../model/storage-devices.ts';
import { partitionTypeName } from '../../model/storage-gpt.ts';
import { readStorage, readVolumes } from '../../model/storage-inventory.ts';
import { type CommandContext, type EsxcliCommand, integer, type Row, text } from '../framework/index.ts';
import { DEVICE, selectDevices } from './devices.ts';

/** What is on a device, who uses it, how much. */
export const deviceDetailCommands: EsxcliCommand[] = [
  {
    path: 'storage core device partition list',
    summary: 'Show the partitions of the disks; partition 0 is the whole disk.',
    parameters: [DEVICE],
    output: {
      shape: 'table',
      struct: 'Partition',
      fields: [
        text('Device'),
        integer('Partition'),
        integer('Start Sector'),
        integer('End Sector'),
        text('Type'),
        integer('Size'),
      ],
    },
    run(ctx, args) {
      const inventory = readStorage(ctx.system.files);
      return selectDevices(inventory, args.optionalString('device'))
        .filter((device) => device.kind === 'disk')
        .flatMap(partitionRows);
    },
  },
  {
    path: 'storage core device partition showguid',
    summary: 'Show the type GUIDs of GPT partitions.',
    parameters: [DEVICE],
    output: {
      shape: 'table',
      struct: 'PartitionGuid',
      fields: [text('Device'), integer('Partition'), text('Layout'), text('GUID')],
    },
    run(ctx, args) {
      const inventory = readStorage(ctx.system.files);
      return selectDevices(inventory, args.optionalString('device')).flatMap((device) =>
        (device.table?.partitions ?? []).map((one) => ({
          Device: deviceId(device),
          Partition: one.number,
          Layout: device.table?.label === 'gpt' ? 'GPT' : 'MBR',
          GUID: one.type.toLowerCase(),
        })),
      );
    },
  },
  {
    path: 'storage core device world list',
    summary: 'List the worlds that have a device open.',
    parameters: [DEVICE],
    output: {
      shape: 'table',
      struct: 'DeviceWorld',
      fields: [text('Device'), integer('World ID'), integer('Open Count'), text('World Name')],
    },
    run(ctx, args) {
      const inventory = readStorage(ctx.system.files);
      return selectDevices(inventory, args.optionalString('device')).flatMap((device) => worldRows(ctx, device));
    },
  },
  {
    path: 'storage core device stats get',
    summary: 'Show I/O counters since boot.',
    parameters: [DEVICE],
    output: {
      shape: 'keyed',
      struct: 'DeviceStats',
      key: 'Device',
      fields: [
        text('Device'),
        integer('Successful Commands'),
        integer('Blocks Read'),
        integer('Blocks Written'),
        integer('Read Operations'),
        integer('Write Operations'),
        integer('Reserve Operations'),
        integer('Reservation Conflicts'),
        integer('Failed Commands'),
        integer('Failed Blocks Read'),
        integer('Failed Blocks Written'),
        integer('Failed Read Operations'),
        integer('Failed Write Operations'),
        integer('Failed Reserve Operations'),
      ],
    },
    run: (ctx, args) =>
      selectDevices(readStorage(ctx.system.files), args.optionalString('device')).map((device) =>
        statsRow(ctx, device),
      ),
  },
];

function partitionRows(device: BlockDevice): Row[] {
  const whole = {
    Device: deviceId(device),
    Partition: 0,
    'Start Sector': 0,
    'End Sector': device.sectors,
    Type: '0',
    Size: device.sectors * 512,
  };
  const codes: Record<string, string> = { vmfs: 'fb', vmkDiagnostic: 'fc', linuxNative: '6', systemPartition: '0' };
  const parts = (device.table?.partitions ?? []).map((one) => ({
    Device: deviceId(device),
    Partition: one.number,
    'Start Sector': one.first,
    'End Sector': one.last + 1,
    Type: codes[partitionTypeName(one.type)] ?? (device.table?.label === 'msdos' ? one.type : '0'),
    Size: (one.last - one.first + 1) * 512,
  }));
  return [whole, ...parts];
}

/** Processes holding files open on a mounted volume of the device, and the kernel's own use of a mounted disk. */
function worldRows(ctx: CommandContext, device: BlockDevice): Row[] {
  const { files, processes } = ctx.system;
  const mounts = readVolumes(files, [device]).filter((one) => one.isMounted);
  if (mounts.length === 0) return [];
  const rows: Row[] = [{ Device: deviceId(device), 'World ID': 0, 'Open Count': mounts.length, 'World Name': 'idle0' }];
  for (const process of processes.list()) {
    const names = files.list(`/proc/${process.pid}/fd`) ?? [];
    const open = names.filter((fd) => {
      const target = files.readLink(`/proc/${process.pid}/fd/${fd}`) ?? '';
      return mounts.some((volume) => target.startsWith(`${volume.mountPoint}/`));
    });
    if (open.length > 0)
      rows.push({
        Device: deviceId(device),
        'World ID': process.pid,
        'Open Count': open.length,
        'World Name': process.name,
      });
  }
  return rows;
}

function statsRow(ctx: CommandContext, device: BlockDevice): Row {
  const counters = (ctx.system.files.readText(`/sys/block/${device.node}/stat`) ?? '').trim().split(/\s+/).map(Number);
  const at = (index: number): number => counters[index] ?? 0;
  return {
    Device: deviceId(device),
    'Successful Commands': at(0) + at(4),
    'Blocks Read': at(2),
    'Blocks Written': at(6),
    'Read Operations': at(0),
    'Write Operations': at(4),
    'Reserve Operations': 0,
    'Reservation Conflicts': 0,
    'Failed Commands': 0,
    'Failed Blocks Read': 0,
    'Failed Blocks Written': 0,
    'Failed Read Operations': 0,
    'Failed Write Operations': 0,
    'Failed Reserve Operations': 0,
  };
}
