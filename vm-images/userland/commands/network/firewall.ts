import type { HostConfig, RulesetState } from '../../model/config.ts';
import { isIpv4, isIpv6, parseCidr4, parseCidr6 } from '../../model/ip.ts';
import { type Ruleset, rulesetState } from '../../model/rulesets.ts';
import { loadRulesets } from '../../model/rulesets-files.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  list,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';

const rulesetParameter: Parameter = {
  long: 'ruleset-id',
  short: 'r',
  type: 'string',
  required: true,
  description: 'The ruleset: sshServer, syslog …',
};
const optionalRuleset: Parameter = { ...rulesetParameter, required: false, description: 'This ruleset only.' };
const NO_CLIENTS = 'nothing here opens a ruleset for itself and counts its users';

export const firewallCommands: EsxcliCommand[] = [
  {
    path: 'network firewall get',
    summary: 'Show the state of the firewall.',
    output: {
      shape: 'simple',
      struct: 'FirewallStatus',
      fields: [text('Default Action'), boolean('Enabled'), boolean('Loaded')],
    },
    run({ host }) {
      const { firewall } = host.config;
      return {
        'Default Action': firewall.defaultAction.toUpperCase(),
        Enabled: firewall.enabled,
        Loaded: firewall.loaded,
      };
    },
  },
  {
    path: 'network firewall set',
    summary: 'Enable or disable the firewall, or set what happens to packets no ruleset names.',
    parameters: [
      {
        long: 'default-action',
        short: 'd',
        type: 'bool',
        description: 'true: let other packets pass; false: drop them.',
      },
      { long: 'enabled', short: 'e', type: 'bool', description: 'Whether packets are filtered.' },
    ],
    output: none,
    async run(ctx, args) {
      const pass = args.optionalBool('default-action');
      const enabled = args.optionalBool('enabled');
      await ctx.host.change('Changed the firewall', ({ firewall }) => {
        if (pass !== undefined) firewall.defaultAction = pass ? 'pass' : 'drop';
        if (enabled !== undefined) firewall.enabled = enabled;
      });
      return undefined;
    },
  },
  loadCommand('load', true),
  loadCommand('unload', false),
  {
    path: 'network firewall refresh',
    summary: 'Read the ruleset files again and bring the filter to them.',
    output: none,
    async run(ctx) {
      if (!ctx.host.config.firewall.loaded) throw new CommandError('The firewall module is not loaded');
      await ctx.host.reapply();
      return undefined;
    },
  },
  {
    path: 'network firewall ruleset list',
    summary: 'List rulesets and whether they are open.',
    parameters: [optionalRuleset],
    output: { shape: 'table', struct: 'Ruleset', fields: [text('Name'), boolean('Enabled')] },
    run: (ctx, args) =>
      chosenRulesets(ctx, args.optionalString('ruleset-id')).map((ruleset) => ({
        Name: ruleset.id,
        Enabled: rulesetState(ctx.host.config.firewall, ruleset).enabled,
      })),
  },
  {
    path: 'network firewall ruleset set',
    summary: 'Open or close a ruleset, to all addresses or to those allowed.',
    parameters: [
      { long: 'allowed-all', short: 'a', type: 'bool', description: 'true: every address; false: the allowed ones.' },
      { long: 'enabled', short: 'e', type: 'bool', description: "Whether the ruleset's ports are open." },
      rulesetParameter,
    ],
    output: none,
    async run(ctx, args) {
      const allowedAll = args.optionalBool('allowed-all');
      const enabled = args.optionalBool('enabled');
      if (allowedAll === undefined && enabled === undefined) {
        throw new CommandError('Error: Give -e|--enabled or -a|--allowed-all', { showUsage: true });
      }
      const ruleset = requireRuleset(ctx, args.string('ruleset-id'));
      if (enabled === false && ruleset.required) {
        throw new CommandError(`Ruleset ${ruleset.id} is required and cannot be disabled`);
      }
      await changeRuleset(ctx, ruleset, `Firewall ruleset ${ruleset.id} changed`, (state) => {
        if (enabled !== undefined) state.enabled = enabled;
        if (allowedAll !== undefined) state.allowedAll = allowedAll;
      });
      return undefined;
    },
  },
  {
    path: 'network firewall ruleset allowedip list',
    summary: 'List the addresses rulesets are open to.',
    parameters: [optionalRuleset],
    output: { shape: 'table', struct: 'AllowedIp', fields: [text('Ruleset'), list('Allowed IP Addresses')] },
    run: (ctx, args) =>
      chosenRulesets(ctx, args.optionalString('ruleset-id')).map((ruleset) => {
        const state = rulesetState(ctx.host.config.firewall, ruleset);
        return { Ruleset: ruleset.id, 'Allowed IP Addresses': state.allowedAll ? ['All'] : state.allowedIps };
      }),
  },
  {
    path: 'network firewall ruleset allowedip add',
    summary: 'Let an address or network use a ruleset.',
    parameters: [ipParameter(), rulesetParameter],
    output: none,
    async run(ctx, args) {
      const ruleset = requireRuleset(ctx, args.string('ruleset-id'));
      const ip = checkIp(args.string('ip-address'));
      await changeRuleset(ctx, ruleset, `Allowed ${ip} in ruleset ${ruleset.id}`, (state) => {
        if (state.allowedAll) {
          throw new CommandError(`Ruleset ${ruleset.id} is open to all addresses: set --allowed-all to false first`);
        }
        if (state.allowedIps.includes(ip)) throw new CommandError(`${ip} is already allowed in ruleset ${ruleset.id}`);
        state.allowedIps.push(ip);
      });
      return undefined;
    },
  },
  {
    path: 'network firewall ruleset allowedip remove',
    summary: 'No longer let an address or network use a ruleset.',
    parameters: [ipParameter(), rulesetParameter],
    output: none,
    async run(ctx, args) {
      const ruleset = requireRuleset(ctx, args.string('ruleset-id'));
      const ip = checkIp(args.string('ip-address'));
      await changeRuleset(ctx, ruleset, `Removed ${ip} from ruleset ${ruleset.id}`, (state) => {
        if (!state.allowedIps.includes(ip)) throw new CommandError(`${ip} is not allowed in ruleset ${ruleset.id}`);
        state.allowedIps = state.allowedIps.filter((candidate) => candidate !== ip);
      });
      return undefined;
    },
  },
  {
    path: 'network firewall ruleset rule list',
    summary: 'List the ports rulesets open.',
    parameters: [optionalRuleset],
    output: {
      shape: 'table',
      struct: 'FirewallRule',
      fields: [
        text('Ruleset'),
        text('Direction'),
        text('Protocol'),
        text('Port Type'),
        integer('Port Begin'),
        integer('Port End'),
      ],
    },
    run: (ctx, args) =>
      chosenRulesets(ctx, args.optionalString('ruleset-id')).flatMap((ruleset) =>
        ruleset.rules.map((rule) => ({
          Ruleset: ruleset.id,
          Direction: rule.direction === 'inbound' ? 'Inbound' : 'Outbound',
          Protocol: rule.protocol.toUpperCase(),
          'Port Type': rule.portType === 'dst' ? 'Dst' : 'Src',
          'Port Begin': rule.portBegin,
          'Port End': rule.portEnd,
        })),
      ),
  },
  ...['get', 'add', 'remove'].map(
    (verb): EsxcliCommand => ({
      path: `network firewall ruleset client ${verb}`,
      summary: `${verb === 'get' ? 'Show' : 'Change'} how many clients keep a ruleset open.`,
      parameters: [rulesetParameter],
      output: none,
      unsupported: NO_CLIENTS,
    }),
  ),
];

function loadCommand(verb: string, loaded: boolean): EsxcliCommand {
  return {
    path: `network firewall ${verb}`,
    summary: loaded ? 'Load the firewall module and its rules.' : 'Unload the firewall module: nothing is filtered.',
    output: none,
    async run(ctx) {
      await ctx.host.change(`Firewall ${verb}ed`, ({ firewall }) => {
        if (firewall.loaded === loaded) {
          throw new CommandError(`The firewall module is ${loaded ? 'already' : 'not'} loaded`);
        }
        firewall.loaded = loaded;
      });
      return undefined;
    },
  };
}

function ipParameter(): Parameter {
  return {
    long: 'ip-address',
    short: 'i',
    type: 'string',
    required: true,
    description: 'An address, or a network as address/prefix.',
  };
}

function checkIp(raw: string): string {
  const valid = isIpv4(raw) || isIpv6(raw) || (raw.includes('/') && (parseCidr4(raw) ?? parseCidr6(raw)) !== null);
  if (!valid) throw new CommandError(`Invalid IP address or network: ${raw}`);
  return raw;
}

function chosenRulesets(ctx: CommandContext, id: string | undefined): Ruleset[] {
  return id === undefined ? loadRulesets(ctx.system) : [requireRuleset(ctx, id)];
}

export function requireRuleset(ctx: CommandContext, id: string): Ruleset {
  const found = loadRulesets(ctx.system).find((ruleset) => ruleset.id === id);
  if (found === undefined) throw new CommandError(`Invalid ruleset ID ${id}: there is no such ruleset`);
  return found;
}

/** One ruleset's state changed; `vim-cmd` and the services use it too. */
export function changeRuleset(
  ctx: CommandContext,
  ruleset: Ruleset,
  summary: string,
  edit: (state: RulesetState) => void,
): Promise<void> {
  return ctx.host.change(summary, (config: HostConfig) => {
    const state = { ...rulesetState(config.firewall, ruleset) };
    state.allowedIps = [...state.allowedIps];
    edit(state);
    config.firewall.rulesets[ruleset.id] = state;
  });
}
