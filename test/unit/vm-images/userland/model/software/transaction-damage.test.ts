import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { bytesSource } from '../../../../../../vm-images/userland/model/package/index.ts';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import {
  checkSignature,
  openVib,
  readPayload,
} from '../../../../../../vm-images/userland/model/software/vib-archive.ts';
import { certificate, makeVib, SOME_DAY } from '../../../../../helpers/small-depot.ts';
import { damaged, flipped } from '../package/damage.ts';
import type { Asked } from './software-bench.ts';
import { SoftwareBench } from './software-bench.ts';
import { unzip, withMetadata, zipOf } from './zip-edit.ts';

const FUZZ = { seed: 550, numRuns: 200 };
const TRUST = { roots: [certificate('root')], atMs: SOME_DAY };
/** What a broken program would say, were it not for the problem it is wrapped in. */
const BUG = /undefined|is not a function|Cannot read|is not iterable|not assignable|Maximum call stack/;

const depot = new SoftwareBench().addDepot('depot', { vibs: [{ files: [{ path: 'opt/a', text: 'a' }] }] });
const ZIP = depot.depots.get('depot')!;

/** The problem of a change, null when it was made; anything but a problem fails the test. */
async function outcome(work: () => Promise<unknown>): Promise<SoftwareProblem | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof SoftwareProblem)) throw error;
    expect(error.message).not.toMatch(BUG);
    expect(error.lines.join('')).not.toBe('');
    return error;
  }
}

function install(zip: Uint8Array, asked: Asked = {}): Promise<SoftwareProblem | null> {
  const host = depot.copy();
  Object.assign(host, { depots: new Map([['depot', zip]]) });
  return outcome(() => host.change('vib.install', { depots: ['depot'], ...asked }));
}

describe('a depot of any damage is refused in words or does what it did', () => {
  it('with bytes changed, left out or put in', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(ZIP), async (zip) => {
        await install(zip);
      }),
      FUZZ,
    );
  });

  it('with its metadata changed, though the archive is whole', async () => {
    const xml = unzip(unzip(ZIP).get('metadata.zip')!);
    const [name] = [...xml.keys()].filter((one) => one.startsWith('vibs/'));
    await fc.assert(
      fc.asyncProperty(damaged(xml.get(name!)!), async (data) => {
        const text = nodeCodec.utf8Decode(data);
        await install(withMetadata(ZIP, (old, file) => (file === name ? text : old)));
      }),
      FUZZ,
    );
  });

  it('with indexes of any text', async () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom('<vendorList/>', '<metaList/>', '<vendorList><vendor/></vendorList>', '<vib/>', '<a><b></a>'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('index.xml', 'vendor-index.xml'), texts, async (name, text) => {
        await install(zipOf([...unzip(ZIP)].map(([file, data]) => [file, file === name ? text : data] as const)));
      }),
      { ...FUZZ, numRuns: 80 },
    );
  });

  it.each([
    ['out of the folder', '../../etc/shadow'],
    ['to the root', '/etc/ssh/sshd_cf'],
    ['by backslashes', '..\\..\\..\\boot.cf'],
    ['with a letter that ends names', 'vendor-index.xm\0'],
  ])('with names that lead %s', async (_, name) => {
    const zip = Buffer.from(ZIP);
    for (let at = zip.indexOf('vendor-index.xml'); at >= 0; at = zip.indexOf('vendor-index.xml', at + 1))
      if (zip.subarray(at - 30, at).includes('PK') || zip.subarray(at - 46, at).includes('PK'))
        zip.write(name, at, 'latin1');
    expect((await install(new Uint8Array(zip)))?.kind).toBe('MetadataFormatError');
  });

  it('cut off anywhere', async () => {
    for (let length = 0; length < ZIP.length; length += 97)
      expect((await install(ZIP.slice(0, length)))?.kind, String(length)).toBe('MetadataFormatError');
  });
});

describe('a VIB of any damage', () => {
  const whole = makeVib();
  const original = openVib(bytesSource(whole), 'x', nodeCodec);
  const use = (file: Uint8Array) => {
    const archive = openVib(bytesSource(file), 'x', nodeCodec);
    checkSignature(archive, TRUST, nodeCodec);
    return { archive, payloads: archive.vib.payloads.map((payload) => readPayload(archive, payload, nodeCodec)) };
  };

  let seen: { refused: number; used: number };
  beforeEach(() => {
    seen = { refused: 0, used: 0 };
  });

  it.each([
    ['one byte changed', flipped(whole)],
    ['bytes changed, left out or put in', damaged(whole)],
  ])('with %s brings nothing but what was signed', (_, files) => {
    fc.assert(
      fc.property(files, (file) => {
        try {
          const { archive, payloads } = use(file);
          expect(archive.descriptor).toEqual(original.descriptor);
          expect(payloads).toEqual(use(whole).payloads);
          seen.used++;
        } catch (error) {
          if (!(error instanceof SoftwareProblem)) throw error;
          expect(error.message).not.toMatch(BUG);
          seen.refused++;
        }
      }),
      { ...FUZZ, numRuns: 400 },
    );
    // What is left are dates and owners in the archive's headers.
    expect(seen.refused).toBeGreaterThan(seen.used * 5);
  });

  it('without the check of signatures is refused in words or has its payloads', () => {
    fc.assert(
      fc.property(damaged(whole), (file) => {
        try {
          const archive = openVib(bytesSource(file), 'x', nodeCodec);
          for (const payload of archive.vib.payloads) readPayload(archive, payload, nodeCodec);
        } catch (error) {
          if (!(error instanceof SoftwareProblem)) throw error;
          expect(error.message).not.toMatch(BUG);
        }
      }),
      FUZZ,
    );
  });

  it('that is something else is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isAr) => {
        const file = isAr ? Uint8Array.from([...nodeCodec.utf8Encode('!<arch>\n'), ...bytes]) : bytes;
        expect(() => openVib(bytesSource(file), 'x', nodeCodec)).toThrow(SoftwareProblem);
      }),
      FUZZ,
    );
  });
});
