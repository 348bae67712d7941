import { deviceId } from '../../model/storage-devices.ts';
import { listVolumes, mountVolume, StorageError, unmountVolume } from '../../model/storage-mounts.ts';
import { findVolume, type Volume, volumeDevice } from '../../model/storage-volumes.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Parameter,
  type Row,
  text,
} from '../framework/index.ts';

const VOLUME_PARAMETERS: readonly Parameter[] = [
  { long: 'volume-label', short: 'l', type: 'string', description: 'The volume, by label.' },
  { long: 'volume-uuid', short: 'u', type: 'string', description: 'The volume, by UUID.' },
  { long: 'volume-path', short: 'p', type: 'string', description: 'The volume, by path.' },
];

/** Rows of the listing, mounted and known unmounted volumes. */
export function volumeRows(volumes: readonly Volume[]): Row[] {
  return volumes.map((volume) => ({
    'Mount Point': volume.isMounted ? volume.mountPoint : '',
    'Volume Name': volume.label,
    UUID: volume.uuid,
    Mounted: volume.isMounted,
    Type: volume.isMounted ? volume.type : 'VMFS-unknown version',
    Size: volume.sizeBytes,
    Free: volume.freeBytes,
  }));
}

/** The one volume that `-l`, `-u` or `-p` names. */
function requireVolume(ctx: CommandContext, args: CommandArgs): Volume {
  const label = args.optionalString('volume-label');
  const uuid = args.optionalString('volume-uuid');
  const path = args.optionalString('volume-path');
  const given = [label, uuid, path].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new CommandError('Error: Exactly one of --volume-label, --volume-uuid and --volume-path must be given');
  const volume = findVolume(listVolumes(ctx.system), { label, uuid, path });
  if (volume === undefined)
    throw new CommandError(`No volume with ${uuid === undefined ? 'label' : 'uuid'} '${given[0]}' was found`);
  return volume;
}

/** Runs a storage operation; its refusals become the command's. */
export async function storageStep<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof StorageError ? new CommandError(error.message) : error;
  }
}

/** Remembers whether a volume is to be mounted at boot. */
export async function rememberMount(ctx: CommandContext, volume: Volume, mounted: boolean): Promise<void> {
  const key = `storage/volume[${volume.uuid}]/mounted`;
  await ctx.host.change(`Volume ${volume.uuid} ${mounted ? 'mounted' : 'unmounted'}`, (draft) => {
    if (mounted) delete draft.extra[key];
    else draft.extra[key] = 'false';
  });
}

export const filesystemCommands: EsxcliCommand[] = [
  {
    path: 'storage filesystem list',
    summary: 'List the volumes the host can use.',
    parameters: [
      { long: 'ignore-errors', short: 'i', type: 'flag', description: 'Leave out volumes that cannot be read.' },
    ],
    output: {
      shape: 'table',
      struct: 'FileSystemVolume',
      fields: [
        text('Mount Point'),
        text('Volume Name'),
        text('UUID'),
        boolean('Mounted'),
        text('Type'),
        integer('Size'),
        integer('Free'),
      ],
    },
    run: (ctx) => volumeRows(listVolumes(ctx.system)),
  },
  {
    path: 'storage filesystem mount',
    summary: 'Mount a datastore that was unmounted.',
    parameters: [
      ...VOLUME_PARAMETERS,
      { long: 'no-persist', short: 'n', type: 'flag', description: 'Until the next boot only.' },
    ],
    output: none,
    async run(ctx, args) {
      const volume = requireVolume(ctx, args);
      await storageStep(() => mountVolume(ctx.system, volume));
      if (!args.bool('no-persist')) await rememberMount(ctx, volume, true);
    },
  },
  {
    path: 'storage filesystem unmount',
    summary: 'Unmount a datastore.',
    parameters: [
      ...VOLUME_PARAMETERS,
      { long: 'all', short: 'a', type: 'flag', description: 'Every datastore.' },
      { long: 'no-persist', short: 'n', type: 'flag', description: 'Until the next boot only.' },
    ],
    output: none,
    async run(ctx, args) {
      const volumes = args.bool('all')
        ? listVolumes(ctx.system).filter((one) => one.type === 'VMFS-5' && one.isMounted)
        : [requireVolume(ctx, args)];
      for (const volume of volumes) {
        await storageStep(() => unmountVolume(ctx.system, volume));
        if (!args.bool('no-persist')) await rememberMount(ctx, volume, false);
      }
    },
  },
  {
    path: 'storage filesystem automount',
    summary: 'Mount every datastore that is not mounted and was not unmounted by hand.',
    output: none,
    run: (ctx) => automount(ctx),
  },
  {
    path: 'storage filesystem rescan',
    summary: 'Look for new datastores and mount them.',
    output: none,
    run: (ctx) => automount(ctx),
  },
];

export async function automount(ctx: CommandContext): Promise<undefined> {
  for (const volume of listVolumes(ctx.system)) {
    const key = `storage/volume[${volume.uuid}]/mounted`;
    if (!volume.isMounted && ctx.host.config.extra[key] !== 'false')
      await storageStep(() => mountVolume(ctx.system, volume));
  }
  return undefined;
}

export const vmfsCommands: EsxcliCommand[] = [
  {
    path: 'storage vmfs extent list',
    summary: 'Show which partitions the datastores are on.',
    parameters: [
      { long: 'ignore-errors', short: 'i', type: 'flag', description: 'Leave out volumes that cannot be read.' },
    ],
    output: {
      shape: 'table',
      struct: 'VmfsExtent',
      fields: [
        text('Volume Name'),
        text('VMFS UUID'),
        integer('Extent Number'),
        text('Device Name'),
        integer('Partition'),
      ],
    },
    run: (ctx) =>
      listVolumes(ctx.system)
        .filter((volume) => volume.type === 'VMFS-5')
        .map((volume) => ({
          'Volume Name': volume.label,
          'VMFS UUID': volume.uuid,
          'Extent Number': 0,
          'Device Name': deviceId(volume.device),
          Partition: volume.partition,
        })),
  },
  {
    path: 'storage vmfs snapshot list',
    summary: 'List datastores found on copied disks.',
    parameters: VOLUME_PARAMETERS.slice(0, 2),
    output: {
      shape: 'keyed',
      struct: 'VmfsSnapshot',
      key: 'VMFS UUID',
      fields: [text('Volume Name'), text('VMFS UUID'), boolean('Can mount'), boolean('Can resignature')],
    },
    run: () => [],
  },
  {
    path: 'storage vmfs snapshot extent list',
    summary: 'List the extents of datastores found on copied disks.',
    parameters: VOLUME_PARAMETERS.slice(0, 2),
    output: {
      shape: 'table',
      struct: 'VmfsSnapshotExtent',
      fields: [text('Device Name'), text('VMFS UUID'), text('Volume Name')],
    },
    run: () => [],
  },
  {
    path: 'storage vmfs snapshot mount',
    summary: 'Mount a datastore found on a copied disk as it is.',
    parameters: [
      ...VOLUME_PARAMETERS.slice(0, 2),
      { long: 'no-persist', short: 'n', type: 'flag', description: 'Until the next boot only.' },
    ],
    output: none,
    run: noSnapshot,
  },
  {
    path: 'storage vmfs snapshot resignature',
    summary: 'Give a datastore found on a copied disk an identity of its own.',
    parameters: VOLUME_PARAMETERS.slice(0, 2),
    output: none,
    run: noSnapshot,
  },
  {
    path: 'storage vmfs upgrade',
    summary: 'Turn a VMFS-3 datastore into VMFS-5.',
    parameters: VOLUME_PARAMETERS.slice(0, 2),
    output: none,
    run(ctx, args) {
      const volume = requireVolume(ctx, args);
      throw new CommandError(`Unable to upgrade volume '${volume.label}': it is ${volume.type} already`);
    },
  },
  {
    path: 'storage vmfs unmap',
    summary: 'Tell a thin array which blocks are free.',
    parameters: [
      ...VOLUME_PARAMETERS.slice(0, 2),
      { long: 'reclaim-unit', short: 'n', type: 'int', min: 1, description: 'Blocks a turn; 200 when not given.' },
    ],
    output: none,
    run(ctx, args) {
      const volume = requireVolume(ctx, args);
      throw new CommandError(`Devices backing volume ${volume.uuid} do not support UNMAP: ${volumeDevice(volume)}`);
    },
  },
];

/** This host's one disk is nobody's copy, so any name is unknown. */
function noSnapshot(_ctx: CommandContext, args: CommandArgs): never {
  const label = args.optionalString('volume-label');
  const uuid = args.optionalString('volume-uuid');
  if ((label === undefined) === (uuid === undefined))
    throw new CommandError('Error: Exactly one of --volume-label and --volume-uuid must be given');
  throw new CommandError(
    `No unresolved VMFS snapshot with volume ${label === undefined ? 'uuid' : 'label'} '${label ?? uuid}' found.`,
  );
}
