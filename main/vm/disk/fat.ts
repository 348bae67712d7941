import { LabError } from '../../shared/errors.ts';
import { type BlockDevice, type BlockReader, readOnlyDevice } from './block-device.ts';
import { ATTRIBUTE, encodeEntry, isFatName, parseDirectory, type RawEntry } from './fat-directory.ts';
import { DIRECTORY_ENTRY_BYTES, type FatLayout, parseBootSector } from './fat-layout.ts';

export { type FatFormat, type FatLayout, formatFat } from './fat-layout.ts';

export interface FatEntry {
  readonly name: string;
  readonly type: 'file' | 'directory';
  /** Bytes; 0 for directories. */
  readonly size: number;
  readonly modifiedMs: number;
}

/** Opens a FAT12/16 volume that begins at offset 0 of the reader. @throws LabError `disk.not-fat` */
export async function openFat(reader: BlockReader): Promise<FatVolume> {
  return openFatDevice(readOnlyDevice(reader));
}

/** Like openFat, for writing: call `flush` at the end. */
export async function openFatDevice(device: BlockDevice): Promise<FatVolume> {
  const layout = parseBootSector(await device.read(0, 512));
  const fat = (await device.read(layout.fatStart, layout.fatBytes)).slice();
  return new FatVolume(device, layout, fat);
}

/**
 * Files of a FAT12/16 volume by `/`-separated path; names compare without case, as FAT does.
 *
 * Throws LabError `disk.fat-not-found` when a path leads nowhere, `disk.fat-damaged` when a chain leaves the volume, loops
 * or is shorter than its file, `disk.fat-full`, `disk.fat-bad-name`.
 */
export class FatVolume {
  readonly layout: FatLayout;
  private readonly device: BlockDevice;
  private readonly fat: Uint8Array;
  private searchFrom = 2;

  constructor(device: BlockDevice, layout: FatLayout, fat: Uint8Array) {
    this.device = device;
    this.layout = layout;
    this.fat = fat;
  }

  async list(path: string): Promise<FatEntry[]> {
    const { bytes } = await this.openDirectory(splitPath(path));
    return parseDirectory(bytes)
      .filter((entry) => entry.name !== '.' && entry.name !== '..')
      .map(toFatEntry);
  }

  /** @returns null when there is no such file or directory. */
  async stat(path: string): Promise<FatEntry | null> {
    const entry = await this.find(splitPath(path));
    return entry ? toFatEntry(entry) : null;
  }

  async readFile(path: string): Promise<Uint8Array> {
    const entry = await this.find(splitPath(path));
    if (!entry || entry.attributes & ATTRIBUTE.directory)
      throw new LabError('disk.fat-not-found', `no file ${path} on the volume ${this.layout.label}`);
    const capacity = this.layout.clusterCount * this.layout.clusterBytes;
    if (entry.size > capacity) this.damaged(`${path} claims ${entry.size} bytes on a volume of ${capacity}`);
    const needed = Math.ceil(entry.size / this.layout.clusterBytes);
    const chain = needed === 0 ? [] : this.chain(entry.cluster, path);
    if (chain.length < needed) this.damaged(`${path} has ${chain.length} clusters, its size needs ${needed}`);
    return (await this.readClusters(chain.slice(0, needed))).subarray(0, entry.size);
  }

  /** Creates or replaces a file; its directory must exist. */
  async writeFile(path: string, data: Uint8Array, modifiedMs: number): Promise<void> {
    const parts = splitPath(path);
    const existing = await this.find(parts);
    if (existing) {
      if (existing.attributes & ATTRIBUTE.directory) throw new LabError('disk.fat-bad-name', `${path} is a directory`);
      await this.remove(path);
    }
    const chain = this.allocate(Math.ceil(data.length / this.layout.clusterBytes), path);
    await this.writeClusters(chain, data);
    await this.addEntry(parts, {
      attributes: ATTRIBUTE.archive,
      cluster: chain[0] ?? 0,
      size: data.length,
      modifiedMs,
    });
  }

  async makeDirectory(path: string, modifiedMs: number): Promise<void> {
    const parts = splitPath(path);
    if (await this.find(parts)) throw new LabError('disk.fat-bad-name', `${path} exists`);
    const parent = await this.openDirectory(parts.slice(0, -1));
    const [cluster = 0] = this.allocate(1, path);
    const bytes = new Uint8Array(this.layout.clusterBytes);
    const link = { attributes: ATTRIBUTE.directory, size: 0, modifiedMs };
    bytes.set(dotEntry('.', { ...link, cluster }));
    bytes.set(dotEntry('..', { ...link, cluster: parent.chain[0] ?? 0 }), DIRECTORY_ENTRY_BYTES);
    await this.writeClusters([cluster], bytes);
    await this.addEntry(parts, { ...link, cluster });
  }

  /** Removes a file. */
  async remove(path: string): Promise<void> {
    const parts = splitPath(path);
    const entry = await this.find(parts);
    if (!entry) throw new LabError('disk.fat-not-found', `no file ${path} on the volume ${this.layout.label}`);
    const directory = await this.openDirectory(parts.slice(0, -1));
    for (let slot = entry.firstSlot; slot <= entry.lastSlot; slot++)
      directory.bytes[slot * DIRECTORY_ENTRY_BYTES] = 0xe5;
    await this.saveDirectory(directory);
    if (entry.cluster !== 0) for (const cluster of this.chain(entry.cluster, path)) this.setNext(cluster, 0);
    this.searchFrom = 2;
  }

  /** Writes the allocation tables. */
  async flush(): Promise<void> {
    for (let copy = 0; copy < this.layout.fatCount; copy++)
      await this.device.write(this.layout.fatStart + copy * this.layout.fatBytes, this.fat);
  }

  get freeBytes(): number {
    let free = 0;
    for (let cluster = 2; cluster < this.layout.clusterCount + 2; cluster++) if (this.next(cluster) === 0) free++;
    return free * this.layout.clusterBytes;
  }

  /** Byte offsets in the volume of a file's clusters, in order: an installer of boot code needs them. */
  async fileOffsets(path: string): Promise<number[]> {
    const entry = await this.find(splitPath(path));
    if (!entry) throw new LabError('disk.fat-not-found', `no file ${path} on the volume ${this.layout.label}`);
    return entry.size === 0 ? [] : this.chain(entry.cluster, path).map((cluster) => this.offsetOf(cluster));
  }

  private async find(parts: readonly string[]): Promise<RawEntry | null> {
    const name = parts.at(-1);
    if (name === undefined) return null;
    const { bytes } = await this.openDirectory(parts.slice(0, -1));
    return parseDirectory(bytes).find((entry) => sameName(entry, name)) ?? null;
  }

  private async openDirectory(parts: readonly string[]): Promise<Directory> {
    const { rootStart, rootEntries } = this.layout;
    let directory: Directory = {
      chain: [],
      bytes: (await this.device.read(rootStart, rootEntries * DIRECTORY_ENTRY_BYTES)).slice(),
    };
    for (const [depth, name] of parts.entries()) {
      const entry = parseDirectory(directory.bytes).find((candidate) => sameName(candidate, name));
      const path = `/${parts.slice(0, depth + 1).join('/')}`;
      if (!entry || !(entry.attributes & ATTRIBUTE.directory))
        throw new LabError('disk.fat-not-found', `no directory ${path} on the volume ${this.layout.label}`);
      const chain = this.chain(entry.cluster, path);
      directory = { chain, bytes: await this.readClusters(chain) };
    }
    return directory;
  }

  private async addEntry(
    parts: readonly string[],
    entry: { attributes: number; cluster: number; size: number; modifiedMs: number },
  ): Promise<void> {
    const name = parts.at(-1) ?? '';
    if (!isFatName(name)) throw new LabError('disk.fat-bad-name', `FAT can't hold the name ${JSON.stringify(name)}`);
    const directory = await this.openDirectory(parts.slice(0, -1));
    const taken = new Set(parseDirectory(directory.bytes).map((other) => other.shortName));
    const slots = encodeEntry({ name, ...entry }, taken);
    const count = slots.length / DIRECTORY_ENTRY_BYTES;
    let at = freeSlots(directory.bytes, count);
    // A longer name than the free slots at the end begins there all the same: a zero slot would end the directory.
    while (at < 0) {
      this.growDirectory(directory, parts);
      at = freeSlots(directory.bytes, count);
    }
    directory.bytes.set(slots, at * DIRECTORY_ENTRY_BYTES);
    await this.saveDirectory(directory);
  }

  private growDirectory(directory: Directory, parts: readonly string[]): void {
    const last = directory.chain.at(-1);
    if (last === undefined) throw new LabError('disk.fat-full', 'the root directory of the volume is full');
    const [added = 0] = this.allocate(1, `/${parts.join('/')}`);
    this.setNext(last, added);
    directory.chain.push(added);
    const former = directory.bytes;
    directory.bytes = new Uint8Array(former.length + this.layout.clusterBytes);
    directory.bytes.set(former);
  }

  private async saveDirectory(directory: Directory): Promise<void> {
    if (directory.chain.length === 0) await this.device.write(this.layout.rootStart, directory.bytes);
    else await this.writeClusters(directory.chain, directory.bytes);
  }

  private async readClusters(chain: readonly number[]): Promise<Uint8Array> {
    const size = this.layout.clusterBytes;
    const bytes = new Uint8Array(chain.length * size);
    for (let from = 0; from < chain.length; ) {
      const count = runLength(chain, from);
      bytes.set(await this.device.read(this.offsetOf(chain[from]!), count * size), from * size);
      from += count;
    }
    return bytes;
  }

  private async writeClusters(chain: readonly number[], data: Uint8Array): Promise<void> {
    const size = this.layout.clusterBytes;
    for (let from = 0; from < chain.length; ) {
      const count = runLength(chain, from);
      const part = new Uint8Array(count * size);
      part.set(data.subarray(from * size, (from + count) * size));
      await this.device.write(this.offsetOf(chain[from]!), part);
      from += count;
    }
  }

  private allocate(count: number, path: string): number[] {
    const chain: number[] = [];
    const end = this.layout.clusterCount + 2;
    for (let cluster = this.searchFrom; cluster < end && chain.length < count; cluster++)
      if (this.next(cluster) === 0) chain.push(cluster);
    if (chain.length < count)
      throw new LabError('disk.fat-full', `no room for ${path} on the volume ${this.layout.label}`);
    for (const [i, cluster] of chain.entries()) this.setNext(cluster, chain[i + 1] ?? 0xffff);
    this.searchFrom = (chain.at(-1) ?? this.searchFrom - 1) + 1;
    return chain;
  }

  /** Cluster numbers from `first` to the end mark. A chain can't be longer than the volume, so a loop is found. */
  private chain(first: number, what: string): number[] {
    const { type, clusterCount } = this.layout;
    const endMark = type === 12 ? 0xff8 : 0xfff8;
    const chain: number[] = [];
    for (let cluster = first; cluster < endMark; cluster = this.next(cluster)) {
      if (cluster < 2 || cluster >= clusterCount + 2) this.damaged(`the chain of ${what} leads to cluster ${cluster}`);
      if (chain.length >= clusterCount) this.damaged(`the chain of ${what} loops`);
      chain.push(cluster);
    }
    return chain;
  }

  private next(cluster: number): number {
    if (this.layout.type === 16) return this.fat[cluster * 2]! | (this.fat[cluster * 2 + 1]! << 8);
    const at = cluster + (cluster >> 1);
    const pair = this.fat[at]! | (this.fat[at + 1]! << 8);
    return cluster & 1 ? pair >> 4 : pair & 0xfff;
  }

  private setNext(cluster: number, value: number): void {
    if (this.layout.type === 16) {
      this.fat[cluster * 2] = value & 255;
      this.fat[cluster * 2 + 1] = value >> 8;
      return;
    }
    const at = cluster + (cluster >> 1);
    const bits = value & 0xfff;
    const pair = this.fat[at]! | (this.fat[at + 1]! << 8);
    const changed = cluster & 1 ? (pair & 0x000f) | (bits << 4) : (pair & 0xf000) | bits;
    this.fat[at] = changed & 255;
    this.fat[at + 1] = changed >> 8;
  }

  private offsetOf(cluster: number): number {
    return this.layout.dataStart + (cluster - 2) * this.layout.clusterBytes;
  }

  private damaged(why: string): never {
    throw new LabError('disk.fat-damaged', `the FAT volume ${this.layout.label} is damaged: ${why}`);
  }
}

interface Directory {
  /** Empty for the root directory, which has a place of its own. */
  chain: number[];
  bytes: Uint8Array;
}

function splitPath(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function sameName(entry: RawEntry, name: string): boolean {
  if (entry.name.toUpperCase() === name.toUpperCase()) return true;
  const alias = `${entry.shortName.slice(0, 8).trimEnd()}.${entry.shortName.slice(8).trimEnd()}`;
  return alias.replace(/\.$/, '') === name.toUpperCase();
}

function toFatEntry(entry: RawEntry): FatEntry {
  const directory = (entry.attributes & ATTRIBUTE.directory) !== 0;
  return {
    name: entry.name,
    type: directory ? 'directory' : 'file',
    size: directory ? 0 : entry.size,
    modifiedMs: entry.modifiedMs,
  };
}

function dotEntry(
  name: '.' | '..',
  entry: { attributes: number; cluster: number; size: number; modifiedMs: number },
): Uint8Array {
  const bytes = encodeEntry({ ...entry, name: 'DOT' }, new Set());
  for (let i = 0; i < 11; i++) bytes[i] = i < name.length ? 0x2e : 0x20;
  return bytes;
}

function freeSlots(bytes: Uint8Array, count: number): number {
  let run = 0;
  for (let slot = 0; slot < bytes.length / DIRECTORY_ENTRY_BYTES; slot++) {
    const first = bytes[slot * DIRECTORY_ENTRY_BYTES];
    run = first === 0 || first === 0xe5 ? run + 1 : 0;
    if (run === count) return slot - count + 1;
  }
  return -1;
}

function runLength(chain: readonly number[], from: number): number {
  let count = 1;
  while (from + count < chain.length && chain[from + count] === chain[from]! + count) count++;
  return count;
}
