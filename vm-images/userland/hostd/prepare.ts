import type { Runtime } from '../model/host.ts';
import { findKernelSetting } from '../model/kernel-settings.ts';
import { WIRE_LINK } from '../model/network-plan.ts';
import type { System } from '../model/system.ts';
import { BOOT_OPTIONS } from './runtime-file.ts';

/** The wire's frames may be as long as a jumbo frame with its tags. */
const WIRE_MTU = 9216;

/** Interface defaults: no IPv6 on links that are only plumbing, addresses answer on their own interface alone. */
const DEFAULTS: readonly [string, string][] = [
  ['net/ipv6/conf/default/disable_ipv6', '1'],
  ['net/ipv6/conf/default/accept_ra', '0'],
  ['net/ipv6/conf/default/autoconf', '0'],
  ['net/ipv4/conf/all/arp_ignore', '1'],
  ['net/ipv4/conf/all/arp_announce', '2'],
  ['net/ipv4/conf/all/rp_filter', '0'],
  ['net/ipv4/conf/default/rp_filter', '0'],
  ['net/ipv4/conf/default/arp_notify', '1'],
];

/**
 * Makes the wire link ready (init does it too; whoever is first) and sets interface defaults.
 *
 * @returns The adapter a fresh configuration starts with: the wire link's own address as vmnic0.
 */
export async function prepareKernel(system: System): Promise<{ name: string; mac: string }[]> {
  for (const [name, value] of DEFAULTS) {
    if (system.kernel.sysctl(name) !== null) system.kernel.setSysctl(name, value);
  }
  const { links } = await system.network.read();
  const wire = links.find((link) => link.name === WIRE_LINK) ?? links.find((link) => link.name === 'eth0');
  if (wire === undefined) {
    system.log('hostd', 'err', `there is no link ${WIRE_LINK}: the adapters stay dead`);
    return [];
  }
  // Frames of the adapters pass through it; it takes part in nothing itself.
  const ipv6 = `net/ipv6/conf/${wire.name}/disable_ipv6`;
  if (system.kernel.sysctl(ipv6) === '0') system.kernel.setSysctl(ipv6, '1');
  if (wire.name !== WIRE_LINK) await system.network.apply([{ do: 'rename-link', name: wire.name, to: WIRE_LINK }]);
  if (wire.mtu < WIRE_MTU || !wire.up) {
    await system.network.apply([{ do: 'set-link', name: WIRE_LINK, mtu: Math.max(wire.mtu, WIRE_MTU), up: true }]);
  }
  return [{ name: 'vmnic0', mac: wire.mac }];
}

/**
 * Kernel settings that the service scripts obey (the serial ports) follow the loader's options, so they count as if the
 * loader had been given them. Once a boot.
 */
export function publishKernelSettings(system: System, runtime: Runtime): void {
  if (runtime.booted) return;
  const current = system.files.readText(BOOT_OPTIONS) ?? '';
  const words = Object.entries(runtime.kernel)
    .filter(([name]) => findKernelSetting(name)?.type === 'select')
    .map(([name, value]) => `${name}=${value}`)
    .filter((word) => !current.split(/\s+/).includes(word));
  if (words.length > 0) system.files.write(BOOT_OPTIONS, `${current.trim()} ${words.join(' ')}\n`);
}
