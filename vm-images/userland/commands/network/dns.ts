import { canonicalIpv6, isIpv4, isIpv6 } from '../../model/ip.ts';
import { parseResolvConf, RESOLV_CONF, type ResolvConf, serializeResolvConf } from '../../model/resolv-conf.ts';
import {
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  list,
  none,
  type Parameter,
} from '../framework/index.ts';
import { checkNetstack, netstackParameter } from './netstack.ts';

/** The resolver of the C library asks no more than three. */
const MAX_SERVERS = 3;

const serverParameter: Parameter = {
  long: 'server',
  short: 's',
  type: 'string',
  description: "The server's IPv4 or IPv6 address.",
};
const allParameter: Parameter = { long: 'all', short: 'a', type: 'flag', description: 'Remove all servers.' };
const domainParameter: Parameter = {
  long: 'domain',
  short: 'd',
  type: 'string',
  required: true,
  description: 'The domain tried behind names without one.',
};

export const dnsCommands: EsxcliCommand[] = [
  {
    path: 'network ip dns server list',
    summary: 'List the DNS servers, in the order they are asked.',
    parameters: [netstackParameter],
    output: { shape: 'simple', struct: 'DNSServers', fields: [list('DNSServers')] },
    run(ctx, args) {
      checkNetstack(args);
      return { DNSServers: read(ctx).servers };
    },
  },
  {
    path: 'network ip dns server add',
    summary: 'Add a DNS server behind the others.',
    parameters: [netstackParameter, { ...serverParameter, required: true }],
    output: none,
    run(ctx, args) {
      checkNetstack(args);
      const server = checkServer(args.string('server'));
      change(ctx, `Added DNS server ${server}`, (conf) => {
        if (conf.servers.includes(server)) throw new CommandError(`DNS server ${server} is already configured`);
        if (conf.servers.length >= MAX_SERVERS) {
          throw new CommandError(`No more than ${MAX_SERVERS} DNS servers can be configured`);
        }
        conf.servers.push(server);
      });
      return undefined;
    },
  },
  {
    path: 'network ip dns server remove',
    summary: 'Remove one DNS server, or all.',
    parameters: [allParameter, netstackParameter, serverParameter],
    output: none,
    run(ctx, args) {
      checkNetstack(args);
      const given = args.optionalString('server');
      if ((given === undefined) === !args.bool('all')) {
        throw new CommandError('Error: Give either -s|--server or -a|--all', { showUsage: true });
      }
      change(ctx, `Removed DNS server ${given ?? '(all)'}`, (conf) => {
        if (given === undefined) conf.servers = [];
        else {
          const server = checkServer(given);
          if (!conf.servers.includes(server)) throw new CommandError(`DNS server ${server} is not configured`);
          conf.servers = conf.servers.filter((candidate) => candidate !== server);
        }
      });
      return undefined;
    },
  },
  {
    path: 'network ip dns search list',
    summary: 'List the DNS search domains.',
    parameters: [netstackParameter],
    output: { shape: 'simple', struct: 'DNSSearchDomains', fields: [list('DNSSearch Domains')] },
    run(ctx, args) {
      checkNetstack(args);
      return { 'DNSSearch Domains': read(ctx).searchDomains };
    },
  },
  {
    path: 'network ip dns search add',
    summary: 'Add a DNS search domain behind the others.',
    parameters: [domainParameter, netstackParameter],
    output: none,
    run(ctx, args) {
      checkNetstack(args);
      const domain = args.string('domain').toLowerCase();
      if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(domain) || domain.length > 253) {
        throw new CommandError(`Invalid domain name: ${domain}`);
      }
      change(ctx, `Added search domain ${domain}`, (conf) => {
        if (conf.searchDomains.includes(domain))
          throw new CommandError(`Search domain ${domain} is already configured`);
        conf.searchDomains.push(domain);
      });
      return undefined;
    },
  },
  {
    path: 'network ip dns search remove',
    summary: 'Remove a DNS search domain.',
    parameters: [domainParameter, netstackParameter],
    output: none,
    run(ctx, args) {
      checkNetstack(args);
      const domain = args.string('domain').toLowerCase();
      change(ctx, `Removed search domain ${domain}`, (conf) => {
        if (!conf.searchDomains.includes(domain)) throw new CommandError(`Search domain ${domain} is not configured`);
        conf.searchDomains = conf.searchDomains.filter((candidate) => candidate !== domain);
      });
      return undefined;
    },
  },
];

function checkServer(raw: string): string {
  if (isIpv4(raw)) return raw;
  if (isIpv6(raw)) return canonicalIpv6(raw);
  throw new CommandError(`Invalid DNS server address: ${raw}`);
}

export function read({ system }: CommandContext): ResolvConf {
  return parseResolvConf(system.files.readText(RESOLV_CONF) ?? '');
}

/** /etc/resolv.conf is where these settings live: what is written by hand there counts too. */
function change(ctx: CommandContext, summary: string, edit: (conf: ResolvConf) => void): void {
  const conf = read(ctx);
  edit(conf);
  ctx.system.files.write(RESOLV_CONF, serializeResolvConf(conf), { mode: 0o644, atomic: true });
  ctx.system.log('hostd', 'info', summary);
}
