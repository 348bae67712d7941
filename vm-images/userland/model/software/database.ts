import { gzipTrailer, PAYLOAD_INDEX, type PayloadIndex, serializePayloadIndex } from '../payload-index.ts';
import { listTar } from '../tar.ts';
import { type ImageProfile, parseProfile, serializeProfile } from './profile.ts';
import { databaseFileName, parseVib, serializeVib, type Vib, vibId } from './vib.ts';

/** The image database below the root: what imgdb.tgz holds. */
export const DATABASE_FOLDER = 'var/db/esximg';

/** Files of the database by path, for imgdb.tgz and for a root that is changed while it runs. */
export function databaseFiles(
  vibs: readonly Vib[],
  profile: ImageProfile,
  index: PayloadIndex,
): { path: string; text: string }[] {
  return [
    ...vibs.map((vib) => ({
      path: `${DATABASE_FOLDER}/vibs/${databaseFileName(vibId(vib))}`,
      text: serializeVib(vib),
    })),
    { path: `${DATABASE_FOLDER}/profiles/${databaseFileName(profile.name)}`, text: serializeProfile(profile) },
    { path: PAYLOAD_INDEX, text: serializePayloadIndex(index) },
  ];
}

/** @param files Packed modules by their names in the bank. */
export function indexPayloads(files: readonly { name: string; bytes: Uint8Array }[]): PayloadIndex {
  return new Map(
    files.flatMap(({ name, bytes }) => {
      const sum = gzipTrailer(bytes);
      return sum === null ? [] : [[name, sum] as const];
    }),
  );
}

/**
 * Reads the database of an image that does not run.
 *
 * @param tar imgdb.tgz, unpacked.
 * @throws Error when it is damaged or has no profile.
 */
export function readDatabase(
  tar: Uint8Array,
  codec: { utf8Decode(data: Uint8Array): string },
): { profile: ImageProfile; vibs: Vib[]; index: string } {
  const files = listTar(tar, codec).map(({ path, data }) => ({ path, text: codec.utf8Decode(data) }));
  const below = (folder: string) => files.filter(({ path }) => path.startsWith(`${DATABASE_FOLDER}/${folder}/`));
  const vibs = below('vibs').map(({ text }) => parseVib(text));
  const profile = below('profiles')[0];
  if (profile === undefined) throw new Error('the image database has no profile');
  const index = files.find(({ path }) => path === PAYLOAD_INDEX)?.text ?? '';
  return { profile: parseProfile(profile.text), vibs: vibs.sort((a, b) => (a.name < b.name ? -1 : 1)), index };
}
