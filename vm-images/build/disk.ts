import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { LabError } from '../../main/shared/errors.ts';
import { type BlockDevice, sliceDevice } from '../../main/vm/disk/block-device.ts';
import { formatFat, openFatDevice } from '../../main/vm/disk/fat.ts';
import { writeGpt } from '../../main/vm/disk/gpt.ts';
import { SparseDisk } from '../../main/vm/disk/sparse-disk.ts';
import type { ImageRecipe } from '../recipes/types.ts';
import { serializeBootConfig } from '../userland/model/boot-config.ts';
import { VOLUME_MARK } from '../userland/model/volume-uuid.ts';
import { byteLength, DISK_BYTES, PARTITIONS, type PartitionPlan, planGpt, startByte } from './layout.ts';
import { encode, IMAGE_TIME_SECONDS, type ModuleFile } from './modules.ts';

const MODIFIED_MS = IMAGE_TIME_SECONDS * 1000;
const SECTOR_BYTES = 512;

export interface DiskParts {
  readonly recipe: ImageRecipe;
  readonly version: string;
  readonly build: string;
  readonly modules: readonly ModuleFile[];
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  readonly bootCode: Uint8Array;
  /** gzip of a FAT volume of partition 1's size with SYSLINUX installed. */
  readonly bootVolume: Uint8Array;
  /** gzip of runs: vm-images/platform/README.md. */
  readonly datastoreRuns: Uint8Array;
}

/** The disk of a host that was installed and never started. */
export async function assembleDisk(parts: DiskParts): Promise<SparseDisk> {
  const disk = new SparseDisk(DISK_BYTES);
  const { id } = parts.recipe;
  await writeGpt(disk, planGpt(id), parts.bootCode);
  await writeBootPartition(sliceDevice(disk, startByte(PARTITIONS.boot)), parts);
  await writeVolume(disk, id, PARTITIONS.bankA, 8, new Map(bankFiles(parts)));
  await writeVolume(disk, id, PARTITIONS.bankB, 8, new Map<string, Uint8Array>([['boot.cfg', emptyBankConfig()]]));
  await writeVolume(disk, id, PARTITIONS.locker, 16, new Map(), ['packages', 'packages/5.5.0', 'var']);
  await writeVolume(disk, id, PARTITIONS.scratch, 128, new Map());
  await writeRuns(sliceDevice(disk, startByte(PARTITIONS.datastore)), parts.datastoreRuns);
  return disk;
}

async function writeBootPartition(device: BlockDevice, parts: DiskParts): Promise<void> {
  const template = new Uint8Array(gunzipSync(parts.bootVolume));
  if (template.length !== byteLength(PARTITIONS.boot))
    throw new LabError('image.missing-input', `the boot volume has ${template.length} bytes, not its partition's size`);
  await device.write(0, template);
  const volume = await openFatDevice(device);
  await volume.writeFile('/syslinux.cfg', encode(SYSLINUX_CONFIG), MODIFIED_MS);
  await volume.writeFile('/bzImage', parts.kernel, MODIFIED_MS);
  await volume.writeFile('/initrd.lz4', parts.initrd, MODIFIED_MS);
  await volume.flush();
}

/** Kernel messages go to the twelfth console alone: the screen and com1 belong to the loader. */
const KERNEL_OPTIONS = [
  'console=tty12',
  'quiet',
  'loglevel=4',
  'consoleblank=0',
  'vt.global_cursor_default=0',
  'rdinit=/init',
].join(' ');
const SYSLINUX_CONFIG = `DEFAULT esx\nPROMPT 0\nTIMEOUT 0\nLABEL esx\n  LINUX bzImage\n  INITRD initrd.lz4\n  APPEND ${KERNEL_OPTIONS}\n`;

function bankFiles(parts: DiskParts): [string, Uint8Array][] {
  const { recipe, modules } = parts;
  const config = serializeBootConfig({
    bootstate: 0,
    title: recipe.title,
    kernel: recipe.kernel,
    kernelopt: recipe.kernelOptions,
    modules: modules.filter(({ file }) => file !== recipe.kernel).map(({ file }) => ({ file, options: '' })),
    build: `${parts.version}-${parts.build}`,
    updated: 1,
    prefix: '',
    timeoutSeconds: null,
  });
  return [['boot.cfg', encode(config)], ...modules.map(({ file, bytes }): [string, Uint8Array] => [file, bytes])];
}

/** The other bank of a fresh installation: a boot.cfg that says there is nothing. */
function emptyBankConfig(): Uint8Array {
  const nothing = { title: '', kernel: '', kernelopt: '', modules: [], build: '', prefix: '', timeoutSeconds: null };
  return encode(serializeBootConfig({ ...nothing, bootstate: 3, updated: 0 }));
}

async function writeVolume(
  disk: SparseDisk,
  imageId: string,
  plan: PartitionPlan,
  sectorsPerCluster: number,
  files: ReadonlyMap<string, Uint8Array>,
  folders: readonly string[] = [],
): Promise<void> {
  const device = sliceDevice(disk, startByte(plan));
  await formatFat(device, {
    byteLength: byteLength(plan),
    label: plan.name,
    serial: serialOf(imageId, plan),
    sectorsPerCluster,
    hiddenSectors: plan.firstLba,
    // The volume's UUID lies in the second sector, before the first allocation table.
    reservedSectors: 8,
  });
  await device.write(SECTOR_BYTES, volumeMark(imageId, plan));
  const volume = await openFatDevice(device);
  for (const folder of folders) await volume.makeDirectory(folder, MODIFIED_MS);
  for (const [name, bytes] of files) await volume.writeFile(name, bytes, MODIFIED_MS);
  await volume.flush();
}

function volumeMark(imageId: string, plan: PartitionPlan): Uint8Array {
  const mark = new Uint8Array(VOLUME_MARK.length + 16);
  mark.set(encode(VOLUME_MARK));
  mark.set(digest(imageId, plan).subarray(0, 16), VOLUME_MARK.length);
  return mark;
}

function serialOf(imageId: string, plan: PartitionPlan): number {
  return digest(imageId, plan).readUInt32LE(16);
}

function digest(imageId: string, plan: PartitionPlan): Buffer {
  return createHash('sha256').update(`${imageId} volume ${plan.number}`).digest();
}

interface RunList {
  format: string;
  blockSize: number;
  blocks: number;
  /** First block and number of blocks, in order. */
  runs: [first: number, count: number][];
}

/** A sparse file system image: a line of JSON, then the bytes of its runs one after another. */
async function writeRuns(device: BlockDevice, gzipped: Uint8Array): Promise<void> {
  const bytes = new Uint8Array(gunzipSync(gzipped));
  const end = bytes.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as RunList;
  const { blockSize, blocks, runs } = head;
  if (head.format !== 'runs-1' || blocks * blockSize > byteLength(PARTITIONS.datastore))
    throw new LabError('image.missing-input', `the datastore image (${head.format}, ${blocks} blocks) does not fit`);
  let at = end + 1;
  for (const [first, count] of runs) {
    await device.write(first * blockSize, bytes.subarray(at, at + count * blockSize));
    at += count * blockSize;
  }
}
