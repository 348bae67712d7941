import type { NetworkConfig, VswitchConfig } from '../../model/config.ts';
import { defaultSwitchPolicy } from '../../model/defaults.ts';
import { clientsOf, findVswitch, ownerOfUplink, usedPorts } from '../../model/network-rules.ts';
import { type VmPort, vmPorts } from '../../model/vm-registry.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  list,
  none,
  type Parameter,
  type Row,
  text,
} from '../framework/index.ts';
import { checkMtu, checkSwitchName, requireVswitch } from './checks.ts';

export const vswitchParameter: Parameter = {
  long: 'vswitch-name',
  short: 'v',
  type: 'string',
  required: true,
  description: 'The name of the virtual switch.',
};

export const vswitchCommands: EsxcliCommand[] = [
  {
    path: 'network vswitch standard list',
    summary: 'List the standard virtual switches of this host.',
    parameters: [{ ...vswitchParameter, required: false, description: 'Show this virtual switch only.' }],
    output: {
      shape: 'keyed',
      struct: 'VirtualSwitch',
      key: 'Name',
      fields: [
        text('Name'),
        text('Class'),
        integer('Num Ports'),
        integer('Used Ports'),
        integer('Configured Ports'),
        integer('MTU'),
        text('CDP Status'),
        boolean('Beacon Enabled'),
        integer('Beacon Interval'),
        integer('Beacon Threshold'),
        text('Beacon Required By'),
        list('Uplinks'),
        list('Portgroups'),
      ],
    },
    run(ctx, args) {
      const { network } = ctx.host.config;
      const name = args.optionalString('vswitch-name');
      const chosen = name === undefined ? network.vswitches : [requireVswitch(network, name)];
      const machines = vmPorts(ctx.system);
      return chosen.map((vswitch) => describe(network, vswitch, machines));
    },
  },
  {
    path: 'network vswitch standard add',
    summary: 'Add a standard virtual switch.',
    parameters: [
      {
        long: 'ports',
        short: 'P',
        type: 'int',
        min: 1,
        max: 4088,
        description: 'Number of ports of the new switch, 1 to 4088. Without it: 128.',
      },
      { ...vswitchParameter, description: 'The name of the virtual switch to add.' },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('vswitch-name');
      checkSwitchName(name);
      await ctx.host.change(`Added virtual switch ${name}`, ({ network }) => {
        if (findVswitch(network, name) !== undefined) {
          throw new CommandError(`A virtual switch with the name ${name} already exists`);
        }
        network.vswitches.push(newVswitch(name, args.optionalInt('ports') ?? 128));
      });
      return undefined;
    },
  },
  {
    path: 'network vswitch standard remove',
    summary: 'Remove a standard virtual switch.',
    parameters: [{ ...vswitchParameter, description: 'The name of the virtual switch to remove.' }],
    output: none,
    async run(ctx, args) {
      const name = args.string('vswitch-name');
      await ctx.host.change(`Removed virtual switch ${name}`, ({ network }) =>
        removeVswitch(network, name, vmPorts(ctx.system)),
      );
      return undefined;
    },
  },
  {
    path: 'network vswitch standard set',
    summary: 'Change the MTU or CDP status of a standard virtual switch.',
    parameters: [
      {
        long: 'cdp-status',
        short: 'c',
        type: 'enum',
        values: ['down', 'listen', 'advertise', 'both'],
        description: 'What the switch does with Cisco Discovery Protocol; kept as a setting, no CDP frames are sent.',
      },
      { long: 'mtu', short: 'm', type: 'int', description: 'The largest frame payload in bytes, 1280 to 9000.' },
      { ...vswitchParameter, description: 'The name of the virtual switch to change.' },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('vswitch-name');
      const mtu = args.optionalInt('mtu');
      const cdp = args.optionalString('cdp-status');
      if (mtu !== undefined) checkMtu(mtu, name);
      await ctx.host.change(`Changed virtual switch ${name}`, ({ network }) => {
        const vswitch = requireVswitch(network, name);
        if (mtu !== undefined) vswitch.mtu = mtu;
        if (cdp !== undefined) vswitch.cdp = cdp as VswitchConfig['cdp'];
      });
      return undefined;
    },
  },
  {
    path: 'network vswitch standard uplink add',
    summary: 'Link a physical adapter to a standard virtual switch.',
    parameters: [uplinkParameter('The adapter to link.'), vswitchParameter],
    output: none,
    async run(ctx, args) {
      const [uplink, name] = [args.string('uplink-name'), args.string('vswitch-name')];
      await ctx.host.change(`Linked ${uplink} to ${name}`, ({ network }) => addUplink(ctx, network, name, uplink));
      return undefined;
    },
  },
  {
    path: 'network vswitch standard uplink remove',
    summary: 'Unlink a physical adapter from a standard virtual switch.',
    parameters: [uplinkParameter('The adapter to unlink.'), vswitchParameter],
    output: none,
    async run(ctx, args) {
      const [uplink, name] = [args.string('uplink-name'), args.string('vswitch-name')];
      await ctx.host.change(`Unlinked ${uplink} from ${name}`, ({ network }) => removeUplink(network, name, uplink));
      return undefined;
    },
  },
];

function uplinkParameter(description: string): Parameter {
  return { long: 'uplink-name', short: 'u', type: 'string', required: true, description };
}

function describe(network: NetworkConfig, vswitch: VswitchConfig, machines: readonly VmPort[]): Row {
  const names = vswitch.portgroups.map((portgroup) => portgroup.name);
  return {
    Name: vswitch.name,
    Class: 'etherswitch',
    'Num Ports': vswitch.numPorts,
    'Used Ports': usedPorts(network, vswitch) + machines.filter((port) => names.includes(port.portgroup)).length,
    'Configured Ports': vswitch.numPorts,
    MTU: vswitch.mtu,
    'CDP Status': vswitch.cdp,
    'Beacon Enabled': vswitch.beacon.enabled,
    'Beacon Interval': vswitch.beacon.interval,
    'Beacon Threshold': vswitch.beacon.threshold,
    'Beacon Required By': null,
    Uplinks: vswitch.uplinks,
    Portgroups: names,
  };
}

export function newVswitch(name: string, numPorts: number): VswitchConfig {
  return {
    name,
    numPorts,
    mtu: 1500,
    cdp: 'listen',
    beacon: { enabled: false, interval: 1, threshold: 3 },
    uplinks: [],
    policy: defaultSwitchPolicy([]),
    portgroups: [],
  };
}

/** @param machines Ports of running virtual machines. */
export function removeVswitch(network: NetworkConfig, name: string, machines: readonly VmPort[] = []): void {
  const vswitch = requireVswitch(network, name);
  const users = vswitch.portgroups.flatMap((portgroup) => [
    ...clientsOf(network, portgroup.name).map((vmknic) => vmknic.name),
    ...machines.filter((port) => port.portgroup === portgroup.name).map((port) => port.vm),
  ]);
  if (users.length > 0) {
    throw new CommandError(`Unable to remove virtual switch ${name}: it is in use by ${users.join(', ')}`);
  }
  network.vswitches = network.vswitches.filter((candidate) => candidate !== vswitch);
}

export function addUplink(ctx: CommandContext, network: NetworkConfig, name: string, uplink: string): void {
  const vswitch = requireVswitch(network, name);
  if (!ctx.host.runtime.nics.some((nic) => nic.name === uplink)) {
    throw new CommandError(`No physical adapter with the name ${uplink} was found`);
  }
  const owner = ownerOfUplink(network, uplink);
  if (owner === vswitch) throw new CommandError(`Uplink ${uplink} is already connected to ${name}`);
  if (owner !== undefined) throw new CommandError(`Uplink ${uplink} is in use by virtual switch ${owner.name}`);
  vswitch.uplinks.push(uplink);
  vswitch.policy.failover.activeUplinks = [...(vswitch.policy.failover.activeUplinks ?? []), uplink];
}

export function removeUplink(network: NetworkConfig, name: string, uplink: string): void {
  const vswitch = requireVswitch(network, name);
  if (!vswitch.uplinks.includes(uplink)) throw new CommandError(`Uplink ${uplink} is not connected to ${name}`);
  const without = (names: string[] | undefined): string[] => (names ?? []).filter((candidate) => candidate !== uplink);
  vswitch.uplinks = without(vswitch.uplinks);
  for (const { policy } of [vswitch, ...vswitch.portgroups]) {
    const { failover } = policy;
    if (failover.activeUplinks !== undefined) failover.activeUplinks = without(failover.activeUplinks);
    if (failover.standbyUplinks !== undefined) failover.standbyUplinks = without(failover.standbyUplinks);
  }
}
