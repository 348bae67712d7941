import { deviceId, findDevice } from '../../model/storage-devices.ts';
import { readDevices, resolveVolumePath } from '../../model/storage-inventory.ts';
import { createVolume, listVolumes, StorageError } from '../../model/storage-mounts.ts';
import { volumeDevice } from '../../model/storage-volumes.ts';
import { DISK_FORMATS, type DiskFormat, parseDiskSize } from '../../model/vm-disk.ts';
import {
  checkDisk,
  cloneDisk,
  createDisk,
  DiskError,
  deleteDisk,
  extendDisk,
  inflateDisk,
  readDisk,
  renameDisk,
  zeroDisk,
} from '../../model/vm-disk-files.ts';
import { isPoweredOn, listVms } from '../../model/vm-registry.ts';
import { usage } from '../esxcfg/text.ts';
import { type CommandContext, CommandError, getopt, type ParsedOptions, type ToolCommand } from '../framework/index.ts';
import { realPath } from './paths.ts';

const LOCAL = 'there is no shared or raw storage on this host';

const OPTIONS = [
  { usage: '-C|--createfs vmfs5|vmfs3 <partition>', text: 'Make a datastore on a partition.' },
  { usage: '-S|--setfsname <name>', text: 'Its label, with -C.' },
  { usage: '-b|--blocksize <size>', text: 'Its block size, 1m, with -C.' },
  { usage: '-P|--queryfs <path>', text: 'Show the volume of a path.' },
  { usage: '-h|--humanreadable', text: 'Sizes with units, with -P.' },
  { usage: '-T|--upgradevmfs', text: 'Turn VMFS-3 into VMFS-5.' },
  { usage: '-Z|--spanfs', text: 'Add an extent.', unsupported: 'a datastore here has one partition' },
  { usage: '-G|--growfs', text: 'Grow into the partition.', unsupported: 'the file system cannot grow' },
  {
    usage: '-y|--reclaimBlocks <percent>',
    text: 'Give free blocks back.',
    unsupported: 'the disk cannot take blocks back',
  },
  { usage: '-c|--createvirtualdisk <size>', text: 'Make a virtual disk: 10g, 512m, 2048k.' },
  { usage: '-d|--diskformat <format>', text: 'zeroedthick, eagerzeroedthick or thin.' },
  { usage: '-a|--adaptertype <type>', text: 'buslogic, lsilogic, pvscsi or ide.' },
  { usage: '-w|--writezeros', text: 'Zero a whole virtual disk.' },
  { usage: '-j|--inflatedisk', text: 'Give a thin disk all its space.' },
  { usage: '-k|--eagerzero', text: 'Make a disk eagerzeroedthick, keeping its data.' },
  { usage: '-K|--punchzero', text: 'Give zero blocks back.', unsupported: 'the file system cannot give blocks back' },
  { usage: '-U|--deletevirtualdisk', text: 'Delete a virtual disk.' },
  { usage: '-E|--renamevirtualdisk <src> <dst>', text: 'Rename a virtual disk.' },
  { usage: '-i|--clonevirtualdisk <src> <dst>', text: 'Copy a virtual disk.' },
  { usage: '-X|--extendvirtualdisk <size>', text: 'Make a virtual disk larger.' },
  { usage: '-r|--createrdm <device>', text: 'Map a raw device.', unsupported: LOCAL },
  { usage: '-z|--createrdmpassthru <device>', text: 'Map a raw device, commands passed through.', unsupported: LOCAL },
  { usage: '-q|--queryrdm', text: 'Show a mapping.', unsupported: LOCAL },
  { usage: '-g|--geometry', text: 'Show the geometry of a virtual disk.' },
  { usage: '-t|--tree 0', text: 'Show the blocks of a virtual disk.', unsupported: 'blocks are not VMFS blocks' },
  { usage: '-x|--fix check|repair', text: 'Check a virtual disk.' },
  { usage: '-e|--chainConsistent', text: 'Check the chain of a virtual disk.' },
  { usage: '-v|--verbose <level>', text: 'Say more.' },
];

const LONG = {
  'createfs=': 'C',
  'setfsname=': 'S',
  'blocksize=': 'b',
  queryfs: 'P',
  humanreadable: 'h',
  upgradevmfs: 'T',
  'spanfs=': 'Z',
  growfs: 'G',
  'reclaimBlocks=': 'y',
  'createvirtualdisk=': 'c',
  'diskformat=': 'd',
  'adaptertype=': 'a',
  writezeros: 'w',
  inflatedisk: 'j',
  eagerzero: 'k',
  punchzero: 'K',
  deletevirtualdisk: 'U',
  'renamevirtualdisk=': 'E',
  'clonevirtualdisk=': 'i',
  'extendvirtualdisk=': 'X',
  'createrdm=': 'r',
  'createrdmpassthru=': 'z',
  queryrdm: 'q',
  geometry: 'g',
  'tree=': 't',
  'fix=': 'x',
  chainConsistent: 'e',
  'verbose=': 'v',
};

const UNSUPPORTED: Readonly<Record<string, string>> = {
  Z: 'a datastore here has one partition',
  G: 'the file system cannot grow',
  y: 'the disk cannot take blocks back',
  K: 'the file system cannot give blocks back',
  r: LOCAL,
  z: LOCAL,
  q: LOCAL,
  t: 'blocks are not VMFS blocks',
};

export const vmkfstoolsTool: ToolCommand = {
  name: 'vmkfstools',
  summary: 'Datastores and virtual disks.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vmkfstools', argv, 'C:S:b:PhTZ:Gy:c:d:a:wjkKUE:i:X:r:z:qgt:x:ev:', LONG);
    const bad = given.options.find((one) => UNSUPPORTED[one.name] !== undefined);
    if (bad !== undefined)
      throw new CommandError(`vmkfstools: -${bad.name} is not supported: ${UNSUPPORTED[bad.name]}`);
    const verb = given.options.find((one) => 'CPTcwjkUEiXgxe'.includes(one.name))?.name;
    if (verb === undefined) {
      await ctx.out(usage('No valid command specified\n\nvmkfstools <options> <path>', OPTIONS));
      return 1;
    }
    const path = realPath(ctx, given.operands.at(-1) ?? '');
    if (given.operands.length === 0) throw new CommandError('vmkfstools: the path is missing');
    try {
      return await VERBS[verb]!(ctx, given, path);
    } catch (error) {
      throw error instanceof DiskError || error instanceof StorageError ? new CommandError(error.message) : error;
    }
  },
};

type Verb = (ctx: CommandContext, given: ParsedOptions, path: string) => Promise<number>;

const VERBS: Readonly<Record<string, Verb>> = {
  C: createFileSystem,
  P: queryFileSystem,
  async T(ctx, _given, path) {
    const volume = resolveVolumePath(listVolumes(ctx.system), path)?.volume;
    if (volume === undefined) throw new CommandError(`${path} is not on a volume`);
    throw new CommandError(`Volume '${volume.label || volume.uuid}' is ${volume.type} already`);
  },
  async c(ctx, given, path) {
    const bytes = sizeOf(given.value('c') ?? '');
    const format = formatOf(given);
    await ctx.out(`Creating disk '${path}'${format === 'thin' ? '' : ' and zeroing it out'}...\n`);
    await createDisk(ctx.system, path, bytes, { format, adapter: adapterOf(given) }, progressOf(ctx, 'Create'));
    await ctx.out('\n');
    return 0;
  },
  async i(ctx, given, path) {
    const from = realPath(ctx, given.value('i') ?? '');
    const format = formatOf(given);
    await ctx.out(`Destination disk format: VMFS ${format}\nCloning disk '${from}'...\n`);
    await cloneDisk(ctx.system, from, path, format, progressOf(ctx, 'Clone'));
    await ctx.out('\n');
    return 0;
  },
  async E(ctx, given, path) {
    const from = realPath(ctx, given.value('E') ?? '');
    refuseInUse(ctx, from);
    renameDisk(ctx.system, from, path);
    return 0;
  },
  async U(ctx, _given, path) {
    refuseInUse(ctx, path);
    deleteDisk(ctx.system, path);
    return 0;
  },
  async X(ctx, given, path) {
    refuseInUse(ctx, path);
    await extendDisk(ctx.system, path, sizeOf(given.value('X') ?? ''), progressOf(ctx, 'Grow'));
    await ctx.out('Grow: 100% done.\n');
    return 0;
  },
  async w(ctx, _given, path) {
    refuseInUse(ctx, path);
    await ctx.out('All data on the disk will be overwritten with zeros.\n');
    await zeroDisk(ctx.system, path, progressOf(ctx, 'Zeroing'));
    await ctx.out('\n');
    return 0;
  },
  async j(ctx, _given, path) {
    refuseInUse(ctx, path);
    await inflateDisk(ctx.system, path, progressOf(ctx, 'Inflate'));
    await ctx.out('\n');
    return 0;
  },
  async k(ctx, _given, path) {
    refuseInUse(ctx, path);
    await inflateDisk(ctx.system, path, progressOf(ctx, 'Eager zeroing'));
    await ctx.out('\n');
    return 0;
  },
  async g(ctx, _given, path) {
    const disk = readDisk(ctx.system, path);
    const part = (name: string): string => disk.database[`geometry.${name}`] ?? '0';
    await ctx.out(`Geometry information C/H/S is ${part('cylinders')}/${part('heads')}/${part('sectors')}\n`);
    return 0;
  },
  async x(ctx, given, path) {
    const mode = given.value('x');
    if (mode !== 'check' && mode !== 'repair')
      throw new CommandError(`vmkfstools: -x takes check or repair, not '${mode}'`);
    const complaints = checkDisk(ctx.system, path);
    if (complaints.length === 0) {
      await ctx.out('Disk is error free\n');
      return 0;
    }
    await ctx.out(complaints.map((one) => `Disk needs repair: ${one}\n`).join(''));
    if (mode === 'repair') await ctx.err('vmkfstools: these faults cannot be repaired\n');
    return 1;
  },
  async e(ctx, _given, path) {
    const complaints = checkDisk(ctx.system, path);
    await ctx.out(
      complaints.length === 0
        ? 'Disk chain is consistent.\n'
        : `Disk chain is not consistent: ${complaints.join('; ')}\n`,
    );
    return complaints.length === 0 ? 0 : 1;
  },
};

async function createFileSystem(ctx: CommandContext, given: ParsedOptions): Promise<number> {
  const type = given.value('C') ?? '';
  if (type !== 'vmfs5')
    throw new CommandError(
      type === 'vmfs3'
        ? 'vmkfstools: only vmfs5 can be made on this host'
        : `vmkfstools: unknown file system '${type}'`,
    );
  const block = given.value('b');
  if (block !== undefined && block.toLowerCase() !== '1m')
    throw new CommandError('vmkfstools: the block size of vmfs5 is 1m');
  // The path may be a link in /dev/disks, which names the kernel's node behind it; both name the same partition.
  const found = findDevice(readDevices(ctx.system.files), given.operands.at(-1) ?? '');
  if (found === undefined || found.partition === null)
    throw new CommandError(`vmkfstools: ${given.operands.at(-1)} is not a partition (device:number)`);
  const label = given.value('S') ?? '';
  await ctx.out(
    `Creating vmfs5 file system on "${deviceId(found.device)}:${found.partition}" with blockSize 1048576 and volume label "${label || 'none'}".\n`,
  );
  const volume = await createVolume(ctx.system, found.device, found.partition, label);
  await ctx.out(`Successfully created new volume: ${volume.uuid}\n`);
  return 0;
}

async function queryFileSystem(ctx: CommandContext, given: ParsedOptions, path: string): Promise<number> {
  const volume = resolveVolumePath(listVolumes(ctx.system), path)?.volume;
  if (volume === undefined || !volume.isMounted)
    throw new CommandError(`Could not open ${path}\nError: No such file or directory`);
  const stat = ctx.system.files.statfs(volume.mountPoint);
  const size = (bytes: number): string => (given.has('h') ? humanSize(bytes) : `${bytes}`);
  const blocks = given.has('h')
    ? `Capacity ${size(volume.sizeBytes)}, ${size(volume.freeBytes)} available, file block size ${humanSize(volume.type === 'vfat' ? stat.blockSize : 1048576)}`
    : `Capacity ${volume.sizeBytes} (${Math.floor(volume.sizeBytes / 1048576)} file blocks * 1048576), ${volume.freeBytes} (${Math.floor(volume.freeBytes / 1048576)} blocks) avail`;
  const version = volume.type === 'vfat' ? 'vfat-0.04' : 'VMFS-5.60';
  const lines = [
    `${version} file system spanning 1 partitions.`,
    `File system label (if any): ${volume.label}`,
    `Mode: ${volume.type === 'vfat' ? 'private' : 'public'}`,
    blocks,
    `UUID: ${volume.uuid}`,
    `Partitions spanned (on "${volume.type === 'vfat' ? 'disks' : 'lvm'}"):`,
    `\t${volumeDevice(volume)}`,
    'Is Native Snapshot Capable: NO',
  ];
  await ctx.out(`${lines.join('\n')}\n`);
  return 0;
}

/** `11.1 GB`. */
export function humanSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

function sizeOf(text: string): number {
  const bytes = parseDiskSize(text);
  if (bytes === null)
    throw new CommandError(`vmkfstools: invalid size '${text}': digits with k, m or g behind them are expected`);
  return bytes;
}

function formatOf(given: ParsedOptions): DiskFormat {
  const wanted = given.value('d') ?? 'zeroedthick';
  const found = DISK_FORMATS.find((one) => one === wanted);
  if (found === undefined)
    throw new CommandError(`vmkfstools: unknown disk format '${wanted}': expected ${DISK_FORMATS.join(', ')}`);
  return found;
}

function adapterOf(given: ParsedOptions): string {
  const wanted = given.value('a') ?? 'lsilogic';
  if (!['buslogic', 'lsilogic', 'pvscsi', 'ide'].includes(wanted))
    throw new CommandError(`vmkfstools: unknown adapter type '${wanted}'`);
  return wanted === 'pvscsi' ? 'lsilogic' : wanted;
}

/** `Create: 42% done.`, overwritten in place on a terminal, printed once otherwise. */
function progressOf(ctx: CommandContext, word: string): (percent: number) => Promise<void> {
  let last = -1;
  return async (percent) => {
    if (percent === last || (!ctx.tty.isTty && percent < 100)) return;
    ctx.signal.throwIfAborted();
    last = percent;
    await ctx.out(`${ctx.tty.isTty ? '\r' : ''}${word}: ${percent}% done.`);
  };
}

function refuseInUse(ctx: CommandContext, path: string): void {
  for (const vm of listVms(ctx.system).filter(isPoweredOn)) {
    const disks = vm.config.disks.map((disk) =>
      disk.fileName.startsWith('/') ? disk.fileName : `${vm.folder}/${disk.fileName}`,
    );
    if (disks.includes(path))
      throw new CommandError(`Failed to open '${path}': Failed to lock the file: ${vm.config.name} is running`);
  }
}
