import type { HostConfig } from '../../model/config.ts';
import { parseEsxConf } from '../../model/esx-conf/index.ts';
import type { FactGroup, Facts, KeyboardFacts, SecurityFacts, ServiceFacts } from '../facts.ts';
import { readFront } from './read-front.ts';
import { readNetwork } from './read-network.ts';
import { readSupport } from './read-support.ts';
import type { HostClient } from './types.ts';

const configFile = '/etc/vmware/esx.conf';

/**
 * Reads groups of facts. The configuration comes from esx.conf, which hostd keeps true, and the rest from the kernel
 * and files, so that most of the screens work without hostd. Groups that cannot be read are left out.
 */
export async function readFacts(host: HostClient, groups: FactGroup[]): Promise<Facts> {
  const config = readConfig(host);
  const facts: Facts = {};
  for (const group of groups) {
    try {
      Object.assign(facts, { [group]: await readers[group](host, config) });
    } catch (error) {
      host.log('warning', 'daemon', `cannot read ${group}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return facts;
}

const readers: { [G in FactGroup]: (host: HostClient, config: HostConfig) => Promise<Required<Facts>[G]> } = {
  front: readFront,
  security: async (host, config) => readSecurity(host, config),
  network: readNetwork,
  services: readServices,
  keyboard: async (_host, config): Promise<KeyboardFacts> => ({ layout: config.keyboard }),
  support: readSupport,
};

/** The parsed file, kept for as long as it stays the same. */
let known: { stamp: string; config: HostConfig } | null = null;

export function readConfig(host: HostClient): HostConfig {
  const stamp = host.stamp(configFile) ?? '';
  if (known?.stamp !== stamp) known = { stamp, config: parseEsxConf(host.readText(configFile) ?? '') };
  return known.config;
}

function readSecurity(host: HostClient, config: HostConfig): SecurityFacts {
  const hash = /^root:([^:]*):/m.exec(host.readText('/etc/shadow') ?? '')?.[1] ?? '';
  return {
    rootPasswordSet: hash !== '',
    // vCenter makes this user when it takes a host on.
    lockdownAvailable: /^vpxuser:/m.test(host.readText('/etc/passwd') ?? ''),
    lockdownEnabled: config.lockdownMode,
  };
}

async function readServices(host: HostClient, config: HostConfig): Promise<ServiceFacts> {
  const running = async (script: string) =>
    (await host.exec([`/etc/init.d/${script}`, 'status'], 20_000))?.status === 0;
  return {
    shell: await running('ESXShell'),
    ssh: await running('SSH'),
    availabilityTimeout: Number(config.advanced['/UserVars/ESXiShellTimeOut'] ?? 0),
    idleTimeout: Number(config.advanced['/UserVars/ESXiShellInteractiveTimeOut'] ?? 0),
  };
}
