import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../main/shared/errors.ts';
import { writeBaseDisk } from '../../main/vm/disk/base-disk.ts';
import type { HostImage } from '../../main/vm/types.ts';
import { ENGINE } from '../../main/vm/worker/v86-internals.ts';
import { esxiRecipe } from '../recipes/esxi/recipe.ts';
import type { ImageRecipe } from '../recipes/types.ts';
import { buildDisk } from './build-disk.ts';
import { bootOnce } from './first-boot.ts';
import { withLock } from './lock.ts';
import { ARTIFACTS, fingerprint, readSources, type Sources } from './sources.ts';

const RECIPES: Readonly<Record<string, ImageRecipe>> = { esxi: esxiRecipe };
const STEPS = 5;
const HASH_DIGITS = 12;

export interface EnsureImageOptions {
  /** Where images and bytecode are kept; made when missing. */
  readonly cacheDir: string;
  readonly onProgress?: ((text: string, step: number, steps: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where the project lies; found from this file when absent. */
  readonly root?: string | undefined;
  /** Bundle of main/vm/worker/entry.ts; `dist/worker.cjs` of the project when absent. */
  readonly workerFile?: string | undefined;
}

/**
 * The image of that name, built when there is none for the present sources: about a minute, with progress. Two processes
 * that need the same image build it once.
 *
 * @throws LabError `image.unknown`, `image.missing-input`, `image.bundle-failed`, `image.compile-failed`,
 *   `image.first-boot-failed`, `image.build-aborted`.
 */
export async function ensureImage(id: string, options: EnsureImageOptions): Promise<HostImage> {
  const recipe = RECIPES[id];
  if (!recipe)
    throw new LabError('image.unknown', `there is no image ${id}; known: ${Object.keys(RECIPES).join(', ')}`);
  const root = options.root ?? findRoot();
  const images = path.join(options.cacheDir, 'images');
  mkdirSync(images, { recursive: true });
  // For work on other parts: whatever image there is, however old its sources.
  const newest = process.env.BOOTBANK_STALE_IMAGE === 'ok' ? newestImage(images, id) : null;
  if (newest) return newest;
  const print = fingerprint(root, recipe, ENGINE);
  const stampFile = path.join(images, `${id}-${shortHash(root)}.stamp`);
  const stamped = readStamp(stampFile, print);
  const known = stamped === null ? null : openImage(images, id, stamped);
  if (known) return known;

  options.onProgress?.('Reading the sources of the host image', 0, STEPS);
  const sources = await readSources(root, recipe, ENGINE);
  const image =
    openImage(images, id, sources.hash) ??
    (await withLock(
      path.join(images, `${id}-${sources.hash.slice(0, HASH_DIGITS)}.lock`),
      {
        onWait: () => options.onProgress?.('Another program is building the host image', 0, STEPS),
        signal: options.signal,
      },
      async () => openImage(images, id, sources.hash) ?? (await buildImage(sources, images, options)),
    ));
  writeFileSync(stampFile, JSON.stringify({ print, hash: sources.hash }));
  return image;
}

async function buildImage(sources: Sources, images: string, options: EnsureImageOptions): Promise<HostImage> {
  const { recipe, root, hash } = sources;
  const { signal } = options;
  const progress = (text: string, step: number) => {
    if (signal?.aborted) throw new LabError('image.build-aborted', 'the image build was given up');
    options.onProgress?.(text, step, STEPS);
  };
  clearHalfMade(images);
  const working = path.join(images, `.building-${process.pid}-${hash.slice(0, HASH_DIGITS)}`);
  rmSync(working, { recursive: true, force: true });
  mkdirSync(working, { recursive: true });
  const began = Date.now();
  try {
    progress('Compiling the guest programs', 1);
    const disk = await buildDisk(sources, options.cacheDir, signal);
    progress('Writing the disk', 2);
    await writeBaseDisk(path.join(working, 'disk.base'), disk.toBlocks());
    for (const name of ['bios.bin', 'vgabios.bin'])
      writeFileSync(path.join(working, name), readFileSync(path.join(root, ARTIFACTS, name)));
    const draft: HostImage = { ...describeImage(working, recipe.id, hash) };
    const times = await bootOnce({
      image: withoutSnapshot(draft),
      memoryMiB: recipe.memoryMiB,
      workerFile: options.workerFile ?? path.join(root, 'dist/worker.cjs'),
      snapshotFile: path.join(working, 'snapshot.zst'),
      signal,
      onStep: (text) => progress(text, text.startsWith('Saving') ? 4 : 3),
    });
    const facts = {
      id: recipe.id,
      hash,
      engine: ENGINE,
      memoryMiB: recipe.memoryMiB,
      buildMs: Date.now() - began,
      ...times,
    };
    writeFileSync(path.join(working, 'image.json'), `${JSON.stringify(facts, null, 2)}\n`);
    const dir = imageDir(images, recipe.id, hash);
    rmSync(dir, { recursive: true, force: true });
    renameSync(working, dir);
    progress('The host image is ready', STEPS);
    return describeImage(dir, recipe.id, hash);
  } catch (error) {
    rmSync(working, { recursive: true, force: true });
    throw error;
  }
}

function withoutSnapshot({ snapshotFile: _, ...image }: HostImage): HostImage {
  return image;
}

/** @returns null when there is no such image or it is not whole. */
function openImage(images: string, id: string, hash: string): HostImage | null {
  const dir = imageDir(images, id, hash);
  const image = describeImage(dir, id, hash);
  const parts = [image.diskFile, image.snapshotFile!, image.biosFile, image.vgaBiosFile];
  if (!parts.every((file) => existsSync(file))) return null;
  try {
    const facts = JSON.parse(readFileSync(path.join(dir, 'image.json'), 'utf8')) as { hash?: string };
    return facts.hash === hash ? image : null;
  } catch {
    return null;
  }
}

function newestImage(images: string, id: string): HostImage | null {
  const built = readdirSync(images)
    .filter((name) => new RegExp(`^${id}-[0-9a-f]{${HASH_DIGITS}}$`).test(name))
    .map((name) => path.join(images, name, 'image.json'))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const file of built) {
    const { hash } = JSON.parse(readFileSync(file, 'utf8')) as { hash: string };
    const image = openImage(images, id, hash);
    if (image) return image;
  }
  return null;
}

function describeImage(dir: string, id: string, hash: string): HostImage {
  return {
    id,
    hash,
    dir,
    diskFile: path.join(dir, 'disk.base'),
    snapshotFile: path.join(dir, 'snapshot.zst'),
    biosFile: path.join(dir, 'bios.bin'),
    vgaBiosFile: path.join(dir, 'vgabios.bin'),
  };
}

function imageDir(images: string, id: string, hash: string): string {
  return path.join(images, `${id}-${hash.slice(0, HASH_DIGITS)}`);
}

/** Folders and locks of builds whose process is gone. */
function clearHalfMade(images: string): void {
  for (const name of readdirSync(images)) {
    const pid = name.endsWith('.lock')
      ? Number.parseInt(readFileSync(path.join(images, name), 'utf8'), 10)
      : Number(/^\.building-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && pid !== process.pid && !isRunning(pid))
      rmSync(path.join(images, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readStamp(file: string, print: string): string | null {
  try {
    const stamp = JSON.parse(readFileSync(file, 'utf8')) as { print?: string; hash?: string };
    return stamp.print === print && typeof stamp.hash === 'string' ? stamp.hash : null;
  } catch {
    return null;
  }
}

/** Up from this file, or from the bundle it has become part of, to the folder that holds vm-images. */
function findRoot(): string {
  for (let dir = path.dirname(fileURLToPath(import.meta.url)); ; dir = path.dirname(dir)) {
    const inside = path.join(dir, 'vm-images/userland');
    if (existsSync(inside) && statSync(inside).isDirectory()) return dir;
    if (path.dirname(dir) === dir)
      throw new LabError('image.missing-input', 'the sources of the host images are not part of this installation');
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
