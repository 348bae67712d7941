/** How a fork comes to the moment in which it is looked at: cables, then a restart, with keys at the boot loader. */
import type { CheckLink, LabCheck, LoaderStep } from '../schema/index.ts';
import type { Restart } from './probe.ts';

export interface Journey {
  readonly how: Restart | 'now';
  readonly boot: readonly LoaderStep[];
  readonly links: readonly CheckLink[];
}

export function journeyOf({ after, boot = [], links = [] }: LabCheck): Journey {
  return { how: after, boot, links };
}

/** Nothing is done to the hosts: they are looked at as they are. */
export function isHere({ how, links }: Journey): boolean {
  return how === 'now' && links.length === 0;
}

/** The same for checks that can share a fork. */
export function journeyKey({ how, boot, links }: Journey): string {
  return JSON.stringify([how, boot, links]);
}

/** The plain power-cycle first: it can use the fork that nothing was done to yet. */
export function rankOf({ how, boot, links }: Journey): number {
  const order = ['power-cycle', 'reboot', 'now'];
  return (boot.length + links.length > 0 ? order.length : 0) + order.indexOf(how);
}

/** For people who wait. @param hosts Those that are restarted. */
export function describeJourney({ how, boot, links }: Journey, hosts: readonly string[]): string {
  const names = links.map(({ host, nic }) => `${host}'s ${nic}`).join(', ');
  if (how === 'now') return `Changing the cables of a copy: ${names}`;
  const keys = boot.length === 0 ? '' : ', with keys at the boot loader';
  const cables = links.length === 0 ? '' : `, with other cables: ${names}`;
  return `${how === 'reboot' ? 'Rebooting' : 'Power-cycling'} a copy of ${hosts.join(', ')}${keys}${cables}`;
}
