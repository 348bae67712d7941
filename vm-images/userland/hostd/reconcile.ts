import type { HostConfig } from '../model/config.ts';
import type { Runtime } from '../model/host.ts';
import { updateHosts } from '../model/hosts-file.ts';
import { diffNetwork } from '../model/network-diff.ts';
import { planNetwork, planShaping } from '../model/network-plan.ts';
import { fqdn, managementVmknic } from '../model/network-rules.ts';
import { leaseResolvConf } from '../model/resolv-conf.ts';
import { planFirewall } from '../model/rulesets.ts';
import { loadRulesets } from '../model/rulesets-files.ts';
import type { System } from '../model/system.ts';

/** New shells read their TMOUT here (`/etc/profile`); none: never. */
const IDLE_TIMEOUT = '/var/run/shell-idle-timeout';

/**
 * Brings the running system to a configuration: only what differs is touched. Each part remembers what it last
 * brought about and is skipped while that stays the same, so a change of the welcome message costs no netlink dump.
 */
export class Reconciler {
  private readonly system: System;
  private readonly done = new Map<string, string>();
  private readonly failed = new Map<string, string>();
  private readonly shaped = new Map<string, string>();

  constructor(system: System) {
    this.system = system;
  }

  /** Everything is looked at again next time. */
  forget(): void {
    this.done.clear();
    this.shaped.clear();
  }

  async bring(config: HostConfig, runtime: Runtime): Promise<void> {
    await this.part('network', [config.network, runtime.nics, runtime.leases, runtime.ipv6Enabled], async () => {
      const plan = planNetwork(config, runtime);
      const state = await this.system.network.read();
      const operations = diffNetwork(state, plan, (name) => this.system.kernel.sysctl(name));
      if (operations.length > 0) await this.system.network.apply(operations);
    });
    await this.bringShaping(config);
    await this.part('firewall', [config.firewall], async () => {
      await this.system.network.setFirewall(planFirewall(config.firewall, loadRulesets(this.system)));
    });
    const management = managementVmknic(config);
    const lease = runtime.leases.find((candidate) => candidate.vmknic === management?.name);
    const address = management?.ipv4.type === 'static' ? management.ipv4.address : (lease?.address ?? '');
    await this.part('names', [config.hostName, config.domain, address], async () => {
      this.system.kernel.setHostName(config.hostName);
      const hosts = this.system.files.readText('/etc/hosts') ?? '';
      const updated = updateHosts(hosts, { address, fqdn: fqdn(config), hostName: config.hostName });
      if (updated !== hosts) this.system.files.write('/etc/hosts', updated, { atomic: true });
    });
    const idle = config.advanced['/UserVars/ESXiShellInteractiveTimeOut'] ?? '0';
    await this.part('shell', [idle], async () => {
      if (idle === '0') this.system.files.remove(IDLE_TIMEOUT);
      else this.system.files.write(IDLE_TIMEOUT, `${idle}\n`);
    });
    const dnsLease = runtime.leases.find((candidate) =>
      config.network.vmknics.some((vmknic) => vmknic.name === candidate.vmknic && vmknic.ipv4.dhcpDns),
    );
    if (dnsLease === undefined || dnsLease.linkLocal) return;
    await this.part('dns', [dnsLease.dns, dnsLease.searchDomains], async () => {
      this.system.files.write('/etc/resolv.conf', leaseResolvConf(dnsLease), { atomic: true });
    });
  }

  /** Only interfaces that are shaped, or were, are touched: most hosts never have one. */
  private async bringShaping({ network }: HostConfig): Promise<void> {
    const shaping = planShaping(network);
    for (const { link, averageKbps, burstKiB } of shaping) {
      const known = this.shaped.get(link);
      if (averageKbps === 0 && known === undefined) continue;
      const key = `${averageKbps} ${burstKiB}`;
      if (known === key) continue;
      await this.system.network.apply([{ do: 'set-shaping', link, averageKbps, burstKiB }]);
      if (averageKbps === 0) this.shaped.delete(link);
      else this.shaped.set(link, key);
    }
    // A removed interface took its limit with it.
    for (const link of [...this.shaped.keys()])
      if (!shaping.some((plan) => plan.link === link)) this.shaped.delete(link);
  }

  /**
   * A part that failed is tried again each time, but only a change of its own inputs is refused for it: a firewall
   * that cannot be loaded must not keep every other setting from being made.
   */
  private async part(name: string, inputs: unknown, action: () => Promise<void>): Promise<void> {
    const key = JSON.stringify(inputs);
    if (this.done.get(name) === key) return;
    this.done.delete(name);
    try {
      await action();
    } catch (error) {
      const known = this.failed.get(name) === key;
      this.failed.set(name, key);
      if (!known) throw error;
      return;
    }
    this.failed.delete(name);
    this.done.set(name, key);
  }
}
