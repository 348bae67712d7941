import type { State } from '../state.ts';
import { absent } from './types.ts';

/** Right-hand side of *Configure Management Network*. */
export function networkSummary(state: State): string[] {
  const { network } = state.facts;
  if (network === undefined) return absent(state, 'network');
  const { ipv4, dns } = network;
  return [
    'Hostname:',
    dns.hostname,
    '',
    'IP Address:',
    ipv4.address || 'Not set',
    '',
    ipv4.mode === 'dhcp'
      ? 'Address and mask come from a DHCP server.'
      : ipv4.mode === 'static'
        ? 'Address and mask are set by hand.'
        : 'IPv4 is not used.',
    '',
    'Adapters, VLAN, addresses and names with which this host is managed. Nothing changes before you leave the menu ' +
      'and say yes.',
  ];
}
