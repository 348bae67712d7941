import { beforeEach, describe, expect, it } from 'vitest';
import { BankReader } from '../../../../main/session/banks.ts';
import { sliceDevice } from '../../../../main/vm/disk/block-device.ts';
import { formatFat, openFatDevice } from '../../../../main/vm/disk/fat.ts';
import { GPT_TYPES, SECTOR_BYTES, writeGpt } from '../../../../main/vm/disk/gpt.ts';
import { SparseDisk } from '../../../../main/vm/disk/sparse-disk.ts';
import { VOLUME_MARK } from '../../../../vm-images/userland/model/volume-uuid.ts';
import { SoftwareBench } from '../../vm-images/userland/model/software/software-bench.ts';

const MIB = 1 << 20;
const VOLUME_BYTES = 16 * MIB;
const PARTITIONS = [5, 6] as const;
const WHEN = Date.UTC(2014, 10, 10);
const LIVE = { liveInstall: true };

let host: SoftwareBench;
beforeEach(() => {
  host = new SoftwareBench().addDepot('depot').addDepot('live', { vibs: [LIVE] });
});

/** The banks of the host as partitions 5 and 6; the UUID of each ends with its number. */
async function diskOf({ banks }: SoftwareBench) {
  const disk = new SparseDisk(64 * MIB);
  const firstLba = (partition: number) => ((partition - 4) * VOLUME_BYTES) / SECTOR_BYTES;
  const partitions = PARTITIONS.map((number) => ({
    number,
    firstLba: firstLba(number),
    lastLba: firstLba(number + 1) - 1,
    type: GPT_TYPES.basicData,
    id: `00000000-0000-0000-0000-00000000000${number}`,
    name: '',
    attributes: 0n,
  }));
  await writeGpt(disk, { diskId: GPT_TYPES.basicData, sectorCount: disk.byteLength / SECTOR_BYTES, partitions });
  for (const number of PARTITIONS) {
    const device = sliceDevice(disk, firstLba(number) * SECTOR_BYTES);
    await formatFat(device, { byteLength: VOLUME_BYTES, label: 'bank', serial: number, reservedSectors: 4 });
    device.write(SECTOR_BYTES, Buffer.from(VOLUME_MARK + '\0'.repeat(15) + String.fromCharCode(number), 'latin1'));
    const volume = await openFatDevice(device);
    for (const [name, data] of Object.entries(banks[number].content())) await volume.writeFile(`/${name}`, data, WHEN);
    await volume.flush();
  }
  return { byteLength: disk.byteLength, read: async (at: number, length: number) => disk.read(at, length) };
}

async function look(running?: number) {
  const uuid = running && `00000000-00000000-0000-00000000000${running}`;
  const [first, second] = await new BankReader(await diskOf(host)).read(uuid || undefined);
  return { first: first!, second: second! };
}

describe('the banks on a disk', () => {
  it('are shown with image, modules and who is next', async () => {
    const { first, second } = await look(5);
    expect(first).toMatchObject({
      partition: 5,
      state: 'valid',
      build: '5.5.0-1500500',
      updated: 1,
      profile: 'ESXi-5.5.0-1500500-standard',
      isNext: true,
      isRunning: true,
      notes: [],
      savedAt: '2014-11-10T00:00:00.000Z',
    });
    expect(first.modules.map(({ file, state }) => `${file} ${state}`)).toEqual([
      'b.b00 ok',
      's.v00 ok',
      'net-old.v00 ok',
      'imgdb.tgz ok',
      'state.tgz ok',
    ]);
    expect(first.vibs.map(({ name, level }) => `${name} ${level}`)).toEqual([
      'esx-base VMwareCertified',
      'net-old VMwareCertified',
    ]);
    expect(second).toMatchObject({ partition: 6, state: 'corrupt', isNext: false, isRunning: false, modules: [] });
  });

  it('of a host that does not run say so', async () => {
    expect((await look()).first.isRunning).toBeNull();
  });

  it('show an update that waits for its first start, and why a given-up one is left out', async () => {
    await host.change('vib.install', { depots: ['depot'] });
    expect(await look(5)).toMatchObject({
      first: { isNext: false, isRunning: true },
      second: { state: 'upgrading', isNext: true, isRunning: false, updated: 2 },
    });
    host.restart({ isCutShort: true });
    expect(await look()).toMatchObject({
      first: { isNext: true },
      second: { state: 'dirty', isNext: false, notes: ['its first start was not finished; it is given up.'] },
    });
  });

  it('name modules that are missing, damaged, of another version, or of no VIB', async () => {
    const bank = host.banks[5];
    const module = bank.read('net-old.v00')!;
    bank.write('boot.cfg', bank.readText('boot.cfg')!.replace('imgdb.tgz', 'gone.v00 --- mine.v00 --- imgdb.tgz'));
    bank.write('mine.v00', module);
    bank.write('s.v00', module);
    bank.write(
      'net-old.v00',
      module.map((byte, at) => (at === module.length >> 1 ? byte ^ 1 : byte)),
    );
    const { first } = await look();
    expect(first.modules.filter(({ state }) => state !== 'ok')).toEqual([
      { file: 's.v00', sizeBytes: module.length, state: 'damaged' },
      { file: 'net-old.v00', sizeBytes: module.length, state: 'damaged' },
      { file: 'gone.v00', sizeBytes: null, state: 'missing' },
      { file: 'mine.v00', sizeBytes: module.length, state: 'unlisted' },
    ]);
  });

  it('are read by the database that boot.cfg names: for a moment of a live change it has another name', async () => {
    await host.change('vib.install', { depots: ['live'] });
    const bank = host.banks[5];
    bank.write('imgdb.new', bank.read('imgdb.tgz')!);
    bank.write('imgdb.tgz', 'half of');
    bank.write('boot.cfg', bank.readText('boot.cfg')!.replace('imgdb.tgz', 'imgdb.new'));
    const { first } = await look();
    expect(first.vibs.map(({ name }) => name)).toEqual(['acme', 'esx-base', 'net-old']);
    expect(first.modules.map(({ state }) => state)).toEqual(first.modules.map(() => 'ok'));
  });

  it('find what boot.cfg names with slashes, as the loader does', async () => {
    const bank = host.banks[5];
    bank.write('boot.cfg', bank.readText('boot.cfg')!.replace('kernel=', 'kernel=/').replace('s.v00', '/s.v00'));
    const { first } = await look();
    expect(first.modules.slice(0, 2)).toMatchObject([
      { file: 'b.b00', state: 'ok' },
      { file: 's.v00', state: 'ok' },
    ]);
  });
});
