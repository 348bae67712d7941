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
