import type { System } from './system.ts';
import {
  createDiskDescriptor,
  type DiskDescriptor,
  type DiskFormat,
  diskSectors,
  parseDiskDescriptor,
  serializeDiskDescriptor,
} from './vm-disk.ts';

/** A virtual disk operation was refused; the message is for the user. */
export class DiskError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DiskError';
  }
}

/** Percent done; called now and then. */
export type Progress = (percent: number) => void | Promise<void>;

const MIN_BYTES = 1024 * 1024;
/** A VMFS-5 file is at most 2 TiB less 512 bytes in this release. */
const MAX_BYTES = 2 * 1024 ** 4 - 512;
const CHUNK_BYTES = 4 * 1024 * 1024;
const COPY_BYTES = 1024 * 1024;

/**
 * Makes a disk: descriptor and flat file. `zeroedthick` and `eagerzeroedthick` take their space at once, `thin` none.
 *
 * @param path Of the descriptor, `….vmdk`.
 * @throws DiskError when it exists, the size is out of range, or the volume is too full.
 */
export async function createDisk(
  system: System,
  path: string,
  bytes: number,
  options: { format: DiskFormat; adapter: string },
  progress: Progress = () => undefined,
): Promise<void> {
  if (!path.endsWith('.vmdk')) throw new DiskError(`Failed to create virtual disk: '${path}' does not end in .vmdk`);
  if (bytes < MIN_BYTES) throw new DiskError('Failed to create virtual disk: the smallest disk is 1 MB');
  if (bytes > MAX_BYTES)
    throw new DiskError('Failed to create virtual disk: The destination file system does not support large files');
  if (system.files.lstat(path) !== null)
    throw new DiskError('Failed to create virtual disk: The file specified already exists');
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (system.files.stat(folder)?.type !== 'directory')
    throw new DiskError('Failed to create virtual disk: The system cannot find the file specified');
  const sectors = Math.ceil(bytes / 512);
  const flat = path.replace(/\.vmdk$/, '-flat.vmdk');
  const descriptor = createDiskDescriptor({
    sectors,
    flatName: flat.slice(folder.length + 1),
    adapter: options.adapter,
    format: options.format,
    randomHex: (digits) => randomHex(system, digits),
  });
  if (options.format !== 'thin') requireSpace(system, folder, sectors * 512);
  system.files.write(flat, '', { mode: 0o600 });
  try {
    await fill(system, flat, sectors * 512, options.format, progress);
    system.files.write(path, serializeDiskDescriptor(descriptor), { mode: 0o600 });
  } catch (error) {
    system.files.remove(flat);
    throw error;
  }
  await progress(100);
}

/** @throws DiskError when the file is missing or no descriptor. */
export function readDisk(system: System, path: string): DiskDescriptor {
  const stat = system.files.stat(path);
  if (stat === null || stat.type !== 'file')
    throw new DiskError(`Failed to open '${path}': The system cannot find the file specified`);
  if (stat.sizeBytes > 65536) throw new DiskError(`Failed to open '${path}': The file specified is not a virtual disk`);
  try {
    return parseDiskDescriptor(system.files.readText(path) ?? '');
  } catch {
    throw new DiskError(`Failed to open '${path}': The file specified is not a virtual disk`);
  }
}

/** Copies a disk into another format; a chain of snapshots becomes one disk (deltas of a lab host are empty). */
export async function cloneDisk(
  system: System,
  from: string,
  to: string,
  format: DiskFormat,
  progress: Progress = () => undefined,
): Promise<void> {
  const top = readDisk(system, from);
  const base = baseDisk(system, from);
  const source = extentPaths(base.path, base.disk)[0] ?? '';
  const bytes = diskSectors(top) * 512;
  await createDisk(system, to, bytes, { format, adapter: top.database.adapterType ?? 'lsilogic' });
  const target = to.replace(/\.vmdk$/, '-flat.vmdk');
  await copyData(system, source, target, bytes, progress);
  await progress(100);
}

/** Renames descriptor and extents together. */
export function renameDisk(system: System, from: string, to: string): void {
  const disk = readDisk(system, from);
  if (system.files.lstat(to) !== null) throw new DiskError('Failed to rename virtual disk: The file already exists');
  const fromBase = stem(from);
  const toBase = stem(to);
  const toFolder = to.slice(0, to.lastIndexOf('/'));
  if (system.files.stat(toFolder)?.type !== 'directory')
    throw new DiskError('Failed to rename virtual disk: The system cannot find the file specified');
  const extents = disk.extents.map((one) => ({ ...one, fileName: one.fileName.replace(fromBase, toBase) }));
  for (const [index, path] of extentPaths(from, disk).entries())
    system.files.rename(path, `${toFolder}/${extents[index]?.fileName}`);
  system.files.write(to, serializeDiskDescriptor({ ...disk, extents }), { mode: 0o600 });
  system.files.remove(from);
}

export function deleteDisk(system: System, path: string): void {
  const disk = readDisk(system, path);
  for (const extent of extentPaths(path, disk)) system.files.remove(extent);
  system.files.remove(path);
}

/** Makes a disk larger; a disk is never made smaller. */
export async function extendDisk(
  system: System,
  path: string,
  bytes: number,
  progress: Progress = () => undefined,
): Promise<void> {
  const disk = readDisk(system, path);
  const present = diskSectors(disk);
  const sectors = Math.ceil(bytes / 512);
  if (disk.parentFileName !== '') throw new DiskError('Failed to extend disk: The disk has snapshots');
  if (sectors <= present) throw new DiskError('Failed to extend disk: One of the parameters supplied is invalid');
  const flat = extentPaths(path, disk)[0] ?? '';
  const format: DiskFormat = disk.database.thinProvisioned === '1' ? 'thin' : 'zeroedthick';
  if (format !== 'thin') requireSpace(system, flat.slice(0, flat.lastIndexOf('/')), (sectors - present) * 512);
  await fill(system, flat, sectors * 512, format, progress);
  const extents = disk.extents.map((one, index) => (index === 0 ? { ...one, sectors } : one));
  const cylinders = String(Math.floor(sectors / (255 * 63)));
  system.files.write(
    path,
    serializeDiskDescriptor({ ...disk, extents, database: { ...disk.database, 'geometry.cylinders': cylinders } }),
    { mode: 0o600 },
  );
}

/** Gives a thin disk all its space. */
export async function inflateDisk(system: System, path: string, progress: Progress = () => undefined): Promise<void> {
  const disk = readDisk(system, path);
  const flat = extentPaths(path, disk)[0] ?? '';
  const bytes = diskSectors(disk) * 512;
  const stat = system.files.stat(flat);
  requireSpace(system, flat.slice(0, flat.lastIndexOf('/')), bytes - (stat?.allocatedBytes ?? 0));
  // Existing data must stay, so the holes are only allocated: they read as zeros either way.
  await fill(system, flat, bytes, 'zeroedthick', progress);
  const { thinProvisioned, ...database } = disk.database;
  void thinProvisioned;
  system.files.write(path, serializeDiskDescriptor({ ...disk, database }), { mode: 0o600 });
  await progress(100);
}

/** Zeroes a whole disk. */
export async function zeroDisk(system: System, path: string, progress: Progress = () => undefined): Promise<void> {
  const disk = readDisk(system, path);
  const flat = extentPaths(path, disk)[0] ?? '';
  system.files.truncate(flat, 0);
  await fill(
    system,
    flat,
    diskSectors(disk) * 512,
    disk.database.thinProvisioned === '1' ? 'thin' : 'zeroedthick',
    progress,
  );
  await progress(100);
}

/** Paths of a disk's extents, beside the descriptor. */
export function extentPaths(path: string, disk: DiskDescriptor): string[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return disk.extents.map((one) => (one.fileName.startsWith('/') ? one.fileName : `${folder}/${one.fileName}`));
}

/** Whether the descriptor and its extents fit together. @returns complaints. */
export function checkDisk(system: System, path: string): string[] {
  const disk = readDisk(system, path);
  const complaints: string[] = [];
  for (const [index, extent] of extentPaths(path, disk).entries()) {
    const stat = system.files.stat(extent);
    const wanted = (disk.extents[index]?.sectors ?? 0) * 512;
    if (stat === null) complaints.push(`extent ${extent} is missing`);
    else if (disk.createType === 'vmfs' && stat.sizeBytes !== wanted)
      complaints.push(`extent ${extent} has ${stat.sizeBytes} bytes, expected ${wanted}`);
  }
  if (disk.parentFileName !== '') {
    const parent = disk.parentFileName.startsWith('/')
      ? disk.parentFileName
      : `${path.slice(0, path.lastIndexOf('/'))}/${disk.parentFileName}`;
    if (system.files.stat(parent) === null) complaints.push(`parent ${parent} is missing`);
    else if (readDisk(system, parent).cid !== disk.parentCid)
      complaints.push(`parent ${parent} was changed after the snapshot was taken`);
  }
  return complaints;
}

function baseDisk(system: System, path: string): { path: string; disk: DiskDescriptor } {
  const disk = readDisk(system, path);
  if (disk.parentFileName === '') return { path, disk };
  const folder = path.slice(0, path.lastIndexOf('/'));
  return baseDisk(
    system,
    disk.parentFileName.startsWith('/') ? disk.parentFileName : `${folder}/${disk.parentFileName}`,
  );
}

/** Makes a flat file that long: sparse, allocated (reads as zeros), or written with zeros. */
async function fill(
  system: System,
  flat: string,
  bytes: number,
  format: DiskFormat,
  progress: Progress,
): Promise<void> {
  if (format === 'zeroedthick') {
    const result = await system.processes.run(['/bin/busybox', 'fallocate', '-l', String(bytes), flat]);
    if (result.exitCode !== 0)
      throw new DiskError(`Failed to create virtual disk: ${result.stderr.trim() || 'no space could be allocated'}`);
    return;
  }
  if (format === 'thin') {
    system.files.truncate(flat, bytes);
    return;
  }
  const zeros = new Uint8Array(CHUNK_BYTES);
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    system.files.writeAt(flat, at, bytes - at < CHUNK_BYTES ? zeros.subarray(0, bytes - at) : zeros);
    await progress(Math.floor((at / bytes) * 100));
    // Other work of the daemon gets its turn between chunks.
    await system.clock.sleep(0);
  }
}

/** Copies what is no hole; the target reads as zeros elsewhere. */
async function copyData(system: System, from: string, to: string, bytes: number, progress: Progress): Promise<void> {
  for (let at = 0; at < bytes; ) {
    const range = system.files.nextData === undefined ? { from: at, to: bytes } : system.files.nextData(from, at);
    if (range === null) return;
    const end = Math.min(range.to, bytes);
    for (at = range.from; at < end; at += COPY_BYTES) {
      system.files.writeAt(to, at, system.files.readAt(from, at, Math.min(COPY_BYTES, end - at)));
      await progress(Math.floor((at / bytes) * 100));
      await system.clock.sleep(0);
    }
    at = end;
  }
}

function requireSpace(system: System, folder: string, bytes: number): void {
  const { freeBlocks, blockSize } = system.files.statfs(folder);
  if (bytes > freeBlocks * blockSize)
    throw new DiskError(
      'Failed to create virtual disk: There is not enough space on the file system for the selected operation',
    );
}

function randomHex(system: System, digits: number): string {
  const bytes = system.files.randomBytes(Math.ceil(digits / 2));
  return [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, digits);
}

function stem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.vmdk$/, '');
}
