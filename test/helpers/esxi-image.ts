import { readFileSync } from 'node:fs';
import path from 'node:path';
import { resolvePaths } from '../../main/session/paths.ts';
import type { HostImage } from '../../main/vm/types.ts';
import { ensureImage } from '../../vm-images/build/index.ts';
import { workerFile } from './bare-machine.ts';
import { projectRoot } from './session.ts';

/**
 * The esxi image of the present sources, built when it is stale. BOOTBANK_TEST_IMAGE names the folder of one to use
 * as it is: for work on the machine while others work on what runs in it.
 */
export async function esxiImage(): Promise<HostImage> {
  const given = process.env['BOOTBANK_TEST_IMAGE'];
  if (given === undefined) {
    const { cache } = resolvePaths(projectRoot);
    return ensureImage('esxi', { cacheDir: cache, root: projectRoot, workerFile: await workerFile() });
  }
  const { id, hash } = JSON.parse(readFileSync(path.join(given, 'image.json'), 'utf8')) as { id: string; hash: string };
  const file = (name: string) => path.join(given, name);
  return {
    id,
    hash,
    dir: given,
    diskFile: file('disk.base'),
    biosFile: file('bios.bin'),
    vgaBiosFile: file('vgabios.bin'),
    snapshotFile: file('snapshot.zst'),
  };
}
