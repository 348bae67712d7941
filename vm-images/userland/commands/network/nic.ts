import type { HostConfig, PnicConfig } from '../../model/config.ts';
import type { NicHardware } from '../../model/host.ts';
import { isLinkUp, ownerOfUplink } from '../../model/network-rules.ts';
import type { LinkStats } from '../../model/network-state.ts';
import { nicHardware } from '../../model/nic-hardware.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Parameter,
  type Row,
  structure,
  text,
} from '../framework/index.ts';

const nicParameter: Parameter = {
  long: 'nic-name',
  short: 'n',
  type: 'string',
  required: true,
  description: 'The adapter: vmnic0, vmnic1 …',
};

export const nicCommands: EsxcliCommand[] = [
  {
    path: 'network nic list',
    summary: 'List the physical network adapters.',
    output: {
      shape: 'table',
      struct: 'NetworkAdapter',
      fields: [
        text('Name'),
        text('PCI Device'),
        text('Driver'),
        text('Link'),
        integer('Speed'),
        text('Duplex'),
        text('MAC Address'),
        integer('MTU'),
        text('Description'),
      ],
    },
    run: ({ host }) => host.runtime.nics.map((nic) => listRow(host.config, nic)),
  },
  {
    path: 'network nic get',
    summary: 'Show everything about a physical network adapter.',
    parameters: [nicParameter],
    output: {
      shape: 'simple',
      struct: 'NetworkAdapterDetails',
      fields: [
        boolean('Advertised Auto Negotiation'),
        text('Advertised Link Modes'),
        boolean('Auto Negotiation'),
        text('Cable Type'),
        integer('Current Message Level'),
        structure('Driver Info', 'DriverInfo', [
          text('Bus Info'),
          text('Driver'),
          text('Firmware Version'),
          text('Version'),
        ]),
        boolean('Link Detected'),
        text('Link Status'),
        text('Name'),
        integer('PHYAddress'),
        boolean('Pause Autonegotiate'),
        boolean('Pause RX'),
        boolean('Pause TX'),
        text('Supported Ports'),
        boolean('Supports Auto Negotiation'),
        boolean('Supports Pause'),
        boolean('Supports Wakeon'),
        text('Transceiver'),
        text('Wakeon'),
      ],
    },
    run(ctx, args) {
      const { nic, pnic } = requireNic(ctx, args.string('nic-name'));
      return detailRow(nic, pnic);
    },
  },
  {
    path: 'network nic set',
    summary: 'Set speed, duplex or wake-on-LAN of an adapter; shown and kept, the lab wire has one speed.',
    parameters: [
      { long: 'auto', short: 'a', type: 'flag', description: 'Negotiate speed and duplex.' },
      { long: 'duplex', short: 'D', type: 'enum', values: ['full', 'half'], description: 'Duplex, with --speed.' },
      {
        long: 'message-level',
        short: 'l',
        type: 'int',
        description: 'Driver messages.',
        unsupported: 'no such driver',
      },
      nicParameter,
      { long: 'phy-address', short: 'P', type: 'int', description: 'PHY address.', unsupported: 'no PHY to address' },
      { long: 'port', short: 'p', type: 'string', description: 'Port kind.', unsupported: 'the card has one port' },
      { long: 'speed', short: 'S', type: 'int', description: 'Mbit/s, with --duplex: 10, 100 or 1000.' },
      {
        long: 'transceiver-type',
        short: 't',
        type: 'string',
        description: 'Transceiver.',
        unsupported: 'internal only',
      },
      { long: 'wake-on-lan', short: 'w', type: 'string', description: 'Wake-on-LAN letters, or d for none.' },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('nic-name');
      requireNic(ctx, name);
      const speed = args.optionalInt('speed');
      const duplex = args.optionalString('duplex');
      const auto = args.bool('auto');
      const wake = args.optionalString('wake-on-lan');
      if (auto && (speed !== undefined || duplex !== undefined)) {
        throw new CommandError('--auto excludes --speed and --duplex');
      }
      if ((speed === undefined) !== (duplex === undefined)) {
        throw new CommandError('Speed and duplex must be given together');
      }
      if (speed !== undefined) checkSpeed(speed, duplex ?? '');
      if (wake !== undefined && !/^[pumbagsd]+$/.test(wake))
        throw new CommandError(`Invalid wake-on-LAN value: ${wake}`);
      await ctx.host.change(`Changed ${name}`, (draft) => {
        const pnic = draft.network.pnics.find((candidate) => candidate.name === name)!;
        if (auto) pnic.autoNegotiate = true;
        if (speed !== undefined) Object.assign(pnic, { autoNegotiate: false, speed, duplex });
        if (wake !== undefined) pnic.wakeOnLan = wake === 'd' ? '' : wake;
      });
      return undefined;
    },
  },
  upDown('up', true),
  upDown('down', false),
  {
    path: 'network nic stats get',
    summary: 'Show packet counters of an adapter.',
    parameters: [nicParameter],
    output: {
      shape: 'simple',
      struct: 'NicStats',
      fields: [
        integer('Packets received'),
        integer('Packets sent'),
        integer('Bytes received'),
        integer('Bytes sent'),
        integer('Receive packets dropped'),
        integer('Transmit packets dropped'),
        integer('Total receive errors'),
        integer('Receive length errors'),
        integer('Receive over errors'),
        integer('Receive CRC errors'),
        integer('Receive frame errors'),
        integer('Receive FIFO errors'),
        integer('Receive missed errors'),
        integer('Total transmit errors'),
        integer('Transmit aborted errors'),
        integer('Transmit carrier errors'),
        integer('Transmit FIFO errors'),
        integer('Transmit heartbeat errors'),
        integer('Transmit window errors'),
      ],
    },
    run(ctx, args) {
      const name = args.string('nic-name');
      requireNic(ctx, name);
      const stats = ctx.system.network.stats(name);
      if (stats === null) throw new CommandError(`Unable to read the counters of ${name}`);
      return statsRow(stats);
    },
  },
];

export function requireNic(ctx: CommandContext, name: string): { nic: NicHardware; pnic: PnicConfig | undefined } {
  const nic = ctx.host.runtime.nics.find((candidate) => candidate.name === name);
  if (nic === undefined) throw new CommandError(`No physical adapter with the name ${name} was found`);
  return { nic, pnic: ctx.host.config.network.pnics.find((candidate) => candidate.name === name) };
}

function upDown(verb: string, up: boolean): EsxcliCommand {
  return {
    path: `network nic ${verb}`,
    summary: `${up ? 'Switch an adapter on' : 'Switch an adapter off: its link goes down'}.`,
    parameters: [nicParameter],
    output: none,
    async run(ctx, args) {
      const name = args.string('nic-name');
      requireNic(ctx, name);
      await ctx.host.change(`Switched ${name} ${up ? 'on' : 'off'}`, (draft) => {
        draft.network.pnics.find((candidate) => candidate.name === name)!.up = up;
      });
      ctx.system.log('vmkernel', 'info', `${name}: link ${up ? 'up' : 'down'} by administrator`);
      return undefined;
    },
  };
}

function checkSpeed(speed: number, duplex: string): void {
  if (speed !== 10 && speed !== 100 && speed !== 1000) {
    throw new CommandError(`Speed ${speed} is not supported by the adapter: expected 10, 100 or 1000`);
  }
  if (speed === 1000 && duplex === 'half') throw new CommandError('1000 Mbit/s is supported with full duplex only');
}

/** Speed and duplex in force: nothing without a link. */
export function linkOf(pnic: PnicConfig | undefined, nic: NicHardware): { up: boolean; speed: number; duplex: string } {
  const up = isLinkUp(pnic, nic);
  if (!up) return { up, speed: 0, duplex: 'Half' };
  if (pnic === undefined || pnic.autoNegotiate) return { up, speed: 1000, duplex: 'Full' };
  return { up, speed: pnic.speed, duplex: pnic.duplex === 'full' ? 'Full' : 'Half' };
}

function listRow({ network }: HostConfig, nic: NicHardware): Row {
  const hardware = nicHardware(nic.name);
  const link = linkOf(
    network.pnics.find((candidate) => candidate.name === nic.name),
    nic,
  );
  return {
    Name: nic.name,
    'PCI Device': hardware.pciDevice,
    Driver: hardware.driver,
    Link: link.up ? 'Up' : 'Down',
    Speed: link.speed,
    Duplex: link.duplex,
    'MAC Address': nic.mac,
    MTU: ownerOfUplink(network, nic.name)?.mtu ?? 1500,
    Description: hardware.description,
  };
}

function detailRow(nic: NicHardware, pnic: PnicConfig | undefined): Row {
  const hardware = nicHardware(nic.name);
  const link = linkOf(pnic, nic);
  const auto = pnic?.autoNegotiate ?? true;
  const modes = auto
    ? '10baseT/Half, 10baseT/Full, 100baseT/Half, 100baseT/Full, 1000baseT/Full'
    : `${pnic!.speed}baseT/${pnic!.duplex === 'full' ? 'Full' : 'Half'}`;
  return {
    'Advertised Auto Negotiation': auto,
    'Advertised Link Modes': modes,
    'Auto Negotiation': auto,
    'Cable Type': 'Twisted Pair',
    'Current Message Level': 7,
    'Driver Info': {
      'Bus Info': hardware.pciAddress,
      Driver: hardware.driver,
      'Firmware Version': 'N/A',
      Version: hardware.driverVersion,
    },
    'Link Detected': link.up,
    'Link Status': link.up ? 'Up ' : 'Down ',
    Name: nic.name,
    PHYAddress: 0,
    'Pause Autonegotiate': false,
    'Pause RX': false,
    'Pause TX': false,
    'Supported Ports': 'TP',
    'Supports Auto Negotiation': true,
    'Supports Pause': false,
    'Supports Wakeon': true,
    Transceiver: 'internal',
    Wakeon: pnic?.wakeOnLan ? pnic.wakeOnLan : 'Disabled',
  };
}

function statsRow(stats: LinkStats): Row {
  return {
    'Packets received': stats.rxPackets,
    'Packets sent': stats.txPackets,
    'Bytes received': stats.rxBytes,
    'Bytes sent': stats.txBytes,
    'Receive packets dropped': stats.rxDropped,
    'Transmit packets dropped': stats.txDropped,
    'Total receive errors': stats.rxErrors,
    'Receive length errors': stats.rxLengthErrors,
    'Receive over errors': stats.rxOverErrors,
    'Receive CRC errors': stats.rxCrcErrors,
    'Receive frame errors': stats.rxFrameErrors,
    'Receive FIFO errors': stats.rxFifoErrors,
    'Receive missed errors': stats.rxMissedErrors,
    'Total transmit errors': stats.txErrors,
    'Transmit aborted errors': stats.txAbortedErrors,
    'Transmit carrier errors': stats.txCarrierErrors,
    'Transmit FIFO errors': stats.txFifoErrors,
    'Transmit heartbeat errors': stats.txHeartbeatErrors,
    'Transmit window errors': stats.txWindowErrors,
  };
}
