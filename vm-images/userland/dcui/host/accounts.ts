import type { HostConfig } from '../../model/config.ts';
import type { Requests } from '../state.ts';
import type { HostClient } from './types.ts';

const shadowFile = '/etc/shadow';

/**
 * Administrators and the users of DCUI.Access may log in; in lockdown mode only those of DCUI.Access. The password is
 * checked first, so that nobody learns from outside who would be let in.
 */
export function logIn(
  host: HostClient,
  config: HostConfig,
  input: Requests['login']['input'],
): Requests['login']['output'] {
  const { user, password } = input;
  const hash = hashOf(host, user);
  if (hash === null || !matches(host, password, hash)) {
    host.log('notice', 'auth', `Authentication of user ${user} failed`);
    return { refused: 'credentials' };
  }
  const listed = (config.advanced['/DCUI/Access'] ?? 'root').split(/[\s,]+/).includes(user);
  if (listed || (!config.lockdownMode && isAdministrator(host, config, user))) {
    host.log('info', 'auth', `User ${user} logged in`);
    return { refused: '' };
  }
  host.log('notice', 'auth', `User ${user} may not use this console${config.lockdownMode ? ' in lockdown mode' : ''}`);
  return { refused: 'access' };
}

/** vim-cmd keeps permissions as `isGroup,role,propagate`; the Administrator role is -1. */
function isAdministrator(host: HostClient, config: HostConfig, user: string): boolean {
  const entry = passwdEntry(host, user);
  if (entry === undefined) return false;
  if (entry[2] === '0' || config.extra[`permission/${user}`]?.startsWith('false,-1,')) return true;
  const members = /^(?:root|localadmin):[^:]*:[^:]*:(.*)$/gm;
  return [...(host.readText('/etc/group') ?? '').matchAll(members)].some((found) =>
    found[1]?.split(',').includes(user),
  );
}

function passwdEntry(host: HostClient, user: string): string[] | undefined {
  const lines = (host.readText('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  return lines.find((fields) => fields[0] === user && fields.length > 6);
}

/** @returns null for users without an entry; the empty string where no password is set. */
function hashOf(host: HostClient, user: string): string | null {
  const lines = (host.readText(shadowFile) ?? '').split('\n').map((line) => line.split(':'));
  return lines.find((fields) => fields[0] === user && user !== '')?.[1] ?? null;
}

/** An empty hash takes the empty password alone; `*` and `!` take none. */
function matches(host: HostClient, password: string, hash: string): boolean {
  if (hash === '') return password === '';
  return hash.startsWith('$') && host.crypt(password, hash) === hash;
}

const saltAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function changePassword(
  host: HostClient,
  input: Requests['password.set']['input'],
): Requests['password.set']['output'] {
  const { user, old, wanted } = input;
  const hash = hashOf(host, user);
  if (hash === null || !matches(host, old, hash)) return { refused: 'The old password is wrong.' };
  // A salt has to differ, not to be secret; the kernel's random numbers can take seconds just after power-on.
  const salt = Array.from({ length: 16 }, () => saltAlphabet[Math.floor(Math.random() * 64)]).join('');
  const fresh = host.crypt(wanted, `$6$${salt}$`);
  if (!fresh.startsWith('$6$')) return { refused: 'The password could not be encrypted.' };
  // Day of the last change, counted from 1970.
  const today = String(Math.floor(Date.now() / 86_400_000));
  const lines = (host.readText(shadowFile) ?? '').split('\n').map((line) => {
    const fields = line.split(':');
    return fields[0] === user ? [user, fresh, today, ...fields.slice(3)].join(':') : line;
  });
  host.replaceFile(shadowFile, lines.join('\n'), 0o600);
  host.log('notice', 'auth', `Password of user ${user} changed`);
  return { refused: '' };
}
