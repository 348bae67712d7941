import type { HostConfig, NetworkConfig, VmknicConfig, VmknicTag } from '../../model/config.ts';
import { MAX_TSO_MSS } from '../../model/defaults.ts';
import { hash } from '../../model/hash.ts';
import { isMac } from '../../model/ip.ts';
import { clientsOf, findPortgroup, findVmknic, nextVmknicName } from '../../model/network-rules.ts';
import {
  boolean,
  CommandError,
  type EsxcliCommand,
  integer,
  list,
  none,
  type Parameter,
  type Row,
  text,
} from '../framework/index.ts';
import { checkMtu, requirePortgroup, requireVmknic } from './checks.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

export const interfaceParameter: Parameter = {
  long: 'interface-name',
  short: 'i',
  type: 'string',
  required: true,
  description: 'The VMkernel interface: vmk0, vmk1 …',
};

const TAGS: readonly VmknicTag[] = [
  'Management',
  'VMotion',
  'faultToleranceLogging',
  'vSphereReplication',
  'vSphereReplicationNFC',
];

const NO_DVS = 'distributed switches come with vCenter, which this lab does not have';

export const interfaceCommands: EsxcliCommand[] = [
  {
    path: 'network ip interface list',
    summary: 'List the VMkernel network interfaces.',
    parameters: [netstackParameter],
    output: {
      shape: 'keyed',
      struct: 'NetworkInterface',
      key: 'Name',
      fields: [
        text('Name'),
        text('MAC Address'),
        boolean('Enabled'),
        text('Portset'),
        text('Portgroup'),
        text('Netstack Instance'),
        text('VDS Name'),
        text('VDS UUID'),
        text('VDS Port'),
        integer('VDS Connection'),
        integer('MTU'),
        integer('TSO MSS'),
        integer('Port ID'),
      ],
    },
    run(ctx, args) {
      checkNetstack(args);
      const { network } = ctx.host.config;
      return network.vmknics.map((vmknic) => describe(network, vmknic));
    },
  },
  {
    path: 'network ip interface add',
    summary: 'Add a VMkernel network interface to a port group.',
    parameters: [
      { long: 'dvport-id', short: 'P', type: 'string', description: 'A distributed port.', unsupported: NO_DVS },
      { long: 'dvs-name', short: 's', type: 'string', description: 'A distributed switch.', unsupported: NO_DVS },
      { ...interfaceParameter, required: false, description: 'Name of the new interface. Without it: the first free.' },
      {
        long: 'mac-address',
        short: 'M',
        type: 'string',
        description: 'MAC address of the new interface. Without it one is generated.',
      },
      { long: 'mtu', short: 'm', type: 'int', description: 'MTU in bytes, 1280 to 9000. Without it: 1500.' },
      netstackParameter,
      {
        long: 'portgroup-name',
        short: 'p',
        type: 'string',
        required: true,
        description: 'The port group of a standard virtual switch to connect to.',
      },
    ],
    output: none,
    async run(ctx, args) {
      checkNetstack(args);
      const portgroup = args.string('portgroup-name');
      const mtu = args.optionalInt('mtu') ?? 1500;
      const mac = args.optionalString('mac-address');
      const name = args.optionalString('interface-name');
      checkMtu(mtu, 'a vmkernel network interface');
      if (mac !== undefined) checkMac(mac);
      await ctx.host.change(`Added an interface to ${portgroup}`, (config) => {
        addVmknic(config, { portgroup, mtu, mac, name });
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface set',
    summary: 'Enable, disable or resize a VMkernel network interface.',
    parameters: [
      { long: 'enabled', short: 'e', type: 'bool', description: 'Whether the interface carries traffic.' },
      interfaceParameter,
      { long: 'mtu', short: 'm', type: 'int', description: 'MTU in bytes, 1280 to 9000.' },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('interface-name');
      const mtu = args.optionalInt('mtu');
      const enabled = args.optionalBool('enabled');
      if (mtu !== undefined) checkMtu(mtu, name);
      await ctx.host.change(`Changed ${name}`, ({ network }) => {
        const vmknic = requireVmknic(network, name);
        if (mtu !== undefined) vmknic.mtu = mtu;
        if (enabled !== undefined) vmknic.enabled = enabled;
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface remove',
    summary: 'Remove a VMkernel network interface.',
    parameters: [interfaceParameter, netstackParameter],
    output: none,
    async run(ctx, args) {
      checkNetstack(args);
      const name = args.string('interface-name');
      await ctx.host.change(`Removed ${name}`, ({ network }) => {
        requireVmknic(network, name);
        network.vmknics = network.vmknics.filter((vmknic) => vmknic.name !== name);
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface tag get',
    summary: 'Show what traffic a VMkernel network interface is for.',
    parameters: [interfaceParameter],
    output: { shape: 'simple', struct: 'Tags', fields: [list('Tags')] },
    run: (ctx, args) => ({ Tags: requireVmknic(ctx.host.config.network, args.string('interface-name')).tags }),
  },
  {
    path: 'network ip interface tag add',
    summary: 'Mark a VMkernel network interface for a kind of traffic.',
    parameters: [interfaceParameter, tagParameter()],
    output: none,
    async run(ctx, args) {
      const [name, tag] = [args.string('interface-name'), args.string('tagname') as VmknicTag];
      await ctx.host.change(`Tagged ${name} for ${tag}`, ({ network }) => addTag(network, name, tag));
      return undefined;
    },
  },
  {
    path: 'network ip interface tag remove',
    summary: 'Take a traffic mark off a VMkernel network interface.',
    parameters: [interfaceParameter, tagParameter()],
    output: none,
    async run(ctx, args) {
      const [name, tag] = [args.string('interface-name'), args.string('tagname') as VmknicTag];
      await ctx.host.change(`Untagged ${name} for ${tag}`, ({ network }) => {
        const vmknic = requireVmknic(network, name);
        if (!vmknic.tags.includes(tag)) throw new CommandError(`Interface ${name} is not tagged for ${tag}`);
        vmknic.tags = vmknic.tags.filter((candidate) => candidate !== tag);
      });
      return undefined;
    },
  },
];

function tagParameter(): Parameter {
  return {
    long: 'tagname',
    short: 't',
    type: 'enum',
    values: TAGS,
    required: true,
    description: 'The kind of traffic.',
  };
}

function describe(network: NetworkConfig, vmknic: VmknicConfig): Row {
  return {
    Name: vmknic.name,
    'MAC Address': vmknic.mac,
    Enabled: vmknic.enabled,
    Portset: findPortgroup(network, vmknic.portgroup)?.vswitch.name ?? 'none',
    Portgroup: vmknic.portgroup,
    'Netstack Instance': 'defaultTcpipStack',
    'VDS Name': 'N/A',
    'VDS UUID': 'N/A',
    'VDS Port': 'N/A',
    'VDS Connection': -1,
    MTU: vmknic.mtu,
    'TSO MSS': vmknic.tsoMss,
    'Port ID': portId(network, vmknic),
  };
}

/** A number that stays with the interface: the switch's place in the upper byte, the interface's in the lower ones. */
export function portId(network: NetworkConfig, vmknic: VmknicConfig): number {
  const vswitch = network.vswitches.findIndex((candidate) =>
    candidate.portgroups.some((portgroup) => portgroup.name === vmknic.portgroup),
  );
  return (Math.max(vswitch, 0) + 1) * 0x1000000 + 3 + Number(vmknic.name.slice(3));
}

function checkMac(mac: string): void {
  // The second digit's lowest bit marks a group address.
  if (!isMac(mac) || Number.parseInt(mac.slice(0, 2), 16) % 2 === 1 || mac === '00:00:00:00:00:00') {
    throw new CommandError(`Invalid MAC address: ${mac}`);
  }
}

export interface NewVmknic {
  portgroup: string;
  mtu: number;
  mac?: string | undefined;
  name?: string | undefined;
}

/** @returns the new interface, already in the configuration: enabled, without an address. */
export function addVmknic(config: HostConfig, wanted: NewVmknic): VmknicConfig {
  const { network } = config;
  requirePortgroup(network, wanted.portgroup);
  const taken = clientsOf(network, wanted.portgroup)[0];
  if (taken !== undefined) {
    throw new CommandError(`Portgroup ${wanted.portgroup} already has the vmkernel network interface ${taken.name}`);
  }
  const name = wanted.name ?? nextVmknicName(network);
  if (!/^vmk\d{1,3}$/.test(name)) throw new CommandError(`Invalid interface name ${name}: expected vmk and a number`);
  if (findVmknic(network, name) !== undefined) throw new CommandError(`Interface ${name} already exists`);
  const mac = wanted.mac?.toLowerCase() ?? generateMac(config, name);
  const owner = network.vmknics.find((vmknic) => vmknic.mac === mac);
  if (owner !== undefined) throw new CommandError(`MAC address ${mac} is already in use by ${owner.name}`);
  const vmknic: VmknicConfig = {
    name,
    mac,
    portgroup: wanted.portgroup,
    enabled: true,
    mtu: wanted.mtu,
    tsoMss: MAX_TSO_MSS,
    ipv4: { type: 'none', address: '', netmask: '', dhcpDns: false },
    ipv6: { dhcp: false, routerAdvertised: false, addresses: [], dhcpDns: false },
    tags: [],
  };
  network.vmknics.push(vmknic);
  network.vmknics.sort((a, b) => Number(a.name.slice(3)) - Number(b.name.slice(3)));
  return vmknic;
}

/**
 * 00:50:56:60:00:00 to 00:50:56:7f:ff:ff is the range VMkernel interfaces draw from. Worked out from the host's identity
 * rather than drawn: hosts restored from one snapshot would draw the same numbers.
 */
function generateMac(config: HostConfig, name: string): string {
  const { network } = config;
  const identity = `${config.systemUuid} ${network.pnics.map((pnic) => pnic.mac).join(' ')} ${name}`;
  for (let attempt = 0; ; attempt++) {
    const value = 0x600000 + (hash(`${identity} ${attempt}`) & 0x1fffff);
    const tail = [value >> 16, (value >> 8) & 255, value & 255].map((byte) => byte.toString(16).padStart(2, '0'));
    const mac = `00:50:56:${tail.join(':')}`;
    if (!network.vmknics.some((vmknic) => vmknic.mac === mac)) return mac;
  }
}

/** vMotion and fault tolerance use one interface: the tag moves. */
function addTag(network: NetworkConfig, name: string, tag: VmknicTag): void {
  const vmknic = requireVmknic(network, name);
  if (vmknic.tags.includes(tag)) return;
  if (tag === 'VMotion' || tag === 'faultToleranceLogging') {
    for (const other of network.vmknics) other.tags = other.tags.filter((candidate) => candidate !== tag);
  }
  vmknic.tags.push(tag);
}
