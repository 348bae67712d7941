import { describe, expect, it } from 'vitest';
import { type Bank, chooseBank } from '../../../../../vm-images/userland/model/bank-choice.ts';
import { bootStateOffset, parseBootConfig } from '../../../../../vm-images/userland/model/boot-config.ts';

function bank(partition: number, bootstate: number | string, updated: number | string, build = '5.5.0-2718055'): Bank {
  return written(partition, `bootstate=${bootstate}\nkernel=b.b00\nbuild=${build}\nupdated=${updated}\n`);
}

function written(partition: number, text: string): Bank {
  return { partition, uuid: `bank-${partition}`, config: parseBootConfig(text), stateOffset: bootStateOffset(text) };
}

describe('choice of the bank', () => {
  it('boots the valid bank with the highest update counter', () => {
    expect(chooseBank([bank(5, 0, 1), bank(6, 0, 2)], '5').boot?.partition).toBe(6);
    expect(chooseBank([bank(5, 0, 3), bank(6, 0, 2)], '5').boot?.partition).toBe(5);
  });

  it('marks a bank DIRTY at its first start', () => {
    const choice = chooseBank([bank(5, 0, 1), bank(6, 1, 2)], '5');
    expect(choice.boot?.partition).toBe(6);
    expect(choice.rewrites).toEqual([{ partition: 6, bootstate: 2 }]);
    expect(choice.firstBoot).toBe(true);
    expect(choice.rollback).toBe(false);
  });

  it('marks an upgrading bank DIRTY even when the other one has the higher counter', () => {
    const choice = chooseBank([bank(5, 0, 3), bank(6, 1, 2)], '5');
    expect(choice).toMatchObject({
      boot: { partition: 5 },
      rewrites: [{ partition: 6, bootstate: 2 }],
      firstBoot: false,
    });
    expect(choice.valid.length).toBe(2);
  });

  it('gives up a bank whose first start did not finish, and boots the other one as if nothing had been', () => {
    const choice = chooseBank([bank(5, 0, 1), bank(6, 2, 2)], '5');
    expect(choice).toMatchObject({
      boot: { partition: 5 },
      rewrites: [{ partition: 6, bootstate: 3 }],
      rollback: false,
    });
    expect(choice.notes).toEqual(['BANK6: its first start was not finished; it is given up.']);
  });

  it.each([
    ['a build of another version', bank(6, 1, 2, '6.0.0-1')],
    ['no counter', bank(6, 1, 0)],
    ['no build, at its second start', bank(6, 2, 9, '')],
  ])('tells the system of a rollback when an upgrade has %s', (_, other) => {
    expect(chooseBank([bank(5, 0, 1), other], '5')).toMatchObject({
      boot: { partition: 5 },
      rollback: true,
      rewrites: [{ partition: 6, bootstate: 3 }],
      notes: [expect.stringMatching(/^BANK6: /), 'BANK6: system has failed to upgrade.'],
    });
  });

  it('takes the first of two banks with the same counter', () => {
    expect(chooseBank([bank(5, 0, 4), bank(6, 0, 4)], '5').boot?.partition).toBe(5);
  });

  it('takes a missing or empty state for VALID, and a missing counter for none', () => {
    const noState = written(6, 'kernel=b.b00\nbuild=5.5.0-1\nupdated=9\n');
    const emptyState = written(6, 'bootstate=\nkernel=b.b00\nbuild=5.5.0-1\nupdated=9\n');
    const noCounter = written(6, 'bootstate=0\nkernel=b.b00\nbuild=5.5.0-1\n');
    expect(chooseBank([bank(5, 0, 1), noState], '5').boot?.partition).toBe(6);
    expect(chooseBank([bank(5, 0, 1), emptyState], '5').boot?.partition).toBe(6);
    expect(chooseBank([bank(5, 0, 1), noCounter], '5')).toMatchObject({
      boot: { partition: 5 },
      notes: ['BANK6: invalid update counter.'],
    });
  });

  it('does not boot an upgrading bank whose state can not be rewritten: it would be tried for ever', () => {
    const far = written(6, `title=${'x'.repeat(600)}\nbootstate=1\nkernel=b.b00\nbuild=5.5.0-1\nupdated=9\n`);
    expect(chooseBank([bank(5, 0, 1), far], '5')).toMatchObject({
      boot: { partition: 5 },
      rewrites: [],
      notes: ['BANK6: boot state not found in the first 512 bytes.'],
    });
  });

  it.each([
    ['an empty bank', bank(6, 3, 0), []],
    ['a counter of 0', bank(6, 0, 0), ['BANK6: invalid update counter.']],
    ['no build', bank(6, 0, 9, ''), ['BANK6: invalid build number.']],
    ['another major version', bank(6, 0, 9, '50.1'), ['BANK6: build 50.1 is not of version 5.']],
    ['a state out of range', bank(6, 7, 9), ['BANK6: invalid boot state.']],
    ['words for the state', bank(6, 'valid', 9), ['BANK6: bootstate is "valid", not a number.']],
    ['words for the counter', bank(6, 0, 'two'), ['BANK6: updated is "two", not a number.']],
    ['a counter that does not end', bank(6, 0, '99999999999'), ['BANK6: updated is "99999999999", not a number.']],
    ['no kernel', written(6, 'bootstate=0\nbuild=5.5.0-1\nupdated=9\n'), ['BANK6: no kernel.']],
    [
      'an empty file',
      written(6, ''),
      ['BANK6: invalid update counter.', 'BANK6: invalid build number.', 'BANK6: no kernel.'],
    ],
  ])('ignores %s and says why', (_, other, notes) => {
    expect(chooseBank([bank(5, 0, 1), other], '5')).toMatchObject({
      boot: { partition: 5 },
      valid: [{ partition: 5 }],
      rewrites: [],
      rollback: false,
      notes,
    });
  });

  it('finds nothing to boot when no bank is valid', () => {
    expect(chooseBank([bank(5, 3, 1), bank(6, 2, 2)], '5')).toMatchObject({
      boot: null,
      rewrites: [{ partition: 6, bootstate: 3 }],
      notes: ['BANK6: its first start was not finished; it is given up.'],
    });
    expect(chooseBank([], '5').boot).toBeNull();
  });
});

/** Starts a host of these boot.cfg files again and again, states rewritten as the choice says; what was booted each time. */
function starts(count: number, texts: Record<number, string>): (number | null)[] {
  return Array.from({ length: count }, () => {
    const banks = Object.entries(texts).map(([partition, text]) => written(Number(partition), text));
    const choice = chooseBank(banks, '5');
    for (const { partition, bootstate } of choice.rewrites) {
      const { stateOffset } = banks.find((one) => one.partition === partition)!;
      const bytes = new TextEncoder().encode(texts[partition]);
      bytes[stateOffset] = 0x30 + bootstate;
      texts[partition] = new TextDecoder().decode(bytes);
    }
    return choice.boot?.partition ?? null;
  });
}

describe('a host that is started again and again', () => {
  const old = 'bootstate=0\nkernel=b.b00\nbuild=5.5.0-1\nupdated=1\n';
  const upgraded = 'bootstate=1\nkernel=b.b00\nbuild=5.5.0-2\nupdated=2\n';

  it('tries a new bank once, and gives it up when nobody says that its start went well', () => {
    const texts = { 5: old, 6: upgraded };
    expect(starts(4, texts)).toEqual([6, 5, 5, 5]);
    expect(texts[6]).toMatch(/^bootstate=3\n/);
  });

  it('stays with a new bank once it is VALID', () => {
    const texts = { 5: old, 6: upgraded };
    expect(starts(1, texts)).toEqual([6]);
    texts[6] = texts[6].replace('bootstate=2', 'bootstate=0');
    expect(starts(3, texts)).toEqual([6, 6, 6]);
  });

  it('goes back for good when the new bank is not fit, and never tries it', () => {
    const texts = { 5: old, 6: upgraded.replace('5.5.0-2', '6.0.0-1') };
    expect(starts(3, texts)).toEqual([5, 5, 5]);
    expect(texts[6]).toMatch(/^bootstate=3\n/);
  });

  it('has nothing left when the only bank was a new one and its start did not end', () => {
    expect(starts(3, { 6: upgraded })).toEqual([6, null, null]);
  });

  it('goes to the other bank when somebody swaps the counters', () => {
    expect(starts(2, { 5: old.replace('updated=1', 'updated=2'), 6: old.replace('5.5.0-1', '5.5.0-2') })).toEqual([
      5, 5,
    ]);
  });

  it.each([
    ['a title with letters of two bytes', 'title=Prüfstand für Übungen\n'],
    ['a title with letters of four bytes', 'title=\u{1f4bd}\n'],
    ['another state before', 'bootstate=0\n'],
    ['a comment that looks like a state', '#bootstate=0\n'],
    ['blank lines', '\n\r\n \n'],
    ['a byte order mark', '\ufeff'],
  ])('tries a new bank once, also with %s before the state', (_, before) => {
    expect(starts(3, { 5: old, 6: before + upgraded })).toEqual([6, 5, 5]);
  });

  it.each([
    ['keys in capitals', upgraded.toUpperCase().replace('B.B00', 'b.b00')],
    ['ends of lines as on Windows', upgraded.replaceAll('\n', '\r\n')],
    ['blanks everywhere', upgraded.replaceAll(/^(\w+)=(.*)$/gm, '\t $1 = $2  ')],
    ['no end of the last line', upgraded.trimEnd()],
    ['another order', upgraded.trim().split('\n').reverse().join('\n')],
    ['a hundred thousand comments', upgraded + '# nothing\n'.repeat(100_000)],
  ])('tries a new bank once, also with %s', (_, text) => {
    expect(starts(3, { 5: old, 6: text })).toEqual([6, 5, 5]);
  });

  it.each([
    ['letters that are no UTF-8 before the state', `#\ufffd\n${upgraded}`],
    ['a state of two digits', upgraded.replace('bootstate=1', 'bootstate=01')],
    ['the state far down', `${'# nothing\n'.repeat(60)}${upgraded}`],
  ])('does not try a new bank with %s, for it could not be marked', (_, text) => {
    expect(starts(3, { 5: old, 6: text })).toEqual([5, 5, 5]);
  });

  it.each([
    ['bytes that are no text', String.fromCharCode(...Array.from({ length: 600 }, (_, at) => (at * 37) & 255))],
    ['an HTML page', '<html><body bootstate=1>\nupdated=9\n</body></html>\n'],
    ['zeros', '\0'.repeat(512)],
  ])('does without a bank whose boot.cfg is %s', (_, text) => {
    expect(starts(2, { 5: old, 6: text })).toEqual([5, 5]);
  });
});

describe('rules for one bank beside a sound one', () => {
  it.each([
    [0, 6, [], false],
    [1, 6, [{ partition: 6, bootstate: 2 }], true],
    [2, 5, [{ partition: 6, bootstate: 3 }], false],
    [3, 5, [], false],
    [4, 5, [], false],
  ])('state %i: boots %i', (state, partition, rewrites, firstBoot) => {
    expect(chooseBank([bank(5, 0, 1), bank(6, state, 2)], '5')).toMatchObject({
      boot: { partition },
      rewrites,
      firstBoot,
      rollback: false,
    });
  });

  it.each([
    ['5.5.0-1', true],
    ['5.0', true],
    ['5', true],
    ['50.1', false],
    ['5a', false],
    ['4.1.0', false],
    ['v5.5', false],
  ])('build %s is of version 5: %s', (build, fits) => {
    expect(chooseBank([bank(5, 0, 1), bank(6, 0, 2, build)], '5').boot?.partition).toBe(fits ? 6 : 5);
  });

  it.each([
    [9, 10],
    [99, 100],
    ['007', '0008'],
    [2, 1_410_393_600],
    [2_147_483_646, 2_147_483_647],
  ])('the counter %s is below %s', (low, high) => {
    expect(chooseBank([bank(5, 0, low), bank(6, 0, high)], '5').boot?.partition).toBe(6);
    expect(chooseBank([bank(5, 0, high), bank(6, 0, low)], '5').boot?.partition).toBe(5);
  });

  it('a counter that the loader can not hold is none', () => {
    expect(chooseBank([bank(5, 0, 1), bank(6, 0, 2_147_483_648)], '5').boot?.partition).toBe(5);
  });

  it('two new banks are both marked, and the later one is tried', () => {
    expect(chooseBank([bank(5, 1, 3), bank(6, 1, 2)], '5')).toMatchObject({
      boot: { partition: 5 },
      rewrites: [
        { partition: 5, bootstate: 2 },
        { partition: 6, bootstate: 2 },
      ],
    });
  });

  it('an unfit new bank that can not be marked tells of the rollback all the same', () => {
    const far = written(6, `title=${'x'.repeat(600)}\nbootstate=1\nkernel=b.b00\nbuild=\nupdated=9\n`);
    expect(chooseBank([bank(5, 0, 1), far], '5')).toMatchObject({
      boot: { partition: 5 },
      rollback: true,
      rewrites: [],
    });
  });
});
