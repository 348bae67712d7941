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
    lines.push(...openToAll(plan.rules), ...plan.rules.flatMap((rule) => openToSome(rule, family)));
    lines.push(`-A vmk-in -j ${last}`, `-A vmk-out -j ${last}`);
  }
  lines.push('COMMIT', '');
  return lines.join('\n');
}

/** What one line of multiport holds; a range counts twice. */
const MULTIPORT_SLOTS = 15;

/** A rule and the one that lets its answers through: chain and port option of each. */
interface Way {
  chain: 'vmk-in' | 'vmk-out';
  port: 'sport' | 'dport';
  answer: boolean;
}

function waysOf(rule: FirewallRule): [Way, Way] {
  const inbound = rule.direction === 'inbound';
  const named = rule.portType === 'dst' ? 'dport' : 'sport';
  return [
    { chain: inbound ? 'vmk-in' : 'vmk-out', port: named, answer: false },
    { chain: inbound ? 'vmk-out' : 'vmk-in', port: named === 'dport' ? 'sport' : 'dport', answer: true },
  ];
}

/** Rules without a list of addresses, ports of one kind on one line: the guest is slow at loading many lines. */
function openToAll(rules: readonly FirewallRule[]): string[] {
  const groups = new Map<string, string[]>();
  for (const rule of rules) {
    if (rule.allowed.length > 0) continue;
    for (const { chain, port, answer } of waysOf(rule)) {
      const syn = answer && rule.protocol === 'tcp' ? ' ! --syn' : '';
      const key = `-A ${chain} -p ${rule.protocol}${syn} -m multiport --${port}s`;
      const ports = groups.get(key) ?? [];
      const text = portsOf(rule);
      if (!ports.includes(text)) ports.push(text);
      groups.set(key, ports);
    }
  }
  return [...groups].flatMap(([key, ports]) => {
    if (ports.includes(ALL_PORTS)) return [`${key.slice(0, key.indexOf(' -m multiport'))} -j ACCEPT`];
    return chunks(ports).map((chunk) => `${key} ${chunk.join(',')} -j ACCEPT`);
  });
}

const ALL_PORTS = '0:65535';

function portsOf({ portBegin, portEnd }: FirewallRule): string {
  return portBegin === portEnd ? String(portBegin) : `${portBegin}:${portEnd}`;
}

function chunks(ports: readonly string[]): string[][] {
  const out: string[][] = [];
  let used = MULTIPORT_SLOTS;
  for (const port of ports) {
    const slots = port.includes(':') ? 2 : 1;
    if (used + slots > MULTIPORT_SLOTS) {
      out.push([]);
      used = 0;
    }
    out[out.length - 1]!.push(port);
    used += slots;
  }
  return out;
}

function openToSome(rule: FirewallRule, family: 4 | 6): string[] {
  const peers = rule.allowed.filter((peer) => isIpv4(peer.split('/', 1)[0]!) === (family === 4));
  const ports = portsOf(rule);
  return peers.flatMap((peer) =>
    waysOf(rule).map(({ chain, port, answer }) => {
      const side = chain === 'vmk-in' ? '-s' : '-d';
      const match = ports === ALL_PORTS ? '' : ` -m ${rule.protocol} --${port} ${ports}`;
      const syn = answer && rule.protocol === 'tcp' ? ' ! --syn' : '';
      return `-A ${chain} ${side} ${peer} -p ${rule.protocol}${match}${syn} -j ACCEPT`;
    }),
  );
}
