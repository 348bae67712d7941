import { isIpv6, networkOf, prefixOfMask } from '../model/ip.ts';

/** A mask of ones followed by zeros, neither all nor none. */
export function isNetmask(text: string): boolean {
  const length = prefixOfMask(text);
  return length !== null && length > 0 && length < 32;
}

export function sameSubnet(a: string, b: string, netmask: string): boolean {
  const length = prefixOfMask(netmask);
  return length !== null && networkOf(a, length) === networkOf(b, length);
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
