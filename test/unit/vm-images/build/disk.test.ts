import { describe, expect, it } from 'vitest';
import { sliceReader } from '../../../../main/vm/disk/block-device.ts';
import { openFat } from '../../../../main/vm/disk/fat.ts';
import { readGpt } from '../../../../main/vm/disk/gpt.ts';
import { assembleDisk } from '../../../../vm-images/build/disk.ts';
import { DISK_BYTES, PARTITIONS, startByte } from '../../../../vm-images/build/layout.ts';
import { buildModules } from '../../../../vm-images/build/modules.ts';
import { readArtifact } from '../../../../vm-images/build/sources.ts';
import { esxiRecipe } from '../../../../vm-images/recipes/esxi/recipe.ts';
import { chooseBank } from '../../../../vm-images/userland/model/bank-choice.ts';
import { bootStateOffset, parseBootConfig } from '../../../../vm-images/userland/model/boot-config.ts';
import { identifyVolume } from '../../../../vm-images/userland/model/volume-uuid.ts';

const root = process.cwd();
const program = Uint8Array.of(1, 2, 3);
const names = ['loader', 'init', 'backup', 'agent', 'hostd', 'dcui', 'vmsyslogd', 'localcli'];

async function sampleDisk() {
  const modules = buildModules(esxiRecipe, {
    root,
    programs: new Map(names.map((name) => [name, program])),
    applets: ['ls', 'cat'],
    commands: ['esxcli', 'cat'],
    texts: { version: '5.5.0', build: '1', product: 'VMware ESXi 5.5.0' },
  });
  const disk = await assembleDisk({
    recipe: esxiRecipe,
    version: '5.5.0',
    build: '1',
    modules,
    kernel: program,
    initrd: program,
    bootCode: readArtifact(root, 'mbr.bin'),
    bootVolume: readArtifact(root, 'syslinux-fat.img.gz'),
    datastoreRuns: readArtifact(root, 'datastore-ext4.runs.gz'),
  });
  return { disk, modules };
}

describe('disk of a new host', async () => {
  const { disk, modules } = await sampleDisk();
  const volume = (plan: { firstLba: number; lastLba: number; number: number; name: string; type: string }) =>
    openFat(sliceReader(disk, startByte(plan)));

  it('has the partitions of an installed ESXi, in their order', async () => {
    const { partitions } = await readGpt(disk, DISK_BYTES);
    expect(partitions.map(({ number }) => number)).toEqual([1, 2, 3, 5, 6, 7, 8]);
    expect(partitions.find(({ number }) => number === 3)).toMatchObject({ firstLba: 10229760, lastLba: 33554398 });
  });

  it('boots from partition 1', async () => {
    const boot = await volume(PARTITIONS.boot);
    const files = (await boot.list('/')).map(({ name }) => name);
    expect(files).toEqual(
      expect.arrayContaining(['ldlinux.sys', 'ldlinux.c32', 'syslinux.cfg', 'bzImage', 'initrd.lz4']),
    );
    const config = new TextDecoder().decode(await boot.readFile('/syslinux.cfg'));
    expect(config).toContain('rdinit=/init');
  });

  it('has a valid bank with every module that its boot.cfg names, and an empty one', async () => {
    const banks = [];
    for (const plan of [PARTITIONS.bankA, PARTITIONS.bankB]) {
      const bank = await volume(plan);
      const text = new TextDecoder().decode(await bank.readFile('/boot.cfg'));
      const config = parseBootConfig(text);
      banks.push({ partition: plan.number, uuid: '', config, stateOffset: bootStateOffset(text) });
      for (const { file } of config.modules) expect((await bank.stat(file))?.size).toBeGreaterThan(0);
    }
    expect(banks[0]?.config.modules.map(({ file }) => file)).toContain('state.tgz');
    expect(chooseBank(banks, '5')).toMatchObject({ boot: { partition: 5 }, valid: [{ partition: 5 }], rewrites: [] });
  });

  it('names its volumes', () => {
    const uuids = [PARTITIONS.bankA, PARTITIONS.bankB, PARTITIONS.locker, PARTITIONS.scratch, PARTITIONS.datastore].map(
      (plan) => identifyVolume(disk.read(startByte(plan), 2048))?.uuid,
    );
    expect(new Set(uuids).size).toBe(5);
    expect(uuids.every((uuid) => /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(uuid ?? ''))).toBe(true);
  });

  it('lets a command of the host agent take the place of a BusyBox applet', () => {
    const paths = modules.flatMap((module) => module.paths);
    expect(paths).toContain('bin/ls');
    expect(paths).not.toContain('bin/cat');
    expect(paths).toContain('sbin/cat');
  });

  it('is the same when it is built again', async () => {
    const again = await sampleDisk();
    expect(Buffer.from(again.disk.toBlocks().data).equals(Buffer.from(disk.toBlocks().data))).toBe(true);
  });
});
