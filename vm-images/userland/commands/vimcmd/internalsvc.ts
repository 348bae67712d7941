import type { VimCommand } from './types.ts';

const INTERNAL = 'internal of the product, with nothing behind it on a lab host';

export const internalsvcCommands: VimCommand[] = [
  {
    path: 'internalsvc/refresh',
    usage: '',
    summary: 'Read the configuration again and bring the host to it.',
    async run({ ctx }) {
      await ctx.host.reapply();
      return undefined;
    },
  },
  ...['cancel_collector', 'perfcounter_ids', 'perfdump', 'loglevel', 'vprobe_version'].map((name) => ({
    path: `internalsvc/${name}`,
    usage: '',
    summary: 'Internal of the host agent.',
    unsupported: INTERNAL,
  })),
];
