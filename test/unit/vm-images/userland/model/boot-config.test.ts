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
