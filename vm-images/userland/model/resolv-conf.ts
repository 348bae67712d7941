import type { DhcpLease } from './host.ts';

/** `/etc/resolv.conf`: the file is the truth for DNS settings, as on ESXi. */
export interface ResolvConf {
  servers: string[];
  searchDomains: string[];
}

export const RESOLV_CONF = '/etc/resolv.conf';

export function parseResolvConf(content: string): ResolvConf {
  const out: ResolvConf = { servers: [], searchDomains: [] };
  for (const line of content.split('\n')) {
    const [word, ...values] = line.trim().split(/\s+/);
    if (word === 'nameserver' && values[0] !== undefined) out.servers.push(values[0]);
    else if (word === 'search' || word === 'domain') out.searchDomains.push(...values);
  }
  return out;
}

export function serializeResolvConf({ servers, searchDomains }: ResolvConf): string {
  const lines = servers.map((server) => `nameserver ${server}`);
  if (searchDomains.length > 0) lines.push(`search ${searchDomains.join(' ')}`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

export function leaseResolvConf(lease: DhcpLease): string {
  return serializeResolvConf({ servers: lease.dns, searchDomains: lease.searchDomains });
}
