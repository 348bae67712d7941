import { type BlockDevice, deviceId } from './storage-devices.ts';
import { partitionTypeName } from './storage-gpt.ts';
import { bufferOf, readDevices, readVolumes, VOLUMES } from './storage-inventory.ts';
import { parseSuperblock, type Volume, volumeDevice } from './storage-volumes.ts';
import type { System } from './system.ts';
import { INVENTORY_FILE, parseInventory } from './vm-inventory.ts';

/** A storage operation was refused; the message is for the user. */
export class StorageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StorageError';
  }
}

export function listVolumes(system: System): Volume[] {
  return readVolumes(system.files, readDevices(system.files));
}

/**
 * Mounts a datastore under its UUID and links its label to it.
 *
 * @throws StorageError when it is mounted already or the kernel refuses.
 */
export async function mountVolume(system: System, volume: Volume): Promise<void> {
  if (volume.isMounted) throw new StorageError(`Volume '${volume.label || volume.uuid}' is already mounted`);
  system.files.mkdir(volume.mountPoint, { parents: true });
  const result = await system.processes.run([
    '/bin/busybox',
    'mount',
    '-t',
    'ext4',
    '-o',
    'noatime',
    devicePath(volume),
    volume.mountPoint,
  ]);
  if (result.exitCode !== 0) {
    system.files.remove(volume.mountPoint);
    throw new StorageError(`Unable to mount volume '${volume.label || volume.uuid}': ${lastLine(result.stderr)}`);
  }
  linkLabel(system, volume);
  system.log('vmkernel', 'info', `FSS: Mounted VMFS volume ${volume.uuid} from ${volumeDevice(volume)}`);
}

/** @throws StorageError when it is not mounted, the system lives on it, machines are registered on it, or files are open. */
export async function unmountVolume(system: System, volume: Volume): Promise<void> {
  const name = volume.label || volume.uuid;
  if (!volume.isMounted) throw new StorageError(`Volume '${name}' cannot be unmounted. Reason: Not mounted`);
  if (volume.type !== 'VMFS-5')
    throw new StorageError(`Volume '${name}' cannot be unmounted. Reason: The system uses it`);
  const machine = parseInventory(system.files.readText(INVENTORY_FILE) ?? '').find((one) =>
    one.vmxPath.startsWith(`${volume.mountPoint}/`),
  );
  if (machine !== undefined)
    throw new StorageError(
      `Volume '${name}' cannot be unmounted. Reason: Virtual machine ${machine.vmxPath} is registered`,
    );
  const result = await system.processes.run(['/bin/busybox', 'umount', volume.mountPoint]);
  if (result.exitCode !== 0) throw new StorageError(`Volume '${name}' cannot be unmounted. Reason: Busy`);
  if (volume.label !== '') removeLabel(system, volume.label, volume.uuid);
  system.files.remove(volume.mountPoint);
  system.log('vmkernel', 'info', `FSS: Unmounted VMFS volume ${volume.uuid}`);
}

/**
 * Gives a datastore another label: on the disk, and as the link in /vmfs/volumes.
 *
 * @throws StorageError when the name is taken, too long for the file system (16 bytes), or the change fails.
 */
export function renameVolume(system: System, volume: Volume, label: string): void {
  if (volume.type !== 'VMFS-5') throw new StorageError('Only datastores can be renamed');
  checkLabel(system, label);
  writeLabel(system, volume, label);
  removeLabel(system, volume.label, volume.uuid);
  linkLabel(system, { ...volume, label });
}

/**
 * Makes an empty datastore on a partition and mounts it.
 *
 * @throws StorageError when the partition is missing, of another type, in use, or the label is not valid.
 */
export async function createVolume(
  system: System,
  device: BlockDevice,
  partition: number,
  label: string,
): Promise<Volume> {
  const name = `${deviceId(device)}:${partition}`;
  const node = device.partitionNodes.get(partition);
  const entry = device.table?.partitions.find((one) => one.number === partition);
  if (node === undefined || entry === undefined)
    throw new StorageError(`partition ${partition} of ${deviceId(device)} does not exist`);
  if (partitionTypeName(entry.type) !== 'vmfs')
    throw new StorageError(`${name}: the type of the partition is ${partitionTypeName(entry.type)}, not vmfs`);
  const isHere = (one: Volume): boolean => one.device.partitionNodes.get(one.partition) === node;
  const used = listVolumes(system).find((one) => one.isMounted && isHere(one));
  if (used !== undefined) throw new StorageError(`${name} is in use: ${used.mountPoint} is mounted from it`);
  if (label !== '') checkLabel(system, label);
  const result = await system.processes.run(['/bin/busybox', 'mke2fs', '-L', label, `/dev/${node}`]);
  if (result.exitCode !== 0) throw new StorageError(lastLine(result.stderr) || 'the file system could not be created');
  const volume = listVolumes(system).find(isHere);
  if (volume === undefined) throw new StorageError('the new file system was not found on the partition');
  await mountVolume(system, volume);
  return { ...volume, isMounted: true };
}

function checkLabel(system: System, label: string): void {
  if (!/^[\x20-\x2e\x30-\x7e]{1,16}$/.test(label)) {
    throw new StorageError(
      `The name '${label}' is not valid: 1 to 16 printable characters without a slash fit the file system`,
    );
  }
  if (listVolumes(system).some((one) => one.label === label))
    throw new StorageError(`The name '${label}' already exists.`);
}

function devicePath(volume: Volume): string {
  return `/dev/${volume.device.partitionNodes.get(volume.partition) ?? ''}`;
}

/**
 * Puts the label into the ext4 superblock (offset 0x78). The kernel shares that page with the block device, so a mounted
 * volume keeps it. A superblock with a checksum of its own is left alone.
 */
function writeLabel(system: System, volume: Volume, label: string): void {
  const node = devicePath(volume);
  const head = bufferOf(system.files.readAt(node, 0, 2048));
  const METADATA_CSUM = 0x400;
  if ((new DataView(head).getUint32(1024 + 0x64, true) & METADATA_CSUM) !== 0) {
    throw new StorageError(`Unable to rename '${volume.label}': its superblock carries a checksum`);
  }
  const bytes = new Uint8Array(16);
  for (let index = 0; index < label.length; index += 1) bytes[index] = label.charCodeAt(index);
  system.files.writeAt(node, 1024 + 0x78, bytes);
  if (parseSuperblock(bufferOf(system.files.readAt(node, 0, 2048)))?.label !== label) {
    throw new StorageError(`Unable to rename '${volume.label}': the disk did not take the label`);
  }
}

function linkLabel(system: System, volume: Volume): void {
  if (volume.label === '') return;
  const link = `${VOLUMES}/${volume.label}`;
  if (system.files.lstat(link) === null) system.files.symlink(volume.uuid, link);
}

function removeLabel(system: System, label: string, uuid: string): void {
  if (label === '') return;
  const link = `${VOLUMES}/${label}`;
  const target = system.files.readLink(link) ?? '';
  if (target === uuid || target.endsWith(`/${uuid}`)) system.files.remove(link);
}

function lastLine(text: string): string {
  return text.trim().split('\n').pop() ?? '';
}
