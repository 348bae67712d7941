import { describe, expect, it } from 'vitest';
import { type Bank, chooseBank } from '../../../../vm-images/userland/boot/bank-choice.ts';
import { parseBootConfig } from '../../../../vm-images/userland/boot/boot-config.ts';

function bank(partition: number, bootstate: number, updated: number, build = '5.5.0-2718055'): Bank {
  const config = parseBootConfig(`bootstate=${bootstate}\nkernel=b.b00\nbuild=${build}\nupdated=${updated}\n`);
  return { partition, uuid: `bank-${partition}`, config };
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

  it('leaves an upgrading bank alone when the other one has the higher counter', () => {
    const choice = chooseBank([bank(5, 0, 3), bank(6, 1, 2)], '5');
    expect(choice.boot?.partition).toBe(5);
    expect(choice.rewrites).toEqual([]);
  });

  it('gives up a bank whose first start did not finish and rolls back', () => {
    const choice = chooseBank([bank(5, 0, 1), bank(6, 2, 2)], '5');
    expect(choice.boot?.partition).toBe(5);
    expect(choice.rewrites).toEqual([{ partition: 6, bootstate: 3 }]);
    expect(choice.rollback).toBe(true);
  });

  it('rolls back from an upgrade that can not be booted', () => {
    expect(chooseBank([bank(5, 0, 1), bank(6, 1, 2, '6.0.0-1')], '5')).toMatchObject({
      boot: { partition: 5 },
      rollback: true,
    });
  });

  it.each([
    ['an empty bank', bank(6, 3, 0)],
    ['a counter of 0', bank(6, 0, 0)],
    ['no build', bank(6, 0, 9, '')],
    ['another major version', bank(6, 0, 9, '50.1')],
    ['a state out of range', bank(6, 7, 9)],
  ])('ignores %s', (_, other) => {
    expect(chooseBank([bank(5, 0, 1), other], '5')).toMatchObject({
      boot: { partition: 5 },
      valid: [{ partition: 5 }],
      rewrites: [],
      rollback: false,
    });
  });

  it('finds nothing to boot when no bank is valid', () => {
    expect(chooseBank([bank(5, 3, 1), bank(6, 2, 2)], '5')).toMatchObject({
      boot: null,
      rewrites: [{ partition: 6, bootstate: 3 }],
    });
    expect(chooseBank([], '5').boot).toBeNull();
  });
});
