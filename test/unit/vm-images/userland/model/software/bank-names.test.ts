import { describe, expect, it } from 'vitest';
import { loadOrder, nameVibs } from '../../../../../../vm-images/userland/model/software/bank-names.ts';
import { type Vib, vibId } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { payloads, vib } from './sample-vibs.ts';

const BASE = vib('base', { payloads: payloads(['s', 'vgz'], ['b', 'boot'], ['k', 'vgz'], ['a', 'vgz']) });

function names(vibs: Vib[], taken: string[] = [], now: ReturnType<typeof nameVibs> = []): string[] {
  return nameVibs(vibs, { vibs: now }, taken).flatMap((one) => one.payloads.map(({ destName }) => destName));
}

describe('payloads are named in the bank', () => {
  it.each([
    ['net-acme', 'net-acme.v00'],
    ['net-e1000e', 'net-e100.v00'],
    ['Tool.Box+2', 'toolbox2.v00'],
    ['x', 'x.v00'],
    ['...', 'payload.v00'],
    ['../../boot.cfg', 'bootcfg.v00'],
    ['Übung', 'bung.v00'],
  ])('%s as %s', (name, expected) => {
    expect(names([vib('any', { payloads: payloads([name, 'vgz']) })])).toEqual([expected]);
  });

  it('those of the base by letters', () => {
    expect(names([BASE])).toEqual(['s.v00', 'b.b00', 'k.b00', 'a.v00']);
  });

  it('in 8.3 letters of their own, however many there are', () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      vib(`vib${at}`, { payloads: payloads(['net-e1000e', 'vgz'], ['net-e1000', 'vgz']) }),
    );
    const found = names(many);
    expect(new Set(found).size).toBe(60);
    for (const name of found) expect(name).toMatch(/^[a-z0-9_-]{1,8}\.[bv]\d\d$/);
  });

  it('by names that no other file has', () => {
    const one = vib('one', { payloads: payloads(['tool', 'vgz']) });
    expect(names([one], ['tool.v00', 'tool.v01'])).toEqual(['tool.v02']);
  });

  it('as before when their VIB stays, and by its name when it does not', () => {
    const old = vib('tool:1.0-1', { payloads: payloads(['tool', 'vgz']) });
    const next = vib('tool:2.0-1', { payloads: payloads(['tool', 'vgz']) });
    const other = vib('other', { payloads: payloads(['tool', 'vgz']) });
    const now = nameVibs([old], { vibs: [] }, []);
    expect(names([other, old], [], now)).toEqual(['tool.v01', 'tool.v00']);
    expect(names([next], [], now)).toEqual(['tool.v00']);
    expect(names([next], ['tool.v00'], now)).toEqual(['tool.v01']);
  });

  it('anew when what is noted of a VIB can not be right', () => {
    const tool = vib('tool', { payloads: payloads(['one', 'vgz'], ['two', 'vgz']) });
    const now = [{ id: vibId(tool), payloads: [{ payloadName: 'one', destName: 'old.v00' }] }];
    expect(names([tool], [], now)).toEqual(['one.v00', 'two.v00']);
  });
});

describe('modules are loaded', () => {
  it('the kernel, the rest of the base, the others, overlays last', () => {
    const others = [
      vib('a-over', { payloads: payloads(['over', 'vgz']), overlay: true }),
      vib('z', { payloads: payloads(['z', 'vgz']) }),
      vib('a', { payloads: payloads(['aa', 'vgz']) }),
    ];
    const vibs = [...others, BASE];
    expect(loadOrder(vibs, nameVibs(vibs, { vibs: [] }, []))).toEqual({
      kernel: 'b.b00',
      modules: ['s.v00', 'k.b00', 'a.v00', 'aa.v00', 'z.v00', 'over.v00'],
    });
  });

  it('without a kernel when there is no base', () => {
    expect(loadOrder([], [])).toEqual({ kernel: '', modules: [] });
  });
});
