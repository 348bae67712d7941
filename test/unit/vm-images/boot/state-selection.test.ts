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

  it('leaves ordinary new files and temporary ones to the restart', () => {
    expect(kept('etc/notes')).toBe(false);
    expect(kept('etc/vmware/esx.conf.tmp')).toBe(false);
    expect(kept('etc/vmware/.#esx.conf')).toBe(false);
  });
});
