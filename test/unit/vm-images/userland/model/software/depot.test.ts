import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeCodec } from '../../../../../../vm-images/depot/node-codec.ts';
import { type ByteSource, bytesSource } from '../../../../../../vm-images/userland/model/package/index.ts';
import { type DepotFiles, readDepot, zipDepot } from '../../../../../../vm-images/userland/model/software/depot.ts';
import {
  parseBulletin,
  parseDepotIndex,
  parseVendorIndex,
  serializeBulletin,
  serializeDepotIndex,
  serializeVendorIndex,
  vibPath,
} from '../../../../../../vm-images/userland/model/software/depot-index.ts';
import { SoftwareProblem } from '../../../../../../vm-images/userland/model/software/problem.ts';
import { makeDepot } from '../../../../../helpers/small-depot.ts';
import { vib } from './sample-vibs.ts';
import { unzip, withFiles, withMetadata, zipOf } from './zip-edit.ts';

const { zip: WHOLE } = makeDepot({
  vibs: [{}, { name: 'second' }],
  profiles: [{ name: 'p' }],
  bulletins: [{ id: 'B-1', summary: 'A fix', vibs: ['acme'] }],
});
const PATH = 'vib20/acme/Acme_bootbank_acme_1.0.0-1.vib';

async function open(zip: Uint8Array) {
  return readDepot(zipDepot(bytesSource(zip), 'depot.zip', nodeCodec), nodeCodec);
}

/** A depot that lies in a folder, as a web server or a datastore has it; the paths that were asked for. */
function folder(files: ReadonlyMap<string, Uint8Array>): DepotFiles & { asked: string[] } {
  const asked: string[] = [];
  return {
    where: '/ds/index.xml',
    asked,
    async open(path): Promise<ByteSource> {
      asked.push(path);
      const data = files.get(path);
      if (data === undefined) throw new SoftwareProblem('MetadataDownloadError', `${path} does not exist.`);
      return bytesSource(data);
    },
  };
}

async function refusal(work: () => Promise<unknown>): Promise<string> {
  const outcome = await work().catch((error: unknown) => error);
  if (outcome instanceof SoftwareProblem) return outcome.message;
  throw new Error(`not refused: ${String(outcome)}`);
}

describe('a depot', () => {
  it('offers VIBs, profiles and bulletins', async () => {
    const depot = await open(WHOLE);
    expect(depot.vibs.map(({ name }) => name)).toEqual(['acme', 'second']);
    expect(depot.profiles.map(({ name }) => name)).toEqual(['p']);
    expect(depot.bulletins).toMatchObject([{ id: 'B-1', summary: 'A fix', vibIds: ['Acme_bootbank_acme_1.0.0-1'] }]);
    expect((await depot.openVib(depot.vibs[0]!)).vib).toEqual(depot.vibs[0]);
  });

  it('in a folder is the same', async () => {
    const files = folder(unzip(WHOLE));
    const depot = await readDepot(files, nodeCodec);
    await depot.openVib(depot.vibs[0]!);
    expect(files.asked).toEqual(['index.xml', 'vendor-index.xml', 'metadata.zip', PATH]);
  });

  it('may have folders of several vendors', async () => {
    const acme = unzip(makeDepot().zip);
    const other = unzip(makeDepot({ vibs: [{ name: 'other' }] }).zip);
    const below = (name: string, files: Map<string, Uint8Array>) =>
      [...files].filter(([path]) => path !== 'index.xml').map(([path, data]) => [`${name}/${path}`, data] as const);
    const index = serializeDepotIndex([
      { name: 'Acme', code: 'ACM', indexFile: 'vendor-index.xml', relativePath: 'acme' },
      { name: 'Other', code: 'OTH', indexFile: 'vendor-index.xml', relativePath: '/other/' },
    ]);
    const depot = await open(zipOf([['index.xml', index], ...below('acme', acme), ...below('other', other)]));
    expect(depot.vibs.map(({ name }) => name)).toEqual(['acme', 'other']);
    for (const one of depot.vibs) expect((await depot.openVib(one)).vib.name).toBe(one.name);
  });

  it('may compress what it holds', async () => {
    const depot = await open(deflated(WHOLE));
    expect((await depot.openVib(depot.vibs[1]!)).vib.name).toBe('second');
  });

  it('passes over files that it does not know', async () => {
    const files = [...unzip(WHOLE), ['README.TXT', 'hello'] as const, ['empty/', ''] as const];
    expect((await open(zipOf(files))).vibs).toHaveLength(2);
    const inner = zipOf([...unzip(unzip(WHOLE).get('metadata.zip')!), ['vmware.xml', '<x/>'] as const]);
    expect((await open(withFiles(WHOLE, (name, data) => (name === 'metadata.zip' ? inner : data)))).vibs).toHaveLength(
      2,
    );
  });
});

describe('a depot is refused, naming the file,', () => {
  const without = (name: string) => zipOf([...unzip(WHOLE)].filter(([path]) => path !== name));

  it.each([
    [
      'that is no archive',
      new Uint8Array(100),
      "[MetadataFormatError] depot.zip can't be read: not a zip archive: no end of central directory in its last 100 bytes.",
    ],
    ['that is empty', new Uint8Array(0), '[MetadataFormatError] depot.zip '],
    ['that was cut off', WHOLE.slice(0, -30), "[MetadataFormatError] depot.zip can't be read: "],
    ['without an index', without('index.xml'), '[MetadataDownloadError] depot.zip has no index.xml.'],
    [
      'without a vendor’s index',
      without('vendor-index.xml'),
      '[MetadataDownloadError] depot.zip has no vendor-index.xml.',
    ],
    ['without metadata', without('metadata.zip'), '[MetadataDownloadError] depot.zip has no metadata.zip.'],
    [
      'whose index is none',
      withFiles(WHOLE, (name, data) => (name === 'index.xml' ? nodeCodec.utf8Encode('<html/>') : data)),
      "[MetadataFormatError] index.xml of depot.zip can't be read: root element is <html>, expected <vendorList>.",
    ],
    [
      'whose index was changed by one bit',
      flippedIn(WHOLE, 'index.xml'),
      '[MetadataDownloadError] index.xml in depot.zip can\'t be read: zip entry "index.xml": expected CRC-32 ',
    ],
    [
      'whose metadata are no archive',
      withFiles(WHOLE, (name, data) => (name === 'metadata.zip' ? new Uint8Array(40) : data)),
      "[MetadataFormatError] metadata.zip of depot.zip can't be read: ",
    ],
    [
      'with a descriptor that is none',
      withMetadata(WHOLE, (xml, name) => (name.includes('acme') ? '<vib><type>deb</type></vib>' : xml)),
      '[MetadataFormatError] metadata.zip: vibs/Acme_bootbank_acme_1.0.0-1.xml of depot.zip can\'t be read: VIB descriptor: type "deb" is neither bootbank nor locker.',
    ],
    [
      'with a profile that is none',
      withMetadata(WHOLE, (xml, name) => (name.startsWith('profiles/') ? '<imageprofile/>' : xml)),
      "[MetadataFormatError] metadata.zip: profiles/p.xml of depot.zip can't be read: image profile: <name> is missing or empty.",
    ],
    [
      'with a bulletin that is none',
      withMetadata(WHOLE, (xml, name) => (name.startsWith('bulletins/') ? 'x' : xml)),
      "[MetadataFormatError] metadata.zip: bulletins/B-1.xml of depot.zip can't be read: XML: no element found.",
    ],
  ])('%s', async (_, zip, message) => {
    const found = await refusal(() => open(zip));
    expect(found.slice(0, message.length)).toBe(message);
  });

  it.each([
    ['its index names a vendor’s index', { indexFile: '../../etc/shadow' }, {}, '../../etc/shadow'],
    ['a vendor’s index names metadata', {}, { url: 'a/../../metadata.zip' }, 'a/../../metadata.zip'],
  ])('that leads out of itself: %s', async (_, vendor, metadata, path) => {
    const files = unzip(WHOLE);
    const index = { name: 'Acme', code: 'ACM', indexFile: 'vendor-index.xml', relativePath: '', ...vendor };
    const list = { productId: 'embeddedEsx', version: '5.*', locale: '', url: 'metadata.zip', ...metadata };
    files.set('index.xml', nodeCodec.utf8Encode(serializeDepotIndex([index])));
    files.set('vendor-index.xml', nodeCodec.utf8Encode(serializeVendorIndex([list])));
    const depot = folder(files);
    expect(await refusal(() => readDepot(depot, nodeCodec))).toBe(
      `[MetadataFormatError] /ds/index.xml names ${path}, which leads out of it.`,
    );
    expect(depot.asked).not.toContain(path);
  });

  it('with a VIB whose name leads out of it, when that is opened', async () => {
    const files = folder(unzip(withMetadata(WHOLE, (xml) => xml.replace('<name>acme<', '<name>../../acme<'))));
    const depot = await readDepot(files, nodeCodec);
    expect(await refusal(() => depot.openVib(depot.vibs[0]!))).toContain('which leads out of it');
  });

  it('takes a vendor’s folder that leads out of it for its own', async () => {
    const index = { name: 'Acme', code: 'ACM', indexFile: 'vendor-index.xml', relativePath: '../../etc' };
    const files = folder(unzip(WHOLE).set('index.xml', nodeCodec.utf8Encode(serializeDepotIndex([index]))));
    await readDepot(files, nodeCodec);
    expect(files.asked).toEqual(['index.xml', 'vendor-index.xml', 'metadata.zip']);
  });

  it('whose metadata would fill the memory', async () => {
    const bomb = (bytes: number) => deflated(zipOf([['vibs/a.xml', new Uint8Array(bytes)]]));
    const zip = withFiles(WHOLE, (name, data) => (name === 'metadata.zip' ? bomb(20 << 20) : data));
    expect(await refusal(() => open(zip))).toBe(
      "[MetadataFormatError] metadata.zip of depot.zip can't be read: its files have 20971520 bytes.",
    );
    const large = { ...folder(unzip(WHOLE)), open: async () => ({ length: 1 << 30, read: () => new Uint8Array(0) }) };
    expect(await refusal(() => readDepot(large, nodeCodec))).toContain('it has 1073741824 bytes');
  });

  it('that ends while it is read', async () => {
    const short = { ...folder(unzip(WHOLE)), open: async () => shortSource() };
    expect(await refusal(() => readDepot(short, nodeCodec))).toBe(
      "[MetadataFormatError] index.xml of /ds/index.xml can't be read: it ends after 5 bytes.",
    );
  });

  it('when a VIB of its metadata is not there', async () => {
    const depot = await open(without(PATH));
    expect(await refusal(() => depot.openVib(depot.vibs[0]!))).toBe(`[VibDownloadError] depot.zip has no ${PATH}.`);
  });
});

describe('the indexes', () => {
  it('come back as they were written', () => {
    const vendors = [{ name: 'A & B', code: 'AB', indexFile: 'v.xml', relativePath: 'ab' }];
    expect(parseDepotIndex(serializeDepotIndex(vendors))).toEqual(vendors);
    const list = [{ productId: 'embeddedEsx', version: '5.*', locale: '', url: 'm.zip' }];
    expect(parseVendorIndex(serializeVendorIndex(list))).toEqual(list);
    const bulletin = {
      id: 'B-1',
      vendor: 'Acme',
      summary: 's',
      severity: 'critical',
      category: 'security',
      description: 'd',
      kbUrl: 'http://kb',
      releaseDate: '2014-11-03T00:00:00.000000+00:00',
      vibIds: ['a', 'b'],
    };
    expect(parseBulletin(serializeBulletin(bulletin))).toEqual(bulletin);
  });

  it('have usual names for what they do not say', () => {
    expect(parseDepotIndex('<vendorList><vendor/></vendorList>')).toMatchObject([{ indexFile: 'vendor-index.xml' }]);
    expect(parseVendorIndex('<metaList><metadata/></metaList>')).toMatchObject([{ url: 'metadata.zip' }]);
    expect(parseDepotIndex('<vendorList/>')).toEqual([]);
  });

  it('say where a VIB lies', () => {
    expect(vibPath(vib('acme'))).toBe(PATH);
  });
});

function shortSource(): ByteSource {
  return {
    length: 100,
    read() {
      throw new Error('it ends after 5 bytes');
    },
  };
}

/** One bit of a stored file's data is another. */
function flippedIn(zip: Uint8Array, name: string): Uint8Array {
  const copy = zip.slice();
  const at = Buffer.from(copy).indexOf(unzip(zip).get(name)!);
  copy[at + 20]! ^= 1;
  return copy;
}

/** The same files, each deflated. */
function deflated(zip: Uint8Array): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of unzip(zip)) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(nodeCodec.crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, directory, end]));
}
