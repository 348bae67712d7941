import * as os from 'os';
import type { VmknicConfig } from '../../model/config.ts';
import type { DhcpLease } from '../../model/host.ts';
import type { System } from '../../model/system.ts';
import { DhcpClient } from './client.ts';
import { openDhcpPort } from './port.ts';
import type { DhcpClients } from './types.ts';

export interface DhcpManagerOptions {
  system: System;
  hostName(): string;
  onLease(vmknic: string, lease: DhcpLease | null): void;
}

/** The running clients, one an interface that asks for an address. */
export class DhcpManager implements DhcpClients {
  private readonly options: DhcpManagerOptions;
  private readonly running = new Map<string, { client: DhcpClient; key: string }>();

  constructor(options: DhcpManagerOptions) {
    this.options = options;
  }

  sync(vmknics: readonly VmknicConfig[]): void {
    const wanted = vmknics.filter((vmknic) => vmknic.enabled && vmknic.ipv4.type === 'dhcp');
    for (const [name, { client, key }] of this.running) {
      if (wanted.some((vmknic) => vmknic.name === name && keyOf(vmknic) === key)) continue;
      client.close();
      this.running.delete(name);
      // An address won for another identity must not stay until the next one comes.
      this.options.onLease(name, null);
    }
    for (const vmknic of wanted) if (!this.running.has(vmknic.name)) this.start(vmknic);
  }

  renew(vmknic: string): void {
    this.running.get(vmknic)?.client.renew();
  }

  private start(vmknic: VmknicConfig): void {
    const { system, hostName, onLease } = this.options;
    const client = new DhcpClient({
      vmknic: vmknic.name,
      mac: vmknic.mac,
      hostName: hostName(),
      port: openDhcpPort(vmknic.name),
      timers: {
        after(ms, action) {
          const timer = os.setTimeout(action, ms);
          return () => os.clearTimeout(timer);
        },
        random: Math.random,
      },
      onLease: (lease) => onLease(vmknic.name, lease),
      log: (message) => system.log('dhclient', 'info', message),
    });
    this.running.set(vmknic.name, { client, key: keyOf(vmknic) });
  }
}

/** A new address or port group means asking anew. */
function keyOf(vmknic: VmknicConfig): string {
  return `${vmknic.mac} ${vmknic.portgroup}`;
}
