/** Name servers and search suffixes of `/etc/resolv.conf`. */
export function parseResolvConf(text: string): { servers: string[]; suffixes: string[] } {
  const last = [...text.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)].at(-1)?.[1] ?? '';
  return {
    servers: [...text.matchAll(/^nameserver[ \t]+(\S+)/gm)].map((found) => found[1] ?? ''),
    suffixes: last.split(/\s+/).filter((suffix) => suffix !== ''),
  };
}

/** Address of a name in `/etc/hosts`, IPv4 before IPv6. */
export function findInHosts(text: string, name: string): string | null {
  const wanted = name.toLowerCase();
  const found = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([, ...names]) => names.some((each) => each.toLowerCase() === wanted))
    .map(([address]) => address ?? '');
  return found.find((address) => !address.includes(':')) ?? found[0] ?? null;
}

/** The names a resolver tries for `name`, in order. */
export function candidates(name: string, suffixes: readonly string[]): string[] {
  const longer = suffixes.map((suffix) => `${name}.${suffix}`);
  return name.includes('.') ? [name, ...longer] : [...longer, name];
}
