import { pingFooter, pingHeader, pingLine } from '../../model/ping-text.ts';
import { usage } from '../esxcfg/text.ts';
import { CommandError, getopt, type ToolCommand } from '../framework/index.ts';

const OPTIONS = [
  { usage: '-4', text: 'Use IPv4.' },
  { usage: '-6', text: 'Use IPv6.' },
  { usage: '-c <count>', text: 'Number of requests; 3 when not given.' },
  { usage: '-d', text: 'Do not let the packets be fragmented.' },
  { usage: '-D', text: 'Show debugging lines.', unsupported: 'there are none' },
  { usage: '-i <seconds>', text: 'Time between requests; 1 when not given.' },
  { usage: '-I <vmkN>', text: 'Send from this VMkernel interface.' },
  { usage: '-N <address>', text: 'Router to use.', unsupported: 'routes decide here' },
  { usage: '-s <bytes>', text: 'Payload; 56 when not given.' },
  { usage: '-t <ttl>', text: 'Time to live.' },
  { usage: '-v', text: 'Also say which requests got no answer.' },
  { usage: '-W <seconds>', text: 'Time to wait for an answer; 1 when not given.' },
  { usage: '-X', text: 'XML output.', unsupported: 'use esxcli --formatter=xml network diag ping' },
  { usage: '++netstack=<name>', text: 'The network stack: defaultTcpipStack.' },
];

const MAX_PAYLOAD = 65507;

export const vmkpingTool: ToolCommand = {
  name: 'vmkping',
  summary: 'Ping over a VMkernel interface.',
  options: OPTIONS,
  async run(ctx, argv) {
    const stack = argv.find((word) => word.startsWith('++netstack='))?.slice(11);
    if (stack !== undefined && stack !== 'defaultTcpipStack')
      throw new CommandError(`vmkping: there is no network stack '${stack}' on this host`);
    const given = getopt(
      'vmkping',
      argv.filter((word) => !word.startsWith('++')),
      '46c:dDi:I:N:s:S:t:vW:Xh',
    );
    const host = given.operands[0];
    if (host === undefined || given.has('h')) {
      await ctx.out(usage('vmkping [args] [host]', OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    for (const [name, reason] of [
      ['D', 'there are no debugging lines'],
      ['N', 'routes decide here'],
      ['X', 'use esxcli --formatter=xml network diag ping'],
    ] as const) {
      if (given.has(name)) throw new CommandError(`vmkping: -${name} is not supported: ${reason}`);
    }
    const number = (name: string, fallback: number, min: number, max: number): number => {
      const text = given.value(name);
      const value = text === undefined ? fallback : Number(text);
      if (!(value >= min && value <= max)) throw new CommandError(`vmkping: invalid value for -${name}: ${text}`);
      return value;
    };
    const family = given.has('6') || (!given.has('4') && host.includes(':')) ? 6 : 4;
    const vmknic = given.value('I');
    if (vmknic !== undefined && !ctx.host.config.network.vmknics.some((one) => one.name === vmknic)) {
      throw new CommandError(
        `vmkping: unknown interface '${vmknic}': ${ctx.host.config.network.vmknics.map((one) => one.name).join(', ')}`,
      );
    }
    const address = await ctx.system.network.resolve(host, family);
    if (address === null) throw new CommandError(`vmkping: ${host}: Host name lookup failure`);
    const payloadBytes = number('s', 56, 0, MAX_PAYLOAD);
    const ttl = given.has('t') ? number('t', 64, 1, 255) : undefined;
    await ctx.out(pingHeader(host, address, payloadBytes));
    const summary = await ctx.system.network.ping(
      {
        address,
        family,
        count: number('c', 3, 1, 1e9),
        payloadBytes,
        intervalMs: number('i', 1, 0.001, 3600) * 1000,
        timeoutMs: number('W', 1, 0.001, 3600) * 1000,
        dontFragment: given.has('d'),
        signal: ctx.signal,
        ...(vmknic === undefined ? {} : { vmknic }),
        ...(ttl === undefined ? {} : { ttl }),
      },
      (event) => {
        if (event.kind === 'timeout' && given.has('v')) void ctx.out(`no answer to icmp_seq=${event.sequence}\n`);
        else void ctx.out(pingLine(event));
      },
    );
    await ctx.out(pingFooter(host, summary));
    return summary.received > 0 ? 0 : 1;
  },
};
