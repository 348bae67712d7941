import { gunzipSync } from 'node:zlib';
import { savedFile } from '../../main/session/banks.ts';
import { type FatVolume, openFat } from '../../main/vm/disk/fat.ts';
import { readGpt, SECTOR_BYTES } from '../../main/vm/disk/gpt.ts';
import { type Bank, chooseBank } from '../../vm-images/userland/model/bank-choice.ts';
import { bankPath, bootStateOffset, parseBootConfig } from '../../vm-images/userland/model/boot-config.ts';
import {
  checkFat,
  fatGeometry,
  isDirty,
  mendingWrites,
  type VolumeWrite,
} from '../../vm-images/userland/model/fat-check.ts';
import {
  gzipTrailer,
  IMAGE_DATABASES,
  isImageFile,
  type PayloadSum,
  parsePayloadIndex,
} from '../../vm-images/userland/model/payload-index.ts';
import { readDatabase } from '../../vm-images/userland/model/software/database.ts';
import { identifyVolume, VOLUME_HEAD_BYTES } from '../../vm-images/userland/model/volume-uuid.ts';
import type { PastDisk } from './disk-history.ts';

const BANKS = [5, 6];
const MAJOR_VERSION = '5';
const STATE = '/state.tgz';
const SETTINGS = '/etc/vmware/esx.conf';
const utf8 = { utf8Decode: (data: Uint8Array) => new TextDecoder().decode(data) };

/** What the boot loader makes of a disk. */
export interface LoaderLook {
  /** Of the bank that it boots; null: none. */
  readonly partition: number | null;
  readonly bootstate: number;
  readonly build: string;
  /** `name version` of the VIBs that its image consists of. */
  readonly vibs: readonly string[];
  /** What is wrong with its files, or with a volume that the loader takes for clean: `/s.v00 is damaged`. */
  readonly faults: readonly string[];
  /** esx.conf as the bank keeps it; empty: there is none in the saved configuration. */
  readonly settings: string;
  /** Files that are taken away first, because the power went while they were written: `BANK5: STATE.NEW`. */
  readonly mended: readonly string[];
  /** Why banks are left out. */
  readonly notes: readonly string[];
}

type Disk = Pick<PastDisk, 'read' | 'stamp'>;

interface Volume {
  bank: Bank;
  files: FatVolume;
  disk: Disk;
}

/** Looks at one disk again and again; what has not been written since is not unpacked anew. */
export class LoaderEyes {
  private readonly disk: PastDisk;
  private readonly known = new Map<string, string>();

  constructor(disk: PastDisk) {
    this.disk = disk;
  }

  async look(): Promise<LoaderLook> {
    this.disk.forget();
    const { partitions } = await readGpt(this.disk, this.disk.byteLength);
    const volumes: Volume[] = [];
    const mended: string[] = [];
    const faults: string[] = [];
    for (const partition of BANKS) {
      const { firstLba } = partitions.find(({ number }) => number === partition)!;
      const { disk, isClean, names } = mend(slice(this.disk, firstLba * SECTOR_BYTES));
      for (const name of names)
        if (isClean) faults.push(`${name} of BANK${partition}, which is called clean`);
        else mended.push(`BANK${partition}: ${name}`);
      const volume = await openBank(disk, partition);
      if (volume) volumes.push(volume);
    }
    const { boot, notes } = chooseBank(
      volumes.map(({ bank }) => bank),
      MAJOR_VERSION,
    );
    const chosen = volumes.find(({ bank }) => bank === boot);
    const nothing = { partition: null, bootstate: 3, build: '', vibs: [], faults: [], settings: '' };
    const found = chosen ? await this.contents(chosen) : nothing;
    return { ...found, faults: [...faults, ...found.faults], mended, notes };
  }

  private async contents(volume: Volume) {
    const { config, partition } = volume.bank;
    const paths = [config.kernel, ...config.modules.map(({ file }) => file)].map((file) => bankPath(config, file));
    const database = paths.find((path) => IMAGE_DATABASES.includes(path.slice(1))) ?? '';
    const image = await readImage(volume, database);
    const faults: string[] = [];
    for (const path of paths) {
      const name = path.slice(1);
      const isListed = image.index.has(name) || !isImageFile(name);
      const fault = isListed ? await this.fault(volume, path, image.index.get(name)) : 'is not of the image';
      if (fault !== '') faults.push(`${path} ${fault}`);
    }
    const state = await volume.files.readFile(STATE).catch(() => null);
    const settings = state && savedFile(state, SETTINGS);
    const { bootstate, build } = config;
    return {
      partition,
      bootstate,
      build,
      vibs: image.vibs,
      faults,
      settings: settings ? utf8.utf8Decode(settings) : '',
    };
  }

  /** @returns what is wrong with a file, as the loader finds it when it unpacks it; empty: nothing. */
  private async fault({ files, disk }: Volume, path: string, wanted: PayloadSum | undefined): Promise<string> {
    const entry = await files.stat(path);
    if (entry?.type !== 'file') return 'is missing';
    const offsets = await files.fileOffsets(path).catch(() => []);
    const stamps = offsets.map((offset) => `${offset} ${disk.stamp(offset, files.layout.clusterBytes)}`);
    const key = `${path} ${entry.size} ${wanted?.crc32} ${stamps}`;
    const fault = this.known.get(key) ?? unpackingFault(await files.readFile(path).catch(() => null), wanted);
    this.known.set(key, fault);
    return fault;
  }
}

function unpackingFault(packed: Uint8Array | null, wanted: PayloadSum | undefined): string {
  try {
    // Throws when the content does not have the sum that the file says.
    gunzipSync(packed!);
  } catch {
    return 'is damaged';
  }
  const sum = gzipTrailer(packed!);
  return !wanted || (sum?.crc32 === wanted.crc32 && sum.size === wanted.size) ? '' : 'is not what was installed';
}

async function readImage({ files }: Volume, database: string) {
  try {
    const { vibs, index } = readDatabase(gunzipSync(await files.readFile(database)), utf8);
    return { vibs: vibs.map(({ name, version }) => `${name} ${version}`), index: parsePayloadIndex(index) };
  } catch {
    return { vibs: [], index: new Map<string, PayloadSum>() };
  }
}

async function openBank(disk: Disk, partition: number): Promise<Volume | null> {
  const { uuid } = identifyVolume(disk.read(0, VOLUME_HEAD_BYTES))!;
  const files = await openFat(disk);
  const bytes = await files.readFile('/boot.cfg').catch(() => null);
  if (bytes === null) return null;
  const text = utf8.utf8Decode(bytes);
  const bank = { partition, uuid, config: parseBootConfig(text), stateOffset: bootStateOffset(text) };
  return { bank, files, disk };
}

/** The volume as boot/bank-mend.ts leaves it, and what is wrong with it: nothing is done to one that is marked clean. */
function mend(disk: Disk): { disk: Disk; isClean: boolean; names: readonly string[] } {
  const head = disk.read(0, SECTOR_BYTES);
  const geometry = fatGeometry(head)!;
  const table = disk.read(geometry.tableOffset, geometry.tableBytes);
  const root = disk.read(geometry.rootOffset, geometry.rootBytes);
  const mending = checkFat({ head, table, root }, geometry);
  const isClean = !isDirty(head);
  const names = mending?.names ?? [];
  return { disk: isClean || !mending ? disk : patch(disk, mendingWrites(geometry, mending)), isClean, names };
}

function patch(disk: Disk, writes: readonly VolumeWrite[]): Disk {
  return {
    stamp: (offset, length) => disk.stamp(offset, length),
    read(from, length) {
      const data = disk.read(from, length);
      for (const { offset, bytes } of writes)
        for (const [at, byte] of bytes.entries())
          if (offset + at >= from && offset + at < from + length) data[offset + at - from] = byte;
      return data;
    },
  };
}

function slice(disk: Disk, start: number): Disk {
  return {
    stamp: (offset, length) => disk.stamp(start + offset, length),
    read: (offset, length) => disk.read(start + offset, length),
  };
}
