/** IPv4 and IPv6 addresses as text: checking, arithmetic, canonical form. */

export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== null;
}

/** @returns unsigned 32-bit number, or null. No leading zeros, four decimal parts. */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIpv4(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** @returns prefix length of a contiguous mask (`255.255.255.0` → 24), or null. */
export function prefixOfMask(mask: string): number | null {
  const value = parseIpv4(mask);
  if (value === null) return null;
  for (let length = 0; length <= 32; length++) if (maskValue(length) === value) return length;
  return null;
}

export function maskOfPrefix(length: number): string {
  return formatIpv4(maskValue(length));
}

function maskValue(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

export function networkOf(address: string, prefixLength: number): string {
  return formatIpv4(((parseIpv4(address) ?? 0) & maskValue(prefixLength)) >>> 0);
}

export function broadcastOf(address: string, prefixLength: number): string {
  return formatIpv4(((parseIpv4(address) ?? 0) | ~maskValue(prefixLength)) >>> 0);
}

export function inSubnet(address: string, network: string, prefixLength: number): boolean {
  const a = parseIpv4(address);
  const b = parseIpv4(network);
  if (a === null || b === null) return false;
  const mask = maskValue(prefixLength);
  return (a & mask) >>> 0 === (b & mask) >>> 0;
}

/** An address a host may have: not 0/8, loopback, multicast, reserved, or the subnet's own network/broadcast address. */
export function isHostAddress(address: string, prefixLength: number): boolean {
  const value = parseIpv4(address);
  if (value === null) return false;
  const first = value >>> 24;
  if (first === 0 || first === 127 || first >= 224) return false;
  if (prefixLength >= 31) return true;
  return address !== networkOf(address, prefixLength) && address !== broadcastOf(address, prefixLength);
}

/** `10.0.0.0/8` or a bare address (/32). */
export function parseCidr4(text: string): { address: string; prefixLength: number } | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const length = slash < 0 ? '32' : text.slice(slash + 1);
  if (!isIpv4(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32) return null;
  return { address, prefixLength: Number(length) };
}

/** @returns eight 16-bit groups, or null. Accepts `::` and an IPv4 tail. */
export function parseIpv6(text: string): number[] | null {
  let source = text;
  const tail = source.slice(source.lastIndexOf(':') + 1);
  if (tail.includes('.')) {
    const v4 = parseIpv4(tail);
    if (v4 === null) return null;
    source = `${source.slice(0, -tail.length)}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  for (const group of groups.flat()) if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null;
  const [head = [], rest] = groups;
  if (rest === undefined) return head.length === 8 ? head.map(hex) : null;
  const missing = 8 - head.length - rest.length;
  if (missing < 1) return null;
  return [...head.map(hex), ...new Array<number>(missing).fill(0), ...rest.map(hex)];
}

function hex(group: string): number {
  return Number.parseInt(group, 16);
}

/** RFC 5952 form. */
export function formatIpv6(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  const words = groups.map((group) => group.toString(16));
  if (bestStart < 0) return words.join(':');
  return `${words.slice(0, bestStart).join(':')}::${words.slice(bestStart + bestLength).join(':')}`;
}

export function isIpv6(text: string): boolean {
  return parseIpv6(text) !== null;
}

/** Canonical form of an IPv6 address; other text is returned as it is. */
export function canonicalIpv6(text: string): string {
  const groups = parseIpv6(text);
  return groups === null ? text : formatIpv6(groups);
}

export function parseCidr6(text: string): { address: string; prefixLength: number } | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const address = text.slice(0, slash);
  const length = text.slice(slash + 1);
  if (!isIpv6(address) || !/^\d{1,3}$/.test(length) || Number(length) > 128) return null;
  return { address: canonicalIpv6(address), prefixLength: Number(length) };
}

export function inSubnet6(address: string, network: string, prefixLength: number): boolean {
  const a = parseIpv6(address);
  const b = parseIpv6(network);
  if (a === null || b === null) return false;
  for (let index = 0; index < 8; index++) {
    const bits = Math.min(16, Math.max(0, prefixLength - index * 16));
    const mask = bits === 0 ? 0 : (0xffff << (16 - bits)) & 0xffff;
    if ((a[index]! & mask) !== (b[index]! & mask)) return false;
  }
  return true;
}

export function isMac(text: string): boolean {
  return /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text);
}
