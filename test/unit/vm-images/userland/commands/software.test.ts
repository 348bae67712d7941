import { beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseFiles } from '../../../../../vm-images/userland/model/software/database.ts';
import { type ImageProfile, serializeProfile } from '../../../../../vm-images/userland/model/software/profile.ts';
import type { UpdateRequest } from '../../../../../vm-images/userland/model/software/request.ts';
import { createVib, serializeVib, type Vib, vibId } from '../../../../../vm-images/userland/model/software/vib.ts';
import { packTexts } from '../model/software/plain-image.ts';
import { LabHost } from './lab-host.ts';

const PROGRAM = ['/bin/bbjs', '/usr/lib/vmware/esxupdate.qbc'];
const BASE = createVib({
  name: 'esx-base',
  version: '5.5.0-0.0.1500500',
  vendor: 'Bootbank',
  summary: 'base',
  releaseDate: '2026-01-01T00:00:00Z',
  installDate: '2026-01-02T00:00:00Z',
});
const PROFILE: ImageProfile = {
  name: 'ESXi-5.5.0-1500500-standard',
  creator: 'Bootbank',
  creationTime: '2026-01-01T00:00:00Z',
  modifiedTime: '2026-01-01T00:00:00Z',
  acceptanceLevel: 'partner',
  description: 'd',
  readonly: true,
  statelessReady: true,
  vibs: [{ id: vibId(BASE), payloads: [] }],
};
const UNASKED = {
  dryRun: false,
  force: false,
  maintenanceMode: false,
  noLiveInstall: false,
  noSigCheck: false,
  proxy: '',
};
const CHANGED = {
  message: 'Operation finished successfully.',
  rebootRequired: false,
  installed: ['Acme_bootbank_acme_1.0.0-1', 'Acme_bootbank_two_1.0.0-1'],
  removed: [],
  skipped: ['Acme_bootbank_old_1.0.0-1'],
};

let host: LabHost;
/** What esxupdate was asked. */
let asked: UpdateRequest[];
/** What it answers. */
let answer: string;
beforeEach(() => {
  host = new LabHost();
  install(BASE);
  host.put('/var/db/esximg/profiles/p.xml', serializeProfile(PROFILE));
  asked = [];
  answer = JSON.stringify({ result: CHANGED });
  const { processes } = host.bench.system;
  const run = processes.run.bind(processes);
  processes.run = async (argv, options) => {
    if (argv.join() !== PROGRAM.join()) return run(argv, options);
    asked.push(JSON.parse(options?.stdin as string));
    return { exitCode: 0, signal: null, stdout: answer, stderr: 'bbjs: out of memory\nmore' };
  };
});

function install(vib: Vib): void {
  host.put(`/var/db/esximg/vibs/${vib.name}.xml`, serializeVib(vib));
}

/** An image in the other bank, in that state. */
function pend(vibs: Vib[], bootstate = 1): void {
  host.put('/altbootbank/boot.cfg', `bootstate=${bootstate}\nkernel=b.b00\nbuild=5.5.0-1\nupdated=2\n`);
  host.files.write(
    '/altbootbank/imgdb.tgz',
    packTexts(databaseFiles(vibs, { ...PROFILE, name: 'pending' }, new Map())),
  );
}

async function requestOf(line: string): Promise<UpdateRequest> {
  await host.run(line);
  expect(asked).toHaveLength(1);
  return asked[0]!;
}

describe('esxcli software shows the running image:', () => {
  it('its VIBs', async () => {
    expect((await host.run('esxcli software vib list')).out).toBe(
      [
        'Name      Version            Vendor    Acceptance Level  Install Date',
        '--------  -----------------  --------  ----------------  ------------',
        'esx-base  5.5.0-0.0.1500500  Bootbank  VMwareCertified   2026-01-02  ',
        '',
      ].join('\n'),
    );
  });

  it('everything about one, by each form of its name', async () => {
    for (const name of ['esx-base', 'Bootbank:esx-base', 'esx-base:5.5.0-0.0.1500500', vibId(BASE)]) {
      const { out } = await host.run(`esxcli software vib get -n ${name}`);
      expect(out).toMatch(/^Bootbank_bootbank_esx-base_5\.5\.0-0\.0\.1500500\n {3}Name: esx-base\n/);
    }
  });

  it('its profile', async () => {
    expect((await host.run('esxcli software profile get')).out).toMatch(
      /^ESXi-5\.5\.0-1500500-standard\n {3}Name: ESXi-5\.5\.0-1500500-standard\n {3}Vendor: Bootbank\n[\s\S]* {3}VIBs: esx-base 5\.5\.0-0\.0\.1500500\n$/,
    );
  });

  it('and says so when a VIB is not there', async () => {
    expect(await host.run('esxcli software vib get -n nosuch')).toEqual({
      status: 1,
      out: '',
      err: " [NoMatchError]\n No installed VIB matches 'nosuch'.\n Please refer to the log file for more details.\n",
    });
  });
});

describe('esxcli software shows the image of the next start:', () => {
  const next = createVib({ ...BASE, name: 'esx-next', version: '5.5.0-1.15.1700700' });

  it('when one is pending', async () => {
    pend([next]);
    expect((await host.run('esxcli software vib list --rebooting-image')).out).toContain(
      'esx-next  5.5.0-1.15.1700700',
    );
    expect((await host.run('esxcli software vib get --rebooting-image')).out).toContain('Name: esx-next\n');
    expect((await host.run('esxcli software profile get --rebooting-image')).out).toMatch(/^pending\n/);
    expect((await host.run('esxcli software vib list')).out).not.toContain('esx-next');
  });

  it.each([0, 2, 3])('not when the other bank is in state %i', async (bootstate) => {
    pend([next], bootstate);
    for (const command of ['vib list', 'vib get', 'profile get'])
      expect(await host.run(`esxcli software ${command} --rebooting-image`)).toEqual({
        status: 1,
        out: '',
        err: ' [NoMatchError]\n No image is pending: the next boot starts the one that runs now.\n Please refer to the log file for more details.\n',
      });
  });

  it('not when there is no other bank', async () => {
    expect((await host.run('esxcli software vib list --rebooting-image')).err).toContain('No image is pending');
  });
});

describe('the program that changes images is asked', () => {
  it.each<[string, object]>([
    [
      'vib install -d /ds/a.zip -d /ds/b.zip -n acme -n two',
      { operation: 'vib.install', depots: ['/ds/a.zip', '/ds/b.zip'], viburls: [], names: ['acme', 'two'], ...UNASKED },
    ],
    [
      'vib install --viburl=/ds/a.vib --force --no-sig-check --proxy http://p:80',
      {
        operation: 'vib.install',
        depots: [],
        viburls: ['/ds/a.vib'],
        names: [],
        ...UNASKED,
        force: true,
        noSigCheck: true,
        proxy: 'http://p:80',
      },
    ],
    [
      'vib update -d http://server/index.xml --dry-run --maintenance-mode --no-live-install',
      {
        operation: 'vib.update',
        depots: ['http://server/index.xml'],
        viburls: [],
        names: [],
        ...UNASKED,
        dryRun: true,
        maintenanceMode: true,
        noLiveInstall: true,
      },
    ],
    ['vib remove -n acme -f', { operation: 'vib.remove', names: ['acme'], ...UNASKED, force: true }],
    [
      'profile install -d /ds/a.zip -p P --ok-to-remove',
      { operation: 'profile.install', depots: ['/ds/a.zip'], profile: 'P', okToRemove: true, ...UNASKED },
    ],
    [
      'profile update -d /ds/a.zip -p P --allow-downgrades',
      { operation: 'profile.update', depots: ['/ds/a.zip'], profile: 'P', allowDowngrades: true, ...UNASKED },
    ],
  ])('%s', async (line, request) => {
    expect(await requestOf(`esxcli software ${line}`)).toEqual({ host: expect.anything(), ...request });
  });

  it.each<[string, object]>([
    ['profile validate -d /ds/a.zip -p P', { operation: 'profile.validate', depots: ['/ds/a.zip'], profile: 'P' }],
    ['sources profile list -d /ds/a.zip', { operation: 'sources.profile', depots: ['/ds/a.zip'] }],
    ['sources profile get -d /ds/a.zip -p P', { operation: 'sources.profile', depots: ['/ds/a.zip'], profile: 'P' }],
    ['sources vib list -d /ds/a.zip', { operation: 'sources.vib', depots: ['/ds/a.zip'], names: [] }],
    ['sources vib get -d /ds/a.zip -n acme', { operation: 'sources.vib', depots: ['/ds/a.zip'], names: ['acme'] }],
  ])('%s', async (line, request) => {
    answer = JSON.stringify({ result: [] });
    expect(await requestOf(`esxcli software ${line}`)).toEqual({ host: expect.anything(), ...request });
  });

  it('with what the host asks of VIBs, and what it is', async () => {
    await host.bench.host.change('test', (draft) => {
      draft.acceptanceLevel = 'certified';
      draft.maintenanceMode = true;
    });
    const { host: facts } = await requestOf('esxcli software vib install -d /ds/a.zip');
    expect(facts).toMatchObject({ acceptanceLevel: 'certified', inMaintenanceMode: true });
    const { out } = await host.run('esxcli hardware platform get');
    expect(out).toContain(`Product Name: ${facts.platform.model}\n   Vendor Name: ${facts.platform.vendor}\n`);
  });

  it.each([
    ['vib install', 'Error: Missing required parameter -d|--depot or -v|--viburl'],
    ['vib update -n acme', 'Error: Missing required parameter -d|--depot or -v|--viburl'],
    ['vib remove', 'Error: Missing required parameter -n|--vibname'],
    ['profile install -d /ds/a.zip', 'Error: Missing required parameter -p|--profile'],
    ['profile update -p P', 'Error: Missing required parameter -d|--depot'],
    ['profile validate -d /ds/a.zip', 'Error: Missing required parameter -p|--profile'],
    ['sources vib list', 'Error: Missing required parameter -d|--depot'],
    ['vib remove -n a --no-sig-check', 'Error: Invalid option --no-sig-check'],
  ])('nothing for %s', async (line, message) => {
    const { status, err } = await host.run(`esxcli software ${line}`);
    expect(status).toBe(1);
    expect(err.startsWith(message), err).toBe(true);
    expect(asked).toEqual([]);
  });
});

describe('its answer is printed:', () => {
  it.each([
    ['vib install -d /a.zip', 'Installation Result'],
    ['vib update -d /a.zip', 'Installation Result'],
    ['vib remove -n a', 'Removal Result'],
    ['profile install -d /a.zip -p P', 'Installation Result'],
    ['profile update -d /a.zip -p P', 'Update Result'],
  ])('%s', async (line, title) => {
    expect(await host.run(`esxcli software ${line}`)).toEqual({
      status: 0,
      err: '',
      out: [
        title,
        '   Message: Operation finished successfully.',
        '   Reboot Required: false',
        '   VIBs Installed: Acme_bootbank_acme_1.0.0-1, Acme_bootbank_two_1.0.0-1',
        '   VIBs Removed: ',
        '   VIBs Skipped: Acme_bootbank_old_1.0.0-1',
        '',
      ].join('\n'),
    });
  });

  it('also in the forms that scripts read', async () => {
    const { out } = await host.run('esxcli --formatter=keyvalue software vib install -d /a.zip');
    expect(out).toContain('InstallationResult.RebootRequired.string=false\n');
    expect(out).toContain('InstallationResult.VIBsInstalled[1].string=Acme_bootbank_two_1.0.0-1\n');
  });

  it('a refusal, each line of it', async () => {
    answer = JSON.stringify({ problem: { kind: 'DependencyError', lines: ['VIB a requires b.', 'VIB c too.'] } });
    expect(await host.run('esxcli software vib install -d /a.zip')).toEqual({
      status: 1,
      out: '',
      err: ' [DependencyError]\n VIB a requires b.\n VIB c too.\n Please refer to the log file for more details.\n',
    });
  });

  it.each(['', 'Segmentation fault', '{"result":'])('none at all: %j', async (stdout) => {
    answer = stdout;
    expect((await host.run('esxcli software vib install -d /a.zip')).err).toBe(
      ' [InstallationError]\n esxupdate ended without an answer: bbjs: out of memory\n Please refer to the log file for more details.\n',
    );
  });

  it('VIBs and profiles of depots as tables', async () => {
    const vib = createVib({ ...BASE, name: 'acme', vendor: 'Acme', acceptanceLevel: 'partner' });
    answer = JSON.stringify({ result: [vib] });
    expect((await host.run('esxcli software sources vib list -d /a.zip')).out).toBe(
      [
        'Name  Version            Vendor  Creation Date  Acceptance Level',
        '----  -----------------  ------  -------------  ----------------',
        'acme  5.5.0-0.0.1500500  Acme    2026-01-01     PartnerSupported',
        '',
      ].join('\n'),
    );
    expect((await host.run('esxcli software sources vib get -d /a.zip')).out).toMatch(
      /^Acme_bootbank_acme_.*\n {3}Name: acme\n/,
    );
    answer = JSON.stringify({ result: [PROFILE] });
    expect((await host.run('esxcli software sources profile list -d /a.zip')).out).toBe(
      [
        'Name                         Vendor    Acceptance Level',
        '---------------------------  --------  ----------------',
        'ESXi-5.5.0-1500500-standard  Bootbank  PartnerSupported',
        '',
      ].join('\n'),
    );
    expect((await host.run('esxcli software sources profile get -d /a.zip -p P')).out).toContain(
      '   VIBs: esx-base 5.5.0-0.0.1500500\n',
    );
  });

  it('how the host differs from a profile', async () => {
    const compared = { profile: 'P', hostProfile: 'H', isCompliant: false, onlyOnHost: ['a', 'b'], onlyInProfile: [] };
    answer = JSON.stringify({ result: compared });
    expect((await host.run('esxcli software profile validate -d /a.zip -p P')).out).toBe(
      [
        '   Compliant: false',
        '   Host Profile: H',
        '   Validation Profile: P',
        '   VIBs in Host Profile Only: a, b',
        '   VIBs in Validation Profile Only: ',
        '',
      ].join('\n'),
    );
  });
});

describe('the running host takes in what a change brought', () => {
  it.each<[string, string, object, number]>([
    ['at once', '', {}, 1],
    ['not when it waits for a restart', '', { rebootRequired: true }, 0],
    ['not when nothing was changed', '', { installed: [] }, 0],
    ['not when it was only asked what would happen', ' --dry-run', {}, 0],
    ['also when something was removed', '', { installed: [], removed: ['a'] }, 1],
  ])('%s', async (_, flags, result, times) => {
    answer = JSON.stringify({ result: { ...CHANGED, ...result } });
    const reapply = vi.spyOn(host.bench.host, 'reapply');
    await host.run(`esxcli software vib install -d /a.zip${flags}`);
    expect(reapply).toHaveBeenCalledTimes(times);
  });
});

describe('the acceptance level', () => {
  const low = createVib({ ...BASE, name: 'lowly', vendor: 'Acme', acceptanceLevel: 'community' });
  const told = [
    ' [AcceptanceConfigError]',
    " The host can't ask for PartnerSupported: these VIBs, installed or pending, have a lower level.",
    `   ${vibId(low)} (CommunitySupported)`,
    ' Please refer to the log file for more details.',
    '',
  ].join('\n');

  it('is shown and set', async () => {
    expect((await host.run('esxcli software acceptance get')).out).toBe('PartnerSupported\n');
    expect((await host.run('esxcli software acceptance set --level CommunitySupported')).out).toBe(
      "Host acceptance level changed to 'CommunitySupported'.\n",
    );
    expect(host.config.acceptanceLevel).toBe('community');
    expect((await host.run('esxcli software acceptance get')).out).toBe('CommunitySupported\n');
    await host.run('esxcli software acceptance set --level VMwareCertified');
    expect(host.config.acceptanceLevel).toBe('certified');
  });

  it('does not rise above that of an installed VIB', async () => {
    install(low);
    expect(await host.run('esxcli software acceptance set --level PartnerSupported')).toEqual({
      status: 1,
      out: '',
      err: told,
    });
    expect(host.config.acceptanceLevel).toBe('partner');
  });

  it('does not rise above that of a VIB that waits for the next start, which is told once', async () => {
    pend([BASE, low]);
    expect((await host.run('esxcli software acceptance set --level PartnerSupported')).err).toBe(told);
    install(low);
    expect((await host.run('esxcli software acceptance set --level PartnerSupported')).err).toBe(told);
  });

  it('may rise above that of a VIB in a bank that was given up', async () => {
    pend([BASE, low], 3);
    expect((await host.run('esxcli software acceptance set --level PartnerSupported')).status).toBe(0);
  });

  it('has one of four names', async () => {
    const { status, err } = await host.run('esxcli software acceptance set --level partner');
    expect([status, err]).toEqual([1, "Invalid data constraint for parameter 'level'.\n"]);
    expect((await host.run('esxcli software acceptance set')).status).toBe(1);
  });
});
