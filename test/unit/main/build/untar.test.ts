import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { below, untar } from '../../../../main/build/untar.mjs';
import { installed } from '../../../helpers/installed.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bootbank-untar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** In pieces of an odd size, as a decompressor gives them. */
function inPieces(bytes: Buffer): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 777) pieces.push(bytes.subarray(at, at + 777));
  return Readable.from(pieces);
}

describe('untar', () => {
  it.runIf(installed('tar')).each(['ustar', 'pax', 'gnu'])(
    'unpacks what tar packed in the %s format',
    async (format) => {
      const source = path.join(folder, 'source');
      const long = `${'a-long-folder-name/'.repeat(5)}leaf`;
      mkdirSync(path.join(source, path.dirname(long)), { recursive: true });
      writeFileSync(path.join(source, long), 'deep');
      writeFileSync(path.join(source, 'program'), 'x'.repeat(1300), { mode: 0o755 });
      writeFileSync(path.join(source, 'empty'), '');
      const packed = execFileSync('tar', [`--format=${format}`, '-C', source, '-cf', '-', '.']);
      const target = path.join(folder, 'target');
      await untar(inPieces(packed), below(target));
      expect(readFileSync(path.join(target, long), 'utf8')).toBe('deep');
      expect(readFileSync(path.join(target, 'program'), 'utf8')).toHaveLength(1300);
      expect(statSync(path.join(target, 'program')).mode & 0o777).toBe(0o755);
      expect(statSync(path.join(target, 'empty')).size).toBe(0);
    },
  );

  it('strips leading folders and refuses names that leave the folder', () => {
    expect(below('/t', 1)('./package/a/b')).toBe(path.join('/t', 'a', 'b'));
    expect(below('/t', 1)('package')).toBeNull();
    expect(() => below('/t')('a/../../b')).toThrow(/leaves its folder/);
  });
});
