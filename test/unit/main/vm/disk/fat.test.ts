import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { formatFat, openFat, openFatDevice } from '../../../../../main/vm/disk/fat.ts';
import { SparseDisk } from '../../../../../main/vm/disk/sparse-disk.ts';
import { installed } from '../../../../helpers/installed.ts';

const WHEN = Date.UTC(2014, 5, 7, 10, 20, 30);
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function volume(megabytes = 16, sectorsPerCluster = 4): Promise<SparseDisk> {
  const disk = new SparseDisk(megabytes << 20);
  await formatFat(disk, { byteLength: disk.byteLength, label: 'bank5', serial: 0x12345678, sectorsPerCluster });
  return disk;
}

async function filledVolume(megabytes?: number, sectorsPerCluster?: number): Promise<SparseDisk> {
  const disk = await volume(megabytes, sectorsPerCluster);
  const fat = await openFatDevice(disk);
  await fat.writeFile('/boot.cfg', text('bootstate=0\n'), WHEN);
  await fat.writeFile('/net-virtio.v00', pattern(10_000), WHEN);
  await fat.writeFile('/net-virtio-second.v00', pattern(1), WHEN);
  await fat.writeFile('/README.TXT', new Uint8Array(0), WHEN);
  await fat.makeDirectory('/packages', WHEN);
  await fat.makeDirectory('/packages/5.5.0', WHEN);
  for (let i = 0; i < 80; i++) await fat.writeFile(`/packages/5.5.0/a longer name, number ${i}.tgz`, pattern(i), WHEN);
  await fat.flush();
  return disk;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + 3) & 255);
}

function toFile(disk: SparseDisk): string {
  const folder = mkdtempSync(join(tmpdir(), 'fat-'));
  folders.push(folder);
  const file = join(folder, 'volume');
  writeFileSync(file, disk.read(0, disk.byteLength));
  return file;
}

describe('FAT volume', () => {
  it('lists and reads back what it wrote, names in their own case', async () => {
    const fat = await openFat(await filledVolume());
    const names = (await fat.list('/')).map((entry) => entry.name);
    expect(names).toEqual(['boot.cfg', 'net-virtio.v00', 'net-virtio-second.v00', 'README.TXT', 'packages']);
    expect(await fat.readFile('/net-virtio.v00')).toEqual(pattern(10_000));
    expect(await fat.readFile('/packages/5.5.0/a longer name, number 79.tgz')).toEqual(pattern(79));
    expect(await fat.stat('/BOOT.CFG')).toEqual({ name: 'boot.cfg', type: 'file', size: 12, modifiedMs: WHEN });
    expect(await fat.stat('/nothing')).toBeNull();
  });

  it('is FAT12 or FAT16 by its number of clusters', async () => {
    expect((await openFat(await volume(4, 8))).layout.type).toBe(12);
    expect((await openFat(await volume(16, 4))).layout.type).toBe(16);
  });

  it('gives the room of replaced and removed files back', async () => {
    const disk = await volume(4, 8);
    const fat = await openFatDevice(disk);
    const before = fat.freeBytes;
    await fat.writeFile('/state.tgz', pattern(100_000), WHEN);
    await fat.writeFile('/state.tgz', pattern(50_000), WHEN);
    expect(await fat.readFile('/state.tgz')).toEqual(pattern(50_000));
    await fat.remove('/state.tgz');
    expect(fat.freeBytes).toBe(before);
    expect(await fat.list('/')).toEqual([]);
  });

  it('says when a file does not fit or is not there', async () => {
    const fat = await openFatDevice(await volume(4, 8));
    await expect(fat.writeFile('/big', new Uint8Array(5 << 20), WHEN)).rejects.toMatchObject({ code: 'disk.fat-full' });
    await expect(fat.readFile('/none')).rejects.toMatchObject({ code: 'disk.fat-not-found' });
    await expect(fat.readFile('/no/where')).rejects.toMatchObject({ code: 'disk.fat-not-found' });
    await expect(fat.writeFile('/a:b', pattern(1), WHEN)).rejects.toMatchObject({ code: 'disk.fat-bad-name' });
  });

  it('finds a looping chain instead of following it for ever', async () => {
    const disk = await filledVolume();
    const { layout } = await openFat(disk);
    const fat = await openFat(disk);
    const [first = 0, second = 0] = (await fat.fileOffsets('/net-virtio.v00')).map(
      (offset) => (offset - layout.dataStart) / layout.clusterBytes + 2,
    );
    disk.write(layout.fatStart + second * 2, Uint8Array.of(first & 255, first >> 8));
    await expect((await openFat(disk)).readFile('/net-virtio.v00')).rejects.toMatchObject({ code: 'disk.fat-damaged' });
  });

  it('refuses what is no FAT volume', async () => {
    await expect(openFat(new SparseDisk(1 << 20))).rejects.toMatchObject({ code: 'disk.not-fat' });
  });

  it('answers junk anywhere in its tables with a coded error or an answer, never a hang', async () => {
    const clean = await filledVolume(4, 8);
    const tables = clean.read(0, 64 * 1024);
    const edit = fc.array(fc.tuple(fc.nat(64 * 1024 - 1), fc.nat(255)), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(edit, async (edits) => {
        const disk = new SparseDisk(clean.byteLength);
        const bytes = tables.slice();
        for (const [at, value] of edits) bytes[at] = value;
        disk.write(0, bytes);
        try {
          const fat = await openFat(disk);
          for (const entry of await fat.list('/')) if (entry.type === 'file') await fat.readFile(entry.name);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^disk\.(not-fat|fat-damaged|fat-not-found)$/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!installed('fsck.fat')).each([
    [4, 8],
    [16, 4],
    [64, 4],
  ])('is a volume that fsck.fat finds clean (%i MB, %i sectors a cluster)', async (megabytes, perCluster) => {
    const file = toFile(await filledVolume(megabytes, perCluster));
    const output = execFileSync('fsck.fat', ['-n', file], { encoding: 'utf8' });
    expect(output).toMatch(/8[0-9] files, /);
    expect(output).not.toMatch(/differ|error|wrong|Reclaim|unused/i);
  });

  it.skipIf(!installed('mtype'))('is read by mtools, and reads what mtools wrote', async () => {
    const file = toFile(await filledVolume());
    expect(execFileSync('mtype', ['-i', file, '::boot.cfg'], { encoding: 'utf8' })).toBe('bootstate=0\n');
    const source = `${file}.in`;
    writeFileSync(source, pattern(5000));
    execFileSync('mcopy', ['-i', file, source, '::packages/Written By mtools.vib']);
    const disk = new SparseDisk(16 << 20);
    disk.write(0, readFileSync(file));
    expect(await (await openFat(disk)).readFile('/packages/written by mtools.vib')).toEqual(pattern(5000));
  });
});
