import { macFor } from '../../session/seed.ts';
import { createMachine } from '../../vm/index.ts';
import type { Machine } from '../../vm/types.ts';
import type { BenchContext } from './types.ts';

/** A host of its own, of the usual size: powered off with `disk`, running with `image`. */
export function newMachine(context: BenchContext, from: 'disk' | 'image'): Promise<Machine> {
  const spec = {
    name: 'bench',
    image: context.image,
    memoryMiB: 128,
    nics: [{ name: 'vmnic0', mac: macFor('bench', 'bench', 'vmnic0') }],
  };
  return createMachine(spec, { from }, { workerFile: context.service.paths.worker });
}
