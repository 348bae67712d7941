import { describe, expect, it } from 'vitest';
import { parseModuleSums, selectState } from '../../../../vm-images/userland/boot/state-selection.ts';

const modules = parseModuleSums('1a etc/ntp.conf\nff etc/motd\n');

function kept(path: string, options: { mode?: number; crc?: number } = {}): boolean {
  return selectState([{ path, mode: options.mode ?? 0o644, crc: options.crc ?? 1 }], modules).length === 1;
}

describe('what a backup of the configuration holds', () => {
  it('takes module files that are not as the module brought them', () => {
    expect(kept('etc/ntp.conf', { crc: 0x1a })).toBe(false);
    expect(kept('etc/ntp.conf', { crc: 0x1b })).toBe(true);
  });

  it('takes new files where configuration lives, and those with the sticky bit', () => {
    expect(kept('etc/vmware/esx.conf')).toBe(true);
    expect(kept('etc/ssh/keys-root/authorized_keys')).toBe(true);
    expect(kept('etc/notes', { mode: 0o1644 })).toBe(true);
  });

  it.each([
    ['etc/krb5.conf', true],
    ['etc/krb5.conf.d/x', false],
    ['etc/rc.local', true],
    ['etc/rc.local.d/local.sh', true],
    ['etc/opt/acme/acme.conf', true],
    ['etc/vmwarex', false],
    ['etc/init.d/mine', false],
  ])('keeps a new %s: %s', (path, wanted) => {
    expect(kept(path)).toBe(wanted);
  });

  it('lets rulesets added by hand go, unless they are marked', () => {
    expect(kept('etc/vmware/firewall/mine.xml')).toBe(false);
    expect(kept('etc/vmware/firewall/mine.xml', { mode: 0o1644 })).toBe(true);
  });

  it('takes a mark of a module file for nothing as long as it is as it was', () => {
    expect(kept('etc/ntp.conf', { crc: 0x1a, mode: 0o1644 })).toBe(false);
  });

  it('reads sums of paths with blanks, and passes over lines that are none', () => {
    expect([...parseModuleSums('1a etc/a b\n\nbroken\nff etc/motd')]).toEqual([
      ['etc/a b', 0x1a],
      ['etc/motd', 0xff],
    ]);
  });

  it('leaves ordinary new files and temporary ones to the restart', () => {
    expect(kept('etc/notes')).toBe(false);
    expect(kept('etc/vmware/esx.conf.tmp')).toBe(false);
    expect(kept('etc/vmware/.#esx.conf')).toBe(false);
  });
});
