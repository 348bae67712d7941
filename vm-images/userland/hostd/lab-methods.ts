import { autostart } from '../commands/vimcmd/autostart.ts';
import { cloneConfig, type HostConfig } from '../model/config.ts';
import { defaultPnic } from '../model/defaults.ts';
import type { NicHardware } from '../model/host.ts';
import { isMac } from '../model/ip.ts';
import { leaseOf } from '../model/network-rules.ts';
import { withPassword } from '../model/passwd.ts';
import type { System } from '../model/system.ts';
import type { HostService } from './host-service.ts';

export type LabMethods = Record<string, (params: Record<string, unknown>) => Promise<unknown>>;

const BACKUP_TIMEOUT_MS = 60_000;

/** What the lab may ask of hostd: hardware it plugs in, identity of a fresh machine, readiness, saving. */
export function createLabMethods(host: HostService, system: System): LabMethods {
  return {
    'hardware.set': async (params) => {
      await setHardware(host, parseNics(params.nics));
    },
    'identity.set': async (params) => {
      await setIdentity(host, system, params);
      // As an installation would leave it. The learner need not wait for that.
      backup(system).catch((error: unknown) => system.log('hostd', 'err', `saving the identity failed: ${error}`));
    },
    'state.get': async () => ({
      ready: host.runtime.booted,
      hostName: host.config.hostName,
      maintenanceMode: host.config.maintenanceMode,
      leases: host.runtime.leases,
      nics: host.runtime.nics,
    }),
    'boot.done': async () => {
      await host.changeRuntime(() => {
        host.runtime.booted = true;
      });
      autostart({ host, system });
    },
    'backup.save': () => backup(system),
  };
}

function parseNics(value: unknown): NicHardware[] {
  if (!Array.isArray(value)) throw new Error('nics: expected a list');
  return value.map((item: unknown, index) => {
    const { name, mac, up } = (item ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || !/^vmnic\d{1,2}$/.test(name))
      throw new Error(`nics[${index}].name: expected vmnicN`);
    if (typeof mac !== 'string' || !isMac(mac)) throw new Error(`nics[${index}].mac: expected a MAC address`);
    return { name, mac: mac.toLowerCase(), up: up !== false };
  });
}

/** Adapters the configuration has not seen get an entry; one whose address changed is a new card in the old slot. */
function plugIn(draft: HostConfig, nics: readonly NicHardware[]): void {
  for (const nic of nics) {
    const known = draft.network.pnics.find((pnic) => pnic.name === nic.name);
    if (known === undefined) draft.network.pnics.push(defaultPnic(nic.name, nic.mac));
    else if (known.mac !== nic.mac)
      Object.assign(known, { mac: nic.mac, virtualMac: defaultPnic(nic.name, nic.mac).virtualMac });
  }
  draft.network.pnics.sort((a, b) => Number(a.name.slice(5)) - Number(b.name.slice(5)));
}

async function setHardware(host: HostService, nics: NicHardware[]): Promise<void> {
  const before = new Map(host.runtime.nics.map((nic) => [nic.name, nic.up]));
  await host.changeRuntime(() => {
    host.runtime.nics = nics;
    const draft = cloneConfig(host.config);
    plugIn(draft, nics);
    host.config = draft;
  });
  host.persist();
  for (const { name, up } of nics) {
    if (before.has(name) && before.get(name) === up) continue;
    host.system.log('vmkernel', up ? 'info' : 'warning', `${name}: link ${up ? 'up, 1000 Mbps full duplex' : 'down'}`);
  }
  // A cable just plugged in may lead to a DHCP server.
  for (const { name } of host.config.network.vmknics) {
    const lease = leaseOf(host.runtime, name);
    if (lease === undefined || lease.linkLocal) await host.renewLease(name);
  }
}

/** One change for all that makes a fresh host this one: adapters, addresses, UUID. */
async function setIdentity(host: HostService, system: System, params: Record<string, unknown>): Promise<void> {
  const { uuid, rootPassword } = params;
  const nics = parseNics(params.nics);
  host.runtime.nics = nics;
  await host.change('The host got its identity', (draft) => {
    plugIn(draft, nics);
    if (typeof uuid === 'string') draft.systemUuid = uuid;
    const first = draft.network.pnics.find((pnic) => pnic.name === 'vmnic0');
    const vmk0 = draft.network.vmknics.find((vmknic) => vmknic.name === 'vmk0');
    if (first !== undefined && vmk0 !== undefined) vmk0.mac = first.mac;
  });
  if (typeof rootPassword === 'string') setRootPassword(system, rootPassword);
  // A network without a DHCP server answers with silence: nobody waits for that.
  if (leaseOf(host.runtime, 'vmk0') === undefined) void host.renewLease('vmk0');
}

function setRootPassword(system: System, password: string): void {
  const shadow = system.files.readText('/etc/shadow') ?? '';
  system.files.write('/etc/shadow', withPassword(system, shadow, 'root', password), { mode: 0o600, atomic: true });
}

/** auto-backup.sh, as at shutdown. Absent where the root is not an installed one. */
async function backup(system: System): Promise<void> {
  if (system.files.lstat('/sbin/auto-backup.sh') === null) throw new Error('/sbin/auto-backup.sh is missing');
  const result = await system.processes.run(['/sbin/auto-backup.sh'], { timeoutMs: BACKUP_TIMEOUT_MS });
  if (result.exitCode !== 0) throw new Error(`auto-backup.sh: ${result.stderr.trim() || `exit ${result.exitCode}`}`);
}
