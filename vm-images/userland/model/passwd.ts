import type { System } from './system.ts';

/**
 * `/etc/shadow` with a user's password changed (or the user added).
 *
 * @param password Clear text; empty makes an empty password field.
 */
export function withPassword(system: System, shadow: string, user: string, password: string): string {
  const hash = password === '' ? '' : system.files.crypt(password, `$6$${salt()}`);
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

/** A salt has to differ, not to be secret; the kernel's random numbers can take seconds just after power-on. */
function salt(): string {
  return Array.from({ length: 8 }, () => SALT_CHARS.charAt(Math.floor(Math.random() * 64))).join('');
}
