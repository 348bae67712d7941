import { describe, expect, it } from 'vitest';
import {
  isAccepted,
  lowestLevel,
  type PlanRequest,
  planImage,
} from '../../../../../../vm-images/userland/model/software/plan.ts';
import type { Vib } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { vib } from './sample-vibs.ts';

const INSTALLED = [vib('base:5.5.0-1'), vib('tool:2.0-1')];

function plan(mode: PlanRequest['mode'], candidates: Vib[], more: Partial<PlanRequest> = {}) {
  const request: PlanRequest = {
    installed: INSTALLED,
    candidates,
    remove: [],
    mode,
    hostLevel: 'partner',
    force: false,
    checkAcceptance: true,
    ...more,
  };
  const { vibs, added, removed, skipped } = planImage(request);
  const names = (list: Vib[]) => list.map(({ name, version }) => `${name}:${version}`).join(' ');
  return { vibs: names(vibs), added: names(added), removed: names(removed), skipped: names(skipped) };
}

describe('which candidates an image takes', () => {
  const older = vib('tool:1.0-1');
  const newer = vib('tool:3.0-1');
  const other = vib('other');
  const same = vib('tool:2.0-1');

  it.each<[PlanRequest['mode'], string, string]>([
    ['install', 'other:1.0.0-1 tool:1.0-1', ''],
    ['update', '', 'other:1.0.0-1 tool:1.0-1'],
    ['profile-update', 'other:1.0.0-1', 'tool:1.0-1'],
  ])('%s of an older one and a new one', (mode, added, skipped) => {
    expect(plan(mode, [older, other])).toMatchObject({ added, skipped });
  });

  it.each(['install', 'update', 'profile-update'] as const)('%s of a newer one', (mode) => {
    expect(plan(mode, [newer])).toEqual({
      vibs: 'base:5.5.0-1 tool:3.0-1',
      added: 'tool:3.0-1',
      removed: 'tool:2.0-1',
      skipped: '',
    });
  });

  it.each(['install', 'update', 'profile-update', 'profile-install'] as const)('%s of what is there', (mode) => {
    expect(plan(mode, [same], { okToRemove: true })).toMatchObject({ added: '', skipped: 'tool:2.0-1' });
  });

  it('one of the same name by somebody else is another one', () => {
    expect(plan('install', [vib('tool:2.0-1', { vendor: 'Other' })])).toMatchObject({
      added: 'tool:2.0-1',
      removed: 'tool:2.0-1',
    });
  });

  it('removing takes out by id, and passes over what is not there', () => {
    const remove = ['Acme_bootbank_tool_2.0-1', 'Acme_bootbank_gone_1.0-1'];
    expect(plan('remove', [], { remove })).toMatchObject({ vibs: 'base:5.5.0-1', removed: 'tool:2.0-1' });
  });
});

describe('replacing', () => {
  it('takes the old one out, of the versions that are named', () => {
    const next = vib('next', { replaces: [{ name: 'tool', relation: '<<', version: '3.0' }] });
    expect(plan('install', [next])).toMatchObject({ vibs: 'base:5.5.0-1 next:1.0.0-1', removed: 'tool:2.0-1' });
    const picky = vib('next', { replaces: [{ name: 'tool', relation: '<<', version: '2.0' }] });
    expect(plan('install', [picky])).toMatchObject({ removed: '' });
  });

  it('is an update', () => {
    expect(plan('update', [vib('next', { replaces: [{ name: 'tool' }] })])).toMatchObject({ added: 'next:1.0.0-1' });
  });

  it('does not go by what a VIB provides, nor does a VIB replace itself', () => {
    const next = vib('next', { replaces: [{ name: 'service' }, { name: 'next' }] });
    const installed = [vib('tool', { provides: [{ name: 'service' }] })];
    expect(plan('install', [next], { installed })).toMatchObject({ vibs: 'next:1.0.0-1 tool:1.0.0-1' });
  });

  it('of two candidates that replace each other leaves one', () => {
    const one = vib('one', { replaces: [{ name: 'two' }] });
    const two = vib('two', { replaces: [{ name: 'one' }] });
    expect(plan('install', [one, two])).toMatchObject({ added: 'one:1.0.0-1', removed: '' });
  });
});

describe('a profile', () => {
  it('that loses VIBs needs leave to', () => {
    expect(() => plan('profile-install', [vib('base:5.5.0-1')])).toThrow(
      /^\[ProfileVibRemoval\].* {2}Acme_bootbank_tool_2\.0-1 /,
    );
    expect(plan('profile-install', [vib('base:5.5.0-1')], { okToRemove: true })).toMatchObject({
      vibs: 'base:5.5.0-1',
    });
  });

  it('takes older versions when it is installed, or when downgrades are allowed', () => {
    const profile = [vib('base:5.0.0-1'), vib('tool:2.0-1')];
    expect(plan('profile-install', profile)).toMatchObject({ added: 'base:5.0.0-1' });
    expect(plan('profile-update', profile)).toMatchObject({ added: '' });
    expect(plan('profile-update', profile, { allowDowngrades: true })).toMatchObject({ added: 'base:5.0.0-1' });
  });
});

describe('an image must fit together', () => {
  it('what one candidate requires another may bring', () => {
    const needy = vib('needy', { depends: [{ name: 'service', relation: '>=', version: '2.0' }] });
    const server = vib('server', { provides: [{ name: 'service', relation: '=', version: '2.1' }] });
    expect(() => plan('install', [needy])).toThrow('which no VIB of the image provides');
    expect(plan('install', [needy, server])).toMatchObject({ added: 'needy:1.0.0-1 server:1.0.0-1' });
  });

  it('also after a removal and an update', () => {
    const installed = [
      vib('needy', { depends: [{ name: 'tool', relation: '=', version: '2.0-1' }] }),
      vib('tool:2.0-1'),
    ];
    const told = 'VIB Acme_bootbank_needy_1.0.0-1 requires tool = 2.0-1';
    expect(() => plan('remove', [], { installed, remove: ['Acme_bootbank_tool_2.0-1'] })).toThrow(told);
    expect(() => plan('update', [vib('tool:3.0-1')], { installed })).toThrow(
      `${told}; the image has VIB Acme_bootbank_tool_3.0-1.`,
    );
  });

  it('a VIB may conflict with what it provides itself', () => {
    const only = vib('only', { provides: [{ name: 'service' }], conflicts: [{ name: 'service' }] });
    expect(plan('install', [only])).toMatchObject({ added: 'only:1.0.0-1' });
    expect(() => plan('install', [only, vib('rival', { provides: [{ name: 'service' }] })])).toThrow(
      'VIB Acme_bootbank_only_1.0.0-1 conflicts with VIB Acme_bootbank_rival_1.0.0-1.',
    );
  });

  it('a file has one VIB, and two that share one are told once', () => {
    const one = vib('one', { files: ['etc/a', 'etc/b'] });
    const two = vib('two', { files: ['etc/b'] });
    expect(() => plan('install', [one, two])).toThrow(
      '[DependencyError] VIB Acme_bootbank_one_1.0.0-1 and VIB Acme_bootbank_two_1.0.0-1 both bring the file /etc/b.',
    );
    expect(() => plan('install', [one], { installed: [two] })).toThrow('both bring the file /etc/b');
  });

  it('but an overlay lies over the files of others', () => {
    const one = vib('one', { files: ['etc/b'] });
    const over = vib('over', { files: ['etc/b'], overlay: true });
    expect(plan('install', [one, over])).toMatchObject({ added: 'one:1.0.0-1 over:1.0.0-1' });
  });

  it('what was wrong before and is not touched is not told of files', () => {
    const installed = [vib('one', { files: ['etc/b'] }), vib('two', { files: ['etc/b'] })];
    expect(plan('install', [vib('new')], { installed })).toMatchObject({ added: 'new:1.0.0-1' });
  });

  it('with force whatever comes is taken', () => {
    const bad = vib('bad', {
      depends: [{ name: 'nobody' }],
      conflicts: [{ name: 'base' }],
      acceptanceLevel: 'community',
    });
    expect(plan('install', [bad], { force: true })).toMatchObject({ added: 'bad:1.0.0-1' });
  });
});

describe('acceptance levels', () => {
  it('go from certified down to community', () => {
    expect(isAccepted('certified', 'community')).toBe(true);
    expect(isAccepted('partner', 'partner')).toBe(true);
    expect(isAccepted('community', 'partner')).toBe(false);
    expect(isAccepted('accepted', 'certified')).toBe(false);
  });

  it('of an image is the lowest of its VIBs', () => {
    expect(lowestLevel([])).toBe('certified');
    expect(lowestLevel(INSTALLED)).toBe('partner');
    expect(lowestLevel([...INSTALLED, vib('x', { acceptanceLevel: 'community' })])).toBe('community');
  });

  it('are asked of each VIB of the new image, unless signatures are not looked at', () => {
    const low = vib('low', { acceptanceLevel: 'community' });
    expect(() => plan('install', [low])).toThrow('acceptance level is community, which is below the partner');
    expect(() => plan('install', [vib('new')], { installed: [low] })).toThrow("VIB Acme_bootbank_low_1.0.0-1's");
    expect(plan('install', [low], { checkAcceptance: false })).toMatchObject({ added: 'low:1.0.0-1' });
    expect(plan('remove', [], { installed: [low, vib('a')], remove: ['Acme_bootbank_low_1.0.0-1'] })).toMatchObject({
      vibs: 'a:1.0.0-1',
    });
  });
});
