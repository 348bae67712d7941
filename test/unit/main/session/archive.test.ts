import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../../../main/session/archive.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'archive-'));
  file = path.join(folder, 'a.bootbank');
  await writeArchive(file, {
    about: { kind: 'submission' },
    parts: new Map([
      ['esx01', Uint8Array.of(1, 2, 3)],
      ['esx02', new Uint8Array(5000).fill(9)],
    ]),
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('session archive', () => {
  it('gives back what was put in', async () => {
    const archive = await readArchive(file);
    expect(archive.about).toEqual({ kind: 'submission' });
    expect([...archive.parts.get('esx01')!]).toEqual([1, 2, 3]);
    expect(archive.parts.get('esx02')).toHaveLength(5000);
  });

  it('refuses a file cut short at any of its parts', async () => {
    const whole = await readFile(file);
    for (const length of [0, 10, 20, 60, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      await expect(readArchive(file)).rejects.toMatchObject({ code: 'submission.bad' });
    }
  });

  it('refuses a file with one byte changed', async () => {
    const whole = await readFile(file);
    for (const at of [3, 25, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0xff;
      await writeFile(file, damaged);
      await expect(readArchive(file)).rejects.toMatchObject({ code: 'submission.bad' });
    }
  });

  it('says which file it could not read', async () => {
    await expect(readArchive('/nowhere/x.bootbank')).rejects.toThrow('/nowhere/x.bootbank');
  });
});
