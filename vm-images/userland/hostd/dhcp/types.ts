import type { VmknicConfig } from '../../model/config.ts';

/** The DHCP clients of all interfaces. */
export interface DhcpClients {
  /** Starts clients for interfaces that want an address, stops the others. */
  sync(vmknics: readonly VmknicConfig[]): void;
  /** Asks again at once. */
  renew(vmknic: string): void;
}

export const noDhcp: DhcpClients = { sync: () => undefined, renew: () => undefined };
