import path from 'node:path';
import type { DepotDescription } from '../../labs/schema/index.ts';
import { buildDepot } from '../../vm-images/depot/build-depot.ts';
import { type ImageModules, readImageModules } from '../../vm-images/depot/image-modules.ts';
import { descriptorSigner, type SignDescriptor } from '../../vm-images/depot/signers.ts';
import { LabError } from '../shared/errors.ts';
import type { HostImage } from '../vm/types.ts';

/** Depots for hosts of an image, made where they are needed. */
export interface DepotBuilder {
  /**
   * @param vib This VIB of it alone.
   * @returns the bytes of the zip archive, or of the VIB file. @throws LabError `depot.unknown-vib`.
   */
  build(image: HostImage, description: DepotDescription, vib?: string): Promise<Uint8Array>;
}

/** @param root Folder of the project: the signers' keys lie below it. */
export function createDepotBuilder(root: string): DepotBuilder {
  const modules = new Map<string, Promise<ImageModules>>();
  let sign: SignDescriptor | undefined;
  return {
    async build(image, description, vib) {
      let known = modules.get(image.hash);
      if (!known) {
        known = readImageModules(image);
        known.catch(() => modules.delete(image.hash));
        modules.set(image.hash, known);
      }
      sign ??= descriptorSigner(path.join(root, 'vm-images/depot/keys'));
      const { zip, vibs } = buildDepot({ description, image: await known, sign });
      if (vib === undefined) return zip;
      const file = vibs.get(vib);
      if (!file) throw new LabError('depot.unknown-vib', `no VIB ${vib}; there are ${[...vibs.keys()].join(', ')}`);
      return file;
    },
  };
}
