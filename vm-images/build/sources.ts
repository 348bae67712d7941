import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ImageRecipe } from '../recipes/types.ts';
import { IMAGE_PRODUCT } from '../userland/model/product.ts';
import { type Bundle, bundlePrograms, readInput } from './bundle.ts';
import { commandNames } from './command-names.ts';

export const ARTIFACTS = 'vm-images/platform/artifacts';
const ARTIFACT_NAMES = [
  'bbclient',
  'bbjs',
  'bios.bin',
  'busybox',
  'bzImage',
  'datastore-ext4.runs.gz',
  'iptables',
  'mbr.bin',
  'syslinux-fat.img.gz',
  'vgabios.bin',
] as const;

export interface Sources {
  readonly root: string;
  readonly recipe: ImageRecipe;
  readonly bundles: readonly Bundle[];
  readonly commands: readonly string[];
  /** SHA-256 over everything the image is made of, hex. */
  readonly hash: string;
}

/** Bundles the guest programs and hashes all that goes into an image: about a second. */
export async function readSources(root: string, recipe: ImageRecipe, engine: string): Promise<Sources> {
  const [bundles, commands] = await Promise.all([bundlePrograms(root), commandNames(root)]);
  const hash = createHash('sha256');
  const add = (name: string, content: string | Uint8Array) =>
    hash.update(`${name} ${content.length}\n`).update(content);
  add('engine', engine);
  add('recipe', JSON.stringify(recipe));
  add('commands', commands.join());
  add('product', JSON.stringify(IMAGE_PRODUCT));
  for (const { name, source } of bundles) add(name, source);
  for (const file of plainInputs(root, recipe)) add(file, readInput(root, file));
  return { root, recipe, bundles, commands, hash: hash.digest('hex') };
}

/**
 * Names, sizes and times of every file that could change the hash: when this is what it was, the image is what it was.
 * About ten milliseconds, so it can be asked at every start.
 */
export function fingerprint(root: string, recipe: ImageRecipe, engine: string): string {
  const files = [...plainInputs(root, recipe), ...filesBelow(root, 'vm-images/userland'), 'package-lock.json'];
  for (const folder of ['main/shared', 'main/vm', 'main/net']) files.push(...filesBelow(root, folder));
  const hash = createHash('sha256').update(engine);
  for (const file of files) {
    const full = path.join(root, file);
    if (!existsSync(full)) continue;
    const { size, mtimeMs } = statSync(full);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Files that go in as they are, or say how the rest does. */
function plainInputs(root: string, recipe: ImageRecipe): string[] {
  return [
    ...ARTIFACT_NAMES.map((name) => `${ARTIFACTS}/${name}`),
    ...filesBelow(root, `vm-images/recipes/${recipe.id}`),
    ...filesBelow(root, 'vm-images/build'),
    ...recipe.modules.flatMap(({ content }) => content.flatMap((one) => (one.kind === 'source' ? [one.file] : []))),
  ];
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, inside) : [inside];
    });
}

export function readArtifact(root: string, name: (typeof ARTIFACT_NAMES)[number]): Uint8Array {
  return new Uint8Array(readFileSync(path.join(root, ARTIFACTS, name)));
}
