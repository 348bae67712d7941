import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  describeConstraint,
  meets,
  provides,
} from '../../../../../../vm-images/userland/model/software/version.ts';
import { createVib } from '../../../../../../vm-images/userland/model/software/vib.ts';

const IN_ORDER = [
  '0.9-1',
  '1-1',
  '1.0-1',
  '1.0.0-1',
  '1.0.0-1OEM.500.0.0.472560',
  '1.0.0-1OEM.550.0.0.1331820',
  '1.0.0-1OEM.550.0.0.1331820.5',
  '1.0.0-2',
  '1.0.0-10',
  '1.0.2a-1',
  '1.0.2b-1',
  '1.0.10-1',
  '1.0.a-1',
  '5.5.0-0.0.1331820',
  '5.5.0-1.15.1623387',
  '5.5.0-2.33.2068190',
  '10.0-0',
  '20140101123456789012345678-1',
  '20140101123456789012345679-1',
];

describe('versions', () => {
  it('are in order: parts as numbers, numbers before words, the release after the version', () => {
    const shuffled = [...IN_ORDER].sort((a, b) => (a.length - b.length || a < b ? -1 : 1));
    expect(shuffled.sort(compareVersions)).toEqual(IN_ORDER);
  });

  it('are the same whatever stands between the parts, and with leading zeros', () => {
    expect(compareVersions('1.2.3-4', '1.02.3-04')).toBe(0);
    expect(compareVersions('1.2.3-4.b', '1.2.3-4b')).toBe(0);
    expect(compareVersions('', '')).toBe(0);
  });

  it('come before others with a release when they have none', () => {
    expect(compareVersions('1.0', '1.0-0')).toBeLessThan(0);
  });

  it('have one order, whatever they are', () => {
    const version = fc.stringMatching(/^[0-9a-c.]{0,6}(-[0-9a-c.]{0,6})?$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        expect(compareVersions(a, a)).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
      { seed: 550, numRuns: 1000 },
    );
  });

  it('are told apart however long their numbers are', () => {
    expect(compareVersions(`${'9'.repeat(400)}-1`, `${'9'.repeat(400)}-1`)).toBe(0);
    expect(compareVersions(`1${'0'.repeat(400)}-1`, `${'9'.repeat(400)}-1`)).toBeGreaterThan(0);
  });
});

describe('a constraint', () => {
  it.each([
    ['<<', [true, false, false]],
    ['<=', [true, true, false]],
    ['=', [false, true, false]],
    ['==', [false, true, false]],
    ['>=', [false, true, true]],
    ['>>', [false, false, true]],
    ['<', [true, false, false]],
    ['>', [false, false, true]],
  ])('%s is met by the versions it names', (relation, expected) => {
    const constraint = { name: 'x', relation, version: '2.0.0-1' };
    expect(['1.9.9-9', '2.0.0-1', '2.0.0-2'].map((version) => meets(constraint, 'x', version))).toEqual(expected);
  });

  it('without a version is met by any, also by what has none', () => {
    expect(meets({ name: 'x' }, 'x', '1.0')).toBe(true);
    expect(meets({ name: 'x' }, 'x', undefined)).toBe(true);
    expect(meets({ name: 'x', relation: '>=', version: '' }, 'x', '1.0')).toBe(true);
  });

  it('with a version is not met by what has none', () => {
    expect(meets({ name: 'x', relation: '>=', version: '1.0' }, 'x', undefined)).toBe(false);
  });

  it('is not met by another name', () => {
    expect(meets({ name: 'x' }, 'X', '1.0')).toBe(false);
  });

  it('is met by the VIB itself or by something it provides', () => {
    const vib = createVib({
      name: 'acme',
      version: '2.0.0-1',
      vendor: 'Acme',
      summary: '',
      releaseDate: '',
      provides: [{ name: 'driver' }, { name: 'api', relation: '=', version: '3.0' }],
    });
    expect(provides(vib, { name: 'acme', relation: '>=', version: '2.0' })).toBe(true);
    expect(provides(vib, { name: 'driver' })).toBe(true);
    expect(provides(vib, { name: 'api', relation: '>=', version: '3.0' })).toBe(true);
    expect(provides(vib, { name: 'api', relation: '>>', version: '3.0' })).toBe(false);
    expect(provides(vib, { name: 'driver', relation: '=', version: '1.0' })).toBe(false);
  });

  it('is described as it is written', () => {
    expect(describeConstraint({ name: 'esx-base', relation: '>=', version: '5.5.0' })).toBe('esx-base >= 5.5.0');
    expect(describeConstraint({ name: 'driver', version: '' })).toBe('driver');
  });
});
