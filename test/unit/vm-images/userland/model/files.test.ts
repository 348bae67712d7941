import { describe, expect, it } from 'vitest';
import { advancedOptions } from '../../../../../vm-images/userland/model/advanced-options.ts';
import { updateHosts } from '../../../../../vm-images/userland/model/hosts-file.ts';
import { KERNEL_SETTINGS, normalizeKernelValue } from '../../../../../vm-images/userland/model/kernel-settings.ts';
import { withPassword } from '../../../../../vm-images/userland/model/passwd.ts';
import { parseResolvConf, serializeResolvConf } from '../../../../../vm-images/userland/model/resolv-conf.ts';
import { parseSyslogConf, SYSLOG_DEFAULTS, withValues } from '../../../../../vm-images/userland/model/syslog-conf.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

describe('/etc/hosts', () => {
  const host = { address: '10.20.0.11', fqdn: 'esx01.lab.local', hostName: 'esx01' };

  it('gets a line for this host and keeps what others wrote', () => {
    const first = updateHosts('127.0.0.1\tlocalhost\n10.9.9.9\tnas\n', host);
    expect(first).toBe('127.0.0.1\tlocalhost\n10.9.9.9\tnas\n10.20.0.11\tesx01.lab.local esx01\t# this host\n');
    expect(updateHosts(first, { ...host, address: '10.20.0.12' })).toContain('10.20.0.12\tesx01.lab.local esx01');
    expect(updateHosts(first, { ...host, address: '10.20.0.12' })).not.toContain('10.20.0.11');
  });

  it('is made when there is none, and has no line for a host without an address', () => {
    expect(updateHosts('', { ...host, address: '' })).toBe(
      '127.0.0.1\tlocalhost.localdomain localhost\n::1\tlocalhost.localdomain localhost\n',
    );
  });
});

it('/etc/resolv.conf is read as the resolver does and written back', () => {
  const conf = parseResolvConf('# x\nnameserver 10.0.0.2\n nameserver  10.0.0.3\nsearch a.b c.d\noptions ndots:1\n');
  expect(conf).toEqual({ servers: ['10.0.0.2', '10.0.0.3'], searchDomains: ['a.b', 'c.d'] });
  expect(parseResolvConf(serializeResolvConf(conf))).toEqual(conf);
  expect(serializeResolvConf({ servers: [], searchDomains: [] })).toBe('');
});

describe('/etc/vmsyslog.conf', () => {
  const file = '[vmsyslog]\nrotate = 8\nsize = 1024\nloghost = <none>\nlogdir = <none>\nlogdir_unique = false\n';

  it('changes in place and keeps foreign lines', () => {
    const edited = withValues(`# mine\n${file}other = 1\n\n[more]\nsize = 5\n`, {
      ...SYSLOG_DEFAULTS,
      loghost: 'udp://10.0.0.9:514',
      size: 2048,
    });
    expect(edited).toContain('# mine\n[vmsyslog]\nrotate = 8\nsize = 2048\nloghost = udp://10.0.0.9:514\n');
    expect(edited).toContain('other = 1\n');
    expect(edited).toContain('[more]\nsize = 5\n');
    expect(parseSyslogConf(edited)).toEqual({ ...SYSLOG_DEFAULTS, loghost: 'udp://10.0.0.9:514', size: 2048 });
  });

  it('is made when it is missing', () => {
    expect(parseSyslogConf(withValues('', { ...SYSLOG_DEFAULTS, rotate: 3, defaultTimeout: 60 }))).toEqual({
      ...SYSLOG_DEFAULTS,
      rotate: 3,
      defaultTimeout: 60,
    });
  });

  it('has defaults for what is missing', () => expect(parseSyslogConf('')).toEqual(SYSLOG_DEFAULTS));
});

describe('/etc/shadow', () => {
  const system = new FakeSystem();

  it("changes one user's hash and date", () => {
    const shadow = withPassword(system, 'root:old:1:0:99999:7:::\nx:*:1:0:99999:7:::\n', 'root', 'pw');
    const [root = '', other] = shadow.split('\n');
    expect(root).toMatch(/^root:\$6\$[./0-9A-Za-z]{8}\$[^:]+:16228:0:99999:7:::$/);
    expect(other).toBe('x:*:1:0:99999:7:::');
  });

  it('adds a user, and takes an empty password', () => {
    expect(withPassword(system, '', 'new', '')).toBe('new::16228:0:99999:7:::\n');
  });
});

describe('settings tables', () => {
  it.each(advancedOptions().map((option) => [option.path, option] as const))('%s is sound', (path, option) => {
    expect(path).toMatch(/^(\/[A-Za-z0-9]+){2,}$/);
    if (option.type === 'integer') {
      expect(Number(option.fallback)).toBeGreaterThanOrEqual(option.min);
      expect(Number(option.fallback)).toBeLessThanOrEqual(option.max);
    }
    expect(option.description).not.toBe('');
  });

  it('name every option and setting once', () => {
    const paths = advancedOptions().map((option) => option.path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(new Set(KERNEL_SETTINGS.map((setting) => setting.name)).size).toBe(KERNEL_SETTINGS.length);
  });

  it.each(KERNEL_SETTINGS.map((setting) => [setting.name, setting] as const))(
    '%s takes its default',
    (_name, setting) => {
      expect(normalizeKernelValue(setting, setting.fallback)).toBe(setting.fallback);
      expect(normalizeKernelValue(setting, 'no such value')).toBeNull();
    },
  );
});
