import { PRODUCT } from '../../model/host.ts';
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
    const level = PRODUCT.update === '0' ? 'GA' : `Update ${PRODUCT.update}`;
    if (given.has('v')) await ctx.out(`${PRODUCT.name} ${PRODUCT.version} build-${PRODUCT.build}\n`);
    if (given.has('l')) await ctx.out(`${PRODUCT.name} ${PRODUCT.version} ${level}\n`);
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
    const parts: [string, string][] = [
      ['s', 'VMkernel'],
      ['n', ctx.host.config.hostName],
      ['r', PRODUCT.version],
      ['v', `#1 SMP Release build-${PRODUCT.build}`],
      ['m', 'i686'],
      ['o', 'ESXi'],
    ];
    const wanted = parts.filter(([letter]) => given.has('a') || given.has(letter));
    await ctx.out(`${(wanted.length === 0 ? parts.slice(0, 1) : wanted).map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
};
