import { CommandError } from '../commands/framework/errors.ts';
import { cloneConfig, type HostConfig } from '../model/config.ts';
import { parseEsxConf, serializeEsxConf } from '../model/esx-conf/index.ts';
import type { DhcpLease, Host, Runtime } from '../model/host.ts';
import { type Product, readProduct } from '../model/product.ts';
import type { System } from '../model/system.ts';
import { type DhcpClients, noDhcp } from './dhcp/types.ts';
import { Reconciler } from './reconcile.ts';
import { readRuntime, writeRuntime } from './runtime-file.ts';

export const ESX_CONF = '/etc/vmware/esx.conf';

export interface HostServiceOptions {
  system: System;
  /** Makes DHCP clients; tests and localcli leave it out. */
  dhcp?: (host: HostService) => DhcpClients;
  /** Configuration when there is no esx.conf. */
  fallback: () => HostConfig;
}

/** Holds the configuration and brings the system to it, one change at a time. */
export class HostService implements Host {
  config: HostConfig;
  readonly runtime: Runtime;
  readonly system: System;
  readonly product: Product;
  private readonly reconciler: Reconciler;
  private readonly dhcp: DhcpClients;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(options: HostServiceOptions) {
    this.system = options.system;
    this.product = readProduct(this.system.files);
    const text = this.system.files.readText(ESX_CONF);
    this.config = text === null || text.trim() === '' ? options.fallback() : parseEsxConf(text);
    this.runtime = readRuntime(this.system, this.config);
    this.reconciler = new Reconciler(this.system);
    this.dhcp = options.dhcp?.(this) ?? noDhcp;
  }

  change(summary: string, mutate: (draft: HostConfig) => void): Promise<void> {
    return this.exclusive(async () => {
      const draft = cloneConfig(this.config);
      mutate(draft);
      const before = this.config;
      this.config = draft;
      try {
        await this.bring();
      } catch (error) {
        this.config = before;
        await this.bring().catch((second: unknown) => this.logError('going back failed', second));
        throw refusal(error);
      }
      this.persist();
      this.system.log('hostd', 'info', summary);
    });
  }

  reapply(): Promise<void> {
    return this.exclusive(async () => {
      this.reconciler.forget();
      await this.bring();
    });
  }

  async renewLease(vmknic: string): Promise<void> {
    this.dhcp.renew(vmknic);
  }

  /** Runs `change` on the runtime state, then brings the system to it. */
  changeRuntime(change: () => void): Promise<void> {
    return this.exclusive(async () => {
      change();
      await this.bring();
      writeRuntime(this.system, this.runtime);
    });
  }

  /** Reads esx.conf again, as after a restored backup. */
  reload(): Promise<void> {
    return this.exclusive(async () => {
      const text = this.system.files.readText(ESX_CONF);
      if (text === null) return;
      this.config = parseEsxConf(text);
      this.reconciler.forget();
      await this.bring();
    });
  }

  persist(): void {
    this.system.files.write(ESX_CONF, serializeEsxConf(this.config), { mode: 0o600, atomic: true });
    writeRuntime(this.system, this.runtime);
  }

  /** A DHCP client's news; failures are logged, the client goes on. */
  leaseChanged(vmknic: string, lease: DhcpLease | null): void {
    this.changeRuntime(() => {
      this.runtime.leases = this.runtime.leases.filter((other) => other.vmknic !== vmknic);
      if (lease !== null) this.runtime.leases.push(lease);
    }).catch((error: unknown) => this.logError(`applying the lease of ${vmknic} failed`, error));
  }

  private async bring(): Promise<void> {
    this.dropLeases();
    await this.reconciler.bring(this.config, this.runtime);
    this.dhcp.sync(this.config.network.vmknics);
  }

  /** A lease lives as long as its interface asks for one. */
  private dropLeases(): void {
    this.runtime.leases = this.runtime.leases.filter((lease) =>
      this.config.network.vmknics.some(
        (vmknic) => vmknic.name === lease.vmknic && vmknic.enabled && vmknic.ipv4.type === 'dhcp',
      ),
    );
  }

  private exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private logError(what: string, error: unknown): void {
    this.system.log('hostd', 'err', `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What the system would not do, in the user's words. */
function refusal(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(error instanceof Error ? error.message : String(error));
}
