import { describe, expect, it } from 'vitest';
import type { BankView } from '../../../main/shared/contracts/banks.ts';
import { bankRoles, bankRows, countChanges, spokenChanges } from '../../../renderer/features/banks/bank-rows.ts';

function bank(partition: number, changes: Partial<BankView> = {}): BankView {
  return {
    partition,
    state: 'valid',
    build: '5.5.0-1500500',
    updated: 1,
    profile: 'ESXi-5.5.0-1500500-standard',
    isNext: partition === 5,
    isRunning: partition === 5,
    notes: [],
    modules: [
      { file: 'b.b00', sizeBytes: 2000, state: 'ok' },
      { file: 's.v00', sizeBytes: 3000, state: 'ok' },
    ],
    vibs: [{ name: 'esx-base', version: '5.5.0-0.1', vendor: 'Bootbank', level: 'certified' }],
    freeBytes: 1024 * 1024,
    savedAt: '2026-11-28T03:55:06.000Z',
    ...changes,
  };
}

const empty = bank(6, {
  state: 'empty',
  build: '',
  updated: 0,
  profile: null,
  modules: [],
  vibs: [],
  savedAt: null,
});
const atStart = [bank(5), empty];

function changesOf(now: BankView[]): Record<string, string> {
  const changed = bankRows(now, atStart).flatMap((row) =>
    row.cells.map((cell, at) => [`${now[at]!.partition} ${row.id}`, cell] as const),
  );
  return Object.fromEntries(
    changed.flatMap(([place, { before, now: is, details }]) =>
      before === null && details.length === 0 ? [] : [[place, [`${before ?? ''}→${is}`, ...details].join('|')]],
    ),
  );
}

describe('boot banks in words', () => {
  it('says the state with its number', () => {
    const states = ['valid', 'upgrading', 'dirty', 'invalid', 'empty', 'corrupt'] as const;
    const words = states.map((state) => bankRows([bank(5, { state })], null)[0]!.cells[0]!.now);
    expect(words).toEqual([
      'valid (0)',
      'upgraded, first start pending (1)',
      'being tried (2)',
      'bad (3)',
      'empty (3)',
      'unreadable',
    ]);
  });

  it('finds nothing changed in banks that are as they were', () => {
    expect(changesOf(atStart)).toEqual({});
    expect(countChanges(bankRows(atStart, atStart), bankRoles(atStart, atStart))).toBe(0);
  });

  it('shows a value that is another one as before and now', () => {
    const now = [
      bank(5, { state: 'invalid', isNext: false }),
      bank(6, { updated: 2, isNext: true, vibs: [], savedAt: null }),
    ];
    expect(changesOf(now)).toMatchObject({
      '5 state': 'valid (0)→bad (3)',
      '6 state': 'empty (3)→valid (0)',
      '6 build': '–→5.5.0-1500500',
      '6 updated': '0→2',
    });
    expect(bankRoles(now, atStart)).toEqual({
      running: { now: 'Bank 1', before: null },
      next: { now: 'Bank 2', before: 'Bank 1' },
    });
  });

  it('takes a configuration that was saved for no change of the bank', () => {
    expect(changesOf([bank(5, { savedAt: '2026-11-28T04:55:06.000Z' }), empty])).toEqual({});
  });

  it('names packages that came, went or have another version', () => {
    const vib = (name: string, version: string) => ({ name, version, vendor: 'Westbay', level: 'accepted' });
    const now = [bank(5, { vibs: [vib('esx-base', '5.5.0-2.9'), vib('net-tuner', '1.0')] }), empty];
    expect(changesOf(now)['5 vibs']).toBe('1→2|esx-base 5.5.0-0.1 → 5.5.0-2.9|added net-tuner 1.0');
    const without = [bank(5, { vibs: [] }), empty];
    expect(changesOf(without)['5 vibs']).toBe('1→–|removed esx-base 5.5.0-0.1');
  });

  it('tells a damaged module plainly, also where nothing is known of the start', () => {
    const modules: BankView['modules'] = [
      { file: 'b.b00', sizeBytes: 2000, state: 'ok' },
      { file: 's.v00', sizeBytes: 3000, state: 'damaged' },
    ];
    const now = [bank(5, { modules }), empty];
    expect(bankRows(now, null).find(({ id }) => id === 'modules')!.cells[0]).toEqual({
      now: '2',
      before: null,
      trouble: ['1 damaged'],
      details: [],
    });
    expect(changesOf(now)).toEqual({ '5 modules': '→2|s.v00: ok → damaged' });
  });

  it('says when no bank can be started, and claims nothing of a host that does not run', () => {
    const now = [bank(5, { state: 'invalid', isNext: false, isRunning: null }), { ...empty, isRunning: null }];
    expect(bankRoles(now, atStart)).toEqual({
      running: { now: '', before: null },
      next: { now: 'none', before: 'Bank 1' },
    });
  });

  it('speaks of what has changed since the last look, and of nothing else', () => {
    expect(spokenChanges(atStart, atStart)).toBe('');
    expect(spokenChanges(atStart, [bank(5, { state: 'invalid', isNext: false }), empty])).toBe(
      'Bank 1: state bad (3). starts next: none',
    );
  });
});
