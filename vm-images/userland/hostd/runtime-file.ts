import type { HostConfig } from '../model/config.ts';
import type { Runtime } from '../model/host.ts';
import { kernelSettingsOf } from '../model/kernel-settings.ts';
import type { System } from '../model/system.ts';

/** In RAM: survives a restart of hostd, not of the host. */
const RUNTIME_FILE = '/var/run/hostd-runtime.json';
/** What the kernel of the host was started with, one option a word; service scripts read it. */
export const BOOT_OPTIONS = '/var/run/boot-options';

/** State since boot; a fresh boot takes it from the configuration. */
export function readRuntime(system: System, config: HostConfig): Runtime {
  const saved = system.files.readText(RUNTIME_FILE);
  if (saved !== null) {
    try {
      return JSON.parse(saved) as Runtime;
    } catch {
      system.log('hostd', 'warning', `${RUNTIME_FILE} was damaged and is ignored`);
    }
  }
  return {
    nics: config.network.pnics.map(({ name, mac }) => ({ name, mac, up: true })),
    leases: [],
    kernel: { ...config.kernel, ...kernelSettingsOf(system.files.readText(BOOT_OPTIONS) ?? '') },
    ipv6Enabled: config.network.ipv6Enabled,
    booted: false,
  };
}

export function writeRuntime(system: System, runtime: Runtime): void {
  system.files.write(RUNTIME_FILE, JSON.stringify(runtime), { mode: 0o600 });
}
