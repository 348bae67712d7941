/** @returns the address as a 32-bit number, or null when the text is not a dotted quad. */
export function parseIpv4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** A mask of ones followed by zeros, neither all nor none. */
export function isNetmask(text: string): boolean {
  const mask = parseIpv4(text);
  if (mask === null || mask === 0 || mask === 0xffffffff) return false;
  const inverted = 0xffffffff - mask;
  return (inverted & (inverted + 1)) === 0;
}

export function sameSubnet(a: string, b: string, netmask: string): boolean {
  const [x, y, mask] = [parseIpv4(a), parseIpv4(b), parseIpv4(netmask)];
  return x !== null && y !== null && mask !== null && (x & mask) === (y & mask);
}

/** Can be given to a host: not the network, broadcast, loopback, multicast. */
export function isHostAddress(text: string, netmask: string): boolean {
  const address = parseIpv4(text);
  const mask = parseIpv4(netmask);
  if (address === null || mask === null) return false;
  const first = Math.floor(address / 0x1000000);
  if (first === 0 || first === 127 || first >= 224) return false;
  const host = (address & ~mask) >>> 0;
  const hosts = ~mask >>> 0;
  return hosts <= 1 || (host !== 0 && host !== hosts);
}

export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || /:::/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const half of halves) {
    if (half === '') continue;
    const parts = half.split(':');
    const last = parts.at(-1) ?? '';
    if (last.includes('.')) {
      if (parseIpv4(last) === null) return false;
      parts.pop();
      groups += 2;
    }
    if (parts.some((part) => !/^[0-9a-fA-F]{1,4}$/.test(part))) return false;
    groups += parts.length;
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** `address/prefix` with a prefix of 1 to 128. */
export function isIpv6WithPrefix(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  if (rest.length > 0 || prefix === undefined || !/^\d{1,3}$/.test(prefix)) return false;
  return isIpv6(address ?? '') && Number(prefix) >= 1 && Number(prefix) <= 128;
}

/** One DNS label or several with dots between; 253 characters at most. */
export function isHostname(text: string): boolean {
  return (
    text.length <= 253 && text.split('.').every((label) => /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(label))
  );
}
