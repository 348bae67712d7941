import { EXIT } from './exit.ts';
import { openService } from './service.ts';
import type { Verb } from './verb.ts';

export const images: Verb = {
  name: 'images',
  usage: 'images',
  summary: 'build the host images that are stale',
  options: {},
  positionals: [0, 0],
  async run() {
    const service = openService();
    try {
      const image = await service.images.get('esxi');
      process.stdout.write(`${image.id} ${image.hash.slice(0, 12)} ${image.dir}\n`);
      return EXIT.pass;
    } finally {
      await service.close();
    }
  },
};
