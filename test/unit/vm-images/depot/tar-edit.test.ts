import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type ArchiveEntry, writeTar } from '../../../../vm-images/build/archive.ts';
import { nodeCodec } from '../../../../vm-images/depot/node-codec.ts';
import { replaceInTar } from '../../../../vm-images/depot/tar-edit.ts';
import { listTar } from '../../../../vm-images/userland/model/tar.ts';
import { installed } from '../../../helpers/installed.ts';

function file(path: string, text: string, mode = 0o644): ArchiveEntry {
  return { kind: 'file', path, mode, data: new TextEncoder().encode(text) };
}

const LONG = `${'folder/'.repeat(20)}file`;
const ENTRIES: ArchiveEntry[] = [
  { kind: 'directory', path: 'etc', mode: 0o755 },
  file('etc/release', 'old', 0o600),
  file('etc/other', 'x'.repeat(512)),
  { kind: 'link', path: 'bin/sh', target: 'busybox' },
  file(LONG, 'long'),
];
const TAR = writeTar(ENTRIES, 1410393600);

function textsOf(tar: Uint8Array): Record<string, string> {
  return Object.fromEntries(listTar(tar, nodeCodec).map(({ path, data }) => [path, nodeCodec.utf8Decode(data)]));
}

describe('texts in an archive are replaced', () => {
  const edited = replaceInTar(TAR, new Map([['etc/release', 'a much longer text\n'.repeat(40)]]), [])!;

  it('by longer and shorter ones, and all else stays', () => {
    expect(textsOf(edited)).toEqual({ ...textsOf(TAR), 'etc/release': 'a much longer text\n'.repeat(40) });
    expect(textsOf(replaceInTar(TAR, new Map([['etc/other', '']]), [])!)['etc/other']).toBe('');
  });

  it('where they stand, with the mode they had', () => {
    expect(listTar(edited, nodeCodec).map(({ path }) => path)).toEqual(['etc/release', 'etc/other', LONG]);
    expect(Buffer.from(edited).toString('latin1', 512 + 100, 512 + 107)).toBe('0000600');
  });

  it('to the same archive as one that had them from the start', () => {
    const entries = ENTRIES.map((entry) => (entry.path === 'etc/release' ? file('etc/release', 'new', 0o600) : entry));
    expect(replaceInTar(TAR, new Map([['etc/release', 'new']]), [])).toEqual(writeTar(entries, 1410393600));
  });

  it('together with what is added behind them', () => {
    const added = [file('etc/new', 'new')];
    expect(replaceInTar(TAR, new Map(), added)).toEqual(writeTar([...ENTRIES, ...added], 1410393600));
  });

  it('and nothing is made anew when there is nothing to do', () => {
    expect(replaceInTar(TAR, new Map([['etc/absent', 'x']]), [])).toBeNull();
    expect(replaceInTar(writeTar([], 0), new Map([['a', 'b']]), [])).toBeNull();
  });

  it.skipIf(!installed('tar'))('and tar reads it', () => {
    const out = execFileSync('tar', ['-xOf', '-', 'etc/release'], { input: edited, encoding: 'utf8' });
    expect(out).toBe('a much longer text\n'.repeat(40));
  });
});
