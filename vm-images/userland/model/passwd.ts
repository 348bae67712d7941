import type { System } from './system.ts';

/**
 * `/etc/shadow` with a user's password changed (or the user added).
 *
 * @param password Clear text; empty makes an empty password field.
 */
export function withPassword(system: System, shadow: string, user: string, password: string): string {
  const hash = password === '' ? '' : system.files.crypt(password, `$6$${salt(system)}`);
  const days = Math.floor(system.clock.nowMs() / 86_400_000);
  const lines = shadow.split('\n').filter((line) => line !== '');
  const at = lines.findIndex((line) => line.startsWith(`${user}:`));
  const rest = at < 0 ? ['0', '99999', '7', '', '', ''] : lines[at]!.split(':').slice(3);
  const entry = [user, hash, String(days), ...rest].join(':');
  if (at < 0) lines.push(entry);
  else lines[at] = entry;
  return `${lines.join('\n')}\n`;
}

const SALT_CHARS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function salt(system: System): string {
  return Array.from(system.files.randomBytes(8), (byte) => SALT_CHARS.charAt(byte & 63)).join('');
}
