import { type CommandContext, CommandError, getopt, type ToolCommand } from '../framework/index.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { columns, usage } from './text.ts';

const OPTIONS = [
  { usage: '-a|--add', text: 'Add a route: network/bits gateway, network mask gateway, or default gateway.' },
  { usage: '-d|--del', text: 'Delete a route, named in the same way.' },
  { usage: '-l|--list', text: 'List the routes.' },
  { usage: '-n|--neighbor', text: 'List the neighbours.' },
  { usage: '-f|--family=V4|V6', text: 'Address family, V4 when not given.' },
  { usage: '-r|--restore', text: 'Bring the routes to the configuration again.' },
  { usage: '-h|--help', text: 'Print this text.' },
];

export const routeTool: ToolCommand = {
  name: 'esxcfg-route',
  summary: 'Routes of the VMkernel.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-route', argv, 'adlnf:rh', {
      add: 'a',
      del: 'd',
      list: 'l',
      neighbor: 'n',
      'family=': 'f',
      restore: 'r',
      help: 'h',
    });
    if (given.has('h')) {
      await ctx.out(usage('esxcfg-route [options] [<network> [<netmask>]] [<gateway>]', OPTIONS));
      return 0;
    }
    const family = (given.value('f') ?? (given.operands.some((one) => one.includes(':')) ? 'V6' : 'V4')).toUpperCase();
    if (family !== 'V4' && family !== 'V6')
      throw new CommandError(`esxcfg-route: unknown address family ${given.value('f')}, expected V4 or V6`);
    const table = family === 'V4' ? 'ipv4' : 'ipv6';
    if (given.has('l')) await ctx.out(await listRoutes(ctx, table));
    else if (given.has('n')) await ctx.out(await listNeighbours(ctx));
    else if (given.has('r')) await ctx.host.reapply();
    else if (given.has('a')) await changeRoute(ctx, table, 'add', given.operands);
    else if (given.has('d')) await changeRoute(ctx, table, 'remove', given.operands);
    else if (given.operands.length === 0) await ctx.out(await defaultGateway(ctx, table));
    else await setDefaultGateway(ctx, table, given.operands);
    return 0;
  },
};

export async function listRoutes(ctx: CommandContext, table: 'ipv4' | 'ipv6'): Promise<string> {
  const rows = await esxcliRows(ctx, `network ip route ${table} list`);
  const widths = table === 'ipv4' ? [17, 17, 17, 16] : [40, 10, 40, 16];
  const lines = [
    ...rows.filter((row) => cell(row, 'Network') !== 'default'),
    ...rows.filter((row) => cell(row, 'Network') === 'default'),
  ].map((row) => {
    const gateway = cell(row, 'Gateway');
    const isLocal = gateway === '' || gateway === '0.0.0.0' || gateway === '::';
    return [
      cell(row, 'Network'),
      cell(row, table === 'ipv4' ? 'Netmask' : 'Prefix'),
      isLocal ? 'Local Subnet' : gateway,
      cell(row, 'Interface'),
    ];
  });
  const header = ['Network', table === 'ipv4' ? 'Netmask' : 'Prefix', 'Gateway', 'Interface'];
  return `VMkernel Routes:\n${[header, ...lines].map((line) => `${columns(widths, line)}\n`).join('')}`;
}

async function listNeighbours(ctx: CommandContext): Promise<string> {
  const rows = await esxcliRows(ctx, 'network ip neighbor list');
  const widths = [40, 20, 10, 12];
  const lines = rows.map((row) => [
    cell(row, 'Neighbor'),
    cell(row, 'Mac Address'),
    cell(row, 'Vmknic'),
    cell(row, 'Expiry'),
  ]);
  return [['Neighbor', 'Mac Address', 'vmknic', 'Expiry'], ...lines]
    .map((line) => `${columns(widths, line)}\n`)
    .join('');
}

async function defaultGateway(ctx: CommandContext, table: 'ipv4' | 'ipv6'): Promise<string> {
  const rows = await esxcliRows(ctx, `network ip route ${table} list`);
  const found = rows.find((row) => cell(row, 'Network') === 'default');
  return found === undefined
    ? 'VMkernel default gateway is not set\n'
    : `VMkernel default gateway is ${cell(found, 'Gateway')}\n`;
}

async function setDefaultGateway(
  ctx: CommandContext,
  table: 'ipv4' | 'ipv6',
  operands: readonly string[],
): Promise<void> {
  const gateway = operands[0] ?? '';
  if (operands.length > 1) throw new CommandError('esxcfg-route: too many arguments; to add a route use -a');
  await esxcli(ctx, `network ip route ${table} add`, ['-n', 'default', '-g', gateway]);
  await ctx.out(`VMkernel default gateway set to ${gateway}\n`);
}

async function changeRoute(
  ctx: CommandContext,
  table: 'ipv4' | 'ipv6',
  verb: 'add' | 'remove',
  operands: readonly string[],
): Promise<void> {
  const [first, second, third] = operands;
  if (first === undefined || second === undefined)
    throw new CommandError('esxcfg-route: the network and the gateway are missing');
  const network = third === undefined || first === 'default' ? first : `${first}/${prefixLength(second)}`;
  const gateway = third ?? second;
  await ctx.out(
    verb === 'add'
      ? `Adding static route ${network} to VMkernel\n`
      : `Deleting static route ${network} from VMkernel\n`,
  );
  await esxcli(ctx, `network ip route ${table} ${verb}`, ['-n', network, '-g', gateway]);
}

/** `255.255.255.0` → 24. */
function prefixLength(mask: string): number {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  if (!/^1*0*$/.test(bits) || bits.length !== 32) throw new CommandError(`esxcfg-route: ${mask} is no network mask`);
  return bits.indexOf('0') < 0 ? 32 : bits.indexOf('0');
}
