import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const OPTIONS = [
  { usage: '-s|--speed <speed>', text: 'Speed in Mbit/s, with -d.' },
  { usage: '-d|--duplex <duplex>', text: 'full or half, with -s.' },
  { usage: '-a|--auto', text: 'Negotiate speed and duplex.' },
  { usage: '-l|--list', text: 'List the physical adapters.' },
  { usage: '-r|--restore', text: 'Bring the adapters to the configuration again.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const nicsTool: ToolCommand = {
  name: 'esxcfg-nics',
  summary: 'Physical network adapters.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-nics', argv, 's:d:alrh', {
      'speed=': 's',
      'duplex=': 'd',
      auto: 'a',
      list: 'l',
      restore: 'r',
      help: 'h',
    });
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-nics <options> [nic]', OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('l')) {
      await ctx.out(await listNics(ctx));
      return 0;
    }
    if (given.has('r')) {
      await ctx.host.reapply();
      return 0;
    }
    const nic = given.operands[0];
    if (nic === undefined) throw new CommandError('esxcfg-nics: the name of an adapter is missing');
    if (given.has('a')) {
      await esxcli(ctx, 'network nic set', ['-n', nic, '-a']);
      return 0;
    }
    const speed = given.value('s');
    const duplex = given.value('d');
    if (speed === undefined || duplex === undefined)
      throw new CommandError('esxcfg-nics: speed (-s) and duplex (-d) go together');
    await esxcli(ctx, 'network nic set', ['-n', nic, '-S', speed, '-D', duplex]);
    return 0;
  },
};

export async function listNics(ctx: CommandContext): Promise<string> {
  const widths = [8, 14, 12, 5, 10, 7, 18, 7, 30];
  const rows = (await esxcliRows(ctx, 'network nic list')).map((row) => [
    cell(row, 'Name'),
    pciAddress(cell(row, 'PCI Device')),
    cell(row, 'Driver'),
    cell(row, 'Link'),
    `${cell(row, 'Speed')}Mbps`,
    cell(row, 'Duplex'),
    cell(row, 'MAC Address'),
    cell(row, 'MTU'),
    cell(row, 'Description'),
  ]);
  const header = ['Name', 'PCI', 'Driver', 'Link', 'Speed', 'Duplex', 'MAC Address', 'MTU', 'Description'];
  return [header, ...rows].map((row) => `${columns(widths, row)}\n`).join('');
}

/** `0000:002:00.0` → `0000:02:00.00`, the older tools' spelling. */
export function pciAddress(address: string): string {
  const found = /^([0-9a-f]+):0?([0-9a-f]{2}):([0-9a-f]+)\.([0-9a-f]+)$/i.exec(address);
  return found === null ? address : `${found[1]}:${found[2]}:${found[3]}.${(found[4] ?? '').padStart(2, '0')}`;
}
