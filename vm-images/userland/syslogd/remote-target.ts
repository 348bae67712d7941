export interface RemoteTarget {
  scheme: 'udp' | 'tcp' | 'ssl';
  /** Name or address, IPv6 without brackets. */
  host: string;
  port: number;
}

const ports = { udp: 514, tcp: 514, ssl: 1514 } as const;

/** Reads `loghost`: a comma list of `[udp|tcp|ssl]://host[:port]`; without a scheme it is udp. */
export function parseTargets(text: string): { targets: RemoteTarget[]; problems: string[] } {
  const targets: RemoteTarget[] = [];
  const problems: string[] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const target = parseTarget(part);
    if (target === null) problems.push(`loghost ${part} is not [udp|tcp|ssl]://host[:port]`);
    else targets.push(target);
  }
  return { targets, problems };
}

function parseTarget(text: string): RemoteTarget | null {
  const found = /^(?:(udp|tcp|ssl):\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?\/?$/.exec(text);
  if (found === null) return null;
  const scheme = (found[1] ?? 'udp') as RemoteTarget['scheme'];
  const port = found[4] === undefined ? ports[scheme] : Number(found[4]);
  if (port < 1 || port > 65_535) return null;
  return { scheme, host: found[2] ?? found[3] ?? '', port };
}

/** As it stands in the configuration, port always written. */
export function targetName({ scheme, host, port }: RemoteTarget): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
