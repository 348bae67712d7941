import {
  type ByteSource,
  bytesSource,
  type PackageCodec,
  readZip,
  readZipEntry,
  zipEntrySource,
} from '../package/index.ts';
import {
  type Bulletin,
  DEPOT_INDEX,
  parseBulletin,
  parseDepotIndex,
  parseVendorIndex,
  VENDOR_INDEX,
  vibPath,
} from './depot-index.ts';
import { SoftwareProblem } from './problem.ts';
import { type ImageProfile, parseProfile } from './profile.ts';
import { parseVib, type Vib, vibId } from './vib.ts';
import { messageOf, openVib, type VibArchive } from './vib-archive.ts';

/** Files of a depot by their path in it. */
export interface DepotFiles {
  /** For messages: path of the zip, URL of the index. */
  readonly where: string;
  /** @throws SoftwareProblem `MetadataDownloadError` or `VibDownloadError` when it can't be had. */
  open(path: string, kind: 'metadata' | 'vib'): Promise<ByteSource>;
}

/** What a depot offers. */
export interface Depot {
  readonly where: string;
  readonly vibs: readonly Vib[];
  readonly profiles: readonly ImageProfile[];
  readonly bulletins: readonly Bulletin[];
  /** @throws SoftwareProblem when it can't be had, is no VIB, or is another one than the metadata say. */
  openVib(vib: Vib): Promise<VibArchive>;
}

const MAX_METADATA_BYTES = 16 << 20;

/**
 * Reads what a depot offers: index, vendors' indexes, metadata.
 *
 * @throws SoftwareProblem `MetadataDownloadError`, `MetadataFormatError` naming the file.
 */
export async function readDepot(files: DepotFiles, codec: PackageCodec): Promise<Depot> {
  const vibs = new Map<string, { vib: Vib; folder: string }>();
  const profiles: ImageProfile[] = [];
  const bulletins: Bulletin[] = [];
  const bytes = async (path: string) => {
    const source = await openInside(files, path, 'metadata');
    return described(files.where, path, () => {
      if (source.length > MAX_METADATA_BYTES) throw new Error(`it has ${source.length} bytes`);
      return source.read(0, source.length);
    });
  };
  const text = async (path: string) => codec.utf8Decode(await bytes(path));
  const index = await text(DEPOT_INDEX);
  for (const vendor of described(files.where, DEPOT_INDEX, () => parseDepotIndex(index))) {
    const folder = folderOf(vendor.relativePath);
    const file = `${folder}${vendor.indexFile || VENDOR_INDEX}`;
    const list = await text(file);
    for (const { url } of described(files.where, file, () => parseVendorIndex(list))) {
      const path = `${folder}${url}`;
      const packed = await bytes(path);
      for (const [name, content] of described(files.where, path, () => unzipTexts(packed, codec))) {
        described(files.where, `${path}: ${name}`, () => {
          if (/^vibs\/.+\.xml$/.test(name)) {
            const vib = parseVib(content);
            vibs.set(vibId(vib), { vib, folder });
          } else if (/^profiles\/.+\.xml$/.test(name)) profiles.push(parseProfile(content));
          else if (/^bulletins\/.+\.xml$/.test(name)) bulletins.push(parseBulletin(content));
        });
      }
    }
  }
  return {
    where: files.where,
    vibs: [...vibs.values()].map(({ vib }) => vib),
    profiles,
    bulletins,
    async openVib(vib) {
      const path = `${vibs.get(vibId(vib))?.folder ?? ''}${vibPath(vib)}`;
      const archive = openVib(await openInside(files, path, 'vib'), `${path} in ${files.where}`, codec);
      if (vibId(archive.vib) !== vibId(vib))
        throw new SoftwareProblem(
          'VibFormatError',
          `${path} in ${files.where} is VIB ${vibId(archive.vib)}, not ${vibId(vib)}.`,
        );
      return archive;
    },
  };
}

/** A depot that names files beside itself is none: the host would be made to read its own. */
function openInside(files: DepotFiles, path: string, kind: 'metadata' | 'vib'): Promise<ByteSource> {
  if (path.split('/').includes('..'))
    throw new SoftwareProblem('MetadataFormatError', `${files.where} names ${path}, which leads out of it.`);
  return files.open(path, kind);
}

/**
 * A depot in one file, as vendors give it out.
 *
 * @throws SoftwareProblem `MetadataFormatError` when it is not a zip archive.
 */
export function zipDepot(source: ByteSource, where: string, codec: PackageCodec): DepotFiles {
  const entries = described(where, '', () => readZip(source, codec));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    where,
    async open(path, kind) {
      const entry = byName.get(path);
      const problem = kind === 'vib' ? 'VibDownloadError' : 'MetadataDownloadError';
      if (entry === undefined) throw new SoftwareProblem(problem, `${where} has no ${path}.`);
      try {
        // VIBs have sums of their own: what the archive stores of them is read from it piece by piece.
        if (kind === 'vib' && entry.method === 'stored') return zipEntrySource(source, entry);
        return bytesSource(readZipEntry(source, entry, codec, kind === 'vib' ? undefined : MAX_METADATA_BYTES));
      } catch (error) {
        throw new SoftwareProblem(problem, `${path} in ${where} can't be read: ${messageOf(error)}.`);
      }
    },
  };
}

function unzipTexts(packed: Uint8Array, codec: PackageCodec): [string, string][] {
  const source = bytesSource(packed);
  const entries = readZip(source, codec).filter(({ name }) => name.endsWith('.xml'));
  const unpackedBytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpackedBytes > MAX_METADATA_BYTES) throw new Error(`its files have ${unpackedBytes} bytes`);
  return entries.map((entry) => [entry.name, codec.utf8Decode(readZipEntry(source, entry, codec))]);
}

function described<T>(where: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SoftwareProblem) throw error;
    const what = file === '' ? where : `${file} of ${where}`;
    throw new SoftwareProblem('MetadataFormatError', `${what} can't be read: ${messageOf(error)}.`);
  }
}

/** Below the depot: a path that leads out of it is taken for the depot itself. */
function folderOf(relativePath: string): string {
  const path = relativePath.replace(/^\/+|\/+$/g, '');
  return path === '' || path.split('/').includes('..') ? '' : `${path}/`;
}
