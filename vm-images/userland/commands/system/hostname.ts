import type { HostConfig } from '../../model/config.ts';
import { fqdn } from '../../model/network-rules.ts';
import { CommandError, type EsxcliCommand, none, text } from '../framework/index.ts';

const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

export const hostnameCommands: EsxcliCommand[] = [
  {
    path: 'system hostname get',
    summary: "Show the host's name and domain.",
    output: {
      shape: 'simple',
      struct: 'FullyQualifiedHostName',
      fields: [text('Domain Name'), text('Fully Qualified Domain Name'), text('Host Name')],
    },
    run: ({ host }) => ({
      'Domain Name': host.config.domain,
      'Fully Qualified Domain Name': fqdn(host.config),
      'Host Name': host.config.hostName,
    }),
  },
  {
    path: 'system hostname set',
    summary: "Set the host's name, its domain, or both as one name.",
    parameters: [
      { long: 'domain', short: 'd', type: 'string', description: 'The domain alone.' },
      { long: 'fqdn', short: 'f', type: 'string', description: 'Name and domain together; excludes the other two.' },
      { long: 'host', short: 'H', type: 'string', description: 'The name alone: letters, digits and -.' },
    ],
    output: none,
    async run(ctx, args) {
      const [host, domain, full] = [
        args.optionalString('host'),
        args.optionalString('domain'),
        args.optionalString('fqdn'),
      ];
      if (full !== undefined && (host !== undefined || domain !== undefined)) {
        throw new CommandError('--fqdn cannot be combined with --host or --domain');
      }
      if (full === undefined && host === undefined && domain === undefined) {
        throw new CommandError('Error: Give -H|--host, -d|--domain or -f|--fqdn', { showUsage: true });
      }
      const [first = '', ...rest] = (full ?? '').split('.');
      const wanted = full === undefined ? { host, domain } : { host: first, domain: rest.join('.') };
      if (wanted.host !== undefined) checkHost(wanted.host);
      if (wanted.domain !== undefined && wanted.domain !== '') checkDomain(wanted.domain);
      await ctx.host.change('Changed the host name', (draft) => setName(draft, wanted));
      return undefined;
    },
  },
];

export function setName(draft: HostConfig, wanted: { host?: string | undefined; domain?: string | undefined }): void {
  draft.hostName = wanted.host ?? draft.hostName;
  draft.domain = wanted.domain ?? draft.domain;
}

export function checkHost(name: string): void {
  if (!LABEL.test(name))
    throw new CommandError(`Invalid host name '${name}': letters, digits and - inside, at most 63`);
}

function checkDomain(name: string): void {
  if (name.length > 253 || !name.split('.').every((label) => LABEL.test(label))) {
    throw new CommandError(`Invalid domain name '${name}'`);
  }
}
