import { describe, expect, it } from 'vitest';
import {
  changeRunningBank,
  type NewImage,
  stageImage,
} from '../../../../../../vm-images/userland/model/software/bank.ts';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import { bringUp } from './bring-up.ts';
import { type CutPoint, cutPoints, MemoryBank, PowerCut } from './memory-bank.ts';
import { bankFiles, KERNEL, plainImage } from './plain-image.ts';

const RUNNING = plainImage({ [KERNEL]: '1', 's.v00': '1', 'acme.v00': '1' });
const NEXT = plainImage({ [KERNEL]: '2', 's.v00': '2', 'acme.v00': '1', 'nic.v00': '1' }, 2);
const CONFIGURATION = ['boot.cfg', 'imgdb.tgz', 'state.tgz'];

function running(): MemoryBank {
  return new MemoryBank('/bootbank', bankFiles(RUNNING));
}

function other(image: NewImage | null, bootstate = 0): MemoryBank {
  return new MemoryBank('/altbootbank', image === null ? {} : bankFiles(image, bootstate));
}

function namesOf(image: NewImage): string[] {
  return [...image.files.map(({ name }) => name), ...CONFIGURATION].sort();
}

/** Does something to a copy of a bank whose power goes at that moment. */
function interrupted(bank: MemoryBank, at: CutPoint, work: (bank: MemoryBank) => void): MemoryBank {
  const copy = bank.copy();
  copy.restart(at);
  expect(() => work(copy), JSON.stringify(at)).toThrow(PowerCut);
  copy.restart();
  return copy;
}

function pointsOf(bank: MemoryBank, work: (bank: MemoryBank) => void): CutPoint[] {
  const copy = bank.copy();
  work(copy);
  return cutPoints(copy.operations);
}

describe('staging an image in the bank that does not run', () => {
  const pending = plainImage({ [KERNEL]: '1', 's.v00': '1', 'acme.v00': '1', 'tool.v00': '1' }, 2);
  const cases: [string, MemoryBank, ReadonlySet<string>][] = [
    ['an empty bank', other(null), new Set()],
    ['a bank with an older image', other(plainImage({ [KERNEL]: '0', 'old.v00': '0' }, 0)), new Set()],
    ['a bank that was given up', other(plainImage({ [KERNEL]: '9', 's.v00': '9' }, 9), 3), new Set()],
    ['an image that waits for its first start', other(pending, 1), new Set(['acme.v00'])],
  ];

  it.each(cases)('in %s ends with the new image alone, which is started next', (_, bank, keep) => {
    const copy = bank.copy();
    stageImage(copy, NEXT, keep);
    expect(copy.names()).toEqual(namesOf(NEXT));
    expect(bringUp({ 5: running(), 6: copy })).toMatchObject({
      partition: 6,
      vibs: NEXT.vibs,
      choice: { firstBoot: true, rollback: false, notes: [] },
    });
  });

  it.each(cases)('in %s leaves a host that comes up as it was, wherever the power goes', (_, bank, keep) => {
    const stage = (one: MemoryBank) => stageImage(one, NEXT, keep);
    const wasPending = bringUp({ 5: running(), 6: bank.copy() }).vibs;
    for (const at of pointsOf(bank, stage)) {
      const cut = interrupted(bank, at, stage);
      const { vibs } = bringUp({ 5: running(), 6: cut.copy() });
      // Before anything was done the image that waited is still there.
      expect(at.operation === 0 ? [RUNNING.vibs, wasPending] : [RUNNING.vibs], JSON.stringify(at)).toContainEqual(vibs);
    }
  });

  it.each(cases)('in %s can be done again after the power went, also with another image', (_, bank, keep) => {
    const stage = (one: MemoryBank) => stageImage(one, NEXT, keep);
    for (const at of pointsOf(bank, stage)) {
      for (const image of [NEXT, plainImage({ [KERNEL]: '3', 'x.v00': '1' }, 2)]) {
        const cut = interrupted(bank, at, stage);
        stageImage(cut, image);
        expect(cut.names(), JSON.stringify(at)).toEqual(namesOf(image));
        expect(bringUp({ 5: running(), 6: cut })).toMatchObject({ partition: 6, vibs: image.vibs });
      }
    }
  });

  it('makes the bank INVALID first, and UPGRADING by one digit at the very end', () => {
    const bank = other(plainImage({ [KERNEL]: '0' }));
    stageImage(bank, NEXT);
    expect(bank.operations[0]).toMatchObject({ what: 'patch', name: 'boot.cfg' });
    expect(bank.operations.at(-1)).toMatchObject({ what: 'patch', name: 'boot.cfg' });
    expect(bank.readText('boot.cfg')).toMatch(/^bootstate=1\n/);
  });

  it('does not write again what it keeps', () => {
    const bank = other(pending, 1);
    stageImage(bank, NEXT, new Set(['acme.v00']));
    expect(bank.operations.filter(({ name }) => name === 'acme.v00')).toEqual([]);
  });

  it('leaves alone what somebody else keeps there', () => {
    const bank = new MemoryBank('/altbootbank', { ...bankFiles(RUNNING), 'boot.cfg.bak': 'mine', 'README.TXT': 'too' });
    stageImage(bank, NEXT);
    expect(bank.names()).toEqual([...namesOf(NEXT), 'boot.cfg.bak', 'README.TXT'].sort());
  });

  it('writes nothing when there is no room, and says how much is missing', () => {
    const bank = other(RUNNING);
    const before = bank.content();
    bank.capacityBytes = 16_384;
    const big = { name: 'big.v00', sizeBytes: 3 << 20, read: () => new Uint8Array(3 << 20) };
    expect(() => stageImage(bank, { ...NEXT, files: [...NEXT.files, big] })).toThrow(
      new SoftwareProblem(
        'InstallationError',
        'There is not enough room in /altbootbank: the image needs 3.0 MiB, 0.0 MiB can be had.',
      ),
    );
    expect(bank.operations).toEqual([]);
    expect(bank.content()).toEqual(before);
  });

  it('counts as room what the old image takes', () => {
    const bank = other(plainImage({ [KERNEL]: '0', 'old.v00': '0' }));
    bank.write('old.v00', new Uint8Array(20_000));
    bank.capacityBytes -= bank.freeBytes();
    stageImage(bank, NEXT);
    expect(bank.names()).toEqual(namesOf(NEXT));
  });

  describe('never has the host start a half-written one, whatever somebody made of the boot.cfg that was there:', () => {
    const before = plainImage({ [KERNEL]: '0', 'old.v00': '0', 's.v00': '0' }, 9);
    const text = bankFiles(before)['boot.cfg'] as string;

    it.each([
      ['no state', text.replace('bootstate=0\n', '')],
      ['an empty state', text.replace('bootstate=0', 'bootstate=')],
      ['two states', `${text}bootstate=0\n`],
      ['a state in two digits', text.replace('bootstate=0', 'bootstate=00')],
      ['the state beyond the first 512 bytes', `title=${'x'.repeat(600)}\n${text}`],
      ['letters of two bytes before the state', `title=Prüfstand für Übungen\n${text}`],
      [
        'letters of a code page before the state',
        Uint8Array.from([0x23, 0xfc, 0x0a, ...new TextEncoder().encode(text)]),
      ],
      ['a byte order mark', `\ufeff${text}`],
      ['ends of lines as on Windows', text.replaceAll('\n', '\r\n')],
      ['keys in capitals', text.replace('bootstate', 'BOOTSTATE').replace('modules', 'MODULES')],
      ['slashes before the names', text.replaceAll(/([a-z]+\.(?:[bv]00|tgz))/g, '/$1')],
      ['names in capitals', text.replace('old.v00', 'OLD.V00')],
      ['a counter in words', text.replace('updated=9', 'updated=nine')],
      ['nothing', ''],
      ['bytes that are no text', Uint8Array.from({ length: 700 }, (_, at) => (at * 37) & 255)],
    ])('%s', (_, config) => {
      const bank = new MemoryBank('/altbootbank', { ...bankFiles(before), 'boot.cfg': config });
      const stage = (one: MemoryBank) => stageImage(one, NEXT);
      for (const at of pointsOf(bank, stage).filter(({ operation }) => operation > 0)) {
        const cut = interrupted(bank, at, stage);
        expect(bringUp({ 5: running(), 6: cut.copy() }).partition, JSON.stringify(at)).toBe(5);
        stageImage(cut, NEXT);
        expect(bringUp({ 5: running(), 6: cut })).toMatchObject({ partition: 6, vibs: NEXT.vibs });
        expect(cut.names()).toEqual(namesOf(NEXT));
      }
    });
  });
});

describe('changing the bank that runs', () => {
  const cases: [string, ReturnType<typeof plainImage>][] = [
    ['a module more', plainImage({ [KERNEL]: '1', 's.v00': '1', 'acme.v00': '1', 'nic.v00': '1' })],
    ['a module less', plainImage({ [KERNEL]: '1', 's.v00': '1' })],
    ['a module replaced', plainImage({ [KERNEL]: '1', 's.v00': '1', 'acme.v01': '2' })],
    ['several modules more and less', plainImage({ [KERNEL]: '1', 'acme.v01': '2', 'nic.v00': '1', 'tool.v00': '1' })],
  ];

  it.each(cases)('to one with %s: the next start has it', (_, image) => {
    const bank = running();
    changeRunningBank(bank, image);
    expect(bank.names()).toEqual(namesOf(image));
    expect(bringUp({ 5: bank, 6: other(null) })).toMatchObject({
      partition: 5,
      vibs: image.vibs,
      choice: { rewrites: [], notes: [], firstBoot: false },
    });
  });

  it.each(cases)(
    'to one with %s: wherever the power goes, the host comes up with one image or the other',
    (_, image) => {
      const change = (bank: MemoryBank) => changeRunningBank(bank, image);
      const seen = new Set<boolean>();
      for (const at of pointsOf(running(), change)) {
        const cut = interrupted(running(), at, change);
        const { vibs, modules } = bringUp({ 5: cut, 6: other(null) });
        const isNew = modules.join() === [KERNEL, ...image.modules].join();
        expect(vibs, JSON.stringify(at)).toEqual(isNew ? image.vibs : RUNNING.vibs);
        if (!isNew) expect(modules).toEqual([KERNEL, ...RUNNING.modules]);
        seen.add(isNew);
      }
      expect(seen).toEqual(new Set([true, false]));
    },
  );

  it.each(cases)('to one with %s: what was cut short is finished, or replaced by another change', (_, image) => {
    const change = (bank: MemoryBank) => changeRunningBank(bank, image);
    for (const at of pointsOf(running(), change)) {
      for (const wanted of [image, plainImage({ [KERNEL]: '1', 's.v00': '1', 'mine.v00': '5' })]) {
        const cut = interrupted(running(), at, change);
        changeRunningBank(cut, wanted);
        expect(cut.names(), JSON.stringify(at)).toEqual(namesOf(wanted));
        expect(bringUp({ 5: cut, 6: other(null) }).vibs, JSON.stringify(at)).toEqual(wanted.vibs);
      }
    }
  });

  it.each(cases)('to one with %s: the power may go while what was cut short is finished', (_, image) => {
    const change = (bank: MemoryBank) => changeRunningBank(bank, image);
    for (const first of pointsOf(running(), change)) {
      const once = interrupted(running(), first, change);
      for (const second of pointsOf(once, change)) {
        const { vibs } = bringUp({ 5: interrupted(once, second, change), 6: other(null) });
        expect([RUNNING.vibs, image.vibs], JSON.stringify([first, second])).toContainEqual(vibs);
      }
    }
  });

  it('keeps state and counter, and writes neither configuration nor what stays', () => {
    const bank = running();
    const image = cases[0]![1];
    changeRunningBank(bank, { ...image, config: { ...image.config, updated: 7 } });
    expect(bank.readText('boot.cfg')).toMatch(/^bootstate=0\n[\s\S]*\nupdated=7\n$/);
    const written = bank.operations.filter(({ what }) => what === 'write').map(({ name }) => name);
    expect(new Set(written)).toEqual(new Set(['nic.v00', 'imgdb.new', 'boot.new', 'imgdb.tgz']));
  });

  it('writes nothing when there is no room for both', () => {
    const bank = running();
    bank.capacityBytes -= bank.freeBytes() - 8192;
    expect(() => changeRunningBank(bank, cases[0]![1])).toThrow(
      /^\[InstallationError\] There is not enough room in \/bootbank: the image needs 0\.0 MiB/,
    );
    expect(bank.operations).toEqual([]);
  });

  it('never runs out of room on the way once it has begun', () => {
    const change = (bank: MemoryBank) => changeRunningBank(bank, cases[0]![1]);
    let worked = 0;
    for (let free = 0; free < 64 << 10; free += 2048) {
      const bank = running();
      bank.capacityBytes -= bank.freeBytes() - free;
      try {
        change(bank);
        worked++;
      } catch (error) {
        expect(error).toBeInstanceOf(SoftwareProblem);
        expect(bank.operations).toEqual([]);
      }
    }
    expect(worked).toBeGreaterThan(0);
  });

  it.each([
    ['slashes before the names', (text: string) => text.replaceAll(/([a-z]+\.(?:[bv]00|tgz))/g, '/$1')],
    ['names in capitals', (text: string) => text.replace('s.v00', 'S.V00').replace('b.b00', 'B.B00')],
    ['a prefix', (text: string) => `${text}prefix=/\n`],
    ['a module that somebody took out of the list', (text: string) => text.replace('s.v00 --- ', '')],
    ['modules with options', (text: string) => text.replace('s.v00', 's.v00 -x 1')],
  ])('loses no file that the new image has when boot.cfg was edited: %s', (_, edit) => {
    for (const [, image] of cases) {
      const files = bankFiles(RUNNING);
      const bank = new MemoryBank('/bootbank', { ...files, 'boot.cfg': edit(files['boot.cfg'] as string) });
      changeRunningBank(bank, image);
      expect(bringUp({ 5: bank, 6: other(null) }).vibs).toEqual(image.vibs);
    }
  });

  it('takes away what boot.cfg named and the new image does not have, and leaves what nobody named', () => {
    const files = bankFiles(RUNNING);
    const text = (files['boot.cfg'] as string).replace('acme.v00', 'acme.v00 --- oem.tgz');
    const bank = new MemoryBank('/bootbank', { ...files, 'boot.cfg': text, 'oem.tgz': 'mine', 'notes.txt': 'mine' });
    changeRunningBank(bank, cases[1]![1]);
    expect(bank.names()).toEqual([...namesOf(cases[1]![1]), 'notes.txt'].sort());
  });
});
