/** The network the configuration asks for, in kernel terms (README of `hostd/`: bridges, veth pairs, VLAN devices). */
import type { HostConfig, NetworkConfig, VmknicConfig, VswitchConfig } from './config.ts';
import { hash } from './hash.ts';
import type { Runtime } from './host.ts';
import { canonicalIpv6, inSubnet, inSubnet6, networkOf, parseCidr4, parseCidr6, prefixOfMask } from './ip.ts';
import {
  carryingUplink,
  effectiveShaping,
  findPortgroup,
  isLinkUp,
  ownerOfUplink,
  VLAN_TRUNK,
} from './network-rules.ts';
import type { VlanRange } from './network-state.ts';

/** The one link out of the machine; vmnicN is the 802.1ad VLAN 4000+N on it. */
export const WIRE_LINK = 'vmlink0';
export const FIRST_NIC_TAG = 4000;
const HIGHEST_VLAN = 4094;

export interface DesiredLink {
  name: string;
  kind: 'bridge' | 'veth' | 'vlan';
  /** Empty: whatever the kernel gives. */
  mac: string;
  mtu: number;
  up: boolean;
  peer?: string;
  vlanId?: number;
  master?: string;
  vlans?: VlanRange[];
}

export interface DesiredAddress {
  link: string;
  family: 4 | 6;
  address: string;
  prefixLength: number;
}

export interface DesiredRoute {
  family: 4 | 6;
  destination: string;
  prefixLength: number;
  gateway: string;
  link?: string;
}

export interface NetworkPlan {
  links: DesiredLink[];
  addresses: DesiredAddress[];
  routes: DesiredRoute[];
  /** Kernel parameters of single interfaces, by path below /proc/sys. */
  sysctls: Record<string, string>;
}

export function planNetwork(config: HostConfig, runtime: Runtime): NetworkPlan {
  const { network } = config;
  const addresses = network.vmknics.flatMap((vmknic) => (vmknic.enabled ? planAddresses(vmknic, runtime) : []));
  return {
    links: [
      ...runtime.nics.map((nic) => planNic(network, runtime, nic.name)),
      ...network.vswitches.map((vswitch) => planBridge(vswitch)),
      ...network.vmknics.flatMap((vmknic) => planVmknic(network, vmknic)),
    ],
    addresses,
    routes: planRoutes(network, runtime, addresses),
    sysctls: Object.assign({}, ...network.vmknics.map((vmknic) => planSysctls(vmknic, runtime))),
  };
}

/** What each VMkernel interface may send into its switch: kbit/s and KiB, 0 unlimited. */
export function planShaping(network: NetworkConfig): { link: string; averageKbps: number; burstKiB: number }[] {
  return network.vmknics.map((vmknic) => {
    const found = findPortgroup(network, vmknic.portgroup);
    const policy = found === undefined ? undefined : effectiveShaping(found.vswitch, found.portgroup);
    const { averageKbps, burstKiB } = policy?.enabled ? policy : { averageKbps: 0, burstKiB: 0 };
    return { link: vmknic.name, averageKbps, burstKiB };
  });
}

/** Interface name of a vSwitch's bridge: its own name when the kernel takes it, otherwise `vs.` and a hash of it. */
export function bridgeName(vswitch: string): string {
  const taken = /^(lo|vmlink\d*|vmnic\d+|vmk\d+|eth\d+)$/.test(vswitch) || /^(p|vs)\./.test(vswitch);
  if (!taken && /^[A-Za-z0-9_.-]{1,15}$/.test(vswitch) && vswitch !== '.' && vswitch !== '..') return vswitch;
  return `vs.${hash(vswitch).toString(16).padStart(8, '0')}`;
}

export function portName(vmknic: string): string {
  return `p.${vmknic}`;
}

function planNic(network: NetworkConfig, runtime: Runtime, name: string): DesiredLink {
  const nic = runtime.nics.find((candidate) => candidate.name === name)!;
  const vswitch = ownerOfUplink(network, name);
  const link: DesiredLink = {
    name,
    kind: 'vlan',
    mac: plumbingMac(nic.mac),
    mtu: vswitch?.mtu ?? 1500,
    up: isLinkUp(
      network.pnics.find((pnic) => pnic.name === name),
      nic,
    ),
    vlanId: FIRST_NIC_TAG + Number(name.slice('vmnic'.length)),
  };
  if (vswitch !== undefined) {
    link.master = bridgeName(vswitch.name);
    link.vlans = uplinkVlans(network, runtime, vswitch, name);
  }
  return link;
}

/**
 * A bridge keeps frames for the address of any of its ports to itself, and vmk0 bears its adapter's address: so the
 * adapter's link in the kernel bears another, which never appears on the wire.
 */
export function plumbingMac(mac: string): string {
  const first = Number.parseInt(mac.slice(0, 2), 16) ^ 2;
  return first.toString(16).padStart(2, '0') + mac.slice(2);
}

/** Untagged traffic needs a VLAN inside the bridge: the highest no port group of the switch uses. */
function nativeVlan(vswitch: VswitchConfig): number {
  let candidate = HIGHEST_VLAN;
  while (vswitch.portgroups.some((portgroup) => portgroup.vlanId === candidate)) candidate--;
  return candidate;
}

/**
 * An uplink is a member of exactly the VLANs it carries now, so teaming makes no loop and needs no spanning tree.
 * Port groups of one VLAN with different teaming follow the first of them.
 */
function uplinkVlans(network: NetworkConfig, runtime: Runtime, vswitch: VswitchConfig, uplink: string): VlanRange[] {
  const carrier = new Map<number, string | undefined>();
  for (const portgroup of vswitch.portgroups) {
    // A trunk's untagged frames travel like those of a port group without a VLAN.
    const id = portgroup.vlanId === VLAN_TRUNK ? 0 : portgroup.vlanId;
    if (!carrier.has(id)) carrier.set(id, carryingUplink(network, runtime, vswitch, portgroup));
  }
  const native = nativeVlan(vswitch);
  const ranges: VlanRange[] = [];
  for (const [id, chosen] of carrier) {
    if (chosen !== uplink) continue;
    ranges.push(
      id === 0
        ? { from: native, to: native, pvid: true, untagged: true }
        : { from: id, to: id, pvid: false, untagged: false },
    );
  }
  return mergeRanges(ranges);
}

/** Sorted, neighbours of equal flags joined: the form the kernel reports. */
export function mergeRanges(ranges: readonly VlanRange[]): VlanRange[] {
  const merged: VlanRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (
      last !== undefined &&
      !last.pvid &&
      !range.pvid &&
      last.untagged === range.untagged &&
      last.to + 1 === range.from
    ) {
      last.to = range.to;
    } else merged.push({ ...range });
  }
  return merged;
}

function planBridge(vswitch: VswitchConfig): DesiredLink {
  return { name: bridgeName(vswitch.name), kind: 'bridge', mac: '', mtu: vswitch.mtu, up: true };
}

function planVmknic(network: NetworkConfig, vmknic: VmknicConfig): DesiredLink[] {
  const vswitch = network.vswitches.find((candidate) =>
    candidate.portgroups.some((portgroup) => portgroup.name === vmknic.portgroup),
  );
  const portgroup = vswitch?.portgroups.find((candidate) => candidate.name === vmknic.portgroup);
  const port: DesiredLink = {
    name: portName(vmknic.name),
    kind: 'veth',
    mac: '',
    mtu: vswitch?.mtu ?? 1500,
    up: true,
    peer: vmknic.name,
  };
  if (vswitch !== undefined && portgroup !== undefined) {
    port.master = bridgeName(vswitch.name);
    port.vlans = accessVlans(vswitch, portgroup.vlanId);
  }
  return [
    { name: vmknic.name, kind: 'veth', mac: vmknic.mac, mtu: vmknic.mtu, up: vmknic.enabled, peer: port.name },
    port,
  ];
}

/**
 * A trunk gets untagged frames and, with their tags, the VLANs the switch's port groups use. The other four thousand
 * are left out: nothing on this host could use them, and the kernel takes seconds to add them to a port.
 */
function accessVlans(vswitch: VswitchConfig, vlanId: number): VlanRange[] {
  const native = nativeVlan(vswitch);
  const own = vlanId === 0 || vlanId === VLAN_TRUNK ? native : vlanId;
  const untagged: VlanRange = { from: own, to: own, pvid: true, untagged: true };
  if (vlanId !== VLAN_TRUNK) return [untagged];
  const used = new Set(vswitch.portgroups.map((portgroup) => portgroup.vlanId));
  const tagged = [...used].filter((id) => id !== 0 && id !== VLAN_TRUNK);
  return mergeRanges([untagged, ...tagged.map((id) => ({ from: id, to: id, pvid: false, untagged: false }))]);
}

function planAddresses(vmknic: VmknicConfig, runtime: Runtime): DesiredAddress[] {
  const out: DesiredAddress[] = [];
  const { ipv4, ipv6 } = vmknic;
  const lease = ipv4.type === 'dhcp' ? runtime.leases.find((candidate) => candidate.vmknic === vmknic.name) : undefined;
  const address = ipv4.type === 'static' ? ipv4.address : lease?.address;
  const prefixLength = prefixOfMask((ipv4.type === 'static' ? ipv4.netmask : lease?.netmask) ?? '');
  if (address !== undefined && prefixLength !== null) out.push({ link: vmknic.name, family: 4, address, prefixLength });
  if (!runtime.ipv6Enabled) return out;
  for (const text of ipv6.addresses) {
    const parsed = parseCidr6(text);
    if (parsed !== null) out.push({ link: vmknic.name, family: 6, ...parsed });
  }
  return out;
}

/** Routes whose gateway no interface reaches are left out, as the kernel would refuse them. */
function planRoutes(network: NetworkConfig, runtime: Runtime, addresses: readonly DesiredAddress[]): DesiredRoute[] {
  const routes: DesiredRoute[] = [];
  const reach = (gateway: string): DesiredAddress | undefined => gatewayLink(addresses, gateway);
  const add = (family: 4 | 6, destination: string, prefixLength: number, gateway: string): void => {
    const via = reach(gateway);
    if (via === undefined) return;
    if (
      routes.some(
        (route) => route.family === family && route.destination === destination && route.prefixLength === prefixLength,
      )
    )
      return;
    routes.push({ family, destination, prefixLength, gateway, link: via.link });
  };
  if (network.defaultGateway !== '') add(4, '0.0.0.0', 0, network.defaultGateway);
  for (const lease of runtime.leases) if (lease.gateway !== '') add(4, '0.0.0.0', 0, lease.gateway);
  if (network.defaultGateway6 !== '' && runtime.ipv6Enabled) add(6, '::', 0, canonicalIpv6(network.defaultGateway6));
  for (const route of network.routes) {
    const v4 = parseCidr4(route.network);
    if (v4 !== null) add(4, networkOf(v4.address, v4.prefixLength), v4.prefixLength, route.gateway);
    const v6 = v4 === null && runtime.ipv6Enabled ? parseCidr6(route.network) : null;
    if (v6 !== null) add(6, v6.address, v6.prefixLength, canonicalIpv6(route.gateway));
  }
  return routes;
}

/** The address through whose subnet a gateway is reached. */
export function gatewayLink(addresses: readonly DesiredAddress[], gateway: string): DesiredAddress | undefined {
  return addresses.find((address) =>
    address.family === 4
      ? inSubnet(gateway, address.address, address.prefixLength) && gateway !== address.address
      : inSubnet6(gateway, address.address, address.prefixLength),
  );
}

function planSysctls(vmknic: VmknicConfig, runtime: Runtime): Record<string, string> {
  const base = `net/ipv6/conf/${vmknic.name}`;
  if (!runtime.ipv6Enabled) return { [`${base}/disable_ipv6`]: '1' };
  const router = vmknic.ipv6.routerAdvertised ? '1' : '0';
  return { [`${base}/disable_ipv6`]: '0', [`${base}/accept_ra`]: router, [`${base}/autoconf`]: router };
}
