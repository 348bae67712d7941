import type { FirewallPlan, FirewallRule } from './firewall.ts';
import { isIpv4 } from './ip.ts';

/**
 * The plan as input of `iptables-restore` (or `ip6tables-restore`): one table, replaced as a whole.
 * VMkernel interfaces alone are filtered; ICMP always passes, as it does on ESXi.
 */
export function iptablesText(plan: FirewallPlan, family: 4 | 6): string {
  const lines = ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'];
  if (plan.enabled) {
    const last = plan.defaultAction === 'pass' ? 'ACCEPT' : 'DROP';
    const icmp = family === 4 ? 'icmp' : 'ipv6-icmp';
    lines.push(':vmk-in - [0:0]', ':vmk-out - [0:0]', '-A INPUT -i vmk+ -j vmk-in', '-A OUTPUT -o vmk+ -j vmk-out');
    lines.push(`-A vmk-in -p ${icmp} -j ACCEPT`, `-A vmk-out -p ${icmp} -j ACCEPT`);
    for (const rule of plan.rules) lines.push(...ruleLines(rule, family));
    lines.push(`-A vmk-in -j ${last}`, `-A vmk-out -j ${last}`);
  }
  lines.push('COMMIT', '');
  return lines.join('\n');
}

function ruleLines(rule: FirewallRule, family: 4 | 6): string[] {
  const peers = rule.allowed.filter((peer) => isIpv4(peer.split('/', 1)[0]!) === (family === 4));
  if (rule.allowed.length > 0 && peers.length === 0) return [];
  const inbound = rule.direction === 'inbound';
  const [there, back] = inbound ? ['vmk-in', 'vmk-out'] : ['vmk-out', 'vmk-in'];
  const answer = rule.portType === 'dst' ? 'src' : 'dst';
  return (peers.length === 0 ? [''] : peers).flatMap((peer) => [
    `-A ${there}${from(peer, inbound)} ${match(rule, rule.portType)} -j ACCEPT`,
    `-A ${back}${from(peer, !inbound)} ${match(rule, answer)}${rule.protocol === 'tcp' ? ' ! --syn' : ''} -j ACCEPT`,
  ]);
}

function from(peer: string, incoming: boolean): string {
  return peer === '' ? '' : ` ${incoming ? '-s' : '-d'} ${peer}`;
}

function match(rule: FirewallRule, portType: 'src' | 'dst'): string {
  const protocol = `-p ${rule.protocol}`;
  if (rule.portBegin === 0 && rule.portEnd === 65535) {
    return rule.protocol === 'tcp' ? `${protocol} -m tcp` : protocol;
  }
  const ports = rule.portBegin === rule.portEnd ? `${rule.portBegin}` : `${rule.portBegin}:${rule.portEnd}`;
  return `${protocol} -m ${rule.protocol} ${portType === 'dst' ? '--dport' : '--sport'} ${ports}`;
}
