import { ensureImage } from '../../vm-images/build/index.ts';
import { LabError } from '../shared/errors.ts';
import type { HostImage } from '../vm/types.ts';
import { packagedImage } from './packaged-images.ts';

export type ImageProgress = (text: string, step: number, steps: number) => void;

/** Host images by name, built when stale; asked for twice, an image is built once. */
export interface ImageStore {
  /** @throws LabError `image.unknown`, `image.build-failed`. */
  get(id: string): Promise<HostImage>;
}

const KNOWN = ['esxi'];

export function createImageStore(cacheDir: string, onProgress: ImageProgress, signal: AbortSignal): ImageStore {
  const wanted = new Map<string, Promise<HostImage>>();
  return {
    get(id) {
      if (!KNOWN.includes(id)) {
        return Promise.reject(
          new LabError('image.unknown', `there is no host image ${JSON.stringify(id)}; known: ${KNOWN.join(', ')}`),
        );
      }
      const known = wanted.get(id);
      if (known) return known;
      const packaged = packagedImage(process.env['BOOTBANK_IMAGES'], id);
      if (packaged) return Promise.resolve(packaged);
      const image = ensureImage(id, { cacheDir, onProgress, signal });
      // A failed build may be tried again.
      image.catch(() => wanted.delete(id));
      wanted.set(id, image);
      return image;
    },
  };
}
