import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDepotBuilder } from '../../main/session/depots.ts';
import { readBaseDisk } from '../../main/vm/disk/base-disk.ts';
import { createMachine, JOURNAL_FILE, skipCountdown } from '../../main/vm/index.ts';
import type { HostImage, Machine, MachineStart } from '../../main/vm/types.ts';
import { workerFile } from '../helpers/bare-machine.ts';
import { type JournalRecord, journalBytes, PastDisk, readJournal } from '../helpers/disk-history.ts';
import { esxiImage } from '../helpers/esxi-image.ts';
import { LoaderEyes, type LoaderLook } from '../helpers/loader-look.ts';
import { projectRoot } from '../helpers/session.ts';
import { describeDepot } from '../helpers/small-depot.ts';

const READY_MS = 60_000;
const COMMAND_MS = 60_000;
const DEPOT = '/vmfs/volumes/datastore1/depot.zip';
const OLD_BUILD = '5.5.0-1500500';
const NEW_BUILD = '5.5.0-1700700';

/** A moment at which the power could have gone. */
interface Cut {
  /** Records of the journal that are on the disk; of the last one perhaps not all sectors yet. */
  records: number;
  look: LoaderLook;
}

let image: HostImage;
let worker: string;
let folder: string;
let history: JournalRecord[];
/** Where what happened before ends. */
let begin: number;
let cuts: Cut[];

/** A host that installs a VIB while it runs, is updated to another release, and started twice. */
beforeAll(async () => {
  [worker, image] = [await workerFile(), await esxiImage()];
  folder = mkdtempSync(path.join(os.tmpdir(), 'power-pull-'));
  const host = await machine('recorded', { from: 'image' });
  await host.waitFor('ready', { timeoutMs: READY_MS });
  await host.guest.writeFile(DEPOT, await depot());
  await run(host, 'esxcli system hostname set --host=before; sync');
  begin = readJournal(journalOf('recorded')).length;
  await run(host, '/sbin/auto-backup.sh');
  await run(host, `esxcli software vib install -n acme -d ${DEPOT}`);
  await run(host, `esxcli software profile update -p update -d ${DEPOT}`);
  await run(host, 'esxcli system hostname set --host=after');
  void skipCountdown(host, READY_MS);
  await host.power('reboot');
  await host.waitFor('ready', { timeoutMs: READY_MS });
  await host.power('shutdown');
  await host.waitFor('off', { timeoutMs: READY_MS });
  await host.close();
  history = readJournal(journalOf('recorded'));
  cuts = await pullEverywhere(history, begin);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function machine(name: string, start: MachineStart): Promise<Machine> {
  const storageDir = path.join(folder, name);
  mkdirSync(storageDir, { recursive: true });
  const nics = [{ name: 'vmnic0', mac: '00:50:56:10:20:30' }];
  return createMachine({ name, image, memoryMiB: 128, nics, storageDir }, start, { workerFile: worker });
}

function journalOf(name: string): string {
  return path.join(folder, name, JOURNAL_FILE);
}

async function run(host: Machine, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await host.guest.exec({ command, timeoutMs: COMMAND_MS });
  if (exitCode !== 0) throw new Error(`${command}: ${exitCode}: ${Buffer.from(stderr)}${Buffer.from(stdout)}`);
  return Buffer.from(stdout).toString('utf8');
}

function depot(): Promise<Uint8Array> {
  const description = describeDepot({
    base: { build: NEW_BUILD.split('-')[1]!, update: 1 },
    vibs: [{ liveInstall: true, liveRemove: true }],
    profiles: [{ name: 'update' }],
  });
  return createDepotBuilder(projectRoot).build(image, description);
}

/** Every moment behind `from` that makes a difference to the loader. */
async function pullEverywhere(records: readonly JournalRecord[], from: number): Promise<Cut[]> {
  const disk = new PastDisk(await readBaseDisk(image.diskFile));
  const eyes = new LoaderEyes(disk);
  for (const record of records.slice(0, from)) for (const _ of disk.apply(record));
  const found: Cut[] = [{ records: from, look: await eyes.look() }];
  for (const [at, record] of records.slice(from).entries())
    for (const matters of disk.apply(record))
      if (matters) found.push({ records: from + at + 1, look: await eyes.look() });
  return found;
}

/** What a look comes to, in one line. */
function summary({ build, vibs, faults, settings }: LoaderLook): string {
  const name = /HostName = "([^"]*)"/.exec(settings)?.[1] ?? 'fresh';
  const extra = vibs.some((vib) => vib.startsWith('acme ')) ? ' with acme' : '';
  return `${build}${extra}, ${vibs.length} VIBs, called ${name}${faults.map((fault) => `; ${fault}`).join('')}`;
}

/** The middle of the longest time in which nothing changes for the loader. */
function longestWrite(whole: readonly Cut[]): Cut {
  const lengths = whole.map(({ records }, at) => (whole[at + 1]?.records ?? records) - records);
  const { records, look } = whole[lengths.indexOf(Math.max(...lengths))]!;
  return { records: records + (Math.max(...lengths) >> 1), look };
}

/** Moments at which a host is really started; what is on the disk then is what it finds. */
const moments: [when: string, find: (whole: readonly Cut[]) => Cut | undefined][] = [
  ['a configuration is saved', (whole) => whole.find(({ look }) => look.mended[0] === 'BANK5: STATE.NEW')],
  ['a VIB has been installed live', (whole) => whole.find(({ look }) => look.mended[0] === 'BANK5: BOOT.NEW')],
  ['half of the largest file is written', longestWrite],
  [
    'clusters of a new image are no file yet',
    (whole) => whole.find(({ look }) => look.mended[0] === 'BANK6: lost clusters'),
  ],
  [
    'a new image wants but its last digit',
    (whole) => whole.findLast(({ look }) => look.settings.includes('before') && look.partition === 5),
  ],
  ['a new image waits for its first start', (whole) => whole.find(({ look }) => look.bootstate === 1)],
  [
    'a first start has not ended',
    (whole) => whole.find(({ look }) => look.notes.some((note) => note.includes('given up'))),
  ],
];

describe('a host whose power goes', () => {
  it('at any write of a change of its image finds one image whole, and its configuration', () => {
    const told = new Set(cuts.map(({ look }) => summary(look)));
    expect([...told]).toEqual([
      `${OLD_BUILD}, 3 VIBs, called fresh`,
      `${OLD_BUILD}, 3 VIBs, called before`,
      `${OLD_BUILD} with acme, 4 VIBs, called before`,
      `${NEW_BUILD} with acme, 4 VIBs, called before`,
      `${NEW_BUILD} with acme, 4 VIBs, called after`,
      // Between the loader's mark and the end of the first start.
      `${OLD_BUILD} with acme, 4 VIBs, called after`,
    ]);
    expect(cuts.length).toBeGreaterThan(100);
    expect(longestWrite(cuts).records).toBeGreaterThan(begin + 200);
    expect(cuts.at(-1)!.look).toMatchObject({ partition: 6, bootstate: 0, build: NEW_BUILD, mended: [], notes: [] });
  });

  it.each(moments)('when %s comes up as the disk says, and could lose it again meanwhile', async (when, find) => {
    const { records, look } = find(cuts.filter((cut, at) => cuts[at + 1]?.records !== cut.records))!;
    mkdirSync(path.join(folder, when));
    copyFileSync(journalOf('recorded'), journalOf(when));
    truncateSync(journalOf(when), journalBytes(records));
    const host = await machine(when, { from: 'disk' });
    let com1 = '';
    host.console('serial').onOutput((text) => {
      com1 += text;
    });
    await host.power('on');
    void skipCountdown(host, READY_MS);
    await host.waitFor('ready', { timeoutMs: READY_MS });
    expect(await ownSummary(host)).toBe(summary(look));
    await host.close();
    for (const line of linesOf(look)) expect(com1).toContain(line);
    const again = await pullEverywhere(readJournal(journalOf(when)), records);
    const former = cuts.findLast((cut) => cut.records < records && cut.look.build === OLD_BUILD)!.look;
    // A new image that loses its power in its first start is given up.
    const allowed = look.bootstate === 1 ? [look, former] : [look];
    expect(new Set(again.map((cut) => summary(cut.look)))).toEqual(new Set(allowed.map(summary)));
  });
});

/** The summary of a host that runs, by its own words. */
async function ownSummary(host: Machine): Promise<string> {
  const build = await run(host, "sed -n 's/^build=//p' /bootbank/boot.cfg");
  const vibs = (await run(host, 'esxcli software vib list')).trim().split('\n').slice(2);
  const extra = vibs.some((line) => line.startsWith('acme ')) ? ' with acme' : '';
  return `${build.trim()}${extra}, ${vibs.length} VIBs, called ${(await run(host, 'hostname')).trim()}`;
}

/** What the loader says on com1 of what it found. */
function linesOf({ mended, notes }: LoaderLook): string[] {
  return [
    ...mended.map((one) => `${one.replace(': ', ': removed what was being written when the power went: ')}.`),
    ...notes,
  ];
}
