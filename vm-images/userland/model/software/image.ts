import type { Files } from '../system.ts';
import { type ImageProfile, parseProfile } from './profile.ts';
import { ACCEPTANCE_NAMES, parseVib, type Vib } from './vib.ts';

/** Where a host keeps what its image is made of. */
export const IMAGE_DATABASE = '/var/db/esximg';

export interface InstalledImage {
  profile: ImageProfile;
  /** By name. */
  vibs: Vib[];
}

/** What was read last, and the names, sizes and times of the files it came from: descriptors are long and seldom change. */
let cached: { print: string; image: InstalledImage } | undefined;

/**
 * Reads the image database.
 *
 * @throws Error when a file is damaged or there is no profile.
 */
export function readImage(files: Files): InstalledImage {
  const print = fingerprint(files);
  if (cached?.print === print) return cached.image;
  const image = parseImage(files);
  cached = { print, image };
  return image;
}

function fingerprint(files: Files): string {
  const folders = ['vibs', 'profiles'].map((name) => `${IMAGE_DATABASE}/${name}`);
  const paths = folders.flatMap((folder) => (files.list(folder) ?? []).map((name) => `${folder}/${name}`));
  return paths
    .map((path) => {
      const stat = files.stat(path);
      return `${path} ${stat?.sizeBytes} ${stat?.modifiedMs} ${stat?.inode}`;
    })
    .join('\n');
}

function parseImage(files: Files): InstalledImage {
  const vibs = readFolder(files, `${IMAGE_DATABASE}/vibs`).map(({ path, text }) =>
    described(path, () => parseVib(text)),
  );
  const profiles = readFolder(files, `${IMAGE_DATABASE}/profiles`).map(({ path, text }) =>
    described(path, () => parseProfile(text)),
  );
  const profile = profiles[0];
  if (profile === undefined) throw new Error(`no image profile in ${IMAGE_DATABASE}/profiles`);
  return { profile, vibs: vibs.sort((one, other) => (one.name < other.name ? -1 : 1)) };
}

/** `VMwareCertified` and so on. */
export function acceptanceName(vib: Pick<Vib, 'acceptanceLevel'>): string {
  return ACCEPTANCE_NAMES[vib.acceptanceLevel];
}

function readFolder(files: Files, folder: string): { path: string; text: string }[] {
  return (files.list(folder) ?? [])
    .filter((name) => name.endsWith('.xml'))
    .map((name) => ({ path: `${folder}/${name}`, text: files.readText(`${folder}/${name}`) ?? '' }));
}

function described<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
