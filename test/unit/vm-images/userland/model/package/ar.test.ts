import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesSource, readAr, serializeAr } from '../../../../../../vm-images/userland/model/package/index.ts';
import { installed } from '../../../../../helpers/installed.ts';
import { damaged, FUZZ, refusal } from './damage.ts';
import { createWorkbench, text, type Workbench } from './tools.ts';

const WHEN = 1_400_000_000;
const MEMBERS = [
  { name: 'descriptor.xml', data: text('<vib/>') },
  { name: 'sig.pkcs7', data: text('odd') },
  { name: 'empty', data: text('') },
  { name: 'net-virt', data: text('payload') },
];
const ARCHIVE = serializeAr(MEMBERS, WHEN);

let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.clear());

function header(changes: { name?: string; date?: string; mode?: string; size?: string; end?: string } = {}): string {
  const { name = 'a/', date = '0', mode = '644', size = '2', end = '`\n' } = changes;
  return [name.padEnd(16), date.padEnd(12), '0     0     ', mode.padEnd(8), size.padEnd(10), end].join('');
}

function list(archive: string): { name: string; offset: number; size: number }[] {
  return readAr(bytesSource(text(archive)));
}

describe('ar archive', () => {
  it('is written byte for byte as the format says', () => {
    const one = serializeAr([{ name: 'sig.pkcs7', data: text('odd') }], WHEN);
    expect(new TextDecoder().decode(one)).toBe(
      '!<arch>\nsig.pkcs7/      1400000000  0     0     644     3         `\nodd\n',
    );
  });

  it('comes back as it was', () => {
    const source = bytesSource(ARCHIVE);
    const members = readAr(source).map(({ name, offset, size }) => ({ name, data: source.read(offset, size) }));
    expect(members).toEqual(MEMBERS);
  });

  it('reads System V, plain and blank-padded names', () => {
    expect(list(`!<arch>\n${header()}xx${header({ name: 'fifteen-letters/' })}xx${header({ name: 'c' })}xx`)).toEqual([
      { name: 'a', offset: 68, size: 2 },
      { name: 'fifteen-letters', offset: 130, size: 2 },
      { name: 'c', offset: 192, size: 2 },
    ]);
  });

  it('takes an archive without members and one without its last padding', () => {
    expect(list('!<arch>\n')).toEqual([]);
    expect(list(`!<arch>\n${header({ size: '1' })}x`)).toHaveLength(1);
  });

  it.each([
    ['nothing', '', 'not an ar archive: expected "!<arch>\\n" at offset 0, found ""'],
    ['a thin archive', `!<thin>\n${header()}`, 'not an ar archive'],
    ['half a header', `!<arch>\n${header().slice(0, 30)}`, 'should end at offset 68, the file ends at 38'],
    ['a truncated member', `!<arch>\n${header({ size: '3' })}xx`, '"a" should end at offset 71, the file ends at 70'],
    ['a member of terabytes', `!<arch>\n${header({ size: '9999999999' })}xx`, 'the file ends at 70'],
    ['a size of words', `!<arch>\n${header({ size: 'many' })}xx`, 'offset 8: its size is "many      "'],
    ['a size in hex', `!<arch>\n${header({ size: '0x2' })}xx`, 'its size is'],
    ['a negative size', `!<arch>\n${header({ size: '-60' })}xx`, 'its size is'],
    ['no size', `!<arch>\n${header({ size: '' })}xx`, 'its size is'],
    ['an odd date', `!<arch>\n${header({ date: '1e9' })}xx`, 'its date is'],
    ['an odd mode', `!<arch>\n${header({ mode: '688' })}xx`, 'its mode is'],
    ['a header without its mark', `!<arch>\n${header({ end: '  ' })}xx`, 'expected "`\\n" at its end'],
    ['a symbol table', `!<arch>\n${header({ name: '/' })}xx`, 'expected a plain file name, found ""'],
    ['a GNU name table', `!<arch>\n${header({ name: '//' })}xx`, 'expected a plain file name'],
    ['a BSD long name', `!<arch>\n${header({ name: '#1/2' })}xx`, 'expected a plain file name'],
    ['a path', `!<arch>\n${header({ name: '../passwd' })}xx`, 'expected a plain file name'],
    ['the folder above', `!<arch>\n${header({ name: '..' })}xx`, 'expected a plain file name'],
    ['a NUL', `!<arch>\n${header({ name: 'a\0b' })}xx`, 'expected a plain file name'],
    ['a name twice', `!<arch>\n${header()}xx${header({ name: 'a' })}xx`, 'a second member "a" at offset 70'],
  ])('refuses %s', (_, archive, message) => {
    const error = refusal(() => list(archive));
    expect(error?.kind).toBe('ar');
    expect(error?.message).toContain(message);
  });

  it('refuses a flood of members', () => {
    const members = Array.from({ length: 4097 }, (_, at) => header({ name: `m${at}`, size: '0' })).join('');
    expect(() => list(`!<arch>\n${members}`)).toThrow('more than 4096 members');
  });

  it.each(['', '..', 'a/b', 'a\\b', 'sixteen-letters!', 'ü', 'trailing '])('does not write the name %j', (name) => {
    expect(refusal(() => serializeAr([{ name, data: text('') }], WHEN))?.kind).toBe('ar');
  });

  it('does not write a name twice', () => {
    expect(() => serializeAr([MEMBERS[0]!, MEMBERS[0]!], WHEN)).toThrow('a second member "descriptor.xml"');
  });

  it('reports a source that gives fewer bytes than it should', () => {
    const short = { length: 200, read: () => text('!<arch>\n') };
    expect(() => readAr(short)).toThrow('expected 60 bytes, read 8');
  });

  it('fails in the one way, whatever the damage', () => {
    fc.assert(
      fc.property(damaged(ARCHIVE), (bytes) => {
        refusal(() => readAr(bytesSource(bytes)));
      }),
      FUZZ,
    );
  });

  it.skipIf(!installed('ar'))('is listed and unpacked by ar', () => {
    bench.put('a.vib', ARCHIVE);
    expect(bench.run('ar', 't', 'a.vib').split('\n')).toEqual([...MEMBERS.map((one) => one.name), '']);
    expect(bench.run('ar', 'p', 'a.vib', 'net-virt')).toBe('payload');
  });

  it.skipIf(!installed('ar'))('reads what ar wrote', () => {
    bench.put('one', 'odd');
    bench.put('fifteen-letters', 'even');
    bench.run('ar', 'rcS', 'b.vib', 'one', 'fifteen-letters');
    const source = bytesSource(bench.get('b.vib'));
    const found = readAr(source).map((one) => [one.name, new TextDecoder().decode(source.read(one.offset, one.size))]);
    expect(found).toEqual([
      ['one', 'odd'],
      ['fifteen-letters', 'even'],
    ]);
  });
});
