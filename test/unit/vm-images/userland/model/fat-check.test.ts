import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatFat, openFat, openFatDevice } from '../../../../../main/vm/disk/fat.ts';
import { SparseDisk } from '../../../../../main/vm/disk/sparse-disk.ts';
import {
  checkFat,
  cleanMark,
  type FatMending,
  fatGeometry,
  isDirty,
  mendingWrites,
} from '../../../../../vm-images/userland/model/fat-check.ts';
import { installed } from '../../../../helpers/installed.ts';

const WHEN = Date.UTC(2014, 5, 7);
const CLUSTER = 2048;
const LAST = 0xffff;

/** A bank's volume as bytes, with what can be made wrong about it. */
class Volume {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  copy(): Volume {
    return new Volume(this.bytes.slice());
  }

  get geometry() {
    return fatGeometry(this.bytes.subarray(0, 512))!;
  }

  get table(): Uint8Array {
    const { tableOffset, tableBytes } = this.geometry;
    return this.bytes.subarray(tableOffset, tableOffset + tableBytes);
  }

  get root(): Uint8Array {
    const { rootOffset, rootBytes } = this.geometry;
    return this.bytes.subarray(rootOffset, rootOffset + rootBytes);
  }

  check(): FatMending | null {
    return checkFat({ head: this.bytes.subarray(0, 512), table: this.table, root: this.root }, this.geometry);
  }

  /** Does what boot/bank-mend.ts does. */
  mend(): this {
    const mending = this.check();
    for (const { offset, bytes } of mending ? mendingWrites(this.geometry, mending) : []) this.bytes.set(bytes, offset);
    return this;
  }

  /** Where the entry of a file is in the root, by its name of 8 and 3 letters. */
  entry(name: string): DataView {
    const at = Buffer.from(this.root).indexOf(name, 0, 'latin1');
    if (at < 0) throw new Error(`no ${name}`);
    return new DataView(this.root.buffer, this.root.byteOffset + at, 32);
  }

  offsetOf(name: string): number {
    return this.entry(name).byteOffset - this.root.byteOffset;
  }

  start(name: string): number {
    return this.entry(name).getUint16(26, true);
  }

  setStart(name: string, cluster: number): void {
    this.entry(name).setUint16(26, cluster, true);
  }

  setSize(name: string, size: number): void {
    this.entry(name).setUint32(28, size, true);
  }

  /** In both copies of the table. */
  setNext(cluster: number, next: number): void {
    const { tables, tableOffset, tableBytes } = this.geometry;
    const view = new DataView(this.bytes.buffer);
    for (let copy = 0; copy < tables; copy++) view.setUint16(tableOffset + copy * tableBytes + cluster * 2, next, true);
  }

  async names(): Promise<string[]> {
    return (await this.open()).list('/').then((list) => list.map(({ name }) => name));
  }

  open() {
    return openFat({ read: async (offset, length) => this.bytes.slice(offset, offset + length) });
  }
}

const FILES: [string, number][] = [
  ['boot.cfg', 300],
  ['s.v00', 5 * CLUSTER],
  ['BOOT.NEW', 300],
  ['empty', 0],
  ['a-long-name.tgz', 2 * CLUSTER - 1],
];
const S = 'S       V00';
const CONFIG = 'BOOT    CFG';
const NEW = 'BOOT    NEW';

async function made(folder: boolean): Promise<Volume> {
  const disk = new SparseDisk(16 << 20);
  await formatFat(disk, { byteLength: disk.byteLength, label: 'bank5', serial: 1, sectorsPerCluster: CLUSTER / 512 });
  const fat = await openFatDevice(disk);
  for (const [name, size] of FILES) await fat.writeFile(`/${name}`, new Uint8Array(size).fill(name.length), WHEN);
  if (folder) await fat.makeDirectory('/packages', WHEN);
  await fat.flush();
  return new Volume(disk.read(0, disk.byteLength));
}

let whole: Volume;
let withFolder: Volume;
beforeAll(async () => {
  whole = await made(false);
  withFolder = await made(true);
});

describe('the geometry of a volume', () => {
  it('is where its parts lie', async () => {
    const { layout } = await whole.open();
    expect(whole.geometry).toEqual({
      tableOffset: layout.fatStart,
      tableBytes: layout.fatBytes,
      tables: 2,
      rootOffset: layout.rootStart,
      rootBytes: layout.rootEntries * 32,
      clusterBytes: CLUSTER,
      clusters: layout.clusterCount,
    });
  });

  it('is none for what is no FAT16 volume', async () => {
    const head = whole.bytes.slice(0, 512);
    const changed = (at: number, ...bytes: number[]) => {
      const copy = head.slice();
      copy.set(bytes, at);
      return fatGeometry(copy);
    };
    expect(fatGeometry(head.slice(0, 511))).toBeNull();
    expect(fatGeometry(new Uint8Array(512))).toBeNull();
    expect(changed(510, 0)).toBeNull();
    for (const zero of [
      [11, 0, 0],
      [13, 0],
      [16, 0],
      [17, 0, 0],
      [22, 0, 0],
    ] as const) {
      const [at, ...bytes] = zero;
      expect(changed(at, ...bytes), `byte ${at}`).toBeNull();
    }
    const small = new SparseDisk(1 << 20);
    await formatFat(small, { byteLength: small.byteLength, label: 'small', serial: 1 });
    expect(fatGeometry(small.read(0, 512))).toBeNull();
  });

  it('never lies outside of what the volume could be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (bytes) => {
        bytes.set([0x55, 0xaa], 510);
        const geometry = fatGeometry(bytes);
        if (geometry === null) return;
        expect(geometry.clusters).toBeGreaterThanOrEqual(4085);
        expect(geometry.clusters).toBeLessThan(65525);
        expect(geometry.rootOffset).toBeGreaterThanOrEqual(geometry.tableOffset + geometry.tableBytes);
      }),
      { seed: 550, numRuns: 500 },
    );
  });

  it('says whether it was in use', () => {
    const head = whole.bytes.slice(0, 512);
    expect(isDirty(head)).toBe(false);
    head[0x25] = 1;
    expect(isDirty(head)).toBe(true);
    head[0x25] = 2;
    expect(isDirty(head)).toBe(false);
  });

  it('loses the mark of being in use and nothing else', () => {
    const head = whole.bytes.slice(0, 512);
    head[0x25] = 3;
    expect(cleanMark(head)).toEqual({ offset: 0x25, bytes: [2] });
  });
});

describe('a volume that is whole', () => {
  it('has nothing to mend', () => {
    expect(whole.check()).toBeNull();
    expect(withFolder.check()).toBeNull();
  });

  it('also with a cluster more than a file needs: it was growing', () => {
    const volume = whole.copy();
    volume.setSize(S, 4 * CLUSTER);
    expect(volume.check()).toBeNull();
  });

  it('also with clusters that are marked as bad', () => {
    const volume = whole.copy();
    volume.setNext(1000, 0xfff7);
    expect(volume.check()).toBeNull();
  });
});

describe('a file goes that can not be one', () => {
  const faults: [string, (volume: Volume) => void][] = [
    ['its clusters are free', (volume) => volume.setNext(volume.start(S), 0)],
    ['its clusters end too soon', (volume) => volume.setNext(volume.start(S), LAST)],
    ['it has no clusters', (volume) => volume.setStart(S, 0)],
    ['it begins before the first cluster', (volume) => volume.setStart(S, 1)],
    ['it begins behind the last cluster', (volume) => volume.setStart(S, volume.geometry.clusters + 2)],
    ['it leads behind the last cluster', (volume) => volume.setNext(volume.start(S), volume.geometry.clusters + 2)],
    ['it leads to a bad cluster', (volume) => volume.setNext(volume.start(S), 0xfff7)],
    ['it has many more clusters than it needs', (volume) => volume.setSize(S, 10)],
    ['it has clusters though it is empty', (volume) => volume.setSize(S, 0)],
    ['its clusters go round in a circle', (volume) => volume.setNext(volume.start(S) + 1, volume.start(S))],
    ['its clusters are those of another', (volume) => volume.setNext(volume.start(S), volume.start(CONFIG))],
  ];

  it.each(faults)('%s', async (_, spoil) => {
    const volume = whole.copy();
    spoil(volume);
    const mending = volume.check();
    expect(mending).toMatchObject({ names: ['S.V00'] });
    expect(mending?.entries.at(-1)).toBe(volume.offsetOf(S));
    expect(await volume.mend().names()).toEqual(FILES.map(([name]) => name).filter((name) => name !== 's.v00'));
    expect(volume.check()).toBeNull();
  });

  it('with its long name, and its clusters are free', async () => {
    const volume = whole.copy();
    const free = (await whole.open()).freeBytes;
    volume.setSize('A-LONG~1TGZ', 9 * CLUSTER);
    expect(volume.check()).toMatchObject({ names: ['A-LONG~1.TGZ'], entries: { length: 3 } });
    volume.mend();
    expect((await volume.open()).freeBytes).toBe(free + 2 * CLUSTER);
  });

  it('and its clusters stay when they are another’s', async () => {
    const volume = whole.copy();
    volume.setStart(S, volume.start(CONFIG));
    volume.mend();
    expect(await (await volume.open()).readFile('/boot.cfg')).toEqual(new Uint8Array(300).fill(8));
  });

  it('of two names for one file the one that was to replace the other, wherever it stands', async () => {
    for (const [first, second] of [
      [CONFIG, NEW],
      [NEW, CONFIG],
    ] as const) {
      const volume = whole.copy();
      // The names change places in the folder; then both are names of one file.
      const [one, two] = [volume.offsetOf(first), volume.offsetOf(second)];
      if (one > two) swap(volume.root, one, two);
      volume.setStart(CONFIG, volume.start(NEW));
      expect(volume.check()).toMatchObject({ names: ['BOOT.NEW'] });
      volume.mend();
      expect(await volume.names()).toContain('boot.cfg');
      expect(await volume.names()).not.toContain('BOOT.NEW');
    }
  });

  it('even when it claims to be larger than the volume, without going round for ever', () => {
    const volume = whole.copy();
    volume.setSize(S, 0xffffffff);
    volume.setNext(volume.start(S), volume.start(S));
    const before = performance.now();
    expect(volume.check()).toMatchObject({ names: ['S.V00'] });
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('clusters of nobody', () => {
  it('are freed when a file goes', async () => {
    const volume = whole.copy();
    const start = volume.start(S);
    volume.setNext(start + 1, 0);
    expect(volume.check()?.clusters).toEqual([start, start + 2, start + 3, start + 4]);
  });

  it('are freed when nothing else is wrong: the file was removed and the power went', async () => {
    const volume = whole.copy();
    const start = volume.start(S);
    volume.root[volume.offsetOf(S)] = 0xe5;
    expect(volume.check()).toEqual({
      entries: [],
      names: ['lost clusters'],
      clusters: [0, 1, 2, 3, 4].map((at) => start + at),
    });
    expect(volume.mend().check()).toBeNull();
  });

  it('stay when the volume has folders, which are not looked into', async () => {
    const volume = withFolder.copy();
    volume.setNext(2000, LAST);
    expect(volume.check()).toBeNull();
    volume.setNext(volume.start(S), 0);
    expect(volume.check()).toMatchObject({ names: ['S.V00'], clusters: [] });
    expect(await volume.mend().names()).toContain('packages');
  });
});

describe('whatever the damage', () => {
  it('a mended volume is whole, and each file that is left can be read', async () => {
    const table = fc.array(fc.tuple(fc.nat(40), fc.constantFrom(0, 1, 2, 3, 5, 7, 9, 11, 60_000, 0xfff7, 0xffff)), {
      maxLength: 8,
    });
    const root = fc.array(fc.tuple(fc.nat(32 * 10), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, root, async (links, bytes) => {
        const volume = whole.copy();
        for (const [cluster, next] of links) volume.setNext(cluster + 2, next);
        for (const [at, byte] of bytes) volume.root[at] = byte;
        volume.mend();
        expect(volume.check()).toBeNull();
        const fat = await volume.open();
        for (const { name, type } of await fat.list('/').catch(() => []))
          if (type === 'file' && /^[\w.-]+$/.test(name)) await fat.readFile(`/${name}`);
      }),
      { seed: 550, numRuns: 60 },
    );
  });

  it('a mending may be cut short, wherever it is: what is done later comes to the same', async () => {
    const volume = whole.copy();
    volume.setNext(volume.start(S), 0);
    volume.setStart(NEW, volume.start(CONFIG));
    for (let cluster = 2000; cluster < 2005; cluster++) volume.setNext(cluster, LAST);
    // As one flush of the disk writes it: in the order of the places.
    const writes = mendingWrites(volume.geometry, volume.check()!).sort((a, b) => a.offset - b.offset);
    expect(writes.length).toBeGreaterThan(10);
    const wanted = await volume.copy().mend().names();
    for (let count = 0; count <= writes.length; count++) {
      const cut = volume.copy();
      for (const { offset, bytes } of writes.slice(0, count)) cut.bytes.set(bytes, offset);
      expect(await cut.mend().names(), `after ${count}`).toEqual(wanted);
      expect(cut.check(), `after ${count}`).toBeNull();
    }
  });

  it.skipIf(!installed('fsck.vfat'))('fsck finds no fault in a mended volume', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fat-check-'));
    try {
      const volume = whole.copy();
      volume.setNext(volume.start(S), 0);
      volume.setSize('A-LONG~1TGZ', 9 * CLUSTER);
      volume.setStart(NEW, volume.start(CONFIG));
      const file = path.join(folder, 'volume');
      const fsck = () =>
        execFileSync('fsck.vfat', ['-n', file], {
          stdio: 'pipe',
          env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
        });
      writeFileSync(file, volume.bytes);
      expect(fsck).toThrow();
      writeFileSync(file, volume.mend().bytes);
      fsck();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function swap(root: Uint8Array, one: number, two: number): void {
  const first = root.slice(one, one + 32);
  root.copyWithin(one, two, two + 32);
  root.set(first, two);
}
