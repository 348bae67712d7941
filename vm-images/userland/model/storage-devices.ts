import type { PartitionTable } from './storage-gpt.ts';

/** One block device as the running kernel reports it (`/sys/block`), with the table read from the disk itself. */
export interface BlockDevice {
  /** Kernel name: `sda`, `sr0`. */
  node: string;
  kind: 'disk' | 'cdrom';
  sectors: number;
  vendor: string;
  model: string;
  revision: string;
  isRemovable: boolean;
  isReadOnly: boolean;
  isRotational: boolean;
  /** SCSI address: host, channel, target, LUN. */
  address: readonly [host: number, channel: number, target: number, lun: number];
  table: PartitionTable | null;
  /** Kernel names of its partitions by number: 1 → `sda1`. */
  partitionNodes: ReadonlyMap<number, string>;
}

/** One storage controller channel: a SCSI host of the kernel is one `vmhba`. */
export interface Adapter {
  host: number;
  /** `ata_piix`. */
  driver: string;
  /** `0000:00:01.1`; empty when it is not on PCI. */
  pciAddress: string;
  /** `8086:7010`; empty when unknown. */
  pciId: string;
}

/** What an administrator changed about a device; kept in the configuration by device id. */
export interface DeviceSettings {
  displayName?: string;
  /** Detached with `--state=off`. */
  isOff?: boolean;
  isPerenniallyReserved?: boolean;
  psp?: string;
  preferredPath?: string;
  roundRobin?: { type: 'default' | 'iops' | 'bytes'; iops: number; bytes: number; useActiveNonOptimized: boolean };
}

export function adapterName(host: number): string {
  return `vmhba${host}`;
}

/** `mpx.vmhba0:C0:T0:L0`: a device without a worldwide unique name is called after its path. */
export function deviceId(device: BlockDevice): string {
  return `mpx.${runtimeName(device)}`;
}

/** `vmhba0:C0:T0:L0`. */
export function runtimeName(device: BlockDevice): string {
  const [host, channel, target, lun] = device.address;
  return `${adapterName(host)}:C${channel}:T${target}:L${lun}`;
}

/** `vml.` and the path in hex: the name that is the same for every path of such a device. */
export function vmlId(device: BlockDevice): string {
  const [host, , target, lun] = device.address;
  const digits = [...`${adapterName(host)}:${target}:${lun}`].map((char) =>
    char.charCodeAt(0).toString(16).padStart(2, '0'),
  );
  return `vml.0000000000${digits.join('')}`;
}

/** Transport word of an adapter's driver, as its identifiers start with it. */
export function transport(adapter: Adapter | undefined): string {
  if (adapter === undefined) return 'unknown';
  if (adapter.driver.startsWith('ata_') || adapter.driver.startsWith('pata')) return 'ide';
  if (adapter.driver.startsWith('ahci')) return 'sata';
  if (adapter.driver.startsWith('iscsi')) return 'iscsi';
  return 'unknown';
}

/** `ide.vmhba0`. */
export function adapterUid(adapter: Adapter): string {
  return `${transport(adapter)}.${adapterName(adapter.host)}`;
}

/** `ide.0:0`: channel and target behind the adapter. */
export function targetUid(device: BlockDevice, adapter: Adapter | undefined): string {
  return `${transport(adapter)}.${device.address[1]}:${device.address[2]}`;
}

/** `ide.vmhba0-ide.0:0-mpx.vmhba0:C0:T0:L0`. */
export function pathUid(device: BlockDevice, adapter: Adapter | undefined): string {
  const first = adapter === undefined ? `unknown.${adapterName(device.address[0])}` : adapterUid(adapter);
  return `${first}-${targetUid(device, adapter)}-${deviceId(device)}`;
}

export function displayName(device: BlockDevice, settings: DeviceSettings | undefined): string {
  if (settings?.displayName !== undefined) return settings.displayName;
  const what = device.kind === 'cdrom' ? 'CD-ROM' : 'Disk';
  return `Local ${device.vendor.trim()} ${what} (${deviceId(device)})`;
}

export function deviceType(device: BlockDevice): string {
  return device.kind === 'cdrom' ? 'CD-ROM' : 'Direct-Access';
}

/** Whole MiB, as the tools show sizes. */
export function sizeMiB(device: BlockDevice): number {
  return Math.floor((device.sectors * 512) / 1048576);
}

/** Where the device is reached: `/vmfs/devices/disks/…`, `/vmfs/devices/cdrom/…`. */
export function devfsPath(device: BlockDevice): string {
  return `/vmfs/devices/${device.kind === 'cdrom' ? 'cdrom' : 'disks'}/${deviceId(device)}`;
}

/**
 * Finds the device a user means: its id, runtime name, vml name, display name, or a path under `/dev/disks` or
 * `/vmfs/devices`, with or without `:partition`.
 */
export function findDevice(
  devices: readonly BlockDevice[],
  wanted: string,
): { device: BlockDevice; partition: number | null } | undefined {
  const name = wanted.replace(/^\/(?:vmfs\/devices|dev)\/(?:disks|cdrom)\//, '');
  for (const device of devices) {
    for (const base of [deviceId(device), vmlId(device), runtimeName(device)]) {
      if (name === base) return { device, partition: null };
      const rest = name.startsWith(`${base}:`) ? name.slice(base.length + 1) : '';
      if (/^\d+$/.test(rest)) return { device, partition: Number(rest) };
    }
  }
  return undefined;
}
