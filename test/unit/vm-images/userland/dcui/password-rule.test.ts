import { describe, expect, it } from 'vitest';
import { passwordProblem } from '../../../../../vm-images/userland/dcui/forms/password-rule.ts';

describe('password rule', () => {
  it.each(['xbqz-7Kpl', 'vmware99x', 'qwzrtplk', 'aB3$xz', 'aB3xz9q', 'red green blue'])('takes %s', (password) => {
    expect(passwordProblem(password, 'root', 'old-Secret1')).toBe('');
  });

  it.each([
    ['', 'empty'],
    ['short', 'too short'],
    ['aB3xz', 'too short'],
    ['Abcxyz1', 'too short'],
    ['old-Secret1', 'the old one'],
    ['old-Secret12', 'too similar'],
    ['1terceS-dlo', 'too similar'],
    ['myrootpw99', 'login name'],
    ['toor-toor-9', 'login name'],
    ['aaaaaaaaaa', 'repeats'],
    [`${'x'.repeat(20)}abcdefghij1234567890A`, 'longer than 40'],
  ])('refuses %j: %s', (password, reason) => {
    expect(passwordProblem(password, 'root', 'old-Secret1')).toContain(reason);
  });
});
