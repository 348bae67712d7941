import { describe, expect, it } from 'vitest';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import { isCalled, selectVibs } from '../../../../../../vm-images/userland/model/software/select.ts';
import { vib } from './sample-vibs.ts';

const ALL = [vib('acme:1.0-1'), vib('acme:10.0-1'), vib('acme:2.0-1'), vib('tool')];

describe('a VIB is called', () => {
  it.each(['acme', 'acme:1.0-1', 'Acme:acme', 'Acme:acme:1.0-1', 'Acme_bootbank_acme_1.0-1'])('%s', (name) => {
    expect(isCalled(vib('acme:1.0-1'), name)).toBe(true);
  });

  it.each(['', 'ACME', 'acm', 'acme:', ':acme', 'acme:1.0', 'Acme', 'Other:acme', 'acme:1.0-1:Acme'])(
    'not %s',
    (name) => {
      expect(isCalled(vib('acme:1.0-1'), name)).toBe(false);
    },
  );
});

describe('VIBs are selected', () => {
  const versions = (names: string[]) => selectVibs(ALL, names).map(({ name, version }) => `${name} ${version}`);

  it('all of them without names, the newest of each', () => {
    expect(versions([])).toEqual(['acme 10.0-1', 'tool 1.0.0-1']);
  });

  it('by name, the newest of what the names mean', () => {
    expect(versions(['acme'])).toEqual(['acme 10.0-1']);
    expect(versions(['acme:1.0-1'])).toEqual(['acme 1.0-1']);
    expect(versions(['acme:1.0-1', 'acme:2.0-1'])).toEqual(['acme 2.0-1']);
    expect(versions(['tool', 'tool', 'Acme:tool'])).toEqual(['tool 1.0.0-1']);
  });

  it('never when a name means nothing, and each such name is told', () => {
    expect(() => selectVibs(ALL, ['acme', 'nobody', 'acme:3.0-1'])).toThrow(
      new SoftwareProblem('NoMatchError', "No VIB matches 'nobody'.", "No VIB matches 'acme:3.0-1'."),
    );
    expect(selectVibs([], [])).toEqual([]);
  });
});
