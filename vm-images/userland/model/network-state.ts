/** The kernel's network as data: what is there, and the steps that change it. Names are interface names. */

export type LinkKind = 'bridge' | 'veth' | 'vlan' | 'dummy' | 'loopback' | 'other';

export interface LinkState {
  index: number;
  name: string;
  kind: LinkKind;
  mac: string;
  mtu: number;
  /** Administratively up. */
  up: boolean;
  /** Has carrier (`IFF_RUNNING`). */
  running: boolean;
  promiscuous: boolean;
  /** Name of the bridge it is a port of. */
  master?: string;
  /** VLAN device: its parent's name, tag and protocol. */
  parent?: string;
  vlanId?: number;
  vlanProtocol?: '802.1q' | '802.1ad';
  /** veth: the other end's name when it is in this namespace. */
  peer?: string;
  /** bridge: */
  vlanFiltering?: boolean;
  /** bridge port: VLANs it is a member of. */
  vlans?: VlanRange[];
}

/** Inclusive. `pvid`: untagged frames belong to it (from = to); `untagged`: frames leave without the tag. */
export interface VlanRange {
  from: number;
  to: number;
  pvid: boolean;
  untagged: boolean;
}

export interface AddressState {
  link: string;
  family: 4 | 6;
  /** Canonical text form. */
  address: string;
  prefixLength: number;
  scope: 'global' | 'link' | 'host';
  /** From a router advertisement or the kernel (fe80), not set by us. */
  dynamic: boolean;
  /** Duplicate-address detection found it taken, or still runs. */
  tentative: boolean;
}

export interface RouteState {
  family: 4 | 6;
  /** `0.0.0.0`, `10.0.0.0`, `::` … */
  destination: string;
  prefixLength: number;
  gateway?: string;
  link: string;
  /** `kernel` for local subnets, `static` for ours, `boot`, `ra`, … */
  protocol: 'kernel' | 'static' | 'boot' | 'ra' | 'other';
  metric: number;
}

export interface NeighbourState {
  link: string;
  family: 4 | 6;
  address: string;
  mac: string;
  state: 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed' | 'noarp' | 'permanent';
  /** Seconds since it was last confirmed. */
  ageSeconds: number;
}

export interface NetworkState {
  links: LinkState[];
  addresses: AddressState[];
  routes: RouteState[];
}

export interface LinkStats {
  rxPackets: number;
  txPackets: number;
  rxBytes: number;
  txBytes: number;
  rxErrors: number;
  txErrors: number;
  rxDropped: number;
  txDropped: number;
  multicast: number;
  collisions: number;
  rxLengthErrors: number;
  rxOverErrors: number;
  rxCrcErrors: number;
  rxFrameErrors: number;
  rxFifoErrors: number;
  rxMissedErrors: number;
  txAbortedErrors: number;
  txCarrierErrors: number;
  txFifoErrors: number;
  txHeartbeatErrors: number;
  txWindowErrors: number;
}

export type NetworkOperation =
  | { do: 'add-bridge'; name: string; mac: string }
  | { do: 'add-veth'; name: string; peer: string; mac: string }
  | { do: 'add-vlan'; name: string; parent: string; vlanId: number; mac: string }
  | { do: 'delete-link'; name: string }
  | { do: 'rename-link'; name: string; to: string }
  | { do: 'set-link'; name: string; up?: boolean; mtu?: number; mac?: string; promiscuous?: boolean }
  | { do: 'set-master'; name: string; master: string | null }
  | ({ do: 'add-port-vlan'; name: string } & VlanRange)
  | { do: 'delete-port-vlan'; name: string; from: number; to: number }
  | { do: 'add-address'; link: string; family: 4 | 6; address: string; prefixLength: number }
  | { do: 'delete-address'; link: string; family: 4 | 6; address: string; prefixLength: number }
  | { do: 'add-route'; family: 4 | 6; destination: string; prefixLength: number; gateway: string; link?: string }
  | { do: 'delete-route'; family: 4 | 6; destination: string; prefixLength: number; gateway: string }
  /** Traffic into the switch no faster than this; 0: as fast as it comes. */
  | { do: 'set-shaping'; link: string; averageKbps: number; burstKiB: number }
  | { do: 'sysctl'; name: string; value: string };
