import type { HostConfig } from './config.ts';
import type { Product } from './product.ts';

/** A physical adapter as the machine has it; the lab sets it (`hardware.set`). */
export interface NicHardware {
  /** `vmnic0` … */
  name: string;
  mac: string;
  /** The cable: link is there when the learner's configuration does not take it away. */
  up: boolean;
}

/** What DHCP gave an interface; absent while there is no lease. */
export interface DhcpLease {
  vmknic: string;
  address: string;
  netmask: string;
  gateway: string;
  dns: string[];
  searchDomains: string[];
  serverId: string;
  leaseSeconds: number;
  /** True: no server answered, the address is a link-local one of our own choice. */
  linkLocal: boolean;
}

/** What is so now and gone after a reboot. */
export interface Runtime {
  nics: NicHardware[];
  leases: DhcpLease[];
  /** Values in force since boot; `HostConfig.kernel` is for the next one. */
  kernel: Record<string, string>;
  ipv6Enabled: boolean;
  /** Start-up is finished: the agent is told `ready`. */
  booted: boolean;
}

/** The host being managed: its configuration, and the one way to change it. */
export interface Host {
  /** Current configuration; never write to it. */
  readonly config: HostConfig;
  readonly runtime: Runtime;
  /** Of the running image. */
  readonly product: Product;
  /**
   * One transaction: `mutate` edits a copy; then the copy becomes the configuration, the running system is brought to
   * it, and esx.conf is written. When the system refuses, everything stays as it was and the refusal is thrown.
   *
   * @param summary For the log: `Added port group Test`.
   * @param mutate Throws `CommandError` to refuse.
   */
  change(summary: string, mutate: (draft: HostConfig) => void): Promise<void>;
  /** Brings the running system to the configuration again (after `esxcli network nic up`, firewall refresh, boot). */
  reapply(): Promise<void>;
  /** Renews or (re)starts the DHCP client of an interface. */
  renewLease(vmknic: string): Promise<void>;
}
