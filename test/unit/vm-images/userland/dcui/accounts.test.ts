import { beforeEach, describe, expect, it } from 'vitest';
import { changePassword, logIn } from '../../../../../vm-images/userland/dcui/host/accounts.ts';
import type { HostConfig } from '../../../../../vm-images/userland/model/config.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { FakeHost } from './fake-host.ts';

let host: FakeHost;
let config: HostConfig;

beforeEach(() => {
  host = new FakeHost();
  config = freshConfig({ systemUuid: 'u', nics: [] });
  const hash = host.crypt('secret', '$6$salt$');
  host.files.set('/etc/passwd', 'root:x:0:0::/:/bin/sh\nalice:x:1000:100::/:/bin/sh\nbob:x:1001:100::/:/bin/sh\n');
  host.files.set('/etc/group', 'root:x:0:root,alice\n');
  host.files.set(
    '/etc/shadow',
    `${['root', 'alice', 'bob'].map((user) => `${user}:${hash}:1:0:99999:7:::\n`).join('')}dcui:*:1::::::\n`,
  );
});

describe('login', () => {
  it.each([
    ['root', 'secret', ''],
    ['root', 'Secret', 'credentials'],
    ['root', '', 'credentials'],
    ['nobody', 'secret', 'credentials'],
    ['', '', 'credentials'],
    ['dcui', '*', 'credentials'],
    ['alice', 'secret', ''],
    ['bob', 'secret', 'access'],
  ])('%s with %j: %s', (user, password, refused) => {
    expect(logIn(host, config, { user, password })).toEqual({ refused });
  });

  it('lets users with the Administrator role in', () => {
    config.extra['permission/bob'] = 'false,-1,true';
    expect(logIn(host, config, { user: 'bob', password: 'secret' })).toEqual({ refused: '' });
    config.extra['permission/bob'] = 'false,-2,true';
    expect(logIn(host, config, { user: 'bob', password: 'secret' })).toEqual({ refused: 'access' });
  });

  it('takes the empty password where none is set', () => {
    host.files.set('/etc/shadow', 'root::1:0:99999:7:::\n');
    expect(logIn(host, config, { user: 'root', password: '' })).toEqual({ refused: '' });
    expect(logIn(host, config, { user: 'root', password: 'x' })).toEqual({ refused: 'credentials' });
  });

  it('lets only DCUI.Access in during lockdown', () => {
    config.lockdownMode = true;
    expect(logIn(host, config, { user: 'root', password: 'secret' })).toEqual({ refused: '' });
    expect(logIn(host, config, { user: 'alice', password: 'secret' })).toEqual({ refused: 'access' });
    config.advanced['/DCUI/Access'] = 'alice,bob';
    expect(logIn(host, config, { user: 'bob', password: 'secret' })).toEqual({ refused: '' });
    expect(logIn(host, config, { user: 'root', password: 'secret' })).toEqual({ refused: 'access' });
  });

  it('leaves a trace in the log, never the password', () => {
    logIn(host, config, { user: 'root', password: 'wrong-one' });
    logIn(host, config, { user: 'root', password: 'secret' });
    expect(host.logged).toEqual(['auth: Authentication of user root failed', 'auth: User root logged in']);
  });
});

describe('password change', () => {
  it('needs the old one', () => {
    const before = host.files.get('/etc/shadow');
    expect(changePassword(host, { user: 'root', old: 'nope', wanted: 'x' }).refused).toContain('old password');
    expect(host.files.get('/etc/shadow')).toBe(before);
  });

  it('changes that user alone, with a new salt', () => {
    expect(changePassword(host, { user: 'root', old: 'secret', wanted: 'n3w-Pass' })).toEqual({ refused: '' });
    expect(logIn(host, config, { user: 'root', password: 'n3w-Pass' })).toEqual({ refused: '' });
    expect(logIn(host, config, { user: 'root', password: 'secret' })).toEqual({ refused: 'credentials' });
    expect(logIn(host, config, { user: 'alice', password: 'secret' })).toEqual({ refused: '' });
    expect(host.files.get('/etc/shadow')?.split('\n')[0]).toMatch(
      /^root:\$6\$[./0-9A-Za-z]{16}\$[^:]+:\d+:0:99999:7:::$/,
    );
  });
});
