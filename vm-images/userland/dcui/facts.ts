/** What the DCUI knows about its host. A group that has not been read yet is absent. */
export interface Facts {
  front?: FrontFacts;
  security?: SecurityFacts;
  network?: NetworkFacts;
  services?: ServiceFacts;
  keyboard?: KeyboardFacts;
  support?: SupportFacts;
}
export type FactGroup = keyof Facts;

export interface FrontFacts {
  /** `VMware ESXi 5.5.0 (VMKernel Release Build 1331820)` */
  product: string;
  /** Vendor and model, processors, memory: one line each, as shown. */
  hardware: string[];
  hostname: string;
  /** Where the host can be reached: address without brackets, and how it came by it. */
  addresses: { address: string; origin: 'STATIC' | 'DHCP' | 'AUTOCONF' | 'LINK-LOCAL' }[];
  waitingForDhcp: boolean;
  warnings: string[];
  /** Annotations.WelcomeMessage; empty = the usual page. */
  welcome: string;
}

export interface SecurityFacts {
  rootPasswordSet: boolean;
  /** Lockdown needs vCenter to manage the host. */
  lockdownAvailable: boolean;
  lockdownEnabled: boolean;
}

export interface AdapterFacts {
  name: string;
  mac: string;
  connected: boolean;
  /** e.g. `1000 Mbps, Full` */
  speed: string;
  driver: string;
  description: string;
  /** An uplink of the management network's switch. */
  selected: boolean;
  /** The other switch this adapter serves, if any. */
  usedBy: string;
}

export interface Ipv4Facts {
  mode: 'dhcp' | 'static' | 'none';
  address: string;
  netmask: string;
  gateway: string;
}

export interface Ipv6Facts {
  enabled: boolean;
  dhcp: boolean;
  routerAdvertised: boolean;
  /** `address/prefix` */
  statics: string[];
  gateway: string;
}

export interface DnsFacts {
  /** Servers come from DHCP. */
  automatic: boolean;
  primary: string;
  alternate: string;
  hostname: string;
}

/** The part of the network configuration that the menus change. */
export interface NetworkSettings {
  adapters: AdapterFacts[];
  /** 0 = none, 4095 = all. */
  vlan: number;
  ipv4: Ipv4Facts;
  ipv6: Ipv6Facts;
  dns: DnsFacts;
  suffixes: string[];
}

export interface NetworkFacts extends NetworkSettings {
  /** VMkernel interface, port group and switch that carry management. */
  interface: string;
  portgroup: string;
  vswitch: string;
  /** The port group has a list of active uplinks of its own, in place of its switch's. */
  portgroupTeams: boolean;
  mac: string;
}

export interface ServiceFacts {
  shell: boolean;
  ssh: boolean;
  /** Seconds; 0 = never. */
  availabilityTimeout: number;
  idleTimeout: number;
}

export interface KeyboardFacts {
  layout: string;
}

export interface SupportFacts {
  serial: string;
  licence: string;
  /** Fingerprints as lines: what, then hex pairs. */
  fingerprints: { name: string; value: string }[];
}
