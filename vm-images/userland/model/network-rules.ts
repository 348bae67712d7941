/** What holds between the parts of the network configuration: effective policies, who uses what, free names. */
import type {
  FailoverPolicy,
  HostConfig,
  NetworkConfig,
  PnicConfig,
  PortgroupConfig,
  SecurityPolicy,
  ShapingPolicy,
  VmknicConfig,
  VswitchConfig,
} from './config.ts';
import type { Host, NicHardware, Runtime } from './host.ts';

export const VLAN_TRUNK = 4095;

export function findVswitch(network: NetworkConfig, name: string): VswitchConfig | undefined {
  return network.vswitches.find((vswitch) => vswitch.name === name);
}

export function findPortgroup(
  network: NetworkConfig,
  name: string,
): { vswitch: VswitchConfig; portgroup: PortgroupConfig } | undefined {
  for (const vswitch of network.vswitches) {
    const portgroup = vswitch.portgroups.find((candidate) => candidate.name === name);
    if (portgroup !== undefined) return { vswitch, portgroup };
  }
  return undefined;
}

export function findVmknic(network: NetworkConfig, name: string): VmknicConfig | undefined {
  return network.vmknics.find((vmknic) => vmknic.name === name);
}

/** VMkernel interfaces on a port group. */
export function clientsOf(network: NetworkConfig, portgroup: string): VmknicConfig[] {
  return network.vmknics.filter((vmknic) => vmknic.portgroup === portgroup);
}

export function ownerOfUplink(network: NetworkConfig, nic: string): VswitchConfig | undefined {
  return network.vswitches.find((vswitch) => vswitch.uplinks.includes(nic));
}

export interface FullFailoverPolicy extends Required<FailoverPolicy> {
  unusedUplinks: string[];
}

/** The switch's policy, or the port group's on top of it. Uplink lists name only what the switch really has. */
export function effectiveFailover(vswitch: VswitchConfig, portgroup?: PortgroupConfig): FullFailoverPolicy {
  const own = portgroup?.policy.failover ?? {};
  const base = vswitch.policy.failover;
  const lists = own.activeUplinks === undefined && own.standbyUplinks === undefined ? base : own;
  const linked = (names: readonly string[] | undefined): string[] =>
    (names ?? []).filter((name) => vswitch.uplinks.includes(name));
  const activeUplinks = linked(lists.activeUplinks);
  const standbyUplinks = linked(lists.standbyUplinks);
  return {
    loadBalancing: own.loadBalancing ?? base.loadBalancing ?? 'portid',
    failureDetection: own.failureDetection ?? base.failureDetection ?? 'link',
    notifySwitches: own.notifySwitches ?? base.notifySwitches ?? true,
    failback: own.failback ?? base.failback ?? true,
    activeUplinks,
    standbyUplinks,
    unusedUplinks: vswitch.uplinks.filter((name) => !activeUplinks.includes(name) && !standbyUplinks.includes(name)),
  };
}

export function effectiveSecurity(vswitch: VswitchConfig, portgroup?: PortgroupConfig): Required<SecurityPolicy> {
  const own = portgroup?.policy.security ?? {};
  const base = vswitch.policy.security;
  return {
    promiscuous: own.promiscuous ?? base.promiscuous ?? false,
    macChange: own.macChange ?? base.macChange ?? true,
    forgedTransmits: own.forgedTransmits ?? base.forgedTransmits ?? true,
  };
}

export function effectiveShaping(vswitch: VswitchConfig, portgroup?: PortgroupConfig): Required<ShapingPolicy> {
  const own = portgroup?.policy.shaping ?? {};
  const base = own.enabled === undefined ? vswitch.policy.shaping : own;
  return {
    enabled: base.enabled ?? false,
    averageKbps: base.averageKbps ?? 0,
    peakKbps: base.peakKbps ?? 0,
    burstKiB: base.burstKiB ?? 0,
  };
}

/** Link is there: the cable is in and the adapter is not switched off. */
export function isLinkUp(pnic: PnicConfig | undefined, nic: NicHardware): boolean {
  return nic.up && (pnic?.up ?? true);
}

/** The uplink that carries a port group's traffic now; undefined: none is up. */
export function carryingUplink(
  config: NetworkConfig,
  runtime: Pick<Runtime, 'nics'>,
  vswitch: VswitchConfig,
  portgroup?: PortgroupConfig,
): string | undefined {
  const policy = effectiveFailover(vswitch, portgroup);
  const works = (name: string): boolean => {
    const nic = runtime.nics.find((candidate) => candidate.name === name);
    return (
      nic !== undefined &&
      isLinkUp(
        config.pnics.find((pnic) => pnic.name === name),
        nic,
      )
    );
  };
  return policy.activeUplinks.find(works) ?? policy.standbyUplinks.find(works);
}

export function usedPorts(network: NetworkConfig, vswitch: VswitchConfig): number {
  const clients = vswitch.portgroups.reduce((sum, portgroup) => sum + clientsOf(network, portgroup.name).length, 0);
  // Each uplink costs two ports, and the switch keeps one for itself.
  return 1 + clients + 2 * vswitch.uplinks.length;
}

/** First free `vmkN`. */
export function nextVmknicName(network: NetworkConfig): string {
  for (let index = 0; ; index++) {
    const name = `vmk${index}`;
    if (findVmknic(network, name) === undefined) return name;
  }
}

export interface CurrentAddress {
  address: string;
  netmask: string;
  /** As `ipv4 get` shows it. */
  type: 'STATIC' | 'DHCP' | 'NONE';
}

/** The IPv4 address an interface has now, from the configuration or its lease. */
export function currentIpv4(host: Pick<Host, 'config' | 'runtime'>, vmknic: VmknicConfig): CurrentAddress {
  if (vmknic.ipv4.type === 'static') {
    return { address: vmknic.ipv4.address, netmask: vmknic.ipv4.netmask, type: 'STATIC' };
  }
  const lease = vmknic.ipv4.type === 'dhcp' ? leaseOf(host.runtime, vmknic.name) : undefined;
  return {
    address: lease?.address ?? '0.0.0.0',
    netmask: lease?.netmask ?? '0.0.0.0',
    type: vmknic.ipv4.type === 'dhcp' ? 'DHCP' : 'NONE',
  };
}

export function leaseOf(runtime: Pick<Runtime, 'leases'>, vmknic: string): Runtime['leases'][number] | undefined {
  return runtime.leases.find((lease) => lease.vmknic === vmknic);
}

export function managementVmknic(config: HostConfig): VmknicConfig | undefined {
  const { vmknics } = config.network;
  return vmknics.find((vmknic) => vmknic.tags.includes('Management')) ?? vmknics[0];
}

export function fqdn(config: Pick<HostConfig, 'hostName' | 'domain'>): string {
  return config.domain === '' ? config.hostName : `${config.hostName}.${config.domain}`;
}
