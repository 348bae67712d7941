import type { HostConfig } from '../../model/config.ts';
import { formatIpv6 } from '../../model/ip.ts';
import { type Product, parseRelease, productLine, RELEASE_FILE } from '../../model/product.ts';
import type { FrontFacts } from '../facts.ts';
import { hasLink } from './nic-link.ts';
import { parseCsv } from './text.ts';
import type { HostClient } from './types.ts';

/** Read once: hardware does not change while the host runs. While hostd does not answer it is not asked all the time. */
let hardware: string[] | null = null;
let askAgainMs = 0;
const askAgainAfterMs = 30_000;

export async function readFront(host: HostClient, config: HostConfig): Promise<FrontFacts> {
  const management = config.network.vmknics.find((vmknic) => vmknic.tags.includes('Management'));
  const link = management === undefined ? null : host.link(management.name);
  const dhcp = management?.ipv4.type === 'dhcp';
  const address = link?.ipv4?.address ?? '';
  const front: FrontFacts = {
    product: productLine(product(host)),
    hardware: await readHardware(host),
    hostname: config.hostName,
    addresses: address === '' ? [] : [{ address, origin: dhcp ? 'DHCP' : 'STATIC' }],
    waitingForDhcp: dhcp && address === '',
    warnings: [],
    welcome: '',
  };
  if (management !== undefined)
    front.addresses.push(...ipv6Addresses(host, management.name, management.ipv6.addresses));
  front.warnings = warnings(host, config, management?.name, front);
  front.welcome = welcomeText(config.advanced['/Annotations/WelcomeMessage'] ?? '', product(host), front, address);
  return front;
}

let release: Product | null = null;

/** Read once: another one takes a restart. */
function product(host: HostClient): Product {
  release ??= parseRelease(host.readText(`/${RELEASE_FILE}`) ?? '');
  return release;
}

async function readHardware(host: HostClient): Promise<string[]> {
  if (hardware !== null) return hardware;
  const own = [processors(host), memory(host)].filter((line) => line !== '');
  if (Date.now() < askAgainMs) return own;
  const platform = await readPlatform(host);
  if (platform === null) {
    askAgainMs = Date.now() + askAgainAfterMs;
    return own;
  }
  hardware = [platform, ...own];
  return hardware;
}

/** Vendor and model; null while hostd does not answer. */
async function readPlatform(host: HostClient): Promise<string | null> {
  const result = await host.ask('esxcli', '--formatter=csv', 'hardware', 'platform', 'get');
  const row = result.status === 0 ? parseCsv(result.stdout)[0] : undefined;
  if (row === undefined) return null;
  return `${row.VendorName ?? ''} ${row.ProductName ?? ''}`.trim();
}

function processors(host: HostClient): string {
  const names = [...(host.readText('/proc/cpuinfo') ?? '').matchAll(/^model name\s*:\s*(.*)$/gm)].map(
    (found) => found[1],
  );
  return names.length === 0 ? '' : `${names.length} x ${(names[0] ?? '').replace(/\s+/g, ' ').trim()}`;
}

/** The kernel keeps some for itself: what it shows is rounded up to what was plugged in. */
function memory(host: HostClient): string {
  const kib = Number(/^MemTotal:\s*(\d+)/m.exec(host.readText('/proc/meminfo') ?? '')?.[1] ?? 0);
  if (kib === 0) return '';
  const step = kib > 1024 * 1024 ? 256 : 32;
  const mib = Math.ceil(kib / 1024 / step) * step;
  return mib % 1024 === 0 ? `${mib / 1024} GiB Memory` : `${mib} MiB Memory`;
}

/** `/proc/net/if_inet6`: 32 hex digits, index, prefix length, scope, flags, name. */
function ipv6Addresses(host: HostClient, name: string, statics: string[]): FrontFacts['addresses'] {
  const configured = statics.map((text) => text.split('/')[0]?.toLowerCase());
  const found: FrontFacts['addresses'] = [];
  for (const line of (host.readText('/proc/net/if_inet6') ?? '').split('\n')) {
    const [hex = '', , , scope = '', flags = '', link] = line.trim().split(/\s+/);
    if (link !== name || hex.length !== 32) continue;
    const address = formatIpv6((hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16)));
    // IFA_F_PERMANENT (0x80) is missing on addresses that came with a router advertisement.
    const advertised = (Number.parseInt(flags, 16) & 0x80) === 0;
    const origin = scope === '20' ? 'STATIC' : advertised ? 'AUTOCONF' : 'STATIC';
    found.push({ address, origin: configured.includes(address) ? 'STATIC' : origin });
  }
  return found;
}

function warnings(host: HostClient, config: HostConfig, management: string | undefined, front: FrontFacts): string[] {
  const found: string[] = [];
  if (management === undefined) found.push('This host has no management network: see Network Restore Options.');
  else {
    const portgroup = config.network.vmknics.find((vmknic) => vmknic.name === management)?.portgroup;
    const vswitch = config.network.vswitches.find((each) => each.portgroups.some((group) => group.name === portgroup));
    const connected = (vswitch?.uplinks ?? []).some((uplink) => hasLink(host, config, uplink));
    if (!connected) found.push('No network adapter of the management network is connected.');
  }
  const own = front.addresses.find(({ origin }) => origin === 'DHCP');
  if (own?.address.startsWith('169.254.'))
    found.push('No DHCP server answered: this address is only good on the local link.');
  if (config.lockdownMode) found.push('Lockdown mode is enabled.');
  return found;
}

/** What may stand in the welcome message between braces; looks ({color:…} and the like) are left out. */
function welcomeText(message: string, { name, version }: Product, front: FrontFacts, address: string): string {
  const values: Record<string, string> = {
    hostname: front.hostname,
    ip: address,
    esxproduct: name,
    esxversion: version,
  };
  return message.replace(/\{\/?([a-z]+)(?::[^}]*)?\}/gi, (_all, name: string) => values[name.toLowerCase()] ?? '');
}
