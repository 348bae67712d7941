import type { NetworkSettings } from '../facts.ts';
import { openAdapters } from '../forms/adapters.ts';
import { openDns } from '../forms/dns.ts';
import { openIpv4 } from '../forms/ipv4.ts';
import { openIpv6 } from '../forms/ipv6.ts';
import { openSuffixes } from '../forms/suffixes.ts';
import { openVlan } from '../forms/vlan.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Turn } from '../turn.ts';
import { ask } from './questions.ts';
import type { Menu, MenuEntry } from './types.ts';

/** Edits a copy of the settings; leaving with differences asks whether to apply them. */
export const networkMenu: Menu = {
  title: 'Configure Management Network',
  leave: '<Esc> Exit',
  entries: () => entries,
  close: leaveNetworkMenu,
  answer(answer, _screen, turn) {
    if (answer.name !== 'network.apply') return;
    turn.pop();
    turn.refresh('front', 'network');
    if (answer.output.problem !== '') {
      turn.notice(
        'Configure Management Network',
        ['Not everything could be applied.', '', answer.output.problem],
        'error',
      );
    }
  },
};

function leaveNetworkMenu(turn: Turn, screen: MenuScreen): void {
  if (screen.edit === undefined || screen.edit.after === screen.edit.before) turn.pop();
  else ask(turn, 'network-apply');
}

const settings = (screen: MenuScreen): NetworkSettings | undefined => screen.edit?.after;

const entries: MenuEntry[] = [
  {
    label: 'Network Adapters',
    details: (_state, screen) => [
      ...(settings(screen)?.adapters ?? [])
        .filter((adapter) => adapter.selected)
        .map((adapter) => `${adapter.name} (${adapter.connected ? 'Connected' : 'Disconnected'})`),
      '',
      'The adapters that carry management traffic. With two or more of them the host stays reachable when a link fails.',
    ],
    open: openAdapters,
  },
  {
    label: 'VLAN (optional)',
    details: (_state, screen) => [
      vlanText(settings(screen)?.vlan ?? 0),
      '',
      'Set an ID only where the physical switch hands this host tagged frames for the management network.',
    ],
    open: openVlan,
  },
  {
    label: 'IPv4 Configuration',
    details: (_state, screen) => {
      const ipv4 = settings(screen)?.ipv4;
      if (ipv4 === undefined) return [];
      const how = { dhcp: 'Automatic', static: 'Manual', none: 'Not used' }[ipv4.mode];
      return [
        how,
        '',
        `IPv4 Address: ${ipv4.address || 'Not set'}`,
        `Subnet Mask: ${ipv4.netmask || 'Not set'}`,
        `Default Gateway: ${ipv4.gateway || 'Not set'}`,
        '',
        'Take the address from a DHCP server, or set one that nothing else on the network has.',
      ];
    },
    open: openIpv4,
  },
  {
    label: 'IPv6 Configuration',
    details: (_state, screen) => {
      const ipv6 = settings(screen)?.ipv6;
      if (ipv6 === undefined) return [];
      if (!ipv6.enabled) return ['IPv6 is disabled.', '', 'Switching it takes effect when the host restarts.'];
      return [
        'IPv6 is enabled.',
        '',
        `DHCPv6: ${ipv6.dhcp ? 'on' : 'off'}`,
        `Router advertisements: ${ipv6.routerAdvertised ? 'on' : 'off'}`,
        'Static Addresses:',
        ...(ipv6.statics.length > 0 ? ipv6.statics : ['None']),
        '',
        `Default Gateway: ${ipv6.gateway || 'Not set'}`,
      ];
    },
    open: openIpv6,
  },
  {
    label: 'DNS Configuration',
    details: (_state, screen) => {
      const dns = settings(screen)?.dns;
      if (dns === undefined) return [];
      return [
        dns.automatic ? 'Automatic' : 'Manual',
        '',
        `Primary DNS Server: ${dns.primary || 'Not set'}`,
        `Alternate DNS Server: ${dns.alternate || 'Not set'}`,
        `Hostname: ${dns.hostname || 'Not set'}`,
      ];
    },
    open: openDns,
  },
  {
    label: 'Custom DNS Suffixes',
    details: (_state, screen) => {
      const suffixes = settings(screen)?.suffixes ?? [];
      return [
        ...(suffixes.length > 0 ? suffixes : ['Not set']),
        '',
        'Tried in turn after a short name. Without any, the domain of this host is used.',
      ];
    },
    open: openSuffixes,
  },
];

function vlanText(vlan: number): string {
  if (vlan === 0) return 'Not set';
  return vlan === 4095 ? '4095 (All)' : String(vlan);
}
