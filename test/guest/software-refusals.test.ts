import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VibParts } from '../helpers/small-depot.ts';
import { UpdatedHost } from '../helpers/updated-host.ts';

const BASE = 'Bootbank_bootbank_esx-base_5.5.0-0.0.1500500';
const DRIVER = 'Bootbank_bootbank_net-virtio_1.0.0-1bb.550.0.0.1500500';
const ID = 'Acme_bootbank_acme_1.0.0-1';
const LIVE = { liveInstall: true, liveRemove: true };
/** All of both banks but the saved configuration, which is saved before anything else. */
const SUMS = 'md5sum /bootbank/* /altbootbank/* | grep -v state.tgz';

let host: UpdatedHost;
let before: string;
beforeAll(async () => {
  host = await UpdatedHost.openFresh();
  const next = await host.putVib({ name: 'acme-next', replaces: ['relic'], ...LIVE });
  await host.out(`esxcli software vib install -v ${next}`);
  before = await state();
});
afterAll(() => host?.close());

async function state(): Promise<string> {
  return `${await host.out(SUMS)}${await host.out('esxcli software vib list; ls /opt')}`;
}

/** @returns what `vib install` of such a VIB says; it must fail. */
async function refusal(parts: VibParts): Promise<string> {
  const file = await host.putVib({ name: 'acme', ...parts });
  const { exitCode, text } = await host.run(`esxcli software vib install -v ${file}`);
  expect(exitCode).toBe(1);
  return text.replaceAll(/\s+/g, ' ').trim();
}

const refusals: [what: string, vib: VibParts, message: string][] = [
  [
    'a payload that was changed',
    { damage: 'payload' },
    `[VibChecksumError] Payload acme of VIB ${ID} is not what was signed`,
  ],
  [
    'a descriptor that was reworded',
    { damage: 'descriptor' },
    `[VibSigVerifyError] The signature of VIB ${ID} can't be verified: the descriptor was changed`,
  ],
  [
    'a signer that nobody knows',
    { signedBy: 'stranger' },
    `[VibSigVerifyError] The signature of VIB ${ID} can't be verified: signer "Somebody else, signing" is not trusted`,
  ],
  ['an expired signer', { signedBy: 'expired' }, `[VibSigVerifyError] The signature of VIB ${ID} can't be verified: `],
  ['no signature', { signedBy: 'nobody' }, `[VibSigMissingError] VIB ${ID} has no signature`],
  [
    'a signer of a lower level',
    { level: 'certified', signedBy: 'partner' },
    `[VibSigVerifyError] VIB ${ID} says that it is certified, but its signer "Bootbank partners" may sign partner at most.`,
  ],
  [
    'a level below the host’s',
    { level: 'community' },
    `[DependencyError] VIB ${ID}'s acceptance level is community, which is below the partner that this host asks for`,
  ],
  ['a conflict', { conflicts: ['net-virtio'] }, `[DependencyError] VIB ${ID} conflicts with VIB ${DRIVER}.`],
  [
    'a missing requirement',
    { depends: ['libacme >= 2.0.0'] },
    `[DependencyError] VIB ${ID} requires libacme >= 2.0.0, which no VIB of the image provides.`,
  ],
  [
    'another build of the base',
    { depends: ['esx-base >= 5.5.0-3.100'] },
    `[DependencyError] VIB ${ID} requires esx-base >= 5.5.0-3.100; the image has VIB ${BASE}.`,
  ],
  [
    'being obsolete',
    { name: 'relic' },
    '[DependencyError] VIB Acme_bootbank_relic_1.0.0-1 is obsolete: VIB Acme_bootbank_acme-next_1.0.0-1, which is installed, replaces it.',
  ],
];

describe('a host refuses a VIB, which it names, for', () => {
  it.each(refusals)('%s', async (_, vib, message) => {
    expect(await refusal(vib)).toContain(message);
  });

  it('the same when it would be installed live', async () => {
    expect(await refusal({ ...LIVE, damage: 'payload' })).toContain('[VibChecksumError]');
  });

  it('and nothing on its disk or of its running image has changed', async () => {
    expect(await state()).toBe(before);
  });

  it('want of room in the other bank, which stays as it is', async () => {
    await host.break({ kind: 'full-bank', bank: 'other', freeKiB: 64, file: 'logs.tgz' });
    const sums = 'ls -l /altbootbank/; md5sum /altbootbank/boot.cfg; df -k /altbootbank/. | tail -n 1';
    const full = await host.out(sums);
    expect(Number(full.match(/(\d+) +\d+% /)![1])).toBeLessThanOrEqual(64);
    expect(await refusal({ name: 'other' })).toMatch(
      /\[InstallationError\] There is not enough room in \/altbootbank: the image needs \d+\.\d MiB, 0\.1 MiB can be had\./,
    );
    expect(await host.out(sums)).toBe(full);
  });
});
