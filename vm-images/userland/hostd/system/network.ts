import type { FirewallPlan } from '../../model/firewall.ts';
import { iptablesText } from '../../model/iptables.ts';
import type { LinkStats, NeighbourState, NetworkOperation, NetworkState } from '../../model/network-state.ts';
import { type NetworkEffects, type Processes, SystemError } from '../../model/system.ts';
import { realFiles } from './files.ts';
import { dumpAddresses, dumpLinks, dumpNeighbours, dumpRoutes, readStats } from './netlink/dump.ts';
import { execute, indexOf } from './netlink/operations.ts';
import { NetlinkSocket } from './netlink/socket.ts';
import { ping } from './ping.ts';
import { resolve } from './resolver.ts';

/** Netlink and iptables. */
export class RealNetwork implements NetworkEffects {
  private readonly socket = new NetlinkSocket();
  private readonly processes: Processes;
  readonly ping = ping;
  readonly resolve = resolve;

  constructor(processes: Processes) {
    this.processes = processes;
  }

  async read(): Promise<NetworkState> {
    const links = dumpLinks(this.socket);
    return {
      links: [...links.values()],
      addresses: dumpAddresses(this.socket, links),
      routes: dumpRoutes(this.socket, links),
    };
  }

  async neighbours(): Promise<NeighbourState[]> {
    return dumpNeighbours(this.socket, dumpLinks(this.socket));
  }

  async apply(operations: readonly NetworkOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.do === 'sysctl') setSysctl(operation.name, operation.value);
      else execute(this.socket, operation);
    }
  }

  stats(link: string): LinkStats | null {
    try {
      return readStats(this.socket, indexOf(link));
    } catch (error) {
      if (error instanceof SystemError && error.errno === 'ENODEV') return null;
      throw error;
    }
  }

  async setFirewall(plan: FirewallPlan): Promise<void> {
    await this.restore('/sbin/iptables-restore', iptablesText(plan, 4));
    if (realFiles.lstat('/sbin/ip6tables-restore') !== null && realFiles.lstat('/proc/sys/net/ipv6') !== null) {
      await this.restore('/sbin/ip6tables-restore', iptablesText(plan, 6));
    }
  }

  private async restore(program: string, rules: string): Promise<void> {
    const result = await this.processes.run([program], {
      stdin: rules,
      timeoutMs: 20_000,
      env: { XTABLES_LOCKFILE: '/var/run/xtables.lock' },
    });
    if (result.exitCode !== 0) {
      throw new SystemError('EINVAL', `${program}: ${result.stderr.trim() || `exit status ${result.exitCode}`}`);
    }
  }
}

export function setSysctl(name: string, value: string): void {
  realFiles.write(`/proc/sys/${name}`, value);
}
