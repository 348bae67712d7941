import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GPT_TYPES, type Gpt, LEGACY_BOOT_ATTRIBUTE, readGpt, writeGpt } from '../../../../../main/vm/disk/gpt.ts';
import { SparseDisk } from '../../../../../main/vm/disk/sparse-disk.ts';
import { installed } from '../../../../helpers/installed.ts';

const SECTORS = 65536;
const layout: Gpt = {
  diskId: '0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0',
  sectorCount: SECTORS,
  partitions: [
    part(1, 64, 2047, GPT_TYPES.efiSystem, LEGACY_BOOT_ATTRIBUTE),
    part(2, 4096, 65000, GPT_TYPES.vmfs, 0n),
    part(5, 2048, 4095, GPT_TYPES.basicData, 0n),
  ],
};

function part(number: number, firstLba: number, lastLba: number, type: string, attributes: bigint) {
  return { number, firstLba, lastLba, type, attributes, name: `part ${number}`, id: layoutId(number) };
}

function layoutId(number: number): string {
  return `00000000-0000-0000-0000-00000000000${number}`;
}

async function freshDisk(): Promise<SparseDisk> {
  const disk = new SparseDisk(SECTORS * 512);
  await writeGpt(disk, layout, Uint8Array.of(0xfa));
  return disk;
}

describe('GPT', () => {
  it('reads back what it wrote', async () => {
    expect(await readGpt(await freshDisk())).toEqual(layout);
  });

  it('puts boot code and a protective partition into sector 0', async () => {
    const mbr = (await freshDisk()).read(0, 512);
    expect(mbr[0]).toBe(0xfa);
    expect(mbr[450]).toBe(0xee);
    expect([mbr[510], mbr[511]]).toEqual([0x55, 0xaa]);
  });

  it('falls back to the backup when the primary header is damaged', async () => {
    const disk = await freshDisk();
    disk.write(512 + 40, Uint8Array.of(0x99));
    expect((await readGpt(disk, disk.byteLength)).partitions).toHaveLength(3);
  });

  it('falls back to the backup when the primary table is damaged', async () => {
    const disk = await freshDisk();
    disk.write(1024 + 33, Uint8Array.of(0x99));
    expect((await readGpt(disk, disk.byteLength)).diskId).toBe(layout.diskId);
  });

  it('refuses a disk without any table', async () => {
    await expect(readGpt(new SparseDisk(1 << 20), 1 << 20)).rejects.toMatchObject({ code: 'disk.gpt-damaged' });
  });

  it('refuses partitions that overlap', async () => {
    const bad = { ...layout, partitions: [part(1, 64, 99, GPT_TYPES.vmfs, 0n), part(2, 99, 200, GPT_TYPES.vmfs, 0n)] };
    await expect(writeGpt(new SparseDisk(SECTORS * 512), bad)).rejects.toMatchObject({ code: 'disk.gpt-bad-layout' });
  });

  it.skipIf(!installed('sgdisk'))('is a table that sgdisk finds no problem with', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'gpt-'));
    const disk = await freshDisk();
    writeFileSync(join(dir, 'disk'), disk.read(0, disk.byteLength));
    const text = execFileSync('sgdisk', ['-v', '-p', join(dir, 'disk')], { encoding: 'utf8' });
    rmSync(dir, { recursive: true });
    expect(text).toContain('No problems found');
    expect(text).toMatch(/ 5 +2048 +4095 /);
  });
});
