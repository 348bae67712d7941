import { beforeEach, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { parseBootConfig } from '../../../../../../vm-images/userland/model/boot-config.ts';
import { SoftwareBench } from './software-bench.ts';

const BASE = 'Bootbank_bootbank_esx-base_5.5.0-0.1.1500500';
const OLD = 'Bootbank_bootbank_net-old_1.0.0-1bb.550.0.0.1500500';
const ACME = 'Acme_bootbank_acme_1.0.0-1';
const REBOOT =
  'The update completed successfully, but the system needs to be rebooted for the changes to be effective.';
const LIVE = { liveInstall: true, liveRemove: true };

let host: SoftwareBench;
beforeEach(() => {
  host = new SoftwareBench();
});

function configOf(bank: 5 | 6) {
  return parseBootConfig(host.banks[bank].readText('boot.cfg')!);
}

describe('installing a VIB that needs a restart', () => {
  it('writes the image to the other bank, which the next start takes', async () => {
    host.addDepot('depot');
    expect(await host.change('vib.install', { depots: ['depot'] })).toEqual({
      message: REBOOT,
      rebootRequired: true,
      installed: [ACME],
      removed: [],
      skipped: [],
    });
    expect(host.logged).toEqual([`installed ${ACME} for the next start`]);
    expect(configOf(6)).toMatchObject({ bootstate: 1, updated: 2, build: '5.5.0-1500500', kernel: 'b.b00' });
    expect(host.banks[5].operations).toEqual([]);
    const came = host.restart();
    expect(came).toMatchObject({ partition: 6, vibs: [ACME, BASE, OLD], choice: { firstBoot: true } });
    expect(came.modules).toEqual(['b.b00', 's.v00', 'acme.v00', 'net-old.v00']);
    expect(came.root.get('opt/acme/tool')).toBe('acme ');
    expect(host.restart()).toMatchObject({ partition: 6, choice: { firstBoot: false, rewrites: [] } });
  });

  it('notes when it was installed, and that the profile is not the original one any more', async () => {
    host.addDepot('depot');
    await host.change('vib.install', { depots: ['depot'] });
    host.restart();
    const { profile, vibs } = host.host().running;
    expect(profile.name).toBe('(Updated) ESXi-5.5.0-1500500-standard');
    expect(profile.modifiedTime).toBe('2014-11-10T00:00:00.000000+00:00');
    expect(vibs.find(({ name }) => name === 'acme')?.installDate).toBe('2014-11-10T00:00:00.000000+00:00');
    expect(vibs.find(({ name }) => name === 'net-old')?.installDate).toBe('2014-09-11T00:00:00.000000+00:00');
  });

  it('goes back to the old image when the first start does not end', async () => {
    host.addDepot('depot');
    await host.change('vib.install', { depots: ['depot'] });
    expect(host.restart({ isCutShort: true })).toMatchObject({ partition: 6 });
    expect(host.restart()).toMatchObject({
      partition: 5,
      vibs: [BASE, OLD],
      choice: { rewrites: [{ partition: 6, bootstate: 3 }] },
    });
    expect((await host.change('vib.install', { depots: ['depot'] })).installed).toEqual([ACME]);
    expect(host.restart()).toMatchObject({ partition: 6, vibs: [ACME, BASE, OLD] });
  });

  it('before a restart joins what waits for it', async () => {
    host.addDepot('depot', { vibs: [{}, { name: 'second' }] });
    await host.change('vib.install', { depots: ['depot'], names: ['acme'] });
    host.otherBank.restart();
    expect(await host.change('vib.install', { depots: ['depot'], names: ['second'] })).toMatchObject({
      installed: ['Acme_bootbank_second_1.0.0-1'],
    });
    expect(host.otherBank.operations.map(({ name }) => name)).not.toContain('acme.v00');
    expect(configOf(6)).toMatchObject({ bootstate: 1, updated: 2 });
    expect(host.restart().vibs).toEqual([ACME, BASE, OLD, 'Acme_bootbank_second_1.0.0-1']);
    expect(host.host().running.profile.name).toBe('(Updated) ESXi-5.5.0-1500500-standard');
  });

  it('may be taken back before the restart', async () => {
    host.addDepot('depot', { vibs: [LIVE] });
    await host.change('vib.install', { depots: ['depot'], noLiveInstall: true });
    expect(await host.change('vib.remove', { names: ['acme'] })).toMatchObject({
      message: REBOOT,
      removed: [ACME],
    });
    expect(host.restart()).toMatchObject({ partition: 6, vibs: [BASE, OLD] });
    expect(host.banks[6].names()).not.toContain('acme.v00');
  });

  it('alternates between the banks', async () => {
    host.addDepot('depot', { vibs: [{}, { name: 'second' }] });
    await host.change('vib.install', { depots: ['depot'], names: ['acme'] });
    host.restart();
    await host.change('vib.install', { depots: ['depot'], names: ['second'] });
    expect(configOf(5)).toMatchObject({ bootstate: 1, updated: 3 });
    expect(host.restart()).toMatchObject({ partition: 5 });
    expect(host.banks[6].names()).toContain('acme.v00');
  });

  it('carries title, kernel options and configuration over', async () => {
    host.addDepot('depot');
    const text = host.banks[5].readText('boot.cfg')!;
    host.banks[5].write('boot.cfg', text.replace('kernelopt=', 'kernelopt=tty2Port=com1'));
    await host.change('vib.install', { depots: ['depot'] });
    expect(configOf(6)).toMatchObject({ title: 'Loading VMware ESXi', kernelopt: 'tty2Port=com1' });
    expect(host.banks[6].read('state.tgz')).toEqual(host.banks[5].read('state.tgz'));
  });

  it.each([
    ['in words', 'two'],
    ['missing', null],
  ])('counts from 1 when the counter of the running bank was made %s', async (_, counter) => {
    host.addDepot('depot', { vibs: [LIVE] });
    const text = host.banks[5].readText('boot.cfg')!;
    host.banks[5].write('boot.cfg', text.replace('updated=1\n', counter === null ? '' : `updated=${counter}\n`));
    await host.change('vib.install', { depots: ['depot'], noLiveInstall: counter === null });
    expect(configOf(6)).toMatchObject({ updated: 1, problem: '' });
    expect(host.restart()).toMatchObject({ partition: 6, vibs: [ACME, BASE, OLD] });
  });

  it('goes one above a counter that somebody set high', async () => {
    host.addDepot('depot');
    host.banks[5].write('boot.cfg', host.banks[5].readText('boot.cfg')!.replace('updated=1', 'updated=999999999'));
    await host.change('vib.install', { depots: ['depot'] });
    expect(host.restart()).toMatchObject({ partition: 6 });
  });

  it('makes the payload index anew when the host has lost it', async () => {
    host.addDepot('depot');
    const real = host.host.bind(host);
    host.host = () => ({ ...real(), running: { ...real().running, index: '' } });
    await host.change('vib.install', { depots: ['depot'] });
    expect(host.restart()).toMatchObject({ partition: 6, modules: ['b.b00', 's.v00', 'acme.v00', 'net-old.v00'] });
  });

  it('of a very long name keeps its descriptor', async () => {
    const vendor = 'A-vendor-with-a-very-long-name-x';
    host.addDepot('depot', { vibs: [{ name: 'n'.repeat(35), vendor, version: `1.0.0-1OEM.${'5'.repeat(40)}` }] });
    const { installed } = await host.change('vib.install', { depots: ['depot'] });
    expect(host.restart().vibs).toContain(installed[0]);
  });
});

describe('installing a VIB that a running host takes', () => {
  it('changes the running bank and the running system', async () => {
    host.addDepot('depot', { vibs: [LIVE] });
    expect(await host.change('vib.install', { depots: ['depot'] })).toEqual({
      message: 'Operation finished successfully.',
      rebootRequired: false,
      installed: [ACME],
      removed: [],
      skipped: [],
    });
    expect(host.logged).toEqual([`installed ${ACME}`]);
    expect(host.banks[6].operations).toEqual([]);
    const [change] = host.live;
    expect(change?.added.map(({ vib, payloads }) => [vib.name, payloads.length])).toEqual([['acme', 1]]);
    expect(change?.removed).toEqual([]);
    expect(change?.database.map(({ path }) => path)).toContain(`var/db/esximg/vibs/${ACME}.xml`);
    expect(change?.kept).toContain('usr/lib/vmware/vmkmod/old');
    expect(host.restart()).toMatchObject({ partition: 5, vibs: [ACME, BASE, OLD], choice: { firstBoot: false } });
    expect(configOf(5)).toMatchObject({ bootstate: 0, updated: 1 });
  });

  it('takes a name that no file of the bank has, even one that belongs to nobody', async () => {
    host.addDepot('depot', { vibs: [LIVE] });
    host.banks[5].write('acme.v00', 'left by somebody');
    await host.change('vib.install', { depots: ['depot'] });
    expect(host.restart().modules).toContain('acme.v01');
  });

  it('replaces it by another version, and removes it', async () => {
    host.addDepot('old', { vibs: [LIVE] }).addDepot('new', { vibs: [{ ...LIVE, version: '2.0.0-1' }] });
    await host.change('vib.install', { depots: ['old'] });
    expect(await host.change('vib.update', { depots: ['new'] })).toMatchObject({
      rebootRequired: false,
      installed: ['Acme_bootbank_acme_2.0.0-1'],
      removed: [ACME],
    });
    expect(host.restart().root.get('opt/acme/tool')).toBe('acme 2.0.0-1');
    expect(host.banks[5].names().filter((name) => name.startsWith('acme'))).toEqual(['acme.v01']);
    await host.change('vib.remove', { names: ['acme'] });
    expect(host.live.at(-1)?.removed.map(({ name }) => name)).toEqual(['acme']);
    expect(host.live.at(-1)?.kept).not.toContain('opt/acme/tool');
    expect(host.restart().vibs).toEqual([BASE, OLD]);
    expect(host.banks[5].names()).not.toContain('acme.v01');
  });

  it.each([
    ['lies over files of others', { ...LIVE, overlay: true }],
    ['may only be removed live', { liveRemove: true }],
  ])('needs a restart all the same when it %s', async (_, vib) => {
    host.addDepot('depot', { vibs: [vib] });
    expect(await host.change('vib.install', { depots: ['depot'] })).toMatchObject({ rebootRequired: true });
    expect(host.live).toEqual([]);
  });

  it.each([
    ['lay over files of others', { ...LIVE, overlay: true }],
    ['may only be installed live', { liveInstall: true }],
  ])('is removed at a restart when it %s', async (_, vib) => {
    host.addDepot('depot', { vibs: [vib] });
    await host.change('vib.install', { depots: ['depot'], noLiveInstall: true });
    host.restart();
    expect(await host.change('vib.remove', { names: ['acme'] })).toMatchObject({ rebootRequired: true });
    expect(host.restart().vibs).toEqual([BASE, OLD]);
  });

  it('waits for a restart when something else does, or when asked to', async () => {
    host.addDepot('depot', { vibs: [LIVE, { name: 'second' }] });
    await host.change('vib.install', { depots: ['depot'], names: ['second'] });
    expect(await host.change('vib.install', { depots: ['depot'], names: ['acme'] })).toMatchObject({
      rebootRequired: true,
    });
    const another = new SoftwareBench().addDepot('depot', { vibs: [LIVE] });
    expect(await another.change('vib.install', { depots: ['depot'], noLiveInstall: true })).toMatchObject({
      rebootRequired: true,
    });
    expect([...host.live, ...another.live]).toEqual([]);
  });
});

describe('which VIBs an operation takes', () => {
  it('install: any version, the newest of several, and nothing that is there already', async () => {
    host.addDepot('two', { vibs: [{ version: '2.0.0-1' }, { version: '1.0.0-1' }, { version: '10.0.0-1' }] });
    host.addDepot('one');
    expect((await host.change('vib.install', { depots: ['two'] })).installed).toEqual(['Acme_bootbank_acme_10.0.0-1']);
    expect(await host.change('vib.install', { depots: ['two'] })).toEqual({
      message: 'Host is not changed.',
      rebootRequired: false,
      installed: [],
      removed: [],
      skipped: ['Acme_bootbank_acme_10.0.0-1'],
    });
    expect(await host.change('vib.install', { depots: ['one'] })).toMatchObject({
      installed: [ACME],
      removed: ['Acme_bootbank_acme_10.0.0-1'],
    });
  });

  it.each(['acme', 'acme:1.0.0-1', 'Acme:acme', 'Acme:acme:1.0.0-1', ACME])(
    'install and remove: by the name %s',
    async (name) => {
      host.addDepot('depot', { vibs: [{}, { name: 'second' }] });
      expect((await host.change('vib.install', { depots: ['depot'], names: [name] })).installed).toEqual([ACME]);
      expect((await host.change('vib.remove', { names: [name] })).removed).toEqual([ACME]);
    },
  );

  it('install: files by path, alone and beside depots', async () => {
    host.addDepot('depot', { vibs: [{}, { name: 'second', depends: ['acme'] }] });
    const { installed } = await host.change('vib.install', {
      viburls: ['depot/second'],
      depots: ['depot'],
      names: ['acme', 'second'],
    });
    expect(installed).toEqual([ACME, 'Acme_bootbank_second_1.0.0-1']);
    const another = new SoftwareBench().addDepot('depot');
    expect((await another.change('vib.install', { viburls: ['depot/acme'] })).installed).toEqual([ACME]);
  });

  it('update: newer versions of what is there, and what replaces it; nothing new', async () => {
    host.addDepot('old', { vibs: [{ version: '1.5.0-1' }] });
    await host.change('vib.install', { depots: ['old'] });
    host.addDepot('new', {
      vibs: [
        { version: '1.4.0-1' },
        { name: 'net-new', replaces: ['net-old << 2.0.0'] },
        { name: 'stranger' },
        { name: 'esx-base', vendor: 'Bootbank', version: '5.4.0-1', level: 'certified' },
      ],
    });
    expect(await host.change('vib.update', { depots: ['new'] })).toMatchObject({
      installed: ['Acme_bootbank_net-new_1.0.0-1'],
      removed: [OLD],
      skipped: ['Acme_bootbank_acme_1.4.0-1', 'Bootbank_bootbank_esx-base_5.4.0-1', 'Acme_bootbank_stranger_1.0.0-1'],
    });
  });

  it('remove: leaves the other bank as it needs to be, and all others in place', async () => {
    expect(await host.change('vib.remove', { names: ['net-old'], noLiveInstall: true })).toMatchObject({
      removed: [OLD],
      rebootRequired: true,
    });
    expect(host.restart()).toMatchObject({ vibs: [BASE], modules: ['b.b00', 's.v00'] });
  });
});

describe('profiles', () => {
  const release = {
    base: { build: '1700700', update: 1, files: [{ path: 'etc/news', text: 'Update 1' }] },
    vibs: [{}],
    profiles: [{ name: 'ESXi-5.5.0-1700700-standard' }, { name: 'ESXi-bare', vibs: ['esx-base'] }],
  };
  const NEW_BASE = 'Bootbank_bootbank_esx-base_5.5.0-1.15.1700700';

  it('update takes newer versions and what is new, and calls the image by the profile that it is', async () => {
    host.addDepot('release', release);
    expect(
      await host.change('profile.update', { depots: ['release'], profile: 'ESXi-5.5.0-1700700-standard' }),
    ).toEqual({
      message: REBOOT,
      rebootRequired: true,
      installed: [ACME, NEW_BASE],
      removed: [BASE],
      skipped: [OLD],
    });
    const came = host.restart();
    expect(came.vibs).toEqual([ACME, NEW_BASE, OLD]);
    expect(came.root.get('etc/vmware/release')).toBe('version = "5.5.0"\nbuild = "1700700"\nupdate = "1"\n');
    expect(came.root.get('etc/news')).toBe('Update 1');
    expect(configOf(6)).toMatchObject({ build: '5.5.0-1700700' });
    expect(host.host().running.profile).toMatchObject({ name: 'ESXi-5.5.0-1700700-standard', creator: 'Acme' });
  });

  it('update keeps what the profile does not have, and says in the name that it is not the profile', async () => {
    host.addDepot('depot').addDepot('release', release);
    await host.change('vib.install', { depots: ['depot'] });
    expect(await host.change('profile.update', { depots: ['release'], profile: 'ESXi-bare' })).toMatchObject({
      removed: [BASE],
    });
    expect(host.restart().vibs).toEqual([ACME, NEW_BASE, OLD]);
    expect(host.host().running.profile.name).toBe('(Updated) ESXi-bare');
  });

  it('update takes older versions only when told to', async () => {
    host.addDepot('new', { vibs: [{ version: '2.0.0-1' }] });
    host.addDepot('old', { vibs: [{}], profiles: [{ name: 'old' }] });
    await host.change('vib.install', { depots: ['new'] });
    const asked = { depots: ['old'], profile: 'old' };
    expect(await host.change('profile.update', asked)).toMatchObject({
      message: 'Host is not changed.',
      skipped: [ACME, BASE, OLD],
    });
    expect(await host.change('profile.update', { ...asked, allowDowngrades: true })).toMatchObject({
      installed: [ACME],
      removed: ['Acme_bootbank_acme_2.0.0-1'],
    });
  });

  it('install makes the image what the profile is, older versions and all', async () => {
    host.addDepot('new', { vibs: [{ version: '2.0.0-1' }, { name: 'second' }] });
    host.addDepot('old', { vibs: [{}], profiles: [{ name: 'old' }] });
    await host.change('vib.install', { depots: ['new'] });
    const asked = { depots: ['old'], profile: 'old' };
    expect(await host.refusal('profile.install', asked)).toBe(
      '[ProfileVibRemoval] The profile does not have these VIBs, which would be removed:   Acme_bootbank_second_1.0.0-1 Give --ok-to-remove to go on without them.',
    );
    expect(await host.change('profile.install', { ...asked, okToRemove: true })).toMatchObject({
      installed: [ACME],
      removed: ['Acme_bootbank_acme_2.0.0-1', 'Acme_bootbank_second_1.0.0-1'],
      skipped: [BASE, OLD],
    });
    expect(host.restart().vibs).toEqual([ACME, BASE, OLD]);
    expect(host.host().running.profile.name).toBe('old');
  });

  it('install does not count as lost what a VIB of the profile replaces', async () => {
    host.addDepot('depot', {
      vibs: [{ name: 'net-new', replaces: ['net-old'] }],
      profiles: [{ name: 'p', vibs: ['esx-base', 'net-new'] }],
    });
    expect(await host.change('profile.install', { depots: ['depot'], profile: 'p' })).toMatchObject({ removed: [OLD] });
  });

  it('of several versions in a depot has the newest', async () => {
    host.addDepot('depot', {
      vibs: [{ version: '2.0.0-1' }, {}],
      profiles: [{ name: 'all' }, { name: 'named', vibs: ['acme', 'esx-base'] }],
    });
    for (const profile of ['all', 'named'])
      expect((await host.copy().change('profile.update', { depots: ['depot'], profile })).installed).toEqual([
        'Acme_bootbank_acme_2.0.0-1',
      ]);
  });
});

describe('flags', () => {
  it('dry-run says what would happen and does nothing', async () => {
    host.addDepot('live', { vibs: [LIVE] }).addDepot('depot');
    const before = [host.banks[5].content(), host.banks[6].content()];
    expect(await host.change('vib.install', { depots: ['live'], dryRun: true })).toMatchObject({
      message: 'Dry run: the host is not changed. It would take effect at once.',
      rebootRequired: false,
      installed: [ACME],
    });
    expect(await host.change('vib.install', { depots: ['depot'], dryRun: true })).toMatchObject({
      message: 'Dry run: the host is not changed. It would take effect at the next reboot.',
      rebootRequired: true,
    });
    expect([host.banks[5].content(), host.banks[6].content()]).toEqual(before);
    expect([...host.live, ...host.logged]).toEqual([]);
    host.addDepot('bad', { vibs: [{ signedBy: 'stranger' }] });
    expect(await host.refusal('vib.install', { depots: ['bad'], dryRun: true })).toMatch(/^\[VibSigVerifyError\]/);
  });

  it.each([
    ['a conflict', { conflicts: ['net-old'] }],
    ['a missing dependency', { depends: ['nobody >= 1.0'] }],
    ['a file of another VIB', { files: [{ path: 'usr/lib/vmware/vmkmod/old', text: '' }] }],
    ['other hardware', { hardware: [{ vendor: 'Nobody' }] }],
    ['a level below the host’s', { level: 'community' as const }],
  ])('force goes on in spite of %s', async (_, vib) => {
    host.addDepot('depot', { vibs: [vib] });
    await host.refusal('vib.install', { depots: ['depot'] });
    expect((await host.change('vib.install', { depots: ['depot'], force: true })).installed).toEqual([ACME]);
  });

  it.each([
    ['a payload that was changed', { damage: 'payload' as const }],
    ['a signer that nobody knows', { signedBy: 'stranger' as const }],
    ['no signature', { signedBy: 'nobody' as const }],
  ])('force does not go on in spite of %s', async (_, vib) => {
    host.addDepot('depot', { vibs: [vib] });
    expect(await host.refusal('vib.install', { depots: ['depot'], force: true })).toMatch(/^\[Vib/);
  });

  it.each([
    ['a signer that nobody knows', { signedBy: 'stranger' as const }],
    ['a signer that has expired', { signedBy: 'expired' as const }],
    ['no signature', { signedBy: 'nobody' as const }],
    ['a descriptor that was reworded', { damage: 'descriptor' as const }],
    ['a level above the signer’s', { level: 'certified' as const, signedBy: 'partner' as const }],
    ['a level below the host’s', { level: 'community' as const }],
  ])('no-sig-check goes on in spite of %s', async (_, vib) => {
    host.addDepot('depot', { vibs: [vib] });
    await host.refusal('vib.install', { depots: ['depot'] });
    expect((await host.change('vib.install', { depots: ['depot'], noSigCheck: true })).installed).toEqual([ACME]);
  });

  it('no-sig-check keeps the sums of payloads, and what a VIB requires', async () => {
    host.addDepot('payload', { vibs: [{ damage: 'payload' }] }).addDepot('needy', { vibs: [{ depends: ['nobody'] }] });
    expect(await host.refusal('vib.install', { depots: ['payload'], noSigCheck: true })).toMatch(
      /^\[VibChecksumError\]/,
    );
    expect(await host.refusal('vib.install', { depots: ['needy'], noSigCheck: true })).toMatch(/^\[DependencyError\]/);
  });

  it('maintenance-mode stands for the mode itself', async () => {
    host.addDepot('depot', { vibs: [{ ...LIVE, maintenanceMode: true }] });
    await host.refusal('vib.install', { depots: ['depot'] });
    expect(await host.copy().change('vib.install', { depots: ['depot'], maintenanceMode: true })).toMatchObject({
      rebootRequired: false,
    });
    expect(await host.copy().change('vib.install', { depots: ['depot'], noLiveInstall: true })).toMatchObject({
      rebootRequired: true,
    });
    host.inMaintenanceMode = true;
    expect(await host.change('vib.install', { depots: ['depot'] })).toMatchObject({ rebootRequired: false });
  });
});

it('what a descriptor says is what the database keeps, not what the metadata of the depot say', async () => {
  host.addDepot('depot', { vibs: [{ damage: 'descriptor' }] });
  await host.change('vib.install', { depots: ['depot'], noSigCheck: true });
  host.restart();
  const { vibs } = host.host().running;
  expect(vibs.find(({ name }) => name === 'acme')?.description).toBe('Changed. The tool acme');
  expect(nodeCodec.utf8Decode(host.banks[6].read('boot.cfg')!)).toContain('acme.v00');
});
