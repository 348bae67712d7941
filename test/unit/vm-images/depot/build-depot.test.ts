import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../vm-images/depot/node-codec.ts';
import { bytesSource } from '../../../../vm-images/userland/model/package/index.ts';
import { readDepot, zipDepot } from '../../../../vm-images/userland/model/software/depot.ts';
import { vibId } from '../../../../vm-images/userland/model/software/vib.ts';
import { checkSignature, readPayload } from '../../../../vm-images/userland/model/software/vib-archive.ts';
import { listTar } from '../../../../vm-images/userland/model/tar.ts';
import { certificate, type DepotParts, makeDepot, SOME_DAY, type VibParts } from '../../../helpers/small-depot.ts';

const BASE = 'Bootbank_bootbank_esx-base_5.5.0-0.1.1500500';
const OLD = 'Bootbank_bootbank_net-old_1.0.0-1bb.550.0.0.1500500';
const TRUST = { roots: [certificate('root')], atMs: SOME_DAY };

function open(parts: DepotParts = {}) {
  return readDepot(zipDepot(bytesSource(makeDepot(parts).zip), 'depot', nodeCodec), nodeCodec);
}

/** Texts of the files that the named VIB of a depot brings, by path. */
async function contentOf(parts: DepotParts, name: string): Promise<Map<string, string>> {
  const depot = await open(parts);
  const archive = await depot.openVib(depot.vibs.find((vib) => vib.name === name)!);
  const files = archive.vib.payloads.flatMap((payload) =>
    listTar(new Uint8Array(gunzipSync(readPayload(archive, payload, nodeCodec))), nodeCodec),
  );
  return new Map(files.map(({ path, data }) => [path, nodeCodec.utf8Decode(data)]));
}

describe('a depot is built', () => {
  it('the same each time', () => {
    const parts = { vibs: [{}, { name: 'two' }], profiles: [{ name: 'p' }] };
    expect(makeDepot(parts).zip).toEqual(makeDepot(parts).zip);
  });

  it('with what its description says of a VIB', async () => {
    const [vib] = (
      await open({
        vibs: [
          {
            description: 'More words',
            depends: ['esx-base >= 5.5.0', 'driver'],
            conflicts: ['rival << 2.0'],
            replaces: ['acme-old'],
            provides: ['service = 3.0'],
            tags: ['driver'],
            maintenanceMode: true,
            liveInstall: true,
            liveRemove: true,
            overlay: true,
            hardware: [{ vendor: 'Acme' }],
          },
        ],
      })
    ).vibs;
    expect(vib).toMatchObject({
      description: 'More words',
      releaseDate: '2014-11-03T00:00:00.000000+00:00',
      depends: [{ name: 'esx-base', relation: '>=', version: '5.5.0' }, { name: 'driver' }],
      conflicts: [{ name: 'rival', relation: '<<', version: '2.0' }],
      replaces: [{ name: 'acme-old' }],
      provides: [{ name: 'service', relation: '=', version: '3.0' }],
      tags: ['driver'],
      maintenanceModeRequired: true,
      liveInstallAllowed: true,
      liveRemoveAllowed: true,
      overlay: true,
      hardwarePlatforms: [{ vendor: 'Acme', model: '' }],
      files: ['opt/acme/tool'],
      acceptanceLevel: 'partner',
    });
  });

  it.each([
    ['certified', undefined, null],
    ['accepted', undefined, null],
    ['partner', undefined, null],
    ['community', undefined, null],
    ['partner', 'certified', null],
    ['certified', 'partner', /VibSigVerifyError/],
    ['partner', 'nobody', /VibSigMissingError/],
    ['partner', 'stranger', /VibSigVerifyError/],
    ['partner', 'expired', /VibSigVerifyError/],
  ] as [VibParts['level'], VibParts['signedBy'], RegExp | null][])(
    '%s signed by %s',
    async (level, signedBy, refusal) => {
      const depot = await open({ vibs: [{ level, ...(signedBy && { signedBy }) }] });
      const archive = await depot.openVib(depot.vibs[0]!);
      const check = () => checkSignature(archive, TRUST, nodeCodec);
      if (refusal) expect(check).toThrow(refusal);
      else check();
    },
  );

  it.each([
    ['acme', 'acme'],
    ['Net.Driver+Acme_very-long-name', 'netdriveracme_v'],
    ['0-', '0-'],
  ])('with a payload of %s called %s', async (name, payload) => {
    expect((await open({ vibs: [{ name }] })).vibs[0]?.payloads.map((one) => one.name)).toEqual([payload]);
  });

  it('with files of texts and of bytes that do not compress', async () => {
    const files = [
      { path: 'etc/acme.conf', text: 'on\n' },
      { path: 'opt/acme/data', size: '3KiB' },
    ];
    const content = await contentOf({ vibs: [{ files }] }, 'acme');
    expect(content.get('etc/acme.conf')).toBe('on\n');
    const { vibs } = await open({ vibs: [{ files }] });
    expect(vibs[0]!.payloads[0]!.size).toBeGreaterThan(3072);
  });

  it('and gives each VIB as a file of its own', () => {
    const { zip, vibs } = makeDepot({ vibs: [{}, { name: 'two' }] });
    expect([...vibs.keys()]).toEqual(['acme', 'two']);
    for (const file of vibs.values()) expect(Buffer.from(zip).includes(Buffer.from(file))).toBe(true);
  });
});

describe('its profiles', () => {
  const profile = async (vibs: string[] | undefined, parts: DepotParts = {}) => {
    const depot = await open({ ...parts, profiles: [{ name: 'p', ...(vibs && { vibs }) }] });
    return depot.profiles[0]!.vibs.map(({ id }) => id);
  };

  it('have all of the depot, and of the image what it does not replace', async () => {
    expect(await profile(undefined)).toEqual(['Acme_bootbank_acme_1.0.0-1', BASE, OLD]);
    expect(await profile(undefined, { base: { build: '1700700' } })).toEqual([
      'Bootbank_bootbank_esx-base_5.5.0-0.1.1700700',
      OLD,
    ]);
  });

  it('or what they name', async () => {
    expect(await profile(['esx-base', 'acme'])).toEqual([BASE, 'Acme_bootbank_acme_1.0.0-1']);
  });

  it('have one version of each', async () => {
    const vibs = [{ version: '2.0-1' }, { version: '10.0-1' }, { version: '9.0-1' }];
    const newest = 'Acme_bootbank_acme_10.0-1';
    expect(await profile(undefined, { vibs })).toEqual([newest, BASE, OLD]);
    expect(await profile(['acme'], { vibs })).toEqual([newest]);
  });

  it('are not built with what is not there', () => {
    expect(() => makeDepot({ profiles: [{ name: 'p', vibs: ['nobody'] }] })).toThrow(
      'no VIB nobody; there are acme, esx-base, net-old',
    );
  });
});

describe('its bulletins', () => {
  it('name VIBs of the depot alone', async () => {
    const vibs = [{}, { name: 'two' }];
    const { bulletins } = await open({
      vibs,
      bulletins: [
        { id: 'all', summary: 'All', severity: 'critical' },
        { id: 'one', summary: 'One', vibs: ['two'] },
      ],
    });
    expect(bulletins).toMatchObject([
      {
        id: 'all',
        severity: 'critical',
        vendor: 'Acme',
        vibIds: ['Acme_bootbank_acme_1.0.0-1', 'Acme_bootbank_two_1.0.0-1'],
      },
      { id: 'one', vibIds: ['Acme_bootbank_two_1.0.0-1'] },
    ]);
    expect(() => makeDepot({ bulletins: [{ id: 'x', summary: 's', vibs: ['esx-base'] }] })).toThrow('no VIB esx-base');
  });
});

describe('another release of the base', () => {
  const release = { base: { build: '1700700', update: 1, files: [{ path: 'etc/news/today', text: 'hello' }] } };

  it('calls itself so, and is what it was in all else', async () => {
    const [vib] = (await open(release)).vibs;
    expect(vibId(vib!)).toBe('Bootbank_bootbank_esx-base_5.5.0-1.15.1700700');
    expect(vib).toMatchObject({
      acceptanceLevel: 'certified',
      provides: [{ name: 'esx-version', relation: '=', version: '5.5.0' }, { name: 'vmkapi_2_2_0_0' }],
      payloads: [
        { name: 'b', type: 'boot' },
        { name: 's', type: 'vgz' },
      ],
      files: ['bin/bbjs', 'etc/vmware/release', 'etc/vmware/product', 'etc/news/today'],
    });
    expect(Object.fromEntries(await contentOf(release, 'esx-base'))).toEqual({
      'bin/bbjs': 'runner',
      'etc/vmware/release': 'version = "5.5.0"\nbuild = "1700700"\nupdate = "1"\n',
      'etc/vmware/product': 'VMware ESXi 5.5.0 (VMKernel Release Build 1700700)\n',
      'etc/news/today': 'hello',
    });
  });

  it('may bring another content of a file that the base has', async () => {
    const parts = { base: { build: '1700700', files: [{ path: 'bin/bbjs', text: 'new' }] } };
    expect((await contentOf(parts, 'esx-base')).get('bin/bbjs')).toBe('new');
    expect((await open(parts)).vibs[0]?.files).toEqual(['bin/bbjs', 'etc/vmware/release', 'etc/vmware/product']);
  });

  it.each([
    [0, '5.5.0-0.1.1700700'],
    [2, '5.5.0-2.30.1700700'],
  ])('of update %i is version %s', async (update, version) => {
    expect((await open({ base: { build: '1700700', update } })).vibs[0]?.version).toBe(version);
  });
});
