import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import {
  bytesSource,
  readZip,
  readZipEntry,
  serializeZip,
  zipEntrySource,
} from '../../../../../../vm-images/userland/model/package/index.ts';
import { installed } from '../../../../../helpers/installed.ts';
import { damaged, FUZZ, refusal } from './damage.ts';
import { bytes, createWorkbench, text, type Workbench } from './tools.ts';
import { type Ending, type Part, zipOf } from './zip-parts.ts';

const WHEN = Date.UTC(2014, 4, 13, 16, 53, 21) / 1000;
const FILES = [
  { name: 'index.xml', data: text('<vendorList/>') },
  { name: 'vib20/', data: text('') },
  { name: 'vib20/net-virtio/net-virtio.vib', data: text('a vib'.repeat(100)) },
  { name: 'vib20/größe', data: text('') },
];
const ARCHIVE = serializeZip(FILES, nodeCodec, WHEN);

let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.clear());

/** Everything in an archive, or an error. */
function unpack(archive: Uint8Array, limitBytes?: number): { name: string; data: Uint8Array }[] {
  const source = bytesSource(archive);
  return readZip(source, nodeCodec).map((entry) => ({
    name: entry.name,
    data: readZipEntry(source, entry, nodeCodec, limitBytes),
  }));
}

describe('zip archive', () => {
  it('is written byte for byte as the format says', () => {
    expect(serializeZip([{ name: 'a', data: text('hi') }], nodeCodec, WHEN)).toEqual(
      bytes(`
        504b0304 1400 0000 0000 aa86 ad44 ac2a93d8 02000000 02000000 0100 0000 61 6869
        504b0102 1403 1400 0000 0000 aa86 ad44 ac2a93d8 02000000 02000000 0100 0000 0000 0000 0000 0000a481 00000000 61
        504b0506 0000 0000 0100 0100 2f000000 21000000 0000`),
    );
  });

  it('comes back as it was', () => {
    expect(unpack(ARCHIVE)).toEqual(FILES);
    expect(unpack(serializeZip([], nodeCodec, WHEN))).toEqual([]);
  });

  it('clamps times before 1980', () => {
    const [first, second] = [0, Date.UTC(1980, 0, 1) / 1000].map((when) => serializeZip(FILES, nodeCodec, when));
    expect(first).toEqual(second);
  });

  it('inflates', () => {
    const data = text('one two '.repeat(5000));
    expect(
      unpack(
        zipOf([
          { method: 8, data },
          { name: 'b', method: 8, data: text('') },
        ]),
      )[0]?.data,
    ).toEqual(data);
  });

  it('finds the end behind a comment of 64 KiB, and is not misled by one', () => {
    expect(unpack(zipOf([{}], { comment: new Uint8Array(65535) }))).toHaveLength(1);
    const decoy = zipOf([{}, { name: 'b' }]).slice(-22);
    expect(unpack(zipOf([{}], { comment: Uint8Array.from([...decoy, 1, 2, 3]) }))).toHaveLength(1);
  });

  it('gives a stored entry as a source, without reading it', () => {
    const source = bytesSource(ARCHIVE);
    const entry = readZip(source, nodeCodec)[2]!;
    const data = zipEntrySource(source, entry);
    expect(data.length).toBe(500);
    expect(data.read(5, 5)).toEqual(text('a vib'));
    expect(() => data.read(499, 2)).toThrow('expected bytes 499 to 501, found 500 bytes in all');
    const deflated = bytesSource(zipOf([{ method: 8 }]));
    expect(() => zipEntrySource(deflated, readZip(deflated, nodeCodec)[0]!)).toThrow('found a deflated one');
  });

  it('takes sizes from the directory when they follow the data', () => {
    const archive = zipOf([{ flags: 8 }]);
    archive.fill(0, 14, 26);
    expect(unpack(archive)[0]?.data).toEqual(text('data'));
    archive[18] = 3;
    expect(() => unpack(archive)).toThrow('another size or CRC-32');
  });

  it.each<[string, Part[], Ending, string]>([
    ['a disk of several', [{}], { disk: 1 }, 'one disk of an archive of several'],
    ['entries on other disks', [{}], { entriesHere: 0 }, 'one disk of an archive of several'],
    ['an entry on another disk', [{ disk: 1 }], {}, 'is on disk 1'],
    ['the marks of ZIP64', [{}], { entries: 0xffff }, 'a ZIP64 archive'],
    ['a directory offset of ZIP64', [{}], { directoryOffset: 0xffffffff }, 'a ZIP64 archive'],
    ['a directory size of ZIP64', [{}], { directorySize: 0xffffffff }, 'a ZIP64 archive'],
    ['the locator of ZIP64', [{}], { before: bytes(`504b0607 ${'00'.repeat(16)}`) }, 'a ZIP64 archive'],
    ['sizes of ZIP64', [{ size: 0xffffffff, compressedSize: 0xffffffff }], {}, 'is of ZIP64'],
    ['an offset of ZIP64', [{ offset: 0xffffffff }], {}, 'is of ZIP64'],
    ['encryption', [{ flags: 1 }], {}, 'is encrypted'],
    ['strong encryption', [{ flags: 0x41 }], {}, 'is encrypted'],
    ['masked headers', [{ flags: 0x2000 }], {}, 'is encrypted'],
    ['a patch', [{ flags: 0x20 }], {}, 'is a patch'],
    ['bzip2', [{ method: 12 }], {}, 'expected method 0 or 8, found 12'],
    ['a name that leads out', [{ name: 'a/../../b' }], {}, 'leads out of the archive'],
    ['a name that is ..', [{ name: '..' }], {}, 'leads out of the archive'],
    ['an absolute name', [{ name: '/etc/passwd' }], {}, 'is absolute'],
    ['a drive letter', [{ name: 'C:windows' }], {}, 'starts with a drive letter'],
    ['a backslash', [{ name: '..\\b' }], {}, 'holds a backslash'],
    ['a NUL', [{ name: 'a\0.txt' }], {}, 'holds a NUL'],
    ['a line end in a name', [{ name: 'a\nb' }], {}, 'holds a control character'],
    ['no name', [{ name: '' }], {}, 'is empty'],
    ['an empty segment', [{ name: 'a//b' }], {}, 'has an empty segment'],
    ['a segment of one dot', [{ name: './a' }], {}, 'has an empty segment'],
    ['a name of a code page', [{ name: 'ü' }], {}, 'expected a name in UTF-8'],
    ['a name twice', [{}, {}], {}, '"a" is there twice'],
    ['a file and a folder of one name', [{ data: text('') }, { name: 'a/', data: text('') }], {}, 'is there twice'],
    ['a folder with data', [{ name: 'a/' }], {}, 'a folder of 4 bytes'],
    ['a stored entry of two sizes', [{ size: 5 }], {}, 'stored, yet 5 bytes take 4'],
    ['an entry beyond the file', [{ offset: 1 << 30 }], {}, 'should end at offset 35, it reaches to'],
    ['an entry longer than the file', [{ size: 9999, compressedSize: 9999 }], {}, 'it reaches to 10030'],
    ['entries that share bytes', [{}, { name: 'b', offset: 0 }], {}, 'it reaches to'],
    ['entries that overlap', [{}, { name: 'b', offset: 20 }], {}, 'it reaches to'],
    ['a directory that overlaps its end', [{}], { directorySize: 50 }, 'the central directory should end at offset'],
    ['a directory elsewhere', [{}], { directoryOffset: 1 }, 'the central directory should end at offset'],
    ['bytes behind the directory', [{}], { before: text('gap') }, 'the central directory should end at offset'],
    ['fewer entries than counted', [{}], { entries: 2 }, 'an entry is cut off'],
    ['more entries than counted', [{}, { name: 'b' }], { entries: 1 }, 'its 1 entries take 47'],
    ['a wrong CRC-32', [{ crc: 1 }], {}, 'expected CRC-32 00000001, found'],
    ['a deflated entry that is longer', [{ method: 8, size: 3 }], {}, "can't be inflated"],
    ['a deflated entry that is shorter', [{ method: 8, size: 5 }], {}, 'expected 5 bytes, found 4'],
    ['a local header of another size', [{ localSize: 3 }], {}, 'another size or CRC-32 than in the directory'],
    ['a local header of another name', [{ localName: 'b' }], {}, 'another name than in the directory'],
    ['a local header of another method', [{ localMethod: 8 }], {}, 'not as in the directory'],
    ['an extra field over the data', [{ localExtra: 1 }], {}, 'the data reach beyond offset 35'],
    ['an offset without a header', [{ offset: 1, size: 3, compressedSize: 3 }], {}, 'not a local header'],
  ])('refuses %s', (_, parts, ending, message) => {
    const error = refusal(() => unpack(zipOf(parts, ending)));
    expect(error?.kind).toBe('zip');
    expect(error?.message).toContain(message);
  });

  it('refuses a directory whose entry is another record, or cut off in its name', () => {
    const archive = zipOf([{}]);
    expect(() => unpack(archive.map((byte, at) => (at === 35 ? 0 : byte)))).toThrow('no entry found');
    expect(() => unpack(archive.map((byte, at) => (at === 35 + 28 ? 9 : byte)))).toThrow('an entry is cut off');
  });

  it.each([0, 21, 22, 100])('refuses %d bytes that are no archive', (length) => {
    expect(() => unpack(new Uint8Array(length))).toThrow('not a zip archive');
  });

  it('refuses an entry over the limit before reading it', () => {
    expect(() => unpack(ARCHIVE, 499)).toThrow('has 500 bytes, at most 499 allowed');
    expect(unpack(ARCHIVE, 500)).toHaveLength(4);
  });

  it('refuses a directory that would fill the memory', () => {
    const end = zipOf([], { directorySize: 9 << 20, directoryOffset: 0 });
    const source = { length: (9 << 20) + 22, read: (_: number, length: number) => pad(end, length) };
    expect(() => readZip(source, nodeCodec)).toThrow('the central directory has 9437184 bytes');
  });

  it.each([
    [[{ name: '../a', data: text('') }], 'leads out'],
    [[FILES[0]!, FILES[0]!], 'is there twice'],
    [[{ name: 'a/', data: text('x') }], 'a folder of 1 bytes'],
    [[{ name: 'a'.repeat(65536), data: text('') }], 'a name of 65536 bytes'],
  ])('does not write %#', (files, message) => {
    const error = refusal(() => serializeZip(files, nodeCodec, WHEN));
    expect(error?.kind).toBe('zip');
    expect(error?.message).toContain(message);
  });

  it('fails in the one way, whatever the damage, and never gives changed data', () => {
    const valid = zipOf([{ name: 'x', method: 8, data: text('one two '.repeat(20)) }, { name: 'y' }]);
    const known = unpack(valid).map((one) => new TextDecoder().decode(one.data));
    fc.assert(
      fc.property(damaged(valid), (archive) => {
        let files: { data: Uint8Array }[] = [];
        refusal(() => {
          files = unpack(archive);
        });
        for (const file of files) expect(known).toContain(new TextDecoder().decode(file.data));
      }),
      FUZZ,
    );
  });

  it.skipIf(!installed('unzip'))('is sound to unzip, with the time it was given', () => {
    bench.put('a.zip', ARCHIVE);
    expect(bench.run('unzip', '-t', 'a.zip')).toContain('No errors detected');
    expect(bench.run('unzip', '-Z', '-T', 'a.zip')).toMatch(/-rw-r--r-- .* 20140513\.165320 index\.xml/);
  });

  it.skipIf(!installed('python3'))('is sound to Python, and reads what Python wrote', () => {
    bench.put('a.zip', ARCHIVE);
    const script = [
      'import zipfile',
      'a = zipfile.ZipFile("a.zip")',
      'assert a.testzip() is None',
      'b = zipfile.ZipFile("b.zip", "w", zipfile.ZIP_DEFLATED)',
      'for name in a.namelist(): b.writestr(name, a.read(name))',
      'b.close()',
    ].join('\n');
    bench.run('python3', '-c', script);
    expect(unpack(bench.get('b.zip'))).toEqual(FILES);
  });
});

function pad(end: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(end, length - end.length);
  return out;
}
