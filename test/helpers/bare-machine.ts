import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeBaseDisk } from '../../main/vm/disk/base-disk.ts';
import type { HostImage, Machine } from '../../main/vm/types.ts';
import { projectRoot } from './session.ts';

/** test/fixtures/vm/boot-sector.s, assembled. */
const PROGRAM =
  'fa31c08ed88ec08ed0bc007cfbb03ee8680031c0cd163c7174113c70740f3c77741f3c72742de85100ebe7faf4fa660f0116' +
  '907c0f20c00c010f22c0ea00009900bf0080b90002b057f3aab80043e81a00ebbfbf0080b90002b03ff3aab80042e80800a0' +
  'ff81e81100eba7be967cb280cd137305b021e80100c350b40ebb0700cd10bafd03eca82074fb58baf803eec3000000000000' +
  '1000010000800000ffffff01';

const ARTIFACTS = path.join(projectRoot, 'vm-images/platform/artifacts');
export const DISK_BYTES = 16 * 2 ** 30;

/** Bundles the worker when it is stale. @returns its file. */
export async function workerFile(): Promise<string> {
  const { bundleNode } = await import(pathToFileURL(path.join(projectRoot, 'main/build/bundle.mjs')).href);
  await bundleNode();
  return path.join(projectRoot, 'dist/worker.cjs');
}

/** An image that is nothing but a 16 GiB disk with the test program in its first sector. */
export async function bareImage(): Promise<{ image: HostImage; dir: string; dispose(): void }> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'bare-'));
  const data = new Uint8Array(4096);
  data.set(Buffer.from(PROGRAM, 'hex'));
  data.set([0x55, 0xaa], 510);
  const diskFile = path.join(dir, 'disk.base');
  await writeBaseDisk(diskFile, { byteLength: DISK_BYTES, numbers: Uint32Array.of(0), data });
  const image: HostImage = {
    id: 'bare',
    hash: 'bare-1',
    dir,
    diskFile,
    biosFile: path.join(ARTIFACTS, 'bios.bin'),
    vgaBiosFile: path.join(ARTIFACTS, 'vgabios.bin'),
  };
  return { image, dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Resolves when the text is on the screen. */
export async function screenShows(machine: Machine, text: string, timeoutMs = 30_000): Promise<string> {
  return eventually(
    () => machine.console('vga').screen().rows.join('\n'),
    (screen) => screen.includes(text),
    `${JSON.stringify(text)} on the screen`,
    timeoutMs,
  );
}

/** Looks until it fits. @throws Error with what was seen last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  fits: (seen: T) => boolean,
  what: string,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (fits(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
