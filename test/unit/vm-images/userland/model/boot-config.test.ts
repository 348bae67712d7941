import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bankPath,
  bootStateOffset,
  parseBootConfig,
  serializeBootConfig,
} from '../../../../../vm-images/userland/model/boot-config.ts';

const INSTALLED = `bootstate=0
title=Loading VMware ESXi
kernel=tboot.b00
kernelopt=
modules=b.b00 --- useropts.gz --- k.b00 -x 1 --- state.tgz
build=5.5.0-2718055
updated=2
`;

describe('boot.cfg', () => {
  it('reads keys, modules and their options', () => {
    expect(parseBootConfig(INSTALLED)).toEqual({
      bootstate: 0,
      title: 'Loading VMware ESXi',
      kernel: 'tboot.b00',
      kernelopt: '',
      modules: [
        { file: 'b.b00', options: '' },
        { file: 'useropts.gz', options: '' },
        { file: 'k.b00', options: '-x 1' },
        { file: 'state.tgz', options: '' },
      ],
      build: '5.5.0-2718055',
      updated: 2,
      prefix: '',
      timeoutSeconds: null,
      problem: '',
    });
  });

  it('writes what it reads', () => {
    expect(serializeBootConfig(parseBootConfig(INSTALLED))).toBe(INSTALLED);
  });

  it('takes names without case, blanks round the equals sign, comments and a timeout', () => {
    const config = parseBootConfig('# mine\n BootState = 1\r\nUPDATED =7\n#updated=9\nkernelopt= a=b c\ntimeout=5\n');
    expect(config).toMatchObject({ bootstate: 1, updated: 7, kernelopt: 'a=b c', timeoutSeconds: 5 });
  });

  it('does not believe a file with a number that is none, and says which', () => {
    expect(parseBootConfig('updated=-3\nbootstate=yes\n').problem).toBe('updated is "-3", not a number');
    expect(parseBootConfig('bootstate=yes\n').problem).toBe('bootstate is "yes", not a number');
    expect(parseBootConfig('timeout=soon\n')).toMatchObject({ problem: '', timeoutSeconds: null });
  });

  it('takes the last of two lines with one key', () => {
    expect(parseBootConfig('updated=1\nupdated=2\n').updated).toBe(2);
  });

  it('finds the digit to rewrite in place', () => {
    expect(bootStateOffset(INSTALLED)).toBe(10);
    expect(bootStateOffset('title=x\n bootstate = 2\n')).toBe(21);
    expect(bootStateOffset(`title=${'x'.repeat(600)}\nbootstate=2\n`)).toBe(-1);
    expect(bootStateOffset('title=bootstate=1\n')).toBe(-1);
    expect(bootStateOffset('#bootstate=1\n')).toBe(-1);
    expect(bootStateOffset('bootstate=7\n')).toBe(-1);
    expect(bootStateOffset('title=x\r\nBOOTSTATE=2\r\n')).toBe(19);
  });

  it('resolves file names against the prefix', () => {
    const config = parseBootConfig('prefix=esx\n');
    expect(bankPath(config, 's.v00')).toBe('/esx/s.v00');
    expect(bankPath(config, '/s.v00')).toBe('/s.v00');
    expect(bankPath(parseBootConfig(INSTALLED), 's.v00')).toBe('/s.v00');
  });
});

describe('boot.cfg that somebody edited', () => {
  it.each([
    ['7', 7],
    ['007', 7],
    ['', 0],
    ['2147483647', 2147483647],
  ])('has the counter %j', (value, updated) => {
    expect(parseBootConfig(`updated=${value}\n`)).toMatchObject({ updated, problem: '' });
  });

  it.each(['2147483648', '99999999999', '-1', '+1', '0x10', '1.0', '1e3', '1 2', 'NaN', '٣'])(
    'is not believed with the counter %s',
    (value) => {
      expect(parseBootConfig(`updated=${value}\n`).problem).toBe(`updated is "${value}", not a number`);
    },
  );

  it('keeps equals signs in values, and passes over lines that are none', () => {
    const config = parseBootConfig('kernelopt=a=b --- c=d\n=5\nno equals\n # title=x\nunknown=1\n');
    expect(config).toMatchObject({ kernelopt: 'a=b --- c=d', title: '', bootstate: 0, updated: 0, problem: '' });
  });

  it.each([
    ['', []],
    ['---', []],
    ['a.b00', ['a.b00']],
    ['a.b00---b.b00', ['a.b00', 'b.b00']],
    [' --- a.b00 --- --- b.b00 x  y --- ', ['a.b00', 'b.b00']],
    ['/a.b00\t-x', ['/a.b00']],
  ])('lists the modules of %j', (text, files) => {
    expect(parseBootConfig(`modules=${text}\n`).modules.map(({ file }) => file)).toEqual(files);
  });

  it.each([
    ['letters of several bytes before it', 'title=Ü€\u{1f4bd}\nbootstate=2\n', 26],
    ['a byte order mark', '\ufeffbootstate=2\n', 13],
    ['two of them: the last, which counts', 'bootstate=1\nbootstate=2\n', 22],
    ['two of them, the last without a state', 'bootstate=1\nbootstate=\n', -1],
    ['two digits', 'bootstate=12\n', -1],
    ['something behind it', 'bootstate=1 # new\n', -1],
    ['letters before it that were no UTF-8', '#\ufffd\nbootstate=1\n', -1],
    ['the 512th byte', `#${'x'.repeat(499)}\nbootstate=1`, 511],
    ['the 513th byte', `#${'x'.repeat(500)}\nbootstate=1`, -1],
    ['the 513th byte, the 500th letter', `#${'ü'.repeat(260)}\nbootstate=1`, -1],
    ['no end of line', 'bootstate=3', 10],
  ])('has its state rewritten where it stands: %s', (_, text, offset) => {
    expect(bootStateOffset(text)).toBe(offset);
  });

  it('whatever it is: one byte changes the state and nothing else', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'bootstate=1',
        ' BootState = 2 ',
        'bootstate=',
        'bootstate=7',
        'updated=3',
        '# bootstate=1',
        '\r',
        '',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const text = lines.join('\n');
        const offset = bootStateOffset(text);
        const before = parseBootConfig(text);
        if (offset < 0) return;
        const bytes = new TextEncoder().encode(text);
        expect('0123').toContain(String.fromCharCode(bytes[offset]!));
        bytes[offset] = 0x33;
        const after = parseBootConfig(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
        expect(after).toEqual({ ...before, bootstate: 3 });
      }),
      { seed: 550, numRuns: 400 },
    );
  });

  it('is read in no time when it is huge', () => {
    const before = performance.now();
    for (const piece of ['bootstate=0\n', ' ', '\n', '=', 'modules=', '---', '# x\n', '\r\n']) {
      const text = piece.repeat(100_000);
      parseBootConfig(text);
      bootStateOffset(text);
    }
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('comes back as it was written', () => {
    const config = parseBootConfig('bootstate=1\nmodules=a.b00 -x --- b.b00\nprefix=/esx\ntimeout=3\nupdated=4\n');
    expect(parseBootConfig(serializeBootConfig(config))).toEqual(config);
  });
});
