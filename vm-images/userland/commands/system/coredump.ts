import { isIpv4 } from '../../model/ip.ts';
import { currentIpv4 } from '../../model/network-rules.ts';
import { boolean, CommandError, type EsxcliCommand, integer, none, text } from '../framework/index.ts';

/** The partition an installation sets aside for dumps. */
const DUMP_PARTITION = 'mpx.vmhba0:C0:T0:L0:7';
const DEFAULT_PORT = 6500;
const NO_FILES = 'dumps go to the diagnostic partition here';

export const coredumpCommands: EsxcliCommand[] = [
  {
    path: 'system coredump partition list',
    summary: 'List partitions that can take a dump.',
    output: {
      shape: 'table',
      struct: 'CoredumpPartition',
      fields: [text('Name'), text('Path'), boolean('Active'), boolean('Configured')],
    },
    run({ host }) {
      const { partition, partitionActive } = host.config.coredump;
      const configured = partition === DUMP_PARTITION;
      return [
        {
          Name: DUMP_PARTITION,
          Path: `/vmfs/devices/disks/${DUMP_PARTITION}`,
          Active: configured && partitionActive,
          Configured: configured,
        },
      ];
    },
  },
  {
    path: 'system coredump partition get',
    summary: 'Show the partition dumps go to.',
    output: { shape: 'simple', struct: 'CoredumpPartitionConfig', fields: [text('Active'), text('Configured')] },
    run({ host }) {
      const { partition, partitionActive } = host.config.coredump;
      return { Active: partitionActive ? partition : '', Configured: partition };
    },
  },
  {
    path: 'system coredump partition set',
    summary: 'Choose, enable or disable the partition dumps go to.',
    parameters: [
      { long: 'enable', short: 'e', type: 'bool', description: 'Whether the configured partition is used.' },
      { long: 'partition', short: 'p', type: 'string', description: 'The partition: device:number.' },
      { long: 'smart', short: 's', type: 'flag', description: 'With --enable true: find a fitting partition.' },
      { long: 'unconfigure', short: 'u', type: 'flag', description: 'No partition any more.' },
    ],
    output: none,
    async run(ctx, args) {
      const partition = args.optionalString('partition');
      const enable = args.optionalBool('enable');
      const ways = [partition !== undefined, enable !== undefined, args.bool('unconfigure')].filter(Boolean).length;
      if (ways !== 1)
        throw new CommandError('Error: Give one of --partition, --enable and --unconfigure', { showUsage: true });
      if (args.bool('smart') && enable !== true) throw new CommandError('--smart can only be given with --enable true');
      if (partition !== undefined && partition !== DUMP_PARTITION) {
        throw new CommandError(`${partition} is not a partition that can take a dump`);
      }
      await ctx.host.change('Changed the dump partition', ({ coredump }) => {
        if (args.bool('unconfigure')) Object.assign(coredump, { partition: '', partitionActive: false });
        else if (partition !== undefined) coredump.partition = partition;
        else {
          if (args.bool('smart')) coredump.partition = DUMP_PARTITION;
          if (enable && coredump.partition === '') throw new CommandError('No dump partition is configured');
          coredump.partitionActive = enable === true;
        }
      });
      return undefined;
    },
  },
  {
    path: 'system coredump network get',
    summary: 'Show the server dumps are sent to.',
    output: {
      shape: 'simple',
      struct: 'CoredumpNetworkConfig',
      fields: [boolean('Enabled'), text('Host VNic'), text('Network Server IP'), integer('Network Server Port')],
    },
    run({ host }) {
      const { network } = host.config.coredump;
      return {
        Enabled: network.enabled,
        'Host VNic': network.vmknic,
        'Network Server IP': network.serverIp,
        'Network Server Port': network.serverPort,
      };
    },
  },
  {
    path: 'system coredump network set',
    summary: 'Set the server dumps are sent to, or turn sending on and off.',
    parameters: [
      { long: 'enable', short: 'e', type: 'bool', description: 'Whether dumps are sent; set the rest before.' },
      { long: 'interface-name', short: 'v', type: 'string', description: 'The VMkernel interface to send from.' },
      { long: 'server-ipv4', short: 'i', type: 'string', description: "The server's address." },
      { long: 'server-port', short: 'o', type: 'int', min: 1, max: 65535, description: 'Its port. Without it: 6500.' },
    ],
    output: none,
    async run(ctx, args) {
      const enable = args.optionalBool('enable');
      const vmknic = args.optionalString('interface-name');
      const server = args.optionalString('server-ipv4');
      const port = args.optionalInt('server-port');
      if (enable !== undefined && (vmknic !== undefined || server !== undefined || port !== undefined)) {
        throw new CommandError('--enable cannot be combined with the other options');
      }
      if (enable === undefined && (vmknic === undefined || server === undefined)) {
        throw new CommandError('The interface name and the server address must be given together');
      }
      if (server !== undefined && !isIpv4(server)) throw new CommandError(`Invalid server address: ${server}`);
      await ctx.host.change('Changed the network dump settings', ({ coredump, network }) => {
        if (enable !== undefined) {
          if (enable && coredump.network.serverIp === '') {
            throw new CommandError('Set interface and server before enabling network dumps');
          }
          coredump.network.enabled = enable;
          return;
        }
        if (!network.vmknics.some((candidate) => candidate.name === vmknic)) {
          throw new CommandError(`Unable to find vmkernel network interface ${vmknic}`);
        }
        coredump.network = {
          ...coredump.network,
          vmknic: vmknic!,
          serverIp: server!,
          serverPort: port ?? DEFAULT_PORT,
        };
      });
      return undefined;
    },
  },
  {
    path: 'system coredump network check',
    summary: 'Ask whether the configured server can be reached.',
    output: { shape: 'text' },
    async run(ctx) {
      const { enabled, vmknic, serverIp } = ctx.host.config.coredump.network;
      if (!enabled) throw new CommandError('Network dumps are not enabled');
      const source = ctx.host.config.network.vmknics.find((candidate) => candidate.name === vmknic);
      if (source === undefined || currentIpv4(ctx.host, source).address === '0.0.0.0') {
        throw new CommandError(`Interface ${vmknic} has no IPv4 address`);
      }
      const summary = await ctx.system.network.ping(
        {
          address: serverIp,
          family: 4,
          vmknic,
          count: 2,
          payloadBytes: 56,
          intervalMs: 500,
          timeoutMs: 1000,
          signal: ctx.signal,
        },
        () => undefined,
      );
      if (summary.received === 0) throw new CommandError(`The dump server ${serverIp} did not answer`);
      return `The dump server ${serverIp} answers (its dump service is not asked).`;
    },
  },
  ...['add', 'get', 'list', 'remove', 'set'].map(
    (verb): EsxcliCommand => ({
      path: `system coredump file ${verb}`,
      summary: 'Dump files on a datastore.',
      output: none,
      unsupported: NO_FILES,
    }),
  ),
];
