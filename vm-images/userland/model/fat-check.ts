/**
 * Mends a bank's volume after the power went while it was written. A bank is flat: files in the root of a FAT16 volume. What
 * can be wrong is that a file's clusters are free or somebody else's: such an entry goes, and so do clusters of nobody.
 */
export interface FatVolume {
  /** The first sector of the volume. */
  readonly head: Uint8Array;
  /** The first copy of the table. */
  readonly table: Uint8Array;
  readonly root: Uint8Array;
}

export interface FatMending {
  /** Offsets in the root of entries to be marked deleted. */
  readonly entries: readonly number[];
  /** Names of these, for the log: `STATE.NEW`; `lost clusters` when nothing else is wrong. */
  readonly names: readonly string[];
  /** Clusters that no file has: numbers to be freed. */
  readonly clusters: readonly number[];
}

/** Bytes to be put somewhere in the volume. */
export interface VolumeWrite {
  readonly offset: number;
  readonly bytes: readonly number[];
}

export interface FatGeometry {
  readonly tableOffset: number;
  readonly tableBytes: number;
  readonly tables: number;
  readonly rootOffset: number;
  readonly rootBytes: number;
  readonly clusterBytes: number;
  readonly clusters: number;
}

const ENTRY_BYTES = 32;
const DELETED = 0xe5;
const LONG_NAME = 0x0f;
const LABEL = 0x08;
const DIRECTORY = 0x10;
const STATE_AT = 0x25;
const DIRTY = 1;
const FIRST_CLUSTER = 2;
/** Values from here on end a chain; the one before marks a bad cluster. */
const END = 0xfff8;

/** @returns null when it is no FAT16 volume. @see ECMA-107 */
export function fatGeometry(head: Uint8Array): FatGeometry | null {
  if (head.length < 512 || head[510] !== 0x55 || head[511] !== 0xaa) return null;
  const sector = word(head, 11);
  const perCluster = head[13]!;
  const reserved = word(head, 14);
  const tables = head[16]!;
  const rootEntries = word(head, 17);
  const tableSectors = word(head, 22);
  const sectors = word(head, 19) || word(head, 32) + word(head, 34) * 0x10000;
  if (sector === 0 || perCluster === 0 || tables === 0 || rootEntries === 0 || tableSectors === 0) return null;
  const rootSectors = Math.ceil((rootEntries * ENTRY_BYTES) / sector);
  const data = sectors - reserved - tables * tableSectors - rootSectors;
  const clusters = Math.floor(data / perCluster);
  if (clusters < 4085 || clusters >= 65525) return null;
  return {
    tableOffset: reserved * sector,
    tableBytes: tableSectors * sector,
    tables,
    rootOffset: (reserved + tables * tableSectors) * sector,
    rootBytes: rootEntries * ENTRY_BYTES,
    clusterBytes: perCluster * sector,
    clusters,
  };
}

/** Whether it was being written when it was used last. */
export function isDirty(head: Uint8Array): boolean {
  return (head[STATE_AT]! & DIRTY) !== 0;
}

/** What has to be done, or null when nothing is wrong. Folders are left alone, and nothing is freed when there are any. */
export function checkFat(volume: FatVolume, { clusterBytes, clusters }: FatGeometry): FatMending | null {
  const owned = new Uint8Array(clusters + FIRST_CLUSTER);
  const bad: Entry[] = [];
  let hasFolders = false;
  const files = listEntries(volume.root);
  for (const file of inOrderOfTrust(files)) {
    const isFolder = (file.attributes & DIRECTORY) !== 0;
    if (isFolder) hasFolders = true;
    const chain = followChain(volume.table, file.start, file.size, clusterBytes, owned);
    if (chain === null && !isFolder) bad.push(file);
    else for (const cluster of chain ?? []) owned[cluster] = 1;
  }
  const lost = hasFolders ? [] : nobodys(volume.table, owned, clusters);
  if (bad.length + lost.length === 0) return null;
  return {
    entries: bad.flatMap(({ at, longName }) => [...longName, at]),
    names: bad.length === 0 ? ['lost clusters'] : bad.map(({ name }) => name),
    clusters: lost,
  };
}

/** A mending as bytes: all of them have to be on the disk before the volume is called clean. */
export function mendingWrites(geometry: FatGeometry, { entries, clusters }: FatMending): VolumeWrite[] {
  const { tables, tableOffset, tableBytes, rootOffset } = geometry;
  const free = (copy: number) =>
    clusters.map((cluster) => ({ offset: tableOffset + copy * tableBytes + cluster * 2, bytes: [0, 0] }));
  return [
    ...entries.map((at) => ({ offset: rootOffset + at, bytes: [DELETED] })),
    ...Array.from({ length: tables }, (_, copy) => free(copy)).flat(),
  ];
}

/** Takes the mark of a volume away that says it was being written. */
export function cleanMark(head: Uint8Array): VolumeWrite {
  return { offset: STATE_AT, bytes: [head[STATE_AT]! & ~DIRTY] };
}

interface Entry {
  at: number;
  /** Offsets of the entries before it that hold its long name. */
  longName: number[];
  name: string;
  attributes: number;
  start: number;
  size: number;
}

function listEntries(root: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  let longName: number[] = [];
  for (let at = 0; at + ENTRY_BYTES <= root.length && root[at] !== 0; at += ENTRY_BYTES) {
    const attributes = root[at + 11]!;
    if (root[at] === DELETED || (attributes !== LONG_NAME && (attributes & LABEL) !== 0)) {
      longName = [];
      continue;
    }
    if (attributes === LONG_NAME) {
      longName.push(at);
      continue;
    }
    const name = ascii(root, at, 8);
    const extension = ascii(root, at + 8, 3);
    const size = word(root, at + 28) + word(root, at + 30) * 0x10000;
    entries.push({
      at,
      longName,
      name: extension === '' ? name : `${name}.${extension}`,
      attributes,
      start: word(root, at + 26),
      size,
    });
    longName = [];
  }
  return entries;
}

/** Of two names for one file the one that was to be replaced stays: unfinished ones come last. */
function inOrderOfTrust(entries: readonly Entry[]): Entry[] {
  const isNew = (entry: Entry) => (entry.name.endsWith('.NEW') ? 1 : 0);
  return [...entries].sort((a, b) => isNew(a) - isNew(b) || a.at - b.at);
}

/** @returns the clusters of a file, or null when they can't be its own. */
function followChain(
  table: Uint8Array,
  start: number,
  size: number,
  clusterBytes: number,
  owned: Uint8Array,
): number[] | null {
  const chain: number[] = [];
  if (start === 0) return size === 0 ? chain : null;
  for (let cluster = start; cluster < END; ) {
    const isSound = cluster >= FIRST_CLUSTER && cluster < owned.length && owned[cluster] === 0;
    // A chain that is longer than the volume is a circle, whatever size its file claims.
    if (!isSound || chain.length * clusterBytes > size + clusterBytes || chain.length > owned.length) return null;
    chain.push(cluster);
    cluster = word(table, cluster * 2);
    if (cluster === 0) return null;
  }
  return chain.length * clusterBytes >= size ? chain : null;
}

function nobodys(table: Uint8Array, owned: Uint8Array, clusters: number): number[] {
  const free: number[] = [];
  for (let cluster = FIRST_CLUSTER; cluster < clusters + FIRST_CLUSTER; cluster++) {
    const low = table[cluster * 2]!;
    const high = table[cluster * 2 + 1]!;
    if ((low | high) !== 0 && owned[cluster] === 0 && !(low === 0xf7 && high === 0xff)) free.push(cluster);
  }
  return free;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i]!);
  return text.trimEnd();
}
