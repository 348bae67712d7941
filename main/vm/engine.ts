import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { LabError } from '../shared/errors.ts';
import { type BaseDisk, readBaseDisk } from './disk/base-disk.ts';
import type { HostImage } from './types.ts';

/** What machines of one image share in this process; each part is read once. */
export interface ImageParts {
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly base: BaseDisk;
}

let compiled: Promise<WebAssembly.Module> | undefined;
const images = new Map<string, Promise<ImageParts>>();

/** v86's wasm, compiled once for all workers: its machine code is shared, and what one has optimised serves the others. */
export function engineModule(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  compiled.catch(() => {
    compiled = undefined;
  });
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  const file = path.join(path.dirname(createRequire(import.meta.url).resolve('v86')), 'v86.wasm');
  const engine = await WebAssembly.compile(await readFile(file));
  compileGuestCodeOnce();
  return engine;
}

/**
 * v86 turns the guest's hot code into hundreds of small wasm modules, few of which run long enough to repay V8's second,
 * optimising compilation: with it a host boots half as fast and takes three times the processor time. From here on modules
 * keep their first code; the engine itself, which V8 has seen before, is still optimised as it gets hot.
 */
function compileGuestCodeOnce(): void {
  v8.setFlagsFromString('--no-wasm-tier-up');
  v8.setFlagsFromString('--no-wasm-dynamic-tiering');
}

/** @throws LabError `image.unreadable` when a file of the image is missing. */
export function imageParts(image: HostImage): Promise<ImageParts> {
  let parts = images.get(image.dir);
  if (!parts) {
    parts = readParts(image);
    images.set(image.dir, parts);
    parts.catch(() => images.delete(image.dir));
  }
  return parts;
}

async function readParts(image: HostImage): Promise<ImageParts> {
  try {
    const [bios, vgaBios, base] = await Promise.all([
      readFile(image.biosFile),
      readFile(image.vgaBiosFile),
      readBaseDisk(image.diskFile),
    ]);
    return { bios, vgaBios, base };
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    throw new LabError('image.unreadable', `image ${image.id} in ${image.dir}: ${(cause as Error).message}`, { cause });
  }
}
