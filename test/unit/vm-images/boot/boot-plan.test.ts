import { describe, expect, it } from 'vitest';
import {
  bootOption,
  bootOptions,
  failureLines,
  keptSettings,
  moduleFiles,
  startOrder,
} from '../../../../vm-images/userland/boot/boot-plan.ts';
import { parseBootConfig } from '../../../../vm-images/userland/model/boot-config.ts';

const uuid = '10111213-14151617-1819-1a1b1c1d1e1f';

function files(text: string): string[] {
  return moduleFiles({ config: parseBootConfig(text) }).map(({ path, isKernel }) => (isKernel ? `${path}!` : path));
}

describe('what a bank loads', () => {
  it('is the kernel, then the modules in their order, without their options', () => {
    expect(files('kernel=b.b00\nmodules=k.b00 -x 1 --- s.v00 --- state.tgz\n')).toEqual([
      '/b.b00!',
      '/k.b00',
      '/s.v00',
      '/state.tgz',
    ]);
  });

  it('lies below the prefix, unless a name begins with a slash', () => {
    expect(files('kernel=/b.b00\nmodules=k.b00 --- /s.v00\nprefix=esx/\n')).toEqual([
      '/b.b00!',
      '/esx/k.b00',
      '/s.v00',
    ]);
    expect(files('kernel=b.b00\nprefix=/esx//\n')).toEqual(['/esx/b.b00!']);
  });

  it('is named when it can not be loaded, a kernel as one', () => {
    const status = '15 (Not found)';
    expect(failureLines({ path: '/s.v00', isKernel: false, status })).toEqual([
      'Error 15 (Not found) while loading module: /s.v00',
      'Fatal error: 15 (Not found)',
    ]);
    expect(failureLines({ path: '/b.b00', isKernel: true, status })[0]).toBe(
      'Error 15 (Not found) while loading kernel: /b.b00',
    );
  });
});

describe('boot options', () => {
  it('are those of the bank, then where it comes from', () => {
    const config = parseBootConfig('kernelopt=tty2Port=com1 noIOMMU\n');
    expect(bootOptions({ config, uuid }, false)).toBe(`tty2Port=com1 noIOMMU bootUUID=${uuid}`);
    expect(bootOptions({ config: parseBootConfig(''), uuid }, false)).toBe(`bootUUID=${uuid}`);
  });

  it('say that an update was given up', () => {
    expect(bootOptions({ config: parseBootConfig('kernelopt=x\n'), uuid }, true)).toBe(`x rollback bootUUID=${uuid}`);
  });

  it('are found by their whole name', () => {
    expect(bootOption('xlogPort=com2 logPort=com1', 'logPort')).toBe('com1');
    expect(bootOption('logPort', 'logPort')).toBe('');
    expect(bootOption('', 'logPort')).toBe('');
  });

  it('include settings that were configured, but for those that this start has its own value of', () => {
    const settings = [
      '/adv/Misc/HostName = "esx01"',
      '/vmkernel/setting/tty2Port = "com1"',
      '/vmkernel/setting/logPort = "none"',
      '',
    ].join('\n');
    expect(keptSettings(settings, 'bootUUID=1')).toEqual(['tty2Port=com1', 'logPort=none']);
    expect(keptSettings(settings, 'bootUUID=1 logPort=com2')).toEqual(['tty2Port=com1']);
    expect(keptSettings('', 'bootUUID=1')).toEqual([]);
  });
});

describe('services start', () => {
  const table = 'vmsyslogd on\nSSH off\nhostd on\nDCUI on\nlbtd on\n';
  const scripts: Record<string, string> = {
    DCUI: '',
    SSH: '# chkconfig: on 1 1',
    'acme-tool': '#!/bin/sh\n# chkconfig: on 80 20\n',
    hostd: '',
    lbtd: '',
    'quiet-tool': '#!/bin/sh\n# chkconfig: off 80 20\n',
    'silent-tool': '#!/bin/sh\n',
    vmsyslogd: '',
  };
  const order = (text: string, names = Object.keys(scripts)) =>
    startOrder(text, names, (name) => scripts[name]!, 'DCUI');

  it('in the order of the table, those that are on; packages before the direct console', () => {
    expect(order(table)).toEqual(['vmsyslogd', 'hostd', 'acme-tool', 'DCUI', 'lbtd']);
  });

  it('with those of packages last when there is no direct console', () => {
    expect(order(table.replace('DCUI on', 'DCUI off'))).toEqual(['vmsyslogd', 'hostd', 'lbtd', 'acme-tool']);
  });

  it('with a package as the table says once it is in there', () => {
    expect(order(`${table}acme-tool off\n`)).not.toContain('acme-tool');
    expect(order(`acme-tool on\n${table}`)[0]).toBe('acme-tool');
  });

  it('without what has no script any more', () => {
    expect(order(table, ['hostd', 'DCUI'])).toEqual(['hostd', 'DCUI']);
  });
});
