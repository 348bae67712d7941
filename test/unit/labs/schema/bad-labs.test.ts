import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleLab, catalogueProblems, formatProblem, parseLab } from '../../../../labs/schema/index.ts';
import { instructionsMd, labYaml, sampleFiles } from '../sample-lab.ts';

/** What is changed in the sample, and every problem that must then be told. */
interface Case {
  title: string;
  change: [string, string];
  expected: string[];
}

const cases: Case[] = [
  {
    title: 'a version from the future',
    change: ['version: 1', 'version: 7'],
    expected: ['lab.yaml:1:10 version 7 is newer than this program knows (1): update Bootbank'],
  },
  {
    title: 'a version that is none',
    change: ['version: 1', 'version: one'],
    expected: ['lab.yaml:1:10 version: expected 1, found "one"'],
  },
  { title: 'no version', change: ['version: 1\n', ''], expected: ['lab.yaml:1:1 "version" is missing'] },
  {
    title: 'an unknown key at the top',
    change: ['minutes: 10', 'minutes: 10\nlevel: hard'],
    expected: ['lab.yaml:6:1 unknown key "level"'],
  },
  {
    title: 'a misspelt key in a host',
    change: ['memoryMiB: 128', 'memoryMib: 128'],
    expected: ['lab.yaml:14:20 hosts[0]: unknown key "memoryMib"'],
  },
  {
    title: 'text for a number',
    change: ['minutes: 10', 'minutes: ten'],
    expected: ['lab.yaml:5:10 minutes: expected a number, found "ten"'],
  },
  {
    title: 'a fraction for a whole number',
    change: ['minutes: 10', 'minutes: 1.5'],
    expected: ['lab.yaml:5:10 minutes: expected a whole number, found 1.5'],
  },
  {
    title: 'minutes out of range',
    change: ['minutes: 10', 'minutes: 0'],
    expected: ['lab.yaml:5:10 minutes: must be at least 1, found 0'],
  },
  {
    title: 'an unknown course',
    change: ['course: networking', 'course: cooking'],
    expected: [
      'lab.yaml:4:9 course: expected first-steps, networking, storage, updates, remote, deployment, security or migration, found "cooking"',
    ],
  },
  {
    title: 'an id with capitals',
    change: ['id: sample', 'id: Sample'],
    expected: ['lab.yaml:2:5 id: a lab id has small letters, digits and hyphens'],
  },
  {
    title: 'an empty title',
    change: ['title: A sample', 'title: ""'],
    expected: ['lab.yaml:3:8 title: must not be empty, found an empty text'],
  },
  {
    title: 'a list for a text',
    change: ['title: A sample', 'title: [A]'],
    expected: ['lab.yaml:3:8 title: expected a text, found a list'],
  },
  {
    title: 'no objectives',
    change: ['objectives: [Do a thing]', 'objectives: []'],
    expected: ['lab.yaml:6:13 objectives: needs at least one entry, found an empty list'],
  },
  {
    title: 'memory that is no power of two',
    change: ['memoryMiB: 128', 'memoryMiB: 100'],
    expected: ['lab.yaml:14:31 hosts[0].memoryMiB: memory must be a power of two'],
  },
  {
    title: 'a NIC on a network that is not there',
    change: ['{ network: storage }]', '{ network: store }]'],
    expected: ['lab.yaml:14:73 network "store" is not declared under networks'],
  },
  {
    title: 'a bad MAC address',
    change: ['{ network: storage }]', '{ network: storage, mac: "01:00:5e:00:00:01" }]'],
    expected: [
      'lab.yaml:14:87 hosts[0].nics[1].mac: a MAC address is six pairs in small hexadecimal, not a group address',
    ],
  },
  {
    title: 'two networks of one name',
    change: ['name: storage, mtu', 'name: mgmt, mtu'],
    expected: [
      'lab.yaml:12:13 network "mgmt" is there twice',
      'lab.yaml:14:73 network "storage" is not declared under networks',
    ],
  },
  {
    title: 'VLANs that are neither list nor trunk',
    change: ['vlans: trunk', 'vlans: [4095]'],
    expected: ['lab.yaml:12:41 networks[1].vlans[0]: must be at most 4094, found 4095'],
  },
  {
    title: 'set-up on an unknown host',
    change: ['- { host: esx01, run: "true" }', '- { host: esx02, run: "true" }'],
    expected: ['lab.yaml:16:13 host "esx02" is not declared under hosts'],
  },
  {
    title: 'set-up without anything to do',
    change: [', run: "true" }', ' }'],
    expected: ['lab.yaml:16:5 setup[0]: needs one of run, file, depot, restart and link'],
  },
  {
    title: 'a cable that nothing is done to',
    change: ['run: "true"', 'link: vmnic0'],
    expected: ['lab.yaml:16:5 setup[0]: "link" goes with up, lossPercent or delayMs'],
  },
  {
    title: 'a cable of a NIC that the host has not',
    change: ['run: "true"', 'link: vmnic7, up: false'],
    expected: ['lab.yaml:16:26 esx01 has no vmnic7'],
  },
  {
    title: 'frames of a network that nobody declared',
    change: [
      'probe: exec, args: { command: hostname }, expect: { matches: "^esx" }',
      'probe: wire, args: { network: backup }, expect: { count: 0 }',
    ],
    expected: ['lab.yaml:30:54 network "backup" is not declared under networks'],
  },
  {
    title: 'a set-up file without a place',
    change: ['run: "true"', 'file: motd'],
    expected: ['lab.yaml:16:5 setup[0]: a file or depot needs "to"'],
  },
  {
    title: 'a set-up file that is not there',
    change: ['run: "true"', 'file: motd, to: /etc/motd'],
    expected: ['lab.yaml:16:26 files/motd is missing'],
  },
  {
    title: 'a set-up depot that is not there',
    change: ['run: "true"', 'depot: new.yaml, to: /vmfs/volumes/datastore1/new.zip'],
    expected: ['lab.yaml:16:27 depots/new.yaml is missing'],
  },
  {
    title: 'a VIB without a depot',
    change: ['run: "true"', 'run: "true", vib: tool'],
    expected: ['lab.yaml:16:5 setup[0]: "vib" goes with "depot"'],
  },
  {
    title: 'a screen to wait for without a restart',
    change: ['run: "true"', 'run: "true", until: Fatal'],
    expected: ['lab.yaml:16:5 setup[0]: "until" goes with "restart"'],
  },
  {
    title: 'a restart of a kind that is not known',
    change: ['run: "true"', 'restart: halt'],
    expected: ['lab.yaml:16:29 setup[0].restart: expected reboot or power-cycle, found "halt"'],
  },
  {
    title: 'a fault of a kind that is not known',
    change: ['tasks:', 'faults:\n  - { id: f, host: esx01, kind: fire, reveal: x }\ntasks:'],
    expected: [
      'lab.yaml:18:33 faults[0].kind: expected commands, damaged-module, full-bank, interrupted-first-boot, wrong-counter, hanging-start or link, found "fire"',
    ],
  },
  {
    title: 'a damaged module without its name',
    change: ['tasks:', 'faults:\n  - { id: f, host: esx01, kind: damaged-module, reveal: x }\ntasks:'],
    expected: ['lab.yaml:18:5 faults[0]: "module" is missing'],
  },
  {
    title: 'a fault that does nothing',
    change: ['tasks:', 'faults:\n  - { id: f, host: esx01, reveal: x }\ntasks:'],
    expected: ['lab.yaml:18:5 faults[0]: "run" is missing'],
  },
  {
    title: 'a path out of a bank in a fault',
    change: ['tasks:', 'faults:\n  - { id: f, host: esx01, kind: damaged-module, module: ../x, reveal: x }\ntasks:'],
    expected: ['lab.yaml:18:57 faults[0].module: is the name of a file in a bank: "s.v00", or a variable'],
  },
  {
    title: 'keys at the boot loader of a host that is not restarted',
    change: ['expect: { matches: "^esx" } }', 'expect: { matches: "^esx" }, boot: [{ wait: "SHIFT", keys: "x" }] }'],
    expected: ['lab.yaml:30:9 tasks[1].checks[0]: "boot" goes with "after: power-cycle" or "after: reboot"'],
  },
  {
    title: 'two facts of a boot bank at once',
    change: ['probe: exec, args: { command: hostname }', 'probe: bootbank, args: { key: updated, vib: esx-base }'],
    expected: ['lab.yaml:30:47 tasks[1].checks[0].args: needs one of key, saved, vib and modules'],
  },
  {
    title: 'a variable nobody declared',
    change: ['Look at {{vlan}}', 'Look at {{vlna}}'],
    expected: ['lab.yaml:22:26 variable "vlna" is not declared under variables'],
  },
  {
    title: 'a variable nobody uses',
    change: ['  vlan: { pick', '  other: { pick: password }\n  vlan: { pick'],
    expected: ['lab.yaml:9:10 variable "other" is never used'],
  },
  {
    title: 'an unknown way to pick',
    change: ['pick: integer, from: 100, to: 199', 'pick: float'],
    expected: ['lab.yaml:9:17 variables.vlan.pick: expected integer, ipv4, name, password or choice, found "float"'],
  },
  {
    title: 'a range the wrong way round',
    change: ['from: 100, to: 199', 'from: 200, to: 199'],
    expected: ['lab.yaml:9:9 variables.vlan: from is after to'],
  },
  {
    title: 'an ipv4 range that is no network',
    change: ['pick: integer, from: 100, to: 199', 'pick: ipv4, in: 192.168.50.7/24'],
    expected: ['lab.yaml:9:27 variables.vlan.in: is not an IPv4 network such as 192.168.50.0/24 (/8 to /29)'],
  },
  {
    title: 'a variable name with a hyphen',
    change: ['  vlan: { pick', '  my-vlan: { pick: password }\n  vlan: { pick'],
    expected: ['lab.yaml:9:3 variables.my-vlan: a variable name begins with a small letter and has letters and digits'],
  },
  {
    title: 'more variables than values',
    change: [
      '  vlan: { pick: integer, from: 100, to: 199 }',
      '  vlan: { pick: integer, from: 1, to: 1 }\n  other: { pick: integer, from: 1, to: 1 } # {{other}}',
    ],
    expected: ['lab.yaml:10:10 variable "other" finds no value that another one does not have'],
  },
  {
    title: 'two tasks of one id',
    change: ['- id: second', '- id: first'],
    expected: [
      'lab.yaml:26:9 task "first" is there twice',
      'lab.yaml:18:5 tasks require each other in a circle: first → first',
      'lab.yaml:30:9 check "first.1" is there twice',
      'instructions.md:13:1 section "second" is not a task of this lab',
    ],
  },
  {
    title: 'a task named like a part of the text',
    change: ['- id: second', '- id: outro'],
    expected: ['lab.yaml:26:9 tasks[1].id: is the name of a part of instructions.md'],
  },
  {
    title: 'a prerequisite that is no task',
    change: ['requires: [first]', 'requires: [zeroth]'],
    expected: ['lab.yaml:28:16 task "zeroth" is not in this lab'],
  },
  {
    title: 'tasks in a circle',
    change: ['    title: First\n', '    title: First\n    requires: [second]\n'],
    expected: ['lab.yaml:20:15 tasks require each other in a circle: first → second → first'],
  },
  {
    title: 'hints dearer than the task',
    change: ['text: More, cost: 1', 'text: More, cost: 3'],
    expected: ['lab.yaml:22:7 hints cost 3 points together; the task has 2'],
  },
  {
    title: 'a task without checks',
    change: [
      'checks:\n      - { host: esx01, probe: esxcli, args: { command: network vswitch standard list, select: vSwitch1.MTU }, expect: { equals: "9000" } }',
      'checks: []',
    ],
    expected: ['lab.yaml:24:13 tasks[0].checks: needs at least one entry, found an empty list'],
  },
  {
    title: 'an unknown probe',
    change: ['probe: exec,', 'probe: exce,'],
    expected: [
      'lab.yaml:30:31 tasks[1].checks[0].probe: expected exec, file, esxcli, bootbank, disk, console or wire, found "exce"',
    ],
  },
  {
    title: 'a check without a probe',
    change: ['probe: exec, ', ''],
    expected: ['lab.yaml:30:9 tasks[1].checks[0]: "probe" is missing'],
  },
  {
    title: 'a check on an unknown host',
    change: ['- { host: esx01, probe: exec,', '- { host: esx9, probe: exec,'],
    expected: ['lab.yaml:30:17 host "esx9" is not declared under hosts'],
  },
  {
    title: 'an argument of another probe',
    change: ['args: { command: hostname }', 'args: { command: hostname, path: /x }'],
    expected: ['lab.yaml:30:64 tasks[1].checks[0].args: unknown key "path"'],
  },
  {
    title: 'an esxcli command with shell syntax',
    change: ['network vswitch standard list,', 'network vswitch standard list | head,'],
    expected: [
      'lab.yaml:25:56 tasks[0].checks[0].args.command: is one esxcli command without the word esxcli and without shell syntax',
    ],
  },
  {
    title: 'an expectation without a matcher',
    change: ['expect: { matches: "^esx" }', 'expect: {}'],
    expected: ['lab.yaml:30:74 tasks[1].checks[0].expect: needs a matcher such as equals'],
  },
  {
    title: 'an unknown matcher',
    change: ['expect: { matches: "^esx" }', 'expect: { like: "^esx" }'],
    expected: ['lab.yaml:30:76 tasks[1].checks[0].expect: unknown key "like"'],
  },
  {
    title: 'a pattern that can take for ever',
    change: ['matches: "^esx"', 'matches: "^(a+)+$"'],
    expected: [
      'lab.yaml:30:85 tasks[1].checks[0].expect.matches: the pattern repeats a group that repeats inside, which can take for ever',
    ],
  },
  {
    title: 'a pattern that is none',
    change: ['matches: "^esx"', 'matches: "(esx"'],
    expected: ['lab.yaml:30:85 tasks[1].checks[0].expect.matches: the pattern /(esx/u: Unterminated group'],
  },
  {
    title: 'a time that is not known',
    change: ['after: power-cycle', 'after: lunch'],
    expected: ['lab.yaml:31:105 tasks[1].checks[1].after: expected now, reboot or power-cycle, found "lunch"'],
  },
  {
    title: 'a relative path',
    change: ['path: /etc/motd', 'path: etc/motd'],
    expected: ['lab.yaml:31:51 tasks[1].checks[1].args.path: must be an absolute path'],
  },
  {
    title: 'YAML with a key twice',
    change: ['minutes: 10', 'minutes: 10\nminutes: 11'],
    expected: ['lab.yaml:6:1 Map keys must be unique'],
  },
  {
    title: 'YAML with a tab',
    change: ['minutes: 10', 'minutes:\n\t- 10'],
    expected: ['lab.yaml:6:1 Tabs are not allowed as indentation'],
  },
  {
    title: 'YAML with an alias to nothing',
    change: ['minutes: 10', 'minutes: *ten'],
    expected: ['lab.yaml:5:10 there is no anchor &ten before this'],
  },
];

describe('a bad lab.yaml', () => {
  it.each(cases)('is told where and what: $title', ({ change: [from, to], expected }) => {
    expect(labYaml).toContain(from);
    const { problems } = assembleLab(sampleFiles({ 'lab.yaml': labYaml.replace(from, to) }));
    expect(problems.map(formatProblem).sort()).toEqual([...expected].sort());
  });

  it('has every problem told, not only the first', () => {
    const broken = labYaml
      .replace('minutes: 10', 'minutes: ten')
      .replace('probe: exec,', 'probe: exce,')
      .replace('title: First', 'title: 1');
    const result = parseLab(broken, 'x.yaml');
    expect(result.problems.map((problem) => problem.line)).toEqual([5, 19, 30]);
  });
});

describe('the files of a lab', () => {
  const problemsOf = (changes: Record<string, string | null>, options = {}) =>
    assembleLab(sampleFiles(changes), options).problems.map(formatProblem);

  it('fit together in the sample', () => expect(problemsOf({})).toEqual([]));

  it.each<[string, Record<string, string | null>, string[]]>([
    ['no lab.yaml', { 'lab.yaml': null }, ['lab.yaml:1:1 is missing']],
    ['no instructions', { 'instructions.md': null }, ['instructions.md:1:1 is missing']],
    [
      'no solution',
      { 'solution/esx01.sh': null },
      ['lab.yaml:2:5 the solution is missing: there is no solution/esx01.sh'],
    ],
    [
      'a solution of an unknown host',
      { 'solution/esx07.sh': 'true\n' },
      ['solution/esx07.sh:1:1 host "esx07" is not declared under hosts'],
    ],
    [
      'something else in solution',
      { 'solution/notes.txt': 'x' },
      ['solution/notes.txt:1:1 is not a file that belongs in solution'],
    ],
    [
      'an unknown variable in the solution',
      { 'solution/esx01.sh': 'true\n\necho {{nope}}\n' },
      ['solution/esx01.sh:3:6 variable "nope" is not declared under variables'],
    ],
    [
      'a task without a section',
      { 'instructions.md': instructionsMd.replace('## second', 'second') },
      ['lab.yaml:26:9 task "second" has no section "## second" in instructions.md'],
    ],
    [
      'a section without a task',
      { 'instructions.md': instructionsMd.replace('## outro', '## third') },
      ['instructions.md:17:1 section "third" is not a task of this lab'],
    ],
    [
      'an empty section',
      { 'instructions.md': instructionsMd.replace('Do more.\n', '') },
      ['instructions.md:13:1 section "second" is empty'],
    ],
    [
      'no situation',
      { 'instructions.md': instructionsMd.replace('The situation.', '') },
      ['instructions.md:1:1 the introduction is missing: text before the first section tells the situation'],
    ],
    [
      'an unknown variable in the text',
      { 'instructions.md': instructionsMd.replace('{{vlan}}', '{{lan}}') },
      ['instructions.md:7:10 variable "lan" is not declared under variables'],
    ],
    [
      'a mistake that fails an unknown task',
      { 'solution/variants.yaml': 'mistakes:\n  - { title: x, host: esx01, run: "true", fails: [third] }\n' },
      ['solution/variants.yaml:2:51 task "third" is not in this lab'],
    ],
    [
      'a way on an unknown host',
      { 'solution/variants.yaml': 'ways:\n  - { title: x, host: esx02, run: "true" }\n' },
      ['solution/variants.yaml:2:23 host "esx02" is not declared under hosts'],
    ],
    [
      'a depot that is none',
      {
        'depots/new.yaml':
          'version: 1\nvendor: { name: x, code: X1 }\nreleased: "2014-13-30"\nbase: { build: "1500501" }\n',
      },
      ['depots/new.yaml:3:11 released: is a date such as "2014-11-03"'],
    ],
    [
      'a variant that does nothing',
      { 'solution/variants.yaml': 'ways:\n  - { title: x, host: esx01 }\n' },
      ['solution/variants.yaml:2:5 ways[0]: needs run or steps'],
    ],
    [
      'a step of a variant on an unknown host',
      { 'solution/variants.yaml': 'ways:\n  - { title: x, host: esx01, steps: [{ host: esx09, keys: x }] }\n' },
      ['solution/variants.yaml:2:46 host "esx09" is not declared under hosts'],
    ],
    [
      'key strokes for nobody',
      { 'solution/console.yaml': 'steps:\n  - { host: esx01 }\n' },
      ['solution/console.yaml:2:5 steps[0]: needs one of run, power, wait, keys and until'],
    ],
  ])('are told apart when wrong: %s', (_title, changes, expected) => {
    expect(problemsOf(changes)).toEqual(expected);
  });

  it('ignore headings inside fenced code', () => {
    const text = instructionsMd.replace('Do more.', '```\n## not a section\n```');
    expect(problemsOf({ 'instructions.md': text })).toEqual([]);
  });

  it('must lie in a folder named like the lab', () => {
    expect(problemsOf({}, { folder: 'other', prefix: 'labs/catalog/other/' })).toEqual([
      'labs/catalog/other/lab.yaml:2:5 the id "sample" is not the name of its folder, "other"',
    ]);
  });
});

describe('a catalogue', () => {
  const bundleOf = (id: string, requires: string) =>
    assembleLab(
      sampleFiles({
        'lab.yaml': labYaml.replace('id: sample', `id: ${id}`).replace('requires: []', `requires: [${requires}]`),
      }),
      { prefix: `${id}/` },
    ).bundle!;

  it('refuses labs that require unknown ones or each other', () => {
    const bundles = [bundleOf('a', 'b'), bundleOf('b', 'a'), bundleOf('c', 'nowhere')];
    expect(catalogueProblems(bundles).map(formatProblem)).toEqual([
      'a/lab.yaml:7:11 labs require each other in a circle: a → b → a',
      'c/lab.yaml:7:12 lab "nowhere" is not in the catalogue',
    ]);
  });

  it('refuses two labs of one id', () => {
    expect(catalogueProblems([bundleOf('a', ''), bundleOf('a', '')]).map(formatProblem)).toEqual([
      'a/lab.yaml:2:5 lab "a" is there twice',
    ]);
  });
});

describe('any text at all', () => {
  it('gives a lab or problems with places, and never throws', () => {
    const edits = fc.array(fc.tuple(fc.nat(labYaml.length), fc.nat(12), fc.string({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(edits, (changes) => {
        let text = labYaml;
        for (const [at, drop, add] of changes) text = text.slice(0, at) + add + text.slice(at + drop);
        const result = parseLab(text, 'f.yaml');
        expect(result.ok || result.problems.length > 0).toBe(true);
        const lines = text.split('\n').length;
        for (const problem of result.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(lines);
          expect(problem.column).toBeGreaterThanOrEqual(1);
          expect(problem.message).not.toBe('');
        }
      }),
      { seed: 20140607, numRuns: 150 },
    );
  }, 60_000);

  it.each([
    ['nothing', ''],
    ['a scalar', '42'],
    ['a list', '- a\n- b\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['deep nesting', '['.repeat(20_000)],
    [
      'aliases that explode',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
        .join('\n')}\n`,
    ],
    ['too much', `# ${'x'.repeat(600_000)}`],
    ['control characters', '\u0000\u0001\u0002'],
    ['prototype names', '__proto__: { version: 1 }\nconstructor: 1\n'],
  ])('such as %s is refused with a place', (_title, text) => {
    const result = parseLab(text, 'f.yaml');
    expect(result.ok).toBe(false);
    expect(result.problems.length).toBeGreaterThan(0);
    expect(formatProblem(result.problems[0]!)).toMatch(/^f\.yaml:\d+:\d+ ./);
  });
});
