import type { VmknicConfig } from '../../model/config.ts';
import { broadcastOf, canonicalIpv6, parseCidr6, prefixOfMask } from '../../model/ip.ts';
import { currentIpv4 } from '../../model/network-rules.ts';
import { boolean, CommandError, type EsxcliCommand, integer, none, type Parameter, text } from '../framework/index.ts';
import { checkStaticIpv4, requireVmknic } from './checks.ts';
import { interfaceParameter } from './interface.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

const optionalInterface = { ...interfaceParameter, required: false, description: 'Show this interface only.' };
const NO_DHCPV6 = "the lab's network hands out no IPv6 addresses by DHCP";

export const addressCommands: EsxcliCommand[] = [
  {
    path: 'network ip interface ipv4 get',
    summary: 'Show IPv4 addresses of VMkernel network interfaces.',
    parameters: [optionalInterface, netstackParameter],
    output: {
      shape: 'table',
      struct: 'IPv4Interface',
      fields: [
        text('Name'),
        text('IPv4 Address'),
        text('IPv4 Netmask'),
        text('IPv4 Broadcast'),
        text('Address Type'),
        boolean('DHCP DNS'),
      ],
    },
    run(ctx, args) {
      checkNetstack(args);
      const { network } = ctx.host.config;
      const name = args.optionalString('interface-name');
      const chosen = name === undefined ? network.vmknics : [requireVmknic(network, name)];
      return chosen.map((vmknic) => {
        const { address, netmask, type } = currentIpv4(ctx.host, vmknic);
        return {
          Name: vmknic.name,
          'IPv4 Address': address,
          'IPv4 Netmask': netmask,
          'IPv4 Broadcast': address === '0.0.0.0' ? '0.0.0.0' : broadcastOf(address, prefixOfMask(netmask) ?? 32),
          'Address Type': type,
          'DHCP DNS': vmknic.ipv4.dhcpDns,
        };
      });
    },
  },
  {
    path: 'network ip interface ipv4 set',
    summary: 'Set how a VMkernel network interface gets its IPv4 address.',
    parameters: [
      interfaceParameter,
      { long: 'ipv4', short: 'I', type: 'string', description: 'The static address.' },
      { long: 'netmask', short: 'N', type: 'string', description: "The static address's netmask." },
      { long: 'peer-dns', short: 'P', type: 'bool', description: 'With dhcp: take DNS servers from the server too.' },
      {
        long: 'type',
        short: 't',
        type: 'enum',
        values: ['dhcp', 'none', 'static'],
        required: true,
        description: 'Where the address comes from.',
      },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('interface-name');
      const type = args.string('type') as VmknicConfig['ipv4']['type'];
      const address = args.optionalString('ipv4');
      const netmask = args.optionalString('netmask');
      const peerDns = args.optionalBool('peer-dns');
      if (type !== 'static' && (address !== undefined || netmask !== undefined)) {
        throw new CommandError(`Address and netmask can only be given with type static, not ${type}`);
      }
      if (type === 'static' && (address === undefined || netmask === undefined)) {
        throw new CommandError('IPv4 address and netmask are both required with type static');
      }
      if (peerDns !== undefined && type !== 'dhcp')
        throw new CommandError('--peer-dns can only be given with type dhcp');
      await ctx.host.change(`Set the IPv4 address of ${name} (${type})`, (config) => {
        const vmknic = requireVmknic(config.network, name);
        if (type === 'static') checkStaticIpv4(config, name, address!, netmask!);
        vmknic.ipv4 = {
          type,
          address: address ?? '',
          netmask: netmask ?? '',
          dhcpDns: peerDns ?? (type === 'dhcp' && vmknic.ipv4.dhcpDns),
        };
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface ipv6 get',
    summary: 'Show how VMkernel network interfaces get IPv6 addresses.',
    parameters: [optionalInterface, netstackParameter],
    output: {
      shape: 'table',
      struct: 'IPv6Interface',
      fields: [text('Name'), boolean('DHCPv6 Enabled'), boolean('Router Adv Enabled'), boolean('DHCP DNS')],
    },
    run(ctx, args) {
      checkNetstack(args);
      const { network } = ctx.host.config;
      const name = args.optionalString('interface-name');
      const chosen = name === undefined ? network.vmknics : [requireVmknic(network, name)];
      return chosen.map((vmknic) => ({
        Name: vmknic.name,
        'DHCPv6 Enabled': vmknic.ipv6.dhcp,
        'Router Adv Enabled': vmknic.ipv6.routerAdvertised,
        'DHCP DNS': vmknic.ipv6.dhcpDns,
      }));
    },
  },
  {
    path: 'network ip interface ipv6 set',
    summary: 'Set how a VMkernel network interface gets IPv6 addresses.',
    parameters: [
      { long: 'enable-dhcpv6', short: 'd', type: 'bool', description: 'Use DHCPv6.', unsupported: NO_DHCPV6 },
      {
        long: 'enable-router-adv',
        short: 'r',
        type: 'bool',
        description: 'Take addresses from router advertisements.',
      },
      interfaceParameter,
      { long: 'peer-dns', short: 'P', type: 'bool', description: 'Take DNS servers too.', unsupported: NO_DHCPV6 },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('interface-name');
      const router = args.optionalBool('enable-router-adv');
      await ctx.host.change(`Changed IPv6 of ${name}`, ({ network }) => {
        const vmknic = requireVmknic(network, name);
        if (router !== undefined) vmknic.ipv6.routerAdvertised = router;
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface ipv6 address list',
    summary: 'List IPv6 addresses of VMkernel network interfaces.',
    parameters: [netstackParameter],
    output: {
      shape: 'table',
      struct: 'IPv6Address',
      fields: [text('Interface'), text('Address'), integer('Netmask'), text('Type'), text('Status')],
    },
    async run(ctx, args) {
      checkNetstack(args);
      const { addresses } = await ctx.system.network.read();
      return addresses
        .filter((address) => address.family === 6 && address.link.startsWith('vmk'))
        .map((address) => ({
          Interface: address.link,
          Address: address.address,
          Netmask: address.prefixLength,
          Type: address.dynamic || address.scope === 'link' ? 'AUTO' : 'STATIC',
          Status: address.tentative ? 'TENTATIVE' : 'PREFERRED',
        }));
    },
  },
  {
    path: 'network ip interface ipv6 address add',
    summary: 'Give a VMkernel network interface a static IPv6 address.',
    parameters: [interfaceParameter, ipv6Parameter()],
    output: none,
    async run(ctx, args) {
      const name = args.string('interface-name');
      const address = checkIpv6(args.string('ipv6'));
      await ctx.host.change(`Added ${address} to ${name}`, ({ network }) => {
        const vmknic = requireVmknic(network, name);
        const owner = network.vmknics.find((other) => other.ipv6.addresses.includes(address));
        if (owner !== undefined)
          throw new CommandError(`The IPv6 address ${address} is already in use by ${owner.name}`);
        vmknic.ipv6.addresses.push(address);
      });
      return undefined;
    },
  },
  {
    path: 'network ip interface ipv6 address remove',
    summary: 'Take a static IPv6 address off a VMkernel network interface.',
    parameters: [interfaceParameter, ipv6Parameter()],
    output: none,
    async run(ctx, args) {
      const name = args.string('interface-name');
      const address = checkIpv6(args.string('ipv6'));
      await ctx.host.change(`Removed ${address} from ${name}`, ({ network }) => {
        const vmknic = requireVmknic(network, name);
        if (!vmknic.ipv6.addresses.includes(address)) {
          throw new CommandError(`Interface ${name} has no static IPv6 address ${address}`);
        }
        vmknic.ipv6.addresses = vmknic.ipv6.addresses.filter((candidate) => candidate !== address);
      });
      return undefined;
    },
  },
  {
    path: 'network ip get',
    summary: 'Show whether IPv6 is on.',
    output: { shape: 'simple', struct: 'IpSettings', fields: [boolean('IPv6 Enabled')] },
    run: ({ host }) => ({ 'IPv6 Enabled': host.config.network.ipv6Enabled }),
  },
  {
    path: 'network ip set',
    summary: 'Turn IPv6 on or off from the next boot on.',
    parameters: [
      { long: 'ipv6-enabled', short: 'e', type: 'bool', required: true, description: 'Whether IPv6 is used.' },
    ],
    output: none,
    async run(ctx, args) {
      const enabled = args.bool('ipv6-enabled');
      await ctx.host.change(`IPv6 from the next boot on: ${enabled}`, ({ network }) => {
        network.ipv6Enabled = enabled;
      });
      return undefined;
    },
  },
  {
    path: 'network ip netstack list',
    summary: 'List TCP/IP stacks.',
    output: {
      shape: 'keyed',
      struct: 'NetStackInstance',
      key: 'Key',
      fields: [text('Key'), text('Name'), integer('State')],
    },
    run: () => [{ Key: 'defaultTcpipStack', Name: 'defaultTcpipStack', State: 4660 }],
  },
];

function ipv6Parameter(): Parameter {
  return { long: 'ipv6', short: 'I', type: 'string', required: true, description: 'Address and prefix: fd00::5/64.' };
}

/** Canonical `address/prefix`. */
function checkIpv6(raw: string): string {
  const parsed = parseCidr6(raw);
  if (parsed === null) throw new CommandError(`Invalid IPv6 address ${raw}: expected address/prefix`);
  const address = canonicalIpv6(parsed.address);
  if (address === '::' || address === '::1' || address.startsWith('ff')) {
    throw new CommandError(`${address} is not an address an interface can have`);
  }
  return `${address}/${parsed.prefixLength}`;
}
