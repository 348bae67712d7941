import type { HostConfig, VswitchConfig } from '../../model/config.ts';
import { parseResolvConf } from '../../model/resolv-conf.ts';
import type { AdapterFacts, NetworkFacts } from '../facts.ts';
import { hasLink } from './nic-link.ts';
import { parseCsv } from './text.ts';
import type { HostClient } from './types.ts';

/** @throws when no interface carries management. */
export async function readNetwork(host: HostClient, config: HostConfig): Promise<NetworkFacts> {
  const { network } = config;
  const vmknic = network.vmknics.find((each) => each.tags.includes('Management'));
  if (vmknic === undefined) throw new Error('no VMkernel interface carries management traffic');
  const vswitch = network.vswitches.find((each) => each.portgroups.some((group) => group.name === vmknic.portgroup));
  const portgroup = vswitch?.portgroups.find((group) => group.name === vmknic.portgroup);
  const dhcp = vmknic.ipv4.type === 'dhcp';
  const live = host.link(vmknic.name)?.ipv4;
  const { servers, searchDomains } = parseResolvConf(host.readText('/etc/resolv.conf') ?? '');
  return {
    interface: vmknic.name,
    portgroup: vmknic.portgroup,
    vswitch: vswitch?.name ?? '',
    portgroupTeams: portgroup?.policy.failover.activeUplinks !== undefined,
    mac: vmknic.mac,
    adapters: await readAdapters(host, config, vswitch, portgroup?.policy.failover.activeUplinks),
    vlan: portgroup?.vlanId ?? 0,
    ipv4: {
      mode: vmknic.ipv4.type,
      address: dhcp ? (live?.address ?? '') : vmknic.ipv4.address,
      netmask: dhcp ? (live?.netmask ?? '') : vmknic.ipv4.netmask,
      gateway: dhcp ? defaultRoute(host) : network.defaultGateway,
    },
    ipv6: {
      enabled: network.ipv6Enabled,
      dhcp: vmknic.ipv6.dhcp,
      routerAdvertised: vmknic.ipv6.routerAdvertised,
      statics: [...vmknic.ipv6.addresses],
      gateway: network.defaultGateway6,
    },
    dns: {
      automatic: dhcp && vmknic.ipv4.dhcpDns,
      primary: servers[0] ?? '',
      alternate: servers[1] ?? '',
      hostname: config.domain === '' ? config.hostName : `${config.hostName}.${config.domain}`,
    },
    suffixes: searchDomains,
  };
}

async function readAdapters(
  host: HostClient,
  config: HostConfig,
  management: VswitchConfig | undefined,
  portgroupActive: string[] | undefined,
): Promise<AdapterFacts[]> {
  const { network } = config;
  const listed = await host.ask('esxcli', '--formatter=csv', 'network', 'nic', 'list');
  const rows = listed.status === 0 ? parseCsv(listed.stdout) : [];
  const failover = management?.policy.failover;
  const selected = portgroupActive ?? [...(failover?.activeUplinks ?? []), ...(failover?.standbyUplinks ?? [])];
  return network.pnics.map((pnic) => {
    const row = rows.find((each) => each.Name === pnic.name);
    const owner = network.vswitches.find((each) => each.uplinks.includes(pnic.name));
    return {
      name: pnic.name,
      mac: row?.MACAddress ?? pnic.mac,
      connected: row === undefined ? hasLink(host, config, pnic.name) : row.Link === 'Up',
      speed: row === undefined ? 'unknown speed' : `${row.Speed ?? ''} Mbps, ${row.Duplex ?? ''}`,
      driver: row?.Driver ?? 'unknown',
      description: row?.Description ?? 'unknown (hostd does not answer)',
      selected:
        owner === management && management?.uplinks.includes(pnic.name) === true && selected.includes(pnic.name),
      usedBy: owner === undefined || owner === management ? '' : owner.name,
    };
  });
}

/** Gateway of the default route in `/proc/net/route` (addresses there are little-endian hex). */
function defaultRoute(host: HostClient): string {
  for (const line of (host.readText('/proc/net/route') ?? '').split('\n')) {
    const [, destination, gateway] = line.split('\t');
    if (destination !== '00000000' || gateway === undefined || gateway === '00000000') continue;
    return (gateway.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  }
  return '';
}
