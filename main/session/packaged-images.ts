import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostImage } from '../vm/types.ts';

/**
 * An image that an installed app brought along, finished: the app has no sources to build one from.
 *
 * @param folder Holds a folder an image, of the layout that the image build makes.
 */
export function packagedImage(folder: string | undefined, id: string): HostImage | null {
  if (!folder) return null;
  const dir = path.join(folder, id);
  const facts = path.join(dir, 'image.json');
  if (!existsSync(facts)) return null;
  const { hash } = JSON.parse(readFileSync(facts, 'utf8')) as { hash: string };
  const file = (name: string) => path.join(dir, name);
  return {
    id,
    hash,
    dir,
    diskFile: file('disk.base'),
    snapshotFile: file('snapshot.zst'),
    biosFile: file('bios.bin'),
    vgaBiosFile: file('vgabios.bin'),
  };
}
