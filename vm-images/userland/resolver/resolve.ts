import * as native from 'native';
import { exchange } from './exchange.ts';
import { candidates, findInHosts, parseResolvConf } from './files.ts';
import { dnsAddresses, dnsQuestion } from './wire.ts';

const dnsPort = 53;

/** Asks one name server for A records. @returns null when it does not answer; an empty list when it knows none. */
export function lookUp(name: string, server: string, timeoutMs: number): Promise<string[] | null> {
  const [high = 0, low = 0] = new Uint8Array(native.random(2));
  const id = high * 256 + low;
  return exchange(
    () => native.socket(server.includes(':') ? 'inet6' : 'inet', 'dgram'),
    { host: server, port: dnsPort },
    dnsQuestion(id, name),
    timeoutMs,
    (packet) => dnsAddresses(packet, id),
  );
}

/**
 * As the C library does: address as it is, `/etc/hosts`, then DNS.
 *
 * @param readText reads a file, null when missing.
 */
export async function resolveHost(name: string, readText: (path: string) => string | null): Promise<string | null> {
  if (/^[\d.]+$|:/.test(name)) return name;
  const local = findInHosts(readText('/etc/hosts') ?? '', name);
  if (local !== null) return local;
  const { servers, suffixes } = parseResolvConf(readText('/etc/resolv.conf') ?? '');
  for (const server of servers) {
    for (const each of candidates(name, suffixes)) {
      const found = await lookUp(each, server, 2000);
      if (found === null) break;
      if (found[0] !== undefined) return found[0];
    }
  }
  return null;
}
