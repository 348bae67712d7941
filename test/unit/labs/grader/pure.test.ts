import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEsxcli, select } from '../../../../labs/grader/esxcli-output.ts';
import { keyValue, showFact } from '../../../../labs/grader/facts.ts';
import { toHtml, toJUnit, toMarkdown } from '../../../../labs/grader/index.ts';
import { describeExpectation, matches } from '../../../../labs/grader/matchers.ts';
import { parseXml } from '../../../../labs/grader/xml.ts';
import type { LabReport } from '../../../../main/shared/contracts/report.ts';
import { LabError } from '../../../../main/shared/errors.ts';

const switches = `<?xml version="1.0" encoding="utf-8"?>
<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">
<root>
   <list type="structure">
      <structure typeName="VSwitch">
         <field name="MTU">
            <integer>1500</integer>
         </field>
         <field name="Name">
            <string>vSwitch0</string>
         </field>
         <field name="NumPorts">
            <integer>128</integer>
         </field>
         <field name="Portgroups">
            <list type="string">
               <string>VM Network</string>
               <string>R&amp;D &lt;lab&gt;</string>
            </list>
         </field>
      </structure>
      <structure typeName="VSwitch">
         <field name="MTU">
            <integer>9000</integer>
         </field>
         <field name="Name">
            <string>vSwitch1</string>
         </field>
         <field name="Portgroups">
            <list type="string">
            </list>
         </field>
      </structure>
   </list>
</root>
</output>
`;

describe('select on esxcli XML', () => {
  const result = parseEsxcli(switches);

  it.each<[string | string[] | undefined, Record<string, string>, unknown]>([
    ['vSwitch1.MTU', {}, '9000'],
    ['vSwitch0.Num Ports', {}, '128'],
    ['vSwitch0.numports', {}, '128'],
    ['vSwitch0.Portgroups', {}, ['VM Network', 'R&D <lab>']],
    ['vSwitch1.Portgroups', {}, []],
    ['vSwitch9.MTU', {}, null],
    ['vSwitch0.Nothing', {}, null],
    ['*.Name', {}, ['vSwitch0', 'vSwitch1']],
    ['*.Portgroups', {}, ['VM Network', 'R&D <lab>']],
    ['MTU', { Name: 'vSwitch1' }, '9000'],
    ['MTU', { Name: 'vSwitch2' }, null],
    ['Name', { mtu: '9000' }, 'vSwitch1'],
    [['vSwitch1', 'MTU'], {}, '9000'],
  ])('%j where %j is %j', (path, where, fact) => {
    expect(select(result, path, where)).toEqual(fact);
  });

  it('reads scalars, single structures and nested ones', () => {
    expect(select(parseEsxcli('<output><root><string>Enabled</string></root></output>'), undefined)).toBe('Enabled');
    const one = parseEsxcli(
      '<output><root><structure typeName="X"><field name="DriverInfo"><structure typeName="D"><field name="Driver"><string>e1000</string></field></structure></field></structure></root></output>',
    );
    expect(select(one, 'Driver Info.Driver')).toBe('e1000');
    expect(select(parseEsxcli(''), '*.Name')).toEqual([]);
  });

  it('takes a list of one for its row, but no field of it for another row', () => {
    const one = parseEsxcli(
      '<output><root><list type="structure"><structure typeName="O"><field name="Path"><string>/NFS/MaxVolumes</string></field><field name="IntValue"><integer>8</integer></field></structure></list></root></output>',
    );
    expect(select(one, 'Int Value')).toBe('8');
    expect(select(one, ['/NFS/MaxVolumes', 'Int Value'])).toBe('8');
    expect(select(one, 'vSwitch9.Int Value')).toBeNull();
  });

  it('takes CSV too', () => {
    const csv = parseEsxcli('MTU,Name,Portgroups,\n1500,vSwitch0,"A,B, c,",\n9000,"v""1","",\n');
    expect(select(csv, 'vSwitch0.MTU')).toBe('1500');
    expect(select(csv, 'vSwitch0.Portgroups')).toEqual(['A', 'B', 'c']);
    expect(select(csv, ['v"1', 'MTU'])).toBe('9000');
  });
});

describe('parseXml', () => {
  it.each(['<a>', '<a></b>', '</a>', 'text', '<a></a><b></b>', '<a x=1></a>', '<a <b></a>', ''])(
    'refuses %s',
    (text) => {
      expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'grader.bad-output' }));
    },
  );

  it('decodes what may be written in a text', () => {
    expect(parseXml('<a b="&quot;&#65;">&lt;&amp;&#x42;&nope;<!-- c --><![CDATA[<x>]]></a>')).toMatchObject({
      text: '<&B&nope;<x>',
      attributes: { b: '"A' },
    });
  });

  it('answers any text with a tree or its own error', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('<', '>', '/', 'a', '="', '"', '&', '<a>', '</a>', '<?', '<!--'))
          .map((parts) => parts.join('')),
        (text) => {
          try {
            parseXml(text);
          } catch (error) {
            expect(error).toBeInstanceOf(LabError);
          }
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('matches', () => {
  it.each([
    ['9000\n', { equals: 9000 }, true],
    ['9000', { equals: '1500' }, false],
    [['a', 'b'], { equals: ['a', 'b'] }, true],
    [['b', 'a'], { equals: ['a', 'b'] }, false],
    [['b', 'a'], { sameAs: ['a', 'b'] }, true],
    ['b\na\n', { sameAs: ['a', 'b'] }, true],
    [['a', 'a'], { sameAs: ['a'] }, false],
    [['vmnic1'], { contains: 'vmnic1' }, true],
    [['vmnic10'], { contains: 'vmnic1' }, false],
    ['uses vmnic10', { contains: 'vmnic1' }, true],
    [['a', 'b'], { containsAll: ['b', 'a'] }, true],
    [['a'], { containsAll: ['a', 'b'] }, false],
    [['a'], { containsNone: ['b'] }, true],
    [['b'], { containsNone: ['b'] }, false],
    ['x\n server 10.0.0.1 \n', { line: 'server 10.0.0.1' }, true],
    ['x server 10.0.0.1', { line: 'server 10.0.0.1' }, false],
    ['a\nesx01\n', { matches: '^esx\\d+$' }, true],
    ['a\nmy esx01\n', { matches: '^esx\\d+$' }, false],
    ['x', { oneOf: ['x', 'y'] }, true],
    ['z', { oneOf: ['x', 'y'] }, false],
    ['5', { greaterThan: 4, lessThan: 6 }, true],
    ['5', { greaterThan: 5 }, false],
    ['5', { atLeast: 5, atMost: 5 }, true],
    ['', { atLeast: 0 }, false],
    ['five', { lessThan: 9 }, false],
    ['a\n\nb', { count: 2 }, true],
    [[], { count: 0 }, true],
    ['x', { exists: true }, true],
    ['x', { exists: false }, false],
    ['x', { not: { equals: 'y' } }, true],
    ['x', { not: { equals: 'x' } }, false],
    ['x', { anyOf: [{ equals: 'y' }, { contains: 'x' }] }, true],
    ['x', { anyOf: [{ equals: 'y' }] }, false],
    ['x', { equals: 'x', matches: 'y' }, false],
    [null, { exists: false }, true],
    [null, { exists: true }, false],
    [null, { equals: '' }, false],
    [null, { contains: '' }, false],
    [null, { not: { equals: 'x' } }, true],
    [null, { count: 0 }, true],
    [null, { containsNone: ['x'] }, true],
    [null, { atMost: 3 }, false],
    [null, { equals: 'x', containsNone: ['x'] }, false],
  ])('%j against %j is %s', (fact, expectation, verdict) => {
    expect(matches(fact as never, expectation)).toBe(verdict);
  });

  it.each([
    [{ equals: '9000' }, '9000'],
    [{ oneOf: ['a', 'b'] }, 'one of a, b'],
    [{ exists: true, not: { contains: 'x' } }, 'that it exists and not something with x'],
    [{ anyOf: [{ equals: 1 }, { atLeast: 5 }] }, '1, or at least 5'],
    [{ sameAs: [] }, 'none'],
  ])('says %j as "%s"', (expectation, text) => {
    expect(describeExpectation(expectation)).toBe(text);
  });
});

describe('facts', () => {
  it('show on one line', () => {
    expect([null, '', ' a\n b ', ['x', 'y'], []].map((fact) => showFact(fact))).toEqual([
      'nothing',
      'nothing',
      'a ⏎ b',
      'x, y',
      'none',
    ]);
  });

  it('find keys exactly', () => {
    const text = '/adv/Misc/HostName = "esx01.lab"\n#k = 1\nk=a=b\n';
    expect(keyValue(text, '/adv/Misc/HostName')).toBe('esx01.lab');
    expect(keyValue(text, 'k')).toBe('a=b');
    expect(keyValue(text, 'HostName')).toBeNull();
  });
});

describe('reports for people and programs', () => {
  const nasty = `<script>alert("1")</script> & 'x' \u0000 | *b*`;
  const report: LabReport = {
    lab: 'sample',
    version: 1,
    seed: nasty,
    passed: false,
    score: 1,
    maxScore: 3,
    durationMs: 1234,
    tasks: [
      {
        id: 'first',
        title: nasty,
        outcome: 'fail',
        points: 0,
        maxPoints: 2,
        checks: (['pass', 'fail', 'error', 'skip'] as const).map((outcome) => ({
          id: outcome,
          outcome,
          message: nasty,
          expected: nasty,
          found: nasty,
          where: nasty,
        })),
      },
    ],
  };

  it('JUnit is well-formed XML with the right counts', () => {
    const suites = parseXml(toJUnit(report));
    expect(suites.attributes).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1', time: '1.234' });
    const cases = suites.children[0]!.children;
    expect(cases.map((item) => item.children[0]?.name)).toEqual([undefined, 'failure', 'error', 'skipped']);
    expect(cases[1]!.children[0]!.attributes.message).toBe(nasty.replace('\u0000', ''));
  });

  it('HTML and Markdown let nothing through as markup', () => {
    expect(toHtml(report)).not.toContain('<script');
    expect(toMarkdown(report)).not.toContain('<script');
    expect(toMarkdown(report)).toContain('✗');
    expect(toHtml(report)).toContain('1 of 3 points');
  });
});
