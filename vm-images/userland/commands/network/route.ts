import type { HostConfig } from '../../model/config.ts';
import { canonicalIpv6, isIpv4, isIpv6, maskOfPrefix, networkOf, parseCidr4, parseCidr6 } from '../../model/ip.ts';
import { type DesiredAddress, gatewayLink, planNetwork } from '../../model/network-plan.ts';
import {
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

const gatewayParameter: Parameter = {
  long: 'gateway',
  short: 'g',
  type: 'string',
  required: true,
  description: "The router's address.",
};

export const routeCommands: EsxcliCommand[] = [4, 6].flatMap((family) => [
  {
    path: `network ip route ipv${family} list`,
    summary: `List the IPv${family} routes in force.`,
    parameters: [netstackParameter],
    output: {
      shape: 'table' as const,
      struct: `IPv${family}Route`,
      fields: [
        text('Network'),
        text(family === 4 ? 'Netmask' : 'Prefix'),
        text('Gateway'),
        text('Interface'),
        text('Source'),
      ],
    },
    async run(ctx: CommandContext, args) {
      checkNetstack(args);
      const { routes } = await ctx.system.network.read();
      const rows = routes
        .filter((route) => route.family === family && route.link.startsWith('vmk'))
        .sort((a, b) => a.prefixLength - b.prefixLength || (a.destination < b.destination ? -1 : 1));
      return rows.map((route) => ({
        Network: route.prefixLength === 0 ? 'default' : route.destination,
        ...(family === 4 ? { Netmask: maskOfPrefix(route.prefixLength) } : { Prefix: String(route.prefixLength) }),
        Gateway: route.gateway ?? (family === 4 ? '0.0.0.0' : '::'),
        Interface: route.link,
        Source: ctx.host.runtime.leases.some((lease) => lease.gateway !== '' && lease.gateway === route.gateway)
          ? 'DHCP'
          : 'MANUAL',
      }));
    },
  } satisfies EsxcliCommand,
  {
    path: `network ip route ipv${family} add`,
    summary: `Add an IPv${family} route; the network default sets the default gateway.`,
    parameters: [gatewayParameter, netstackParameter, networkParameter(family)],
    output: none,
    async run(ctx: CommandContext, args) {
      checkNetstack(args);
      const route = parseRoute(family as 4 | 6, args.string('network'), args.string('gateway'));
      await ctx.host.change(`Added route ${route.network} via ${route.gateway}`, (config) =>
        addRoute(ctx, config, route),
      );
      return undefined;
    },
  } satisfies EsxcliCommand,
  {
    path: `network ip route ipv${family} remove`,
    summary: `Remove an IPv${family} route.`,
    parameters: [gatewayParameter, netstackParameter, networkParameter(family)],
    output: none,
    async run(ctx: CommandContext, args) {
      checkNetstack(args);
      const route = parseRoute(family as 4 | 6, args.string('network'), args.string('gateway'));
      await ctx.host.change(`Removed route ${route.network} via ${route.gateway}`, (config) =>
        removeRoute(config, route),
      );
      return undefined;
    },
  } satisfies EsxcliCommand,
]);

function networkParameter(family: number): Parameter {
  return {
    long: 'network',
    short: 'n',
    type: 'string',
    required: true,
    description: `The network: ${family === 4 ? '10.9.0.0/16' : 'fd00:9::/64'}, or default.`,
  };
}

export interface Route {
  family: 4 | 6;
  /** CIDR in canonical form, or `default`. */
  network: string;
  gateway: string;
}

export function parseRoute(family: 4 | 6, network: string, gateway: string): Route {
  if (!(family === 4 ? isIpv4(gateway) : isIpv6(gateway)))
    throw new CommandError(`Invalid gateway address: ${gateway}`);
  const canonicalGateway = family === 4 ? gateway : canonicalIpv6(gateway);
  const word = network.toLowerCase();
  if (word === 'default' || word === '0.0.0.0/0' || word === '::/0') {
    return { family, network: 'default', gateway: canonicalGateway };
  }
  if (family === 4) {
    const parsed = parseCidr4(network);
    if (parsed === null) throw new CommandError(`Invalid network ${network}: expected address/prefix or default`);
    const base = networkOf(parsed.address, parsed.prefixLength);
    return { family, network: `${base}/${parsed.prefixLength}`, gateway: canonicalGateway };
  }
  const parsed = parseCidr6(network);
  if (parsed === null) throw new CommandError(`Invalid network ${network}: expected address/prefix or default`);
  return { family, network: `${parsed.address}/${parsed.prefixLength}`, gateway: canonicalGateway };
}

export function addRoute(ctx: CommandContext, { network }: HostConfig, route: Route): void {
  const addresses: DesiredAddress[] = planNetwork({ ...ctx.host.config, network }, ctx.host.runtime).addresses;
  if (gatewayLink(addresses, route.gateway) === undefined) {
    throw new CommandError(
      `Unable to add route ${route.network}: no vmkernel network interface is in the subnet of gateway ${route.gateway}`,
    );
  }
  if (route.network === 'default') {
    if (route.family === 4) network.defaultGateway = route.gateway;
    else network.defaultGateway6 = route.gateway;
    return;
  }
  const existing = network.routes.find((candidate) => candidate.network === route.network);
  if (existing !== undefined) {
    throw new CommandError(`A route to ${route.network} already exists (via ${existing.gateway})`);
  }
  network.routes.push({ network: route.network, gateway: route.gateway });
}

export function removeRoute({ network }: HostConfig, route: Route): void {
  const missing = new CommandError(`No route to ${route.network} via ${route.gateway} was found`);
  if (route.network === 'default') {
    if (route.family === 4) {
      if (network.defaultGateway !== route.gateway) throw missing;
      network.defaultGateway = '';
    } else {
      if (network.defaultGateway6 !== route.gateway) throw missing;
      network.defaultGateway6 = '';
    }
    return;
  }
  const kept = network.routes.filter(
    (candidate) => candidate.network !== route.network || candidate.gateway !== route.gateway,
  );
  if (kept.length === network.routes.length) throw missing;
  network.routes = kept;
}
