import { formatIpv4, formatIpv6 } from '../../model/ip.ts';
import type { System } from '../../model/system.ts';
import { type EsxcliCommand, integer, type Parameter, type Row, text } from '../framework/index.ts';
import { interfaceParameter } from './interface.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

/** An entry that was confirmed is kept this long. */
const ARP_LIFETIME_SECONDS = 1200;

const versionParameter: Parameter = {
  long: 'version',
  short: 'v',
  type: 'enum',
  values: ['4', '6', 'all'],
  description: 'Neighbours of IPv4, IPv6 or both. Without it: 4.',
};

export const neighborCommands: EsxcliCommand[] = [
  {
    path: 'network ip neighbor list',
    summary: 'List ARP and neighbour discovery entries.',
    parameters: [
      { ...interfaceParameter, required: false, description: 'Entries of this interface only.' },
      netstackParameter,
      versionParameter,
    ],
    output: {
      shape: 'table',
      struct: 'Neighbor',
      fields: [text('Neighbor'), text('Mac Address'), text('Vmknic'), text('Expiry'), text('State')],
    },
    async run({ system }, args) {
      checkNetstack(args);
      const version = args.optionalString('version') ?? '4';
      const link = args.optionalString('interface-name');
      const neighbours = await system.network.neighbours();
      return neighbours
        .filter((neighbour) => neighbour.link.startsWith('vmk') && neighbour.mac !== '' && neighbour.state !== 'noarp')
        .filter((neighbour) => neighbour.state !== 'failed' && neighbour.state !== 'incomplete')
        .filter((neighbour) => (link === undefined || neighbour.link === link) && fits(version, neighbour.family))
        .map((neighbour) => ({
          Neighbor: neighbour.address,
          'Mac Address': neighbour.mac,
          Vmknic: neighbour.link,
          Expiry:
            neighbour.state === 'permanent'
              ? 'never'
              : `${Math.max(0, ARP_LIFETIME_SECONDS - neighbour.ageSeconds)} sec`,
          State: neighbour.family === 6 ? neighbour.state : '',
        }));
    },
  },
  {
    path: 'network ip connection list',
    summary: 'List TCP, UDP and raw sockets.',
    parameters: [
      netstackParameter,
      {
        long: 'type',
        short: 't',
        type: 'enum',
        values: ['ip', 'tcp', 'udp', 'all'],
        description: 'Which sockets. Without it: all.',
      },
    ],
    output: {
      shape: 'table',
      struct: 'IpConnection',
      fields: [
        text('Proto'),
        integer('Recv Q'),
        integer('Send Q'),
        text('Local Address'),
        text('Foreign Address'),
        text('State'),
        integer('World ID'),
        text('CC Algo'),
        text('World Name'),
      ],
    },
    run({ system }, args) {
      checkNetstack(args);
      return listConnections(system, args.optionalString('type') ?? 'all');
    },
  },
];

function fits(version: string, family: 4 | 6): boolean {
  return version === 'all' || version === String(family);
}

const TCP_STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RCVD',
  'FIN_WAIT_1',
  'FIN_WAIT_2',
  'TIME_WAIT',
  'CLOSED',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
] as const;

const TABLES: readonly { file: string; proto: string; kind: string }[] = [
  { file: 'tcp', proto: 'tcp', kind: 'tcp' },
  { file: 'tcp6', proto: 'tcp', kind: 'tcp' },
  { file: 'udp', proto: 'udp', kind: 'udp' },
  { file: 'udp6', proto: 'udp', kind: 'udp' },
  { file: 'raw', proto: 'ip', kind: 'ip' },
];

function listConnections(system: System, kind: string): Row[] {
  const owners = socketOwners(system);
  const rows: Row[] = [];
  for (const table of TABLES) {
    if (kind !== 'all' && kind !== table.kind) continue;
    const [, ...lines] = (system.files.readText(`/proc/net/${table.file}`) ?? '').trimEnd().split('\n');
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const [send = '0', receive = '0'] = (fields[4] ?? '').split(':');
      const owner = owners.get(fields[9] ?? '');
      rows.push({
        Proto: table.proto,
        'Recv Q': Number.parseInt(receive, 16),
        'Send Q': Number.parseInt(send, 16),
        'Local Address': endpoint(fields[1] ?? ''),
        'Foreign Address': endpoint(fields[2] ?? ''),
        State: table.kind === 'tcp' ? (TCP_STATES[Number.parseInt(fields[3] ?? '0', 16)] ?? '') : '',
        'World ID': owner?.pid ?? 0,
        'CC Algo': table.kind === 'tcp' ? 'newreno' : '',
        'World Name': owner?.name ?? '',
      });
    }
  }
  return rows;
}

/** `0100007F:0016`: 32-bit words in host byte order, the port in hex. */
function endpoint(raw: string): string {
  const [address = '', port = '0'] = raw.split(':');
  const number = Number.parseInt(port, 16);
  const words: number[] = [];
  for (let at = 0; at < address.length; at += 8) words.push(swap(Number.parseInt(address.slice(at, at + 8), 16)));
  if (words.length === 1) return `${formatIpv4(words[0]!)}:${number}`;
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  return `${formatIpv6(groups)}:${number}`;
}

function swap(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Which process has a socket open, by inode. */
function socketOwners(system: System): Map<string, { pid: number; name: string }> {
  const owners = new Map<string, { pid: number; name: string }>();
  for (const process of system.processes.list()) {
    if (process.command === '') continue;
    const folder = `/proc/${process.pid}/fd`;
    for (const fd of system.files.list(folder) ?? []) {
      const target = system.files.readLink(`${folder}/${fd}`);
      if (target?.startsWith('socket:[')) {
        owners.set(target.slice(8, -1), { pid: process.pid, name: process.name });
      }
    }
  }
  return owners;
}
