import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ArchiveEntry, writeCpio, writeTar } from '../../../../vm-images/build/archive.ts';
import { installed } from '../../../helpers/installed.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const longFolder = `etc/${'a-folder-with-a-name/'.repeat(5)}`;
const entries: ArchiveEntry[] = [
  { kind: 'directory', path: 'etc', mode: 0o755 },
  { kind: 'file', path: 'etc/shadow', mode: 0o600, data: new TextEncoder().encode('root:x\n') },
  { kind: 'link', path: 'etc/link', target: 'shadow' },
  { kind: 'file', path: `${longFolder}file`, mode: 0o644, data: new Uint8Array(1000).fill(7) },
];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'archive-'));
  folders.push(made);
  return made;
}

function check(made: string): void {
  expect(readFileSync(join(made, 'etc/shadow'), 'utf8')).toBe('root:x\n');
  expect(statSync(join(made, 'etc/shadow')).mode & 0o777).toBe(0o600);
  expect(readlinkSync(join(made, 'etc/link'))).toBe('shadow');
  expect(readFileSync(join(made, longFolder, 'file'))).toHaveLength(1000);
}

describe('archives', () => {
  it.skipIf(!installed('tar'))('are what tar unpacks', () => {
    const made = folder();
    execFileSync('tar', ['-x', '-C', made], { input: writeTar(entries, 1_400_000_000) });
    check(made);
    expect(statSync(join(made, 'etc/shadow')).mtimeMs).toBe(1_400_000_000_000);
  });

  it.skipIf(!installed('cpio'))('are what cpio unpacks', () => {
    const made = folder();
    const withFolders: ArchiveEntry[] = [...entries];
    execFileSync('cpio', ['-i', '-d', '--quiet'], { cwd: made, input: writeCpio(withFolders, 0) });
    check(made);
  });

  it('are the same for the same entries', () => {
    expect(writeTar(entries, 5)).toEqual(writeTar(entries, 5));
    expect(writeTar([], 5)).toEqual(new Uint8Array(1024));
  });

  it('refuse names that ustar can not hold', () => {
    const name = 'x'.repeat(101);
    expect(() => writeTar([{ kind: 'link', path: name, target: 'y' }], 0)).toThrow(RangeError);
  });
});
