import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeRequest } from '../../../../../../vm-images/userland/model/software/transaction.ts';
import type { VibParts } from '../../../../../helpers/small-depot.ts';
import { type Asked, SoftwareBench } from './software-bench.ts';
import { withFiles, withMetadata } from './zip-edit.ts';

const BASE = 'Bootbank_bootbank_esx-base_5.5.0-0.1.1500500';
const OLD = 'Bootbank_bootbank_net-old_1.0.0-1bb.550.0.0.1500500';
const ACME = 'Acme_bootbank_acme_1.0.0-1';
const FILE = `vib20/acme/${ACME}.vib in depot`;
const LIVE = { liveInstall: true, liveRemove: true };

let host: SoftwareBench;
beforeEach(() => {
  host = new SoftwareBench();
});

const installs: [what: string, vib: VibParts, message: string | RegExp][] = [
  [
    'a payload that was changed',
    { damage: 'payload' },
    `[VibChecksumError] Payload acme of VIB ${ACME} is not what was signed: its checksum differs.`,
  ],
  [
    'a descriptor that was reworded',
    { damage: 'descriptor' },
    /^\[VibSigVerifyError\] The signature of VIB Acme_bootbank_acme_1\.0\.0-1 can't be verified: the descriptor was changed after it was signed/,
  ],
  [
    'a file that was cut off',
    { damage: 'truncated' },
    new RegExp(`^\\[VibFormatError\\] ${FILE} is not a usable VIB: `),
  ],
  [
    'a signer that nobody knows',
    { signedBy: 'stranger' },
    `[VibSigVerifyError] The signature of VIB ${ACME} can't be verified: signer "Somebody else, signing" is not trusted: the issuer "Somebody else" of certificate "Somebody else, signing" is not known.`,
  ],
  [
    'a signer whose certificate has expired',
    { signedBy: 'expired' },
    /^\[VibSigVerifyError\] The signature of VIB Acme_bootbank_acme_1\.0\.0-1 can't be verified: .*"Bootbank partners of 2013" expired at 2014-01-01/,
  ],
  [
    'no signature',
    { signedBy: 'nobody' },
    `[VibSigMissingError] VIB ${ACME} has no signature, which its acceptance level partner needs.`,
  ],
  [
    'a level above what its signer may sign',
    { level: 'accepted', signedBy: 'partner' },
    `[VibSigVerifyError] VIB ${ACME} says that it is accepted, but its signer "Bootbank partners" may sign partner at most.`,
  ],
  [
    'a level below what the host asks for',
    { level: 'community' },
    `[DependencyError] VIB ${ACME}'s acceptance level is community, which is below the partner that this host asks for (PartnerSupported). To change the host acceptance level, use the 'esxcli software acceptance set' command.`,
  ],
  [
    'a conflict with a VIB that is installed',
    { conflicts: ['net-old << 2.0.0'] },
    `[DependencyError] VIB ${ACME} conflicts with VIB ${OLD}.`,
  ],
  [
    'a requirement that nobody meets',
    { depends: ['libacme >= 1.0.0'] },
    `[DependencyError] VIB ${ACME} requires libacme >= 1.0.0, which no VIB of the image provides.`,
  ],
  [
    'a requirement that another version would meet',
    { depends: ['esx-base >= 5.5.0-2.33'] },
    `[DependencyError] VIB ${ACME} requires esx-base >= 5.5.0-2.33; the image has VIB ${BASE}.`,
  ],
  [
    'a requirement of another release of what a VIB provides',
    { depends: ['esx-version >= 6.0.0'] },
    `[DependencyError] VIB ${ACME} requires esx-version >= 6.0.0; the image has esx-version = 5.5.0 of VIB ${BASE}.`,
  ],
  [
    'hardware of another maker',
    { hardware: [{ vendor: 'Acme' }, { vendor: 'Bootbank', model: 'Other' }] },
    `[DependencyError] VIB ${ACME} is for the hardware Acme, Bootbank Other; this host is a Bootbank Lab Host.`,
  ],
  [
    'a file that another VIB brings',
    { files: [{ path: 'usr/lib/vmware/vmkmod/old', text: '' }] },
    `[DependencyError] VIB ${ACME} and VIB ${OLD} both bring the file /usr/lib/vmware/vmkmod/old.`,
  ],
  [
    'maintenance mode that a change at once would need',
    { ...LIVE, maintenanceMode: true },
    `[MaintenanceModeError] VIB ${ACME} changes the running host only in maintenance mode. Enter it with 'esxcli system maintenanceMode set --enable true', or give --no-live-install.`,
  ],
  [
    'more than the other bank holds',
    { files: [{ path: 'opt/acme/big', size: '400KiB' }] },
    /^\[InstallationError\] There is not enough room in \/altbootbank: the image needs 0\.4 MiB, 0\.\d MiB can be had\.$/,
  ],
  [
    'more than the running bank holds besides',
    { ...LIVE, files: [{ path: 'opt/acme/big', size: '400KiB' }] },
    /^\[InstallationError\] There is not enough room in \/bootbank: the image needs 0\.4 MiB, 0\.\d MiB can be had\.$/,
  ],
];

describe('a VIB is refused, named with the reason, and no bank is written to, for', () => {
  it.each(installs)('%s', async (_, vib, message) => {
    host.addDepot('depot', { vibs: [vib] });
    const refusal = await host.refusal('vib.install', { depots: ['depot'] });
    expect(refusal).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it.each(installs)('%s, also when another image waits for its start', async (_, vib, message) => {
    host.addDepot('depot', { vibs: [vib] }).addDepot('first', { vibs: [{ name: 'first' }] });
    await host.change('vib.install', { depots: ['first'] });
    if (vib.liveInstall === true) return;
    const refusal = await host.refusal('vib.install', { depots: ['depot'] });
    expect(refusal).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(host.restart().vibs).toContain('Acme_bootbank_first_1.0.0-1');
  });

  it('being replaced by one that is installed', async () => {
    host.addDepot('new', { vibs: [{ name: 'acme-next', replaces: ['acme << 2.0.0'] }] }).addDepot('depot');
    await host.change('vib.install', { depots: ['new'] });
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      `[DependencyError] VIB ${ACME} is obsolete: VIB Acme_bootbank_acme-next_1.0.0-1, which is installed, replaces it.`,
    );
  });

  it('a conflict that the installed one declares', async () => {
    host.addDepot('first', { vibs: [{ name: 'rival', conflicts: ['acme'] }] }).addDepot('depot');
    await host.change('vib.install', { depots: ['first'] });
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      `[DependencyError] VIB Acme_bootbank_rival_1.0.0-1 conflicts with VIB ${ACME}.`,
    );
  });

  it('several reasons, all of which are told', async () => {
    host.addDepot('depot', { vibs: [{ depends: ['a', 'b'], conflicts: ['net-old'] }] });
    const refusal = await host.refusal('vib.install', { depots: ['depot'] });
    for (const reason of ['requires a,', 'requires b,', `conflicts with VIB ${OLD}`]) expect(refusal).toContain(reason);
  });

  it('one bad VIB among good ones, none of which is installed', async () => {
    host.addDepot('depot', { vibs: [{ name: 'good' }, { damage: 'payload' }] });
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toContain(`of VIB ${ACME} `);
  });
});

describe('metadata that lie about a VIB do not help it in:', () => {
  const lies: [string, VibParts, (xml: string) => string][] = [
    ['its level', { level: 'community' }, (xml) => xml.replace('>community<', '>certified<')],
    ['what it requires', { depends: ['nobody'] }, (xml) => xml.replace(/<constraint name="nobody"\/>/, '')],
    ['what it conflicts with', { conflicts: ['net-old'] }, (xml) => xml.replace(/<constraint name="net-old"\/>/, '')],
    ['its hardware', { hardware: [{ vendor: 'Acme' }] }, (xml) => xml.replace(/<hwplatform[^>]*>/, '')],
    [
      'its files',
      { files: [{ path: 'usr/lib/vmware/vmkmod/old', text: '' }] },
      (xml) => xml.replace('vmkmod/old', 'vmkmod/new'),
    ],
    [
      'maintenance mode',
      { ...LIVE, maintenanceMode: true },
      (xml) => xml.replace('<maintenance-mode>true', '<maintenance-mode>false'),
    ],
    ['being installed live', {}, (xml) => xml.replace('<live-install-allowed>false', '<live-install-allowed>true')],
  ];

  it.each(lies)('%s', async (_, vib, lie) => {
    host.addDepot('depot', { vibs: [vib] });
    host.depots.set('depot', withMetadata(host.depots.get('depot')!, lie));
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      `[VibFormatError] VIB ${ACME} is not what the metadata of its depot say: its descriptor differs from them.`,
    );
  });

  it('another VIB under its name', async () => {
    host.addDepot('depot').addDepot('other', { vibs: [{ name: 'other' }] });
    const zip = withFiles(host.depots.get('depot')!, (name, data) =>
      name.endsWith('.vib') ? host.files.get('other/other')! : data,
    );
    host.depots.set('depot', zip);
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      `[VibFormatError] vib20/acme/${ACME}.vib in depot is VIB Acme_bootbank_other_1.0.0-1, not ${ACME}.`,
    );
  });
});

describe('an operation is refused', () => {
  it.each([
    ['a VIB that no depot has', 'vib.install', { depots: ['depot'], names: ['nobody'] }, "No VIB matches 'nobody'."],
    ['a VIB that is not installed', 'vib.remove', { names: ['nobody'] }, "No installed VIB matches 'nobody'."],
    [
      'a profile that is not there',
      'profile.update',
      { depots: ['depot'], profile: 'nobody' },
      "No profile is called 'nobody'; the depot has bare, other.",
    ],
  ] as [string, ChangeRequest['operation'], Asked, string][])('for %s', async (_, operation, asked, message) => {
    host.addDepot('depot', { vibs: [{}], profiles: [{ name: 'bare' }, { name: 'other' }] });
    expect(await host.refusal(operation, asked)).toBe(`[NoMatchError] ${message}`);
  });

  it('that would leave the image without its base', async () => {
    const told = `[InstallationError] VIB ${BASE} is the base of the image and can't be removed.`;
    host.addDepot('depot', {
      vibs: [{}, { name: 'thief', replaces: ['esx-base'] }],
      profiles: [{ name: 'bare', vibs: ['acme'] }],
    });
    expect(await host.refusal('vib.remove', { names: ['esx-base'], force: true })).toBe(told);
    const bare = { depots: ['depot'], profile: 'bare', okToRemove: true };
    expect(await host.refusal('profile.install', bare)).toBe(told);
    expect(await host.refusal('profile.install', { ...bare, dryRun: true })).toBe(told);
    expect(await host.refusal('vib.install', { depots: ['depot'], names: ['thief'], force: true })).toBe(told);
  });

  it('that would take away what another VIB requires', async () => {
    host.addDepot('depot', { vibs: [{ depends: ['net-old'] }] });
    await host.change('vib.install', { depots: ['depot'] });
    expect(await host.refusal('vib.remove', { names: ['net-old'] })).toBe(
      `[DependencyError] VIB ${ACME} requires net-old, which no VIB of the image provides.`,
    );
  });

  it('that would remove a VIB of a running host outside of maintenance mode', async () => {
    host.addDepot('depot', { vibs: [{ ...LIVE, maintenanceMode: true }] });
    await host.change('vib.install', { depots: ['depot'], noLiveInstall: true });
    host.restart();
    expect(await host.refusal('vib.remove', { names: ['acme'] })).toMatch(`[MaintenanceModeError] VIB ${ACME} `);
  });

  it('when a part of the present image is missing', async () => {
    host.addDepot('depot');
    host.banks[5].remove('s.v00');
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      '[InstallationError] /bootbank/s.v00, a part of the present image, is missing.',
    );
  });

  it('when no bank can come after the one that runs', async () => {
    host.addDepot('depot');
    host.banks[5].write('boot.cfg', host.banks[5].readText('boot.cfg')!.replace('updated=1', 'updated=2147483647'));
    expect(await host.refusal('vib.install', { depots: ['depot'] })).toBe(
      '[InstallationError] No bank can come after /bootbank: the update counter in its boot.cfg, 2147483647, is the highest there is.',
    );
  });

  it('for a profile that names what neither depot nor host have', async () => {
    host.addDepot('depot', { vibs: [{}], profiles: [{ name: 'p' }] });
    const zip = withMetadata(host.depots.get('depot')!, (xml) => xml.replaceAll(OLD, 'Acme_bootbank_lost_1.0'));
    host.depots.set('depot', zip);
    expect(await host.refusal('profile.update', { depots: ['depot'], profile: 'p' })).toBe(
      '[NoMatchError] Profile p names VIB Acme_bootbank_lost_1.0, which no depot has.',
    );
  });
});
