import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_BLOCK, readBaseDisk, writeBaseDisk } from '../../../../../main/vm/disk/base-disk.ts';
import { SparseDisk } from '../../../../../main/vm/disk/sparse-disk.ts';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'base-'));
  file = join(dir, 'disk.base');
});
afterEach(() => rm(dir, { recursive: true }));

async function writeSample(): Promise<string> {
  const disk = new SparseDisk(1 << 20);
  disk.write(4090, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  disk.write(40_960, new Uint8Array(4096));
  disk.write((1 << 20) - 1, Uint8Array.of(9));
  return writeBaseDisk(file, disk.toBlocks());
}

describe('base disk', () => {
  it('keeps only blocks that hold something and gives them back', async () => {
    const hash = await writeSample();
    const disk = await readBaseDisk(file, { verify: true });
    expect(disk.byteLength).toBe(1 << 20);
    expect(disk.hash).toBe(hash);
    expect([...disk.index].filter((slot) => slot !== NO_BLOCK)).toEqual([0, 1, 2]);
    const sparse = new SparseDisk(disk.byteLength, disk);
    expect([...sparse.read(4089, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
    expect([...sparse.read((1 << 20) - 2, 2)]).toEqual([0, 9]);
  });

  it('can be laid under new writes without changing', async () => {
    await writeSample();
    const base = await readBaseDisk(file);
    const sparse = new SparseDisk(base.byteLength, base);
    sparse.write(4094, Uint8Array.of(0xaa));
    expect([...sparse.read(4092, 4)]).toEqual([3, 4, 0xaa, 6]);
    expect((await readBaseDisk(file, { verify: true })).hash).toBe(base.hash);
    expect(sparse.toBlocks().numbers).toHaveLength(3);
  });

  it('has the same hash for the same content and leaves no temporary file', async () => {
    const first = await writeSample();
    expect(await writeSample()).toBe(first);
    expect(await readdir(dir)).toEqual(['disk.base']);
  });

  it('says when the file is missing', async () => {
    await expect(readBaseDisk(join(dir, 'none'))).rejects.toMatchObject({ code: 'disk.base-missing' });
  });

  it.each([
    ['cut short', (path: string) => truncate(path, 9000)],
    ['empty', (path: string) => truncate(path, 0)],
    ['something else', (path: string) => writeFile(path, 'x'.repeat(10_000))],
    ['with a wrong block list', (path: string) => patch(path, 4096, 0xff)],
    ['with a wrong header', (path: string) => patch(path, 20, 0x00)],
  ])('refuses a file that is %s', async (_, damage) => {
    await writeSample();
    await damage(file);
    await expect(readBaseDisk(file)).rejects.toMatchObject({ code: 'disk.base-damaged' });
  });

  it('notices changed blocks when asked to verify', async () => {
    await writeSample();
    await patch(file, 8192 + 100, 0x55);
    await expect(readBaseDisk(file, { verify: true })).rejects.toMatchObject({ code: 'disk.base-damaged' });
  });
});

async function patch(path: string, at: number, value: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(value, at, at + 4);
  await writeFile(path, bytes);
}
