import type { HostConfig } from './config.ts';
import { type Adapter, adapterName, type BlockDevice, type DeviceSettings, deviceId } from './storage-devices.ts';
import { parsePartitionTable, SECTOR_BYTES, TABLE_SECTORS } from './storage-gpt.ts';
import { parseMounts, parseSuperblock, VOLUME_UUID, type Volume, volumeUuid } from './storage-volumes.ts';
import type { Files } from './system.ts';

/** Folder under which every file system of the host is mounted. */
export const VOLUMES = '/vmfs/volumes';

/** Everything the storage tools show, read from the running kernel and the disk. */
export interface StorageInventory {
  adapters: Adapter[];
  devices: BlockDevice[];
}

/** SCSI hosts of the kernel, whether or not a device hangs on them. */
export function readAdapters(files: Files): Adapter[] {
  const names = (files.list('/sys/class/scsi_host') ?? []).filter((name) => /^host\d+$/.test(name));
  return names
    .map((name): Adapter => {
      const link = files.readLink(`/sys/class/scsi_host/${name}`) ?? '';
      const pciAddress = [...link.matchAll(/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/g)].pop()?.[0] ?? '';
      const id = (file: string): string =>
        readLine(files, `/sys/bus/pci/devices/${pciAddress}/${file}`).replace('0x', '');
      return {
        host: Number(name.slice(4)),
        driver: readLine(files, `/sys/class/scsi_host/${name}/proc_name`) || 'unknown',
        pciAddress,
        pciId: pciAddress === '' ? '' : `${id('vendor')}:${id('device')}`,
      };
    })
    .sort((one, other) => one.host - other.host);
}

/** Disks and CD drives with the partition tables found on them. */
export function readDevices(files: Files): BlockDevice[] {
  const nodes = (files.list('/sys/block') ?? []).filter((node) => /^(sd[a-z]+|sr\d+)$/.test(node));
  return nodes.map((node) => readDevice(files, node));
}

export function readStorage(files: Files): StorageInventory {
  return { adapters: readAdapters(files), devices: readDevices(files) };
}

export function adapterOf(inventory: StorageInventory, device: BlockDevice): Adapter | undefined {
  return inventory.adapters.find((adapter) => adapter.host === device.address[0]);
}

export function devicesOf(inventory: StorageInventory, adapter: Adapter): BlockDevice[] {
  return inventory.devices.filter((device) => device.address[0] === adapter.host);
}

/** The adapter called that, `vmhba0`. */
export function findAdapter(inventory: StorageInventory, name: string): Adapter | undefined {
  return inventory.adapters.find((adapter) => adapterName(adapter.host) === name);
}

function readDevice(files: Files, node: string): BlockDevice {
  const base = `/sys/block/${node}`;
  const address =
    /(\d+):(\d+):(\d+):(\d+)$/
      .exec(files.readLink(`${base}/device`) ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  const sectors = Number(readLine(files, `${base}/size`) || '0');
  const kind = node.startsWith('sr') ? 'cdrom' : 'disk';
  const partitionNodes = new Map<number, string>();
  for (const entry of files.list(base) ?? []) {
    const number = Number(readLine(files, entry.startsWith(node) ? `${base}/${entry}/partition` : '') || '0');
    if (number > 0) partitionNodes.set(number, entry);
  }
  return {
    node,
    kind,
    sectors,
    vendor: readLine(files, `${base}/device/vendor`),
    model: readLine(files, `${base}/device/model`),
    revision: readLine(files, `${base}/device/rev`),
    isRemovable: readLine(files, `${base}/removable`) === '1',
    isReadOnly: readLine(files, `${base}/ro`) === '1',
    isRotational: readLine(files, `${base}/queue/rotational`) !== '0',
    address: [address[0] ?? 0, address[1] ?? 0, address[2] ?? 0, address[3] ?? 0],
    table: kind === 'disk' ? readTable(files, node, sectors) : null,
    partitionNodes,
  };
}

function readTable(files: Files, node: string, sectors: number): BlockDevice['table'] {
  try {
    const start = files.readAt(`/dev/${node}`, 0, Math.min(TABLE_SECTORS, sectors) * SECTOR_BYTES);
    return parsePartitionTable(bufferOf(start), sectors);
  } catch {
    return null;
  }
}

/** Every file system on the disks that the tools can show, mounted ones with their sizes. */
export function readVolumes(files: Files, devices: readonly BlockDevice[]): Volume[] {
  const mounts = parseMounts(files.readText('/proc/mounts') ?? '').filter((line) =>
    line.target.startsWith(`${VOLUMES}/`),
  );
  const volumes: Volume[] = [];
  for (const device of devices) {
    for (const [partition, node] of [...device.partitionNodes].sort(([one], [other]) => one - other)) {
      const mount = mounts.find((line) => line.source === `/dev/${node}`);
      const volume =
        mount === undefined
          ? unmountedVolume(files, device, partition, node)
          : mountedVolume(files, device, partition, node, mount.target);
      if (volume !== null) volumes.push(volume);
    }
  }
  return volumes;
}

function mountedVolume(files: Files, device: BlockDevice, partition: number, node: string, target: string): Volume {
  const found = readSuperblock(files, node);
  const sizes = files.statfs(target);
  return {
    device,
    partition,
    type: found?.type ?? 'vfat',
    label: found?.type === 'VMFS-5' ? found.label : '',
    uuid: target.slice(VOLUMES.length + 1),
    mountPoint: target,
    isMounted: true,
    sizeBytes: sizes.blocks * sizes.blockSize,
    freeBytes: sizes.freeBlocks * sizes.blockSize,
  };
}

/** Only datastores are listed while they are not mounted; an unused FAT partition (the boot partition) is not a volume. */
function unmountedVolume(files: Files, device: BlockDevice, partition: number, node: string): Volume | null {
  const found = readSuperblock(files, node);
  if (found === null || found.type !== 'VMFS-5') return null;
  const uuid = volumeUuid(found.uuidHex);
  const mountPoint = `${VOLUMES}/${uuid}`;
  return {
    device,
    partition,
    type: found.type,
    label: found.label,
    uuid,
    mountPoint,
    isMounted: false,
    sizeBytes: 0,
    freeBytes: 0,
  };
}

function readSuperblock(files: Files, node: string): ReturnType<typeof parseSuperblock> {
  try {
    return parseSuperblock(bufferOf(files.readAt(`/dev/${node}`, 0, 2048)));
  } catch {
    return null;
  }
}

/** The path with a label in place of the UUID, or the other way round, resolved to where the volume is mounted. */
export function resolveVolumePath(
  volumes: readonly Volume[],
  path: string,
): { volume: Volume; inside: string } | undefined {
  if (!path.startsWith(`${VOLUMES}/`)) return undefined;
  const [name = '', ...rest] = path.slice(VOLUMES.length + 1).split('/');
  const volume = volumes.find((one) => one.uuid === name || (one.label !== '' && one.label === name));
  return volume === undefined ? undefined : { volume, inside: rest.join('/') };
}

/** True for names like `4fc3c05b-c677ee28-ba3c-005056000011`. */
export function isVolumeUuid(name: string): boolean {
  return VOLUME_UUID.test(name);
}

/** Settings of a device, from the keys `/storage/device[<id>]/…` and `/storage/plugin/NMP/device[<id>]/…`. */
export function readDeviceSettings(config: HostConfig, device: BlockDevice): DeviceSettings {
  const own = (key: string): string | undefined => config.extra[deviceKey(device, key)];
  const nmp = (key: string): string | undefined => config.extra[nmpKey(device, key)];
  const settings: DeviceSettings = {};
  const name = own('displayName');
  if (name !== undefined) settings.displayName = name;
  if (own('state') === 'off') settings.isOff = true;
  if (own('perenniallyReserved') === 'true') settings.isPerenniallyReserved = true;
  const psp = nmp('psp');
  if (psp !== undefined) settings.psp = psp;
  const preferred = nmp('preferred');
  if (preferred !== undefined) settings.preferredPath = preferred;
  const type = nmp('rr/type');
  if (type === 'iops' || type === 'bytes' || type === 'default') {
    settings.roundRobin = {
      type,
      iops: Number(nmp('rr/iops') ?? '1000'),
      bytes: Number(nmp('rr/bytes') ?? '10485760'),
      useActiveNonOptimized: nmp('rr/useANO') === 'true',
    };
  }
  return settings;
}

/** Key in the configuration of a device's own settings. */
export function deviceKey(device: BlockDevice, key: string): string {
  return `storage/device[${deviceId(device)}]/${key}`;
}

/** Key in the configuration of a device's multipathing settings. */
export function nmpKey(device: BlockDevice, key: string): string {
  return `storage/plugin/NMP/device[${deviceId(device)}]/${key}`;
}

export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function readLine(files: Files, path: string): string {
  if (path === '') return '';
  try {
    return (files.readText(path) ?? '').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}
