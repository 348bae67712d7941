import { describe, expect, it } from 'vitest';
import { type DepotDescription, depotDescription, parseDepot, sizeBytes } from '../../../../labs/schema/depot.ts';
import { formatProblem } from '../../../../labs/schema/index.ts';

const WHOLE = `version: 1
vendor: { name: Acme, code: ACM }
released: "2014-11-03"
vibs:
  - name: net-acme
    version: 1.0.0-1OEM.550.0.0.1500500
    vendor: Acme
    level: partner
    summary: A driver
    files: [{ path: opt/acme/tool, text: hello }]
`;
const VIB = { vib: '    files:', profile: 'vibs:', top: 'vibs:' };

/** Problems of the sample with a piece of it changed. */
function problems(from: string, to: string): string[] {
  const yaml = WHOLE.replace(from, to);
  if (yaml === WHOLE) throw new Error(`nothing to change: ${from}`);
  const parsed = parseDepot(yaml, 'd.yaml');
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

function read(text: string): DepotDescription {
  const parsed = parseDepot(text, 'd.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.value;
}

describe('a depot description', () => {
  it('needs no more than what a VIB is', () => {
    expect(read(WHOLE).vibs[0]).toEqual({
      name: 'net-acme',
      version: '1.0.0-1OEM.550.0.0.1500500',
      vendor: 'Acme',
      level: 'partner',
      summary: 'A driver',
      depends: [],
      conflicts: [],
      replaces: [],
      provides: [],
      tags: [],
      maintenanceMode: false,
      liveInstall: false,
      liveRemove: false,
      overlay: false,
      hardware: [],
      files: [{ path: 'opt/acme/tool', text: 'hello', mode: '0644' }],
    });
  });

  it('may be a base alone, with profiles and bulletins of all it has', () => {
    const depot = read(`version: 1
vendor: { name: Acme, code: ACM }
released: "2014-11-03"
base: { build: "1700700" }
profiles: [{ name: p }]
bulletins: [{ id: B-1, summary: A fix }]
`);
    expect(depot).toMatchObject({
      base: { build: '1700700', update: 0, files: [] },
      vibs: [],
      profiles: [{ name: 'p', vibs: 'all', level: 'partner', description: 'An image profile.' }],
      bulletins: [{ severity: 'general', category: 'general', description: '', vibs: 'all' }],
    });
  });

  it('may have variables, which are filled in before it is judged', () => {
    const yaml = WHOLE.replace('1.0.0-1OEM', '{{version}}-1OEM');
    const parsed = parseDepot(yaml, 'd.yaml', { version: '3.2.1' });
    expect(parsed.ok && parsed.value.vibs[0]?.version).toBe('3.2.1-1OEM.550.0.0.1500500');
  });

  it.each(['esx-base', 'esx-base >= 5.5.0', 'vmkapi_2_2_0_0', 'a << 1-2.b', 'a = 1', 'a >> 1', 'a <= 1'])(
    'takes the relation %s',
    (relation) => {
      expect(problems(VIB.vib, `    depends: ["${relation}"]\n${VIB.vib}`)).toEqual([]);
    },
  );

  it('counts sizes in bytes', () => {
    expect(['1KiB', '64MiB', '0KiB'].map(sizeBytes)).toEqual([1024, 67108864, 0]);
  });
});

describe('a depot description is refused', () => {
  it.each<[string, string, string, string]>([
    ['of another version', 'version: 1\n', 'version: 2\n', 'd.yaml:1:10 version: expected 1, found 2'],
    ['with an unknown key', VIB.top, 'vib: []\nvibs:', 'd.yaml:4:1 unknown key "vib"'],
    ['without a date', 'released: "2014-11-03"\n', '', 'd.yaml:1:1 "released" is missing'],
    ['with a date that is none', '2014-11-03', '2014-13-03', 'd.yaml:3:11 released: is a date such as "2014-11-03"'],
    ['with a date in words', '2014-11-03', 'today', 'd.yaml:3:11 released: is a date such as "2014-11-03"'],
    ['with a vendor code in small letters', 'ACM', 'acm', 'd.yaml:2:29 vendor.code: is a code of 2 to 8 capitals'],
    ['with a VIB of no name', 'net-acme', '""', 'd.yaml:5:11 vibs[0].name: has letters, digits, dots and hyphens'],
    ['with a VIB whose name is a path', 'net-acme', '../acme', 'd.yaml:5:11 vibs[0].name: '],
    [
      'with a version that has no release',
      '1.0.0-1OEM.550.0.0.1500500',
      '1.0.0',
      'd.yaml:6:14 vibs[0].version: is VERSION-RELEASE',
    ],
    [
      'with a level of its own',
      'level: partner',
      'level: gold',
      'd.yaml:8:12 vibs[0].level: expected certified, accepted, partner or community, found "gold"',
    ],
    [
      'with a signer that is not there',
      VIB.vib,
      `    signedBy: me\n${VIB.vib}`,
      'd.yaml:10:15 vibs[0].signedBy: expected',
    ],
    [
      'with damage of another kind',
      VIB.vib,
      `    damage: fire\n${VIB.vib}`,
      'd.yaml:10:13 vibs[0].damage: expected payload, descriptor or truncated, found "fire"',
    ],
    [
      'with a relation that is none',
      VIB.vib,
      `    depends: ["a > 1"]\n${VIB.vib}`,
      'd.yaml:10:15 vibs[0].depends[0]: is a name, or a name, a relation',
    ],
    [
      'with a relation without a version',
      VIB.vib,
      `    depends: ["a >="]\n${VIB.vib}`,
      'd.yaml:10:15 vibs[0].depends[0]: is a name',
    ],
    [
      'with a payload of a long name',
      VIB.vib,
      `    payload: a-name-of-16-let\n${VIB.vib}`,
      'd.yaml:10:14 vibs[0].payload: has small letters',
    ],
    ['with no files', '[{ path: opt/acme/tool, text: hello }]', '[]', 'd.yaml:10:12 vibs[0].files'],
    [
      'with an absolute path',
      'opt/acme',
      '/opt/acme',
      'd.yaml:10:21 vibs[0].files[0].path: is a path below the root without a leading slash',
    ],
    ['with a path that leads out', 'opt/acme', 'opt/../../acme', 'd.yaml:10:21 vibs[0].files[0].path: has an odd part'],
    ['with a path of blanks', 'opt/acme/tool', '"opt/a b"', 'd.yaml:10:21 vibs[0].files[0].path: is a path'],
    ['with a file of nothing', ', text: hello', '', 'd.yaml:10:13 vibs[0].files[0]: needs either text or size'],
    [
      'with a file of two things',
      ', text: hello',
      ', text: a, size: 1KiB',
      'd.yaml:10:13 vibs[0].files[0]: needs either text or size',
    ],
    [
      'with a size in other units',
      'text: hello',
      'size: 5MB',
      'd.yaml:10:42 vibs[0].files[0].size: is a number of KiB or MiB',
    ],
    ['with files that fill a host', 'text: hello', 'size: 65MiB', 'd.yaml:1:1 has files of more than 64 MiB together'],
    [
      'with a mode that is none',
      'text: hello',
      'text: a, mode: "0988"',
      'd.yaml:10:51 vibs[0].files[0].mode: is an octal mode',
    ],
    [
      'with a build that is no number',
      VIB.top,
      'base: { build: five }\nvibs:',
      'd.yaml:4:16 base.build: is a number of 6 to 8 digits',
    ],
    ['with a profile of no VIBs', VIB.top, 'profiles: [{ name: p, vibs: [] }]\nvibs:', 'd.yaml:4:29 profiles[0].vibs'],
    [
      'with a profile of a strange name',
      VIB.top,
      'profiles: [{ name: "a b" }]\nvibs:',
      'd.yaml:4:20 profiles[0].name: has letters',
    ],
    [
      'with a bulletin that says nothing',
      VIB.top,
      'bulletins: [{ id: B }]\nvibs:',
      'd.yaml:4:13 bulletins[0]: "summary" is missing',
    ],
    [
      'with a severity of its own',
      VIB.top,
      'bulletins: [{ id: B, summary: s, severity: huge }]\nvibs:',
      'd.yaml:4:44 bulletins[0].severity: expected',
    ],
  ])('%s', (_, from, to, message) => {
    const found = problems(from, to);
    expect((found[0] ?? '').slice(0, message.length)).toBe(message);
  });

  it('that has nothing in it', () => {
    const empty = depotDescription.safeParse({ version: 1, vendor: { name: 'A', code: 'AA' }, released: '2014-11-03' });
    expect(empty.error?.issues.map(({ message }) => message)).toEqual(['needs a base or vibs']);
  });

  it('that has one VIB twice, though two versions of one are two', () => {
    const second = (version: string) =>
      `vibs:\n  - { name: net-acme, version: ${version}, vendor: Acme, level: partner, summary: s, files: [{ path: a, text: a }] }\n  -`;
    expect(problems('vibs:\n  -', second('1.0.0-1OEM.550.0.0.1500500'))).toEqual(['d.yaml:1:1 has one VIB twice']);
    expect(problems('vibs:\n  -', second('2.0.0-1'))).toEqual([]);
  });
});
