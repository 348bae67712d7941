/**
 * The host's whole configuration as one tree of plain data (it survives JSON). `/etc/vmware/esx.conf` is its file
 * (`esx-conf/`). A setting that is at its default is absent or holds the default; codecs leave defaults out.
 */

import type { AcceptanceLevel } from './software/vib.ts';

/** esx.conf keys no codec knows, below the item they were found at; written back as they were. */
export type Extra = Record<string, string>;

export interface PnicConfig {
  name: string;
  /** Burned-in address, lower case. */
  mac: string;
  /** Address in the VMware range that vmk0 takes when it is made from this adapter. */
  virtualMac: string;
  /** Administratively up (`esxcli network nic up|down`). */
  up: boolean;
  autoNegotiate: boolean;
  /** Mbit/s and duplex when not negotiated. */
  speed: number;
  duplex: 'full' | 'half';
  wakeOnLan: string;
  extra?: Extra;
}

export type LoadBalancing = 'portid' | 'iphash' | 'mac' | 'explicit';

/** On a switch every member is set; on a port group the absent ones follow the switch. */
export interface FailoverPolicy {
  loadBalancing?: LoadBalancing;
  failureDetection?: 'link' | 'beacon';
  notifySwitches?: boolean;
  failback?: boolean;
  /** Uplinks in order; those in neither list are unused. */
  activeUplinks?: string[];
  standbyUplinks?: string[];
}

export interface SecurityPolicy {
  promiscuous?: boolean;
  macChange?: boolean;
  forgedTransmits?: boolean;
}

export interface ShapingPolicy {
  enabled?: boolean;
  /** Kbit/s. */
  averageKbps?: number;
  peakKbps?: number;
  /** KiB. */
  burstKiB?: number;
}

export interface NetworkPolicy {
  failover: FailoverPolicy;
  security: SecurityPolicy;
  shaping: ShapingPolicy;
}

export interface PortgroupConfig {
  name: string;
  /** 0 untagged, 4095 every VLAN tagged through. */
  vlanId: number;
  policy: NetworkPolicy;
  extra?: Extra;
}

export interface VswitchConfig {
  name: string;
  numPorts: number;
  mtu: number;
  cdp: 'down' | 'listen' | 'advertise' | 'both';
  beacon: { enabled: boolean; interval: number; threshold: number };
  /** pnic names, in the order they were linked. */
  uplinks: string[];
  policy: NetworkPolicy;
  portgroups: PortgroupConfig[];
  extra?: Extra;
}

export type VmknicTag =
  | 'Management'
  | 'VMotion'
  | 'faultToleranceLogging'
  | 'vSphereReplication'
  | 'vSphereReplicationNFC';

export interface VmknicConfig {
  name: string;
  mac: string;
  portgroup: string;
  enabled: boolean;
  mtu: number;
  tsoMss: number;
  ipv4: { type: 'dhcp' | 'static' | 'none'; address: string; netmask: string; dhcpDns: boolean };
  ipv6: { dhcp: boolean; routerAdvertised: boolean; addresses: string[]; dhcpDns: boolean };
  tags: VmknicTag[];
  extra?: Extra;
}

export interface StaticRoute {
  /** CIDR. */
  network: string;
  gateway: string;
}

export interface NetworkConfig {
  /** As configured; takes effect at the next boot. */
  ipv6Enabled: boolean;
  pnics: PnicConfig[];
  vswitches: VswitchConfig[];
  vmknics: VmknicConfig[];
  /** Empty: none (or from DHCP). */
  defaultGateway: string;
  defaultGateway6: string;
  routes: StaticRoute[];
}

export interface RulesetState {
  enabled: boolean;
  allowedAll: boolean;
  allowedIps: string[];
}

export interface FirewallConfig {
  enabled: boolean;
  loaded: boolean;
  defaultAction: 'pass' | 'drop';
  /** What differs from `/etc/vmware/firewall/*.xml`, by ruleset. */
  rulesets: Record<string, RulesetState>;
}

export interface ModuleConfig {
  enabled?: boolean;
  options?: string;
}

export interface CoredumpConfig {
  /** Device and partition (`mpx.vmhba0:C0:T0:L0:7`), empty: none. */
  partition: string;
  partitionActive: boolean;
  network: { enabled: boolean; vmknic: string; serverIp: string; serverPort: number };
}

export interface HostConfig {
  /** `4ff35a91-ab62-fc60-8199-005056170001` */
  systemUuid: string;
  /** Name without domain; never empty. */
  hostName: string;
  domain: string;
  /** Advanced options that are not at their default, by path (`/UserVars/ESXiShellTimeOut`); integers as text. */
  advanced: Record<string, string>;
  /** Kernel (VMkernel boot) settings as configured, not at their default. */
  kernel: Record<string, string>;
  keyboard: string;
  maintenanceMode: boolean;
  /** What the host asks of VIBs. */
  acceptanceLevel: AcceptanceLevel;
  lockdownMode: boolean;
  network: NetworkConfig;
  firewall: FirewallConfig;
  modules: Record<string, ModuleConfig>;
  coredump: CoredumpConfig;
  extra: Extra;
}

/** Deep copy of plain data. */
export function cloneConfig(config: HostConfig): HostConfig {
  return JSON.parse(JSON.stringify(config)) as HostConfig;
}
