import { usage } from '../esxcfg/text.ts';
import { getopt, type ToolCommand } from '../framework/index.ts';

const VMWARE_OPTIONS = [
  { usage: '-v', text: 'Show version and build.' },
  { usage: '-l', text: 'Show version and level.' },
];

export const vmwareTool: ToolCommand = {
  name: 'vmware',
  summary: 'Version of the host.',
  options: VMWARE_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('vmware', argv, 'vlh', { version: 'v' });
    const { product } = ctx.host;
    const level = product.update === '0' ? 'GA' : `Update ${product.update}`;
    if (given.has('v')) await ctx.out(`${product.name} ${product.version} build-${product.build}\n`);
    if (given.has('l')) await ctx.out(`${product.name} ${product.version} ${level}\n`);
    if (given.has('v') || given.has('l')) return 0;
    await ctx.out(usage('vmware [-v|-l]', VMWARE_OPTIONS));
    return given.has('h') ? 0 : 1;
  },
};

const UNAME_OPTIONS = [
  { usage: '-a', text: 'Everything.' },
  { usage: '-s', text: 'Name of the kernel; so without an option.' },
  { usage: '-n', text: 'Name of the host.' },
  { usage: '-r', text: 'Release.' },
  { usage: '-v', text: 'Build of the kernel.' },
  { usage: '-m', text: 'Kind of machine.' },
  { usage: '-o', text: 'Operating system.' },
];

export const unameTool: ToolCommand = {
  name: 'uname',
  summary: 'Kernel and machine.',
  options: UNAME_OPTIONS,
  async run(ctx, argv) {
    const given = getopt('uname', argv, 'asnrvmpioh');
    const { config, product } = ctx.host;
    const parts: [string, string][] = [
      ['s', 'VMkernel'],
      ['n', config.hostName],
      ['r', product.version],
      ['v', `#1 SMP Release build-${product.build}`],
      ['m', 'i686'],
      ['o', 'ESXi'],
    ];
    const wanted = parts.filter(([letter]) => given.has('a') || given.has(letter));
    await ctx.out(`${(wanted.length === 0 ? parts.slice(0, 1) : wanted).map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
};
