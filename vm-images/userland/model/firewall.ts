/** The packet filter the model wants, for `System.network.setFirewall`. */

export interface FirewallRule {
  direction: 'inbound' | 'outbound';
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'all';
  /** The port the rule names is the packet's source or destination port. */
  portType: 'src' | 'dst';
  /** Inclusive; for tcp and udp. */
  portBegin: number;
  portEnd: number;
  /** CIDR or address list the other side must be in; empty: any. */
  allowed: string[];
}

export interface FirewallPlan {
  /** False: everything passes. */
  enabled: boolean;
  /** What happens to packets no rule names. */
  defaultAction: 'pass' | 'drop';
  rules: FirewallRule[];
}
