import { sendErrorText } from '../../model/ping-text.ts';
import type { PingEvent, PingSummary } from '../../model/system.ts';
import { boolean, CommandError, type EsxcliCommand, integer, type Row, text } from '../framework/index.ts';
import { requireVmknic } from './checks.ts';
import { interfaceParameter } from './interface.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

const DEFAULT_COUNT = 3;
const DEFAULT_PAYLOAD = 56;

export const diagCommands: EsxcliCommand[] = [
  {
    path: 'network diag ping',
    summary: 'Send ICMP echo requests and report the answers.',
    parameters: [
      { long: 'count', short: 'c', type: 'int', min: 1, max: 1000, description: 'Number of requests. Without it: 3.' },
      { long: 'debug', short: 'D', type: 'flag', description: 'Debugging output.', unsupported: 'there is none' },
      { long: 'df', short: 'd', type: 'flag', description: 'Do not let the packets be fragmented.' },
      { long: 'host', short: 'H', type: 'string', required: true, description: 'Name or address to ping.' },
      {
        ...interfaceParameter,
        short: 'I',
        long: 'interface',
        required: false,
        description: 'Send from this interface.',
      },
      { long: 'interval', short: 'i', type: 'string', description: 'Seconds between requests. Without it: 1.' },
      { long: 'ipv4', short: '4', type: 'flag', description: 'Use IPv4.' },
      { long: 'ipv6', short: '6', type: 'flag', description: 'Use IPv6.' },
      { ...netstackParameter, short: 'S' },
      {
        long: 'nexthop',
        short: 'N',
        type: 'string',
        description: 'A router to use.',
        unsupported: 'routes decide here',
      },
      { long: 'size', short: 's', type: 'int', min: 0, max: 65400, description: 'Payload bytes. Without it: 56.' },
      { long: 'ttl', short: 't', type: 'int', min: 1, max: 255, description: 'Time to live.' },
      { long: 'wait', short: 'W', type: 'string', description: 'Seconds to wait for an answer. Without it: 1.' },
    ],
    output: {
      shape: 'simple',
      struct: 'PingResult',
      fields: [
        {
          label: 'Trace',
          type: 'structures',
          struct: 'PingTrace',
          fields: [
            integer('Received Bytes'),
            text('Host'),
            integer('ICMP Seq'),
            integer('TTL'),
            { ...integer('Round-trip Time', 'RoundtripTime'), unit: 'us' },
            boolean('Dup'),
            text('Detail'),
          ],
        },
        {
          label: 'Summary',
          type: 'structure',
          struct: 'PingSummary',
          fields: [
            text('Host Addr'),
            integer('Transmitted'),
            integer('Received'),
            integer('Duplicated'),
            integer('Packet Lost'),
            { ...integer('Round-trip Min', 'RoundtripMin'), unit: 'us' },
            { ...integer('Round-trip Avg', 'RoundtripAvg'), unit: 'us' },
            { ...integer('Round-trip Max', 'RoundtripMax'), unit: 'us' },
          ],
        },
      ],
    },
    async run(ctx, args) {
      checkNetstack(args);
      const host = args.string('host');
      const vmknic = args.optionalString('interface');
      if (vmknic !== undefined) requireVmknic(ctx.host.config.network, vmknic);
      const family = args.bool('ipv6') || (!args.bool('ipv4') && host.includes(':')) ? 6 : 4;
      const address = await ctx.system.network.resolve(host, family);
      if (address === null) throw new CommandError(`Unknown host: ${host}`);
      const trace: Row[] = [];
      const ttl = args.optionalInt('ttl');
      const summary = await ctx.system.network.ping(
        {
          address,
          family,
          count: args.optionalInt('count') ?? DEFAULT_COUNT,
          payloadBytes: args.optionalInt('size') ?? DEFAULT_PAYLOAD,
          intervalMs: seconds(args.optionalString('interval') ?? '1', 'interval'),
          timeoutMs: seconds(args.optionalString('wait') ?? '1', 'wait'),
          dontFragment: args.bool('df'),
          signal: ctx.signal,
          ...(vmknic === undefined ? {} : { vmknic }),
          ...(ttl === undefined ? {} : { ttl }),
        },
        (event) => trace.push(...traceRow(address, event)),
      );
      ctx.signal.throwIfAborted();
      return { Trace: trace, Summary: summaryRow(address, summary) };
    },
  },
];

function seconds(raw: string, name: string): number {
  const value = Number(raw);
  if (!(value >= 0.001 && value <= 3600)) throw new CommandError(`Invalid data constraint for parameter '${name}'.`);
  return Math.round(value * 1000);
}

function traceRow(address: string, event: PingEvent): Row[] {
  if (event.kind === 'timeout') return [];
  if (event.kind === 'send-error') {
    return [
      {
        'Received Bytes': 0,
        Host: address,
        'ICMP Seq': event.sequence,
        TTL: 0,
        'Round-trip Time': 0,
        Dup: false,
        Detail: `sendto() failed (${sendErrorText(event.errno)})`,
      },
    ];
  }
  return [
    {
      'Received Bytes': event.bytes,
      Host: event.from,
      'ICMP Seq': event.sequence,
      TTL: event.ttl,
      'Round-trip Time': Math.round(event.rttMs * 1000),
      Dup: event.duplicate,
      Detail: '',
    },
  ];
}

function summaryRow(address: string, summary: PingSummary): Row {
  const { transmitted, received } = summary;
  return {
    'Host Addr': address,
    Transmitted: transmitted,
    Received: received,
    Duplicated: summary.duplicates,
    'Packet Lost': transmitted === 0 ? 0 : Math.round(((transmitted - received) / transmitted) * 100),
    'Round-trip Min': Math.round(summary.minMs * 1000),
    'Round-trip Avg': Math.round(summary.avgMs * 1000),
    'Round-trip Max': Math.round(summary.maxMs * 1000),
  };
}
