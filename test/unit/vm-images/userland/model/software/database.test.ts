import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  databaseFiles,
  indexPayloads,
  readDatabase,
} from '../../../../../../vm-images/userland/model/software/database.ts';
import { databaseFileName } from '../../../../../../vm-images/userland/model/software/vib.ts';
import { packModule, smallImage } from '../../../../../helpers/small-image.ts';
import { damaged } from '../package/damage.ts';
import { packTexts } from './plain-image.ts';
import { vib } from './sample-vibs.ts';

const IMAGE = smallImage();
const MODULE = packModule({ 'etc/a': 'a' });
const INDEX = indexPayloads([{ name: 's.v00', bytes: MODULE }]);
const FILES = databaseFiles(IMAGE.vibs, IMAGE.profile, INDEX);

function read(files: readonly { path: string; text: string }[]) {
  return readDatabase(new Uint8Array(gunzipSync(packTexts(files))), nodeCodec);
}

describe('the image database', () => {
  it('comes back as it was written', () => {
    const { vibs, profile, index } = read(FILES);
    expect(vibs).toEqual(IMAGE.vibs);
    expect(profile).toEqual(IMAGE.profile);
    expect(index).toMatch(/^s\.v00 [0-9a-f]{8} \d+\n$/);
  });

  it('has a file for each VIB, for the profile, and for the index', () => {
    expect(FILES.map(({ path }) => path)).toEqual([
      'var/db/esximg/vibs/Bootbank_bootbank_esx-base_5.5.0-0.1.1500500.xml',
      'var/db/esximg/vibs/Bootbank_bootbank_net-old_1.0.0-1bb.550.0.0.1500500.xml',
      'var/db/esximg/profiles/ESXi-5.5.0-1500500-standard.xml',
      'var/db/esximg/payloads',
    ]);
  });

  it('lists VIBs by name, whatever their files are called', () => {
    const files = databaseFiles([vib('b'), vib('a')], IMAGE.profile, INDEX);
    expect(read(files).vibs.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('may lack the index, but not the profile', () => {
    expect(read(FILES.slice(0, 3)).index).toBe('');
    expect(() => read(FILES.slice(0, 2))).toThrow('the image database has no profile');
  });

  it('passes over what is no gzip file when it makes the index', () => {
    expect([
      ...indexPayloads([
        { name: 'a', bytes: new Uint8Array(5) },
        { name: 'b', bytes: MODULE },
      ]).keys(),
    ]).toEqual(['b']);
  });

  it('is read or refused in words, whatever the damage', () => {
    const tar = new Uint8Array(gunzipSync(packTexts(FILES)));
    fc.assert(
      fc.property(damaged(tar), (bytes) => {
        try {
          readDatabase(bytes, nodeCodec);
        } catch (error) {
          expect((error as Error).message).not.toMatch(/undefined|is not a function|Cannot read/);
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
      { seed: 550, numRuns: 300 },
    );
  });
});

describe('file names of the database', () => {
  it.each([
    ['(Updated) ESXi-5.5.0', '_Updated__ESXi-5.5.0.xml'],
    ['../../etc/shadow', '.._.._etc_shadow.xml'],
  ])('%s: %s', (name, expected) => {
    expect(databaseFileName(name)).toBe(expected);
  });

  it('are never longer than an archive can hold, and still of one VIB each', () => {
    const long = 'x'.repeat(120);
    const names = [`${long}1`, `${long}2`, 'y'.repeat(96), 'y'.repeat(97)].map(databaseFileName);
    expect(names.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
    expect(new Set(names).size).toBe(4);
  });
});
