import { type ClaimRule, DEFAULT_CLAIM_RULES, listClaimRules, USER_CLAIM_RULES } from '../../model/storage-claims.ts';
import {
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';

const FILE_KEY = /^storage\/claimrule\[(\d{5})\]$/;
const RUNTIME_FILE = '/var/run/vmware/claimrules';

/** The rules in the configuration; a host never touched has the built-in file. */
function fileRules(ctx: CommandContext): ClaimRule[] {
  const entries = Object.entries(ctx.host.config.extra).filter(([key]) => FILE_KEY.test(key));
  if (entries.length === 0 && ctx.host.config.extra['storage/claimrules'] === undefined)
    return [...DEFAULT_CLAIM_RULES];
  return entries.map(([key, value]) => parseRule(Number(FILE_KEY.exec(key)?.[1] ?? '0'), value));
}

/** The rules in force; until `claimrule load`, those the host booted with. */
function runtimeRules(ctx: CommandContext): ClaimRule[] {
  const text = ctx.system.files.readText(RUNTIME_FILE);
  if (text === null) return [...DEFAULT_CLAIM_RULES];
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseRule(Number(line.slice(0, 5)), line.slice(6)));
}

function parseRule(rule: number, value: string): ClaimRule {
  const [ruleClass = 'MP', type = 'vendor', plugin = 'NMP', matches = ''] = value.split('|');
  return { ruleClass: ruleClass as ClaimRule['ruleClass'], rule, type: type as ClaimRule['type'], plugin, matches };
}

function serializeRule(rule: ClaimRule): string {
  return [rule.ruleClass, rule.type, rule.plugin, rule.matches].join('|');
}

async function saveRules(ctx: CommandContext, rules: readonly ClaimRule[], summary: string): Promise<void> {
  // Nobody loaded yet: what booted stays in force although the file changes.
  if (ctx.system.files.readText(RUNTIME_FILE) === null) saveRuntime(ctx, runtimeRules(ctx));
  await ctx.host.change(summary, (draft) => {
    for (const key of Object.keys(draft.extra)) if (FILE_KEY.test(key)) delete draft.extra[key];
    draft.extra['storage/claimrules'] = 'custom';
    for (const rule of rules)
      draft.extra[`storage/claimrule[${String(rule.rule).padStart(5, '0')}]`] = serializeRule(rule);
  });
}

function saveRuntime(ctx: CommandContext, rules: readonly ClaimRule[]): void {
  ctx.system.files.mkdir('/var/run/vmware', { parents: true });
  const lines = rules.map((rule) => `${String(rule.rule).padStart(5, '0')} ${serializeRule(rule)}\n`);
  ctx.system.files.write(RUNTIME_FILE, lines.join(''));
}

/** What a new rule matches, from the options its type takes. */
function matchesOf(args: CommandArgs, type: ClaimRule['type']): string {
  const value = (name: string): string | undefined => args.optionalString(name);
  const need = (name: string): string => {
    const found = value(name);
    if (found === undefined)
      throw new CommandError(`Error: Missing required parameter --${name} for a rule of type ${type}`);
    return found;
  };
  const optional = (name: string, label = name): string =>
    value(name) === undefined ? '' : ` ${label}=${value(name)}`;
  switch (type) {
    case 'vendor':
      return `vendor=${need('vendor')} model=${value('model') ?? '*'}`;
    case 'location':
      return `adapter=${need('adapter')}${optional('channel')}${optional('target')}${optional('lun')}`;
    case 'driver':
      return `driver=${need('driver')}`;
    case 'transport':
      return `transport=${need('transport')}`;
    case 'device':
      return `device=${need('device')}`;
    case 'target':
      return `transport=${need('transport')}${optional('iqn')}${optional('wwnn')}${optional('wwpn')}${optional('lun')}`;
  }
}

const CLASS: Parameter = {
  long: 'claimrule-class',
  short: 'c',
  type: 'enum',
  values: ['MP', 'Filter', 'VAAI'],
  description: 'Class of the rule; MP when not given.',
};
const RULE: Parameter = { long: 'rule', short: 'r', type: 'int', description: 'Number of the rule.' };

const option = (long: string, description: string, short?: string): Parameter => ({
  long,
  ...(short === undefined ? {} : { short }),
  type: 'string',
  description,
});

export const claimCommands: EsxcliCommand[] = [
  {
    path: 'storage core claimrule list',
    summary: 'List the rules that say which plug-in claims a path.',
    parameters: [{ ...CLASS, values: ['MP', 'Filter', 'VAAI', 'all'] }],
    output: {
      shape: 'table',
      struct: 'ClaimRule',
      fields: [text('Rule Class'), integer('Rule'), text('Class'), text('Type'), text('Plugin'), text('Matches')],
    },
    run(ctx, args) {
      const wanted = args.optionalString('claimrule-class') ?? 'MP';
      return listClaimRules(runtimeRules(ctx), fileRules(ctx))
        .filter((rule) => wanted === 'all' || rule.ruleClass === wanted)
        .map((rule) => ({
          'Rule Class': rule.ruleClass,
          Rule: rule.rule,
          Class: rule.source,
          Type: rule.type,
          Plugin: rule.plugin,
          Matches: rule.matches,
        }));
    },
  },
  {
    path: 'storage core claimrule add',
    summary: 'Add a claim rule to the file; it counts after claimrule load.',
    parameters: [
      { ...RULE, min: USER_CLAIM_RULES.min, max: USER_CLAIM_RULES.max },
      {
        long: 'type',
        short: 't',
        type: 'enum',
        required: true,
        values: ['vendor', 'location', 'driver', 'transport', 'device', 'target'],
        description: 'What it looks at.',
      },
      {
        long: 'plugin',
        short: 'P',
        type: 'enum',
        required: true,
        values: ['NMP', 'MASK_PATH'],
        description: 'The plug-in to claim.',
      },
      CLASS,
      option('vendor', 'Vendor to match.', 'V'),
      option('model', 'Model to match.', 'M'),
      option('adapter', 'Adapter to match.', 'A'),
      option('channel', 'Channel to match.', 'C'),
      option('target', 'Target to match.', 'T'),
      option('lun', 'LUN to match.', 'L'),
      option('driver', 'Driver to match.', 'D'),
      option('transport', 'Transport to match.', 'R'),
      option('device', 'Device to match.', 'd'),
      option('iqn', 'iSCSI name to match.', 'i'),
      option('wwnn', 'Fibre Channel node name to match.'),
      option('wwpn', 'Fibre Channel port name to match.'),
      { long: 'autoassign', short: 'u', type: 'flag', description: 'Take the next free number.' },
      { long: 'force', short: 'f', type: 'flag', description: 'Add it although it looks wrong.' },
    ],
    output: none,
    async run(ctx, args) {
      const rules = fileRules(ctx);
      let number = args.optionalInt('rule');
      if (number === undefined && args.bool('autoassign')) {
        number = rules.reduce((highest, one) => Math.max(highest, one.rule), USER_CLAIM_RULES.min - 1) + 1;
      }
      if (number === undefined) throw new CommandError('Error: Missing required parameter -r|--rule');
      if (rules.some((one) => one.rule === number))
        throw new CommandError(`Error adding claim rule: rule ${number} already exists`);
      const type = args.string('type') as ClaimRule['type'];
      const ruleClass = (args.optionalString('claimrule-class') ?? 'MP') as ClaimRule['ruleClass'];
      await saveRules(
        ctx,
        [...rules, { ruleClass, rule: number, type, plugin: args.string('plugin'), matches: matchesOf(args, type) }],
        `Added claim rule ${number}`,
      );
    },
  },
  {
    path: 'storage core claimrule remove',
    summary: 'Remove a claim rule from the file.',
    parameters: [{ ...RULE, required: true }, CLASS],
    output: none,
    async run(ctx, args) {
      const rules = fileRules(ctx);
      const rest = rules.filter((one) => one.rule !== args.int('rule'));
      if (rest.length === rules.length)
        throw new CommandError(`Error removing claim rule: rule ${args.int('rule')} is not in the file`);
      await saveRules(ctx, rest, `Removed claim rule ${args.int('rule')}`);
    },
  },
  {
    path: 'storage core claimrule move',
    summary: 'Give a claim rule another number.',
    parameters: [
      { ...RULE, required: true },
      {
        long: 'new-rule',
        short: 'n',
        type: 'int',
        required: true,
        min: USER_CLAIM_RULES.min,
        max: USER_CLAIM_RULES.max,
        description: 'The new number.',
      },
      CLASS,
    ],
    output: none,
    async run(ctx, args) {
      const rules = fileRules(ctx);
      const from = args.int('rule');
      const to = args.int('new-rule');
      if (!rules.some((one) => one.rule === from))
        throw new CommandError(`Error moving claim rule: rule ${from} is not in the file`);
      if (rules.some((one) => one.rule === to))
        throw new CommandError(`Error moving claim rule: rule ${to} already exists`);
      await saveRules(
        ctx,
        rules.map((one) => (one.rule === from ? { ...one, rule: to } : one)),
        `Moved claim rule ${from} to ${to}`,
      );
    },
  },
  {
    path: 'storage core claimrule load',
    summary: 'Put the claim rules of the file in force.',
    parameters: [CLASS],
    output: none,
    run(ctx) {
      saveRuntime(ctx, fileRules(ctx));
      return undefined;
    },
  },
  {
    path: 'storage core claimrule run',
    summary: 'Claim unclaimed paths by the rules in force.',
    parameters: [
      CLASS,
      option('type', 'Only paths of this kind.', 't'),
      option('adapter', 'Only paths of this adapter.', 'A'),
      option('device', 'Only paths to this device.', 'd'),
      { long: 'wait', short: 'w', type: 'flag', description: 'Wait until it is done; it always is.' },
    ],
    output: none,
    // Every path of this host is claimed at boot and a disk in use keeps its claim, so nothing is left to claim.
    run: () => undefined,
  },
  {
    path: 'storage core claimrule convert',
    summary: 'Turn LUN masks of ESX 3 into claim rules.',
    parameters: [{ long: 'commit', short: 'C', type: 'flag', description: 'Really do it.' }],
    output: none,
    unsupported: 'no configuration of ESX 3 is on this host',
  },
  {
    path: 'storage core claiming autoclaim',
    summary: 'Switch automatic claiming of new paths.',
    parameters: [{ long: 'enabled', short: 'e', type: 'bool', required: true, description: 'Whether to claim.' }],
    output: none,
    unsupported: 'local paths are always claimed',
  },
  {
    path: 'storage core claiming reclaim',
    summary: 'Give up the paths to a device and claim them again.',
    parameters: [{ long: 'device', short: 'd', type: 'string', required: true, description: 'The device.' }],
    output: none,
    unsupported: 'the only device of the host is in use',
  },
  {
    path: 'storage core claiming unclaim',
    summary: 'Give up paths.',
    parameters: [
      option('type', 'How paths are chosen.', 't'),
      option('path', 'The path.', 'p'),
      option('adapter', 'The adapter.', 'A'),
      option('device', 'The device.', 'd'),
    ],
    output: none,
    unsupported: 'the only device of the host is in use',
  },
];
