import type { NetworkSettings } from './facts.ts';
import type { Turn } from './turn.ts';

/** Puts a changed part of the settings into the network menu below; equal parts change nothing. */
export function editNetwork(turn: Turn, part: Partial<NetworkSettings>): void {
  turn.update('menu', (menu) => {
    if (menu.edit === undefined) return menu;
    const { before } = menu.edit;
    const after: NetworkSettings = { ...menu.edit.after, ...part };
    return { ...menu, edit: { before, after: sameSettings(before, after) ? before : after } };
  });
}

function sameSettings(a: NetworkSettings, b: NetworkSettings): boolean {
  const parts = (s: NetworkSettings) => JSON.stringify([s.adapters, s.vlan, s.ipv4, s.ipv6, s.dns, s.suffixes]);
  return parts(a) === parts(b);
}
