import { type BlockDevice, deviceId, findDevice } from '../../model/storage-devices.ts';
import {
  checkTable,
  createGpt,
  geometry,
  PARTITION_TYPES,
  type PartitionEntry,
  type PartitionTable,
  parsePartitionTable,
  partitionTypeName,
  SECTOR_BYTES,
  serializeGpt,
  serializeMbr,
  TABLE_SECTORS,
} from '../../model/storage-gpt.ts';
import { bufferOf, readDevices } from '../../model/storage-inventory.ts';
import { parseMounts } from '../../model/storage-volumes.ts';
import { type CommandContext, CommandError, type ToolCommand } from '../framework/index.ts';

const OPTIONS = [
  { usage: 'getptbl <disk>' },
  { usage: 'get <disk>' },
  { usage: 'getUsableSectors <disk>' },
  { usage: 'showGuids' },
  { usage: 'setptbl <disk> gpt|msdos ["num start end type|GUID attr" …]' },
  { usage: 'set <disk> ["num start end type attr" …]' },
  { usage: 'mklabel <disk> gpt|msdos' },
  { usage: 'delete <disk> <number>' },
  { usage: 'resize <disk> <number> <start> <end>' },
  { usage: 'fix <disk>' },
  { usage: 'fixGpt <disk>', unsupported: 'use fix' },
  { usage: 'add', unsupported: 'use setptbl with all partitions' },
];

type Verb = (ctx: CommandContext, device: BlockDevice, args: readonly string[]) => Promise<void> | void;

/** Writes on the real disk. A partition in use is protected: it can neither move nor go. */
export const partedUtilTool: ToolCommand = {
  name: 'partedUtil',
  summary: 'Partition tables of disks.',
  options: OPTIONS,
  async run(ctx, argv) {
    const [verb = '', path, ...args] = argv;
    if (verb === 'showGuids') {
      const rows = PARTITION_TYPES.map((one) => ` ${one.title.padEnd(20)} ${one.guid}\n`);
      await ctx.out(` Partition Type       GUID\n${rows.join('')}`);
      return 0;
    }
    const work = VERBS[verb];
    if (work === undefined) {
      await ctx.out(`Usage:\n${OPTIONS.map((one) => ` partedUtil ${one.usage}\n`).join('')}`);
      return 1;
    }
    if (path === undefined) throw new CommandError(`partedUtil ${verb}: the disk is missing`);
    const found = findDevice(readDevices(ctx.system.files), path);
    if (found === undefined || found.partition !== null || found.device.kind !== 'disk') {
      throw new CommandError(
        `Error: Could not stat device ${path} - No such file or directory.\nUnable to get device ${path}`,
      );
    }
    await work(ctx, found.device, args);
    return 0;
  },
};

const VERBS: Readonly<Record<string, Verb>> = {
  async getptbl(ctx, device) {
    const table = readTable(ctx, device);
    const { cylinders, heads, sectors } = geometry(table.totalSectors);
    const lines = sorted(table).map((one) =>
      table.label === 'gpt'
        ? `${one.number} ${one.first} ${one.last} ${one.type} ${partitionTypeName(one.type)} ${one.attributes}`
        : `${one.number} ${one.first} ${one.last} ${Number.parseInt(one.type, 16)} ${one.attributes}`,
    );
    await ctx.out(`${[table.label, `${cylinders} ${heads} ${sectors} ${table.totalSectors}`, ...lines].join('\n')}\n`);
  },
  async get(ctx, device) {
    const table = readTable(ctx, device);
    const { cylinders, heads, sectors } = geometry(table.totalSectors);
    const lines = sorted(table).map(
      (one) =>
        `${one.number} ${one.first} ${one.last} ${table.label === 'gpt' ? 0 : Number.parseInt(one.type, 16)} ${one.attributes}`,
    );
    await ctx.out(`${[`${cylinders} ${heads} ${sectors} ${table.totalSectors}`, ...lines].join('\n')}\n`);
  },
  async getUsableSectors(ctx, device) {
    const table = readTable(ctx, device);
    if (table.label === 'unknown') throw new CommandError(`Error: Unknown partition table on disk ${deviceId(device)}`);
    await ctx.out(`${table.firstUsable} ${table.lastUsable}\n`);
  },
  async setptbl(ctx, device, [label = '', ...entries]) {
    const present = readTable(ctx, device);
    await writeTable(ctx, device, present, withPartitions(ctx, present, label, entries));
    await VERBS.getptbl!(ctx, device, []);
  },
  async set(ctx, device, entries) {
    const present = readTable(ctx, device);
    await writeTable(ctx, device, present, withPartitions(ctx, present, 'msdos', entries));
  },
  async mklabel(ctx, device, [label = '']) {
    const present = readTable(ctx, device);
    await writeTable(ctx, device, present, withPartitions(ctx, present, label, []));
  },
  async delete(ctx, device, [number = '']) {
    const present = readTable(ctx, device);
    if (!present.partitions.some((one) => String(one.number) === number))
      throw new CommandError(`Error: Unable to find partition ${number} on disk ${deviceId(device)}`);
    await writeTable(ctx, device, present, {
      ...present,
      partitions: present.partitions.filter((one) => String(one.number) !== number),
    });
  },
  async resize(ctx, device, [number = '', start = '', end = '']) {
    const present = readTable(ctx, device);
    if (!/^\d+$/.test(start) || !/^\d+$/.test(end))
      throw new CommandError('Error: resize takes a partition number, a start sector and an end sector');
    if (!present.partitions.some((one) => String(one.number) === number))
      throw new CommandError(`Error: Unable to find partition ${number} on disk ${deviceId(device)}`);
    const partitions = present.partitions.map((one) =>
      String(one.number) === number ? { ...one, first: Number(start), last: Number(end) } : one,
    );
    await writeTable(ctx, device, present, { ...present, partitions });
  },
  async fix(ctx, device) {
    const present = readTable(ctx, device);
    if (present.label === 'gpt') await writeTable(ctx, device, present, present);
  },
};

function readTable(ctx: CommandContext, device: BlockDevice): PartitionTable {
  const bytes = ctx.system.files.readAt(`/dev/${device.node}`, 0, TABLE_SECTORS * SECTOR_BYTES);
  return parsePartitionTable(bufferOf(bytes), device.sectors);
}

function sorted(table: PartitionTable): PartitionEntry[] {
  return [...table.partitions].sort((one, other) => one.first - other.first);
}

function withPartitions(
  ctx: CommandContext,
  present: PartitionTable,
  label: string,
  entries: readonly string[],
): PartitionTable {
  if (label !== 'gpt' && label !== 'msdos')
    throw new CommandError(`Error: Unknown partition label '${label}': expected gpt or msdos`);
  const guid = (): string =>
    [...ctx.system.files.randomBytes(16)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  const partitions = entries.map((entry) => parseEntry(entry, label, present, guid));
  if (label === 'gpt') return { ...createGpt(present.totalSectors, present.diskGuid || guid()), partitions };
  if (partitions.some((one) => one.number > 4))
    throw new CommandError('Error: an msdos label has partitions 1 to 4 here');
  return {
    label,
    totalSectors: present.totalSectors,
    diskGuid: '',
    firstUsable: 1,
    lastUsable: present.totalSectors - 1,
    partitions,
  };
}

/** `num start end type attr`; a partition that stays where it was keeps its GUID. */
function parseEntry(
  entry: string,
  label: 'gpt' | 'msdos',
  present: PartitionTable,
  guid: () => string,
): PartitionEntry {
  const [number = '', first = '', last = '', type = '', attributes = '0'] = entry.trim().split(/\s+/);
  if (![number, first, last, attributes].every((one) => /^\d+$/.test(one)) || type === '') {
    throw new CommandError(`Error: Invalid partition '${entry}': expected "num startSector endSector type attr"`);
  }
  const wanted = label === 'gpt' ? type.replaceAll('-', '').toUpperCase() : Number(type).toString(16).padStart(2, '0');
  const isValid = label === 'gpt' ? /^[0-9A-F]{32}$/.test(wanted) : /^[0-9a-f]{2}$/.test(wanted);
  if (!isValid) throw new CommandError(`Error: Invalid partition type '${type}'`);
  const same = present.partitions.find((one) => one.number === Number(number) && one.first === Number(first));
  return {
    number: Number(number),
    first: Number(first),
    last: Number(last),
    type: wanted,
    attributes: Number(attributes),
    guid: same?.guid || guid(),
    name: same?.name ?? '',
  };
}

async function writeTable(
  ctx: CommandContext,
  device: BlockDevice,
  present: PartitionTable,
  wanted: PartitionTable,
): Promise<void> {
  const complaint = checkTable(wanted);
  if (complaint !== null) throw new CommandError(`Error: Can't have a partition table like this: ${complaint}`);
  protectUsed(ctx, device, present, wanted);
  const node = `/dev/${device.node}`;
  const start = bufferOf(ctx.system.files.readAt(node, 0, SECTOR_BYTES));
  const pieces = wanted.label === 'gpt' ? serializeGpt(wanted, start) : serializeMbr(wanted, start);
  for (const piece of pieces) ctx.system.files.writeAt(node, piece.sector * SECTOR_BYTES, new Uint8Array(piece.bytes));
  await ctx.system.processes.run(['/bin/busybox', 'sync']);
  // The kernel takes a new table only while nothing of the disk is mounted; on the boot disk the next boot reads it.
  const told = await ctx.system.processes.run(['/bin/busybox', 'blockdev', '--rereadpt', node]);
  if (told.exitCode !== 0)
    await ctx.err(`The disk ${deviceId(device)} is in use: the new table is read at the next boot.\n`);
}

/** Mounted partitions, the banks and what the boot needs may not change. */
function protectUsed(ctx: CommandContext, device: BlockDevice, present: PartitionTable, wanted: PartitionTable): void {
  const mounts = parseMounts(ctx.system.files.readText('/proc/mounts') ?? '');
  for (const one of present.partitions) {
    const node = device.partitionNodes.get(one.number);
    const mount = mounts.find((line) => line.source === `/dev/${node}`);
    const isBoot = one.attributes === 128;
    if (mount === undefined && !isBoot) continue;
    const next = wanted.partitions.find((each) => each.number === one.number);
    const unchanged =
      wanted.label === present.label &&
      next !== undefined &&
      next.first === one.first &&
      next.last >= one.last &&
      next.type === one.type;
    if (!unchanged) {
      const what = mount === undefined ? 'the host boots from it' : `${mount.target} is mounted from it`;
      throw new CommandError(
        `Error: Read-only file system during write on ${node === undefined ? device.node : `/dev/disks/${deviceId(device)}:${one.number}`}: ${what}`,
      );
    }
  }
}
