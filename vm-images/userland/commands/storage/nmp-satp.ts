import { SATPS, type SatpRule, SYSTEM_SATP_RULES } from '../../model/storage-claims.ts';
import {
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';
import { PSP_NAMES, satpDefault, satpKey } from './nmp-policy.ts';

/** User rules are kept as JSON-free text: fields joined by tabs, one key a rule. */
const RULE_KEY = /^storage\/plugin\/NMP\/rule\[(\d{4})\]$/;
const RULE_FIELDS = [
  'satp',
  'device',
  'vendor',
  'model',
  'driver',
  'transport',
  'options',
  'claimOptions',
  'psp',
  'pspOptions',
  'description',
] as const;

function userRules(ctx: CommandContext): SatpRule[] {
  return Object.entries(ctx.host.config.extra)
    .filter(([key]) => RULE_KEY.test(key))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => {
      const parts = value.split('\t');
      const rule = Object.fromEntries(RULE_FIELDS.map((field, index) => [field, parts[index] ?? '']));
      return { ...rule, group: 'user' } as unknown as SatpRule;
    });
}

async function saveUserRules(ctx: CommandContext, rules: readonly SatpRule[], summary: string): Promise<void> {
  await ctx.host.change(summary, (draft) => {
    for (const key of Object.keys(draft.extra)) if (RULE_KEY.test(key)) delete draft.extra[key];
    for (const [index, rule] of rules.entries()) {
      draft.extra[`storage/plugin/NMP/rule[${String(index).padStart(4, '0')}]`] = RULE_FIELDS.map(
        (field) => rule[field],
      ).join('\t');
    }
  });
}

function ruleOf(args: CommandArgs): SatpRule {
  const value = (name: string): string => args.optionalString(name) ?? '';
  const satp = args.string('satp');
  if (!SATPS.some((one) => one.name === satp)) throw new CommandError(`Unknown SATP: ${satp}`);
  const rule: SatpRule = {
    satp,
    device: value('device'),
    vendor: value('vendor'),
    model: value('model'),
    driver: value('driver'),
    transport: value('transport'),
    options: value('option'),
    group: 'user',
    claimOptions: value('claim-option'),
    psp: value('psp'),
    pspOptions: value('psp-option'),
    description: value('description'),
  };
  const hasMatch = [rule.device, rule.vendor, rule.model, rule.driver, rule.transport].some((one) => one !== '');
  if (!hasMatch)
    throw new CommandError('Error adding SATP user rule: a device, vendor, model, driver or transport must be given');
  return rule;
}

const RULE_PARAMETERS: readonly Parameter[] = [
  { long: 'satp', short: 's', type: 'string', required: true, description: 'The array type the rule chooses.' },
  { long: 'vendor', short: 'V', type: 'string', description: 'Vendor to match.' },
  { long: 'model', short: 'M', type: 'string', description: 'Model to match.' },
  { long: 'driver', short: 'D', type: 'string', description: 'Adapter driver to match.' },
  { long: 'transport', short: 'R', type: 'string', description: 'Transport to match.' },
  { long: 'device', short: 'd', type: 'string', description: 'Device to match.' },
  { long: 'option', short: 'o', type: 'string', description: 'Options for the array type.' },
  { long: 'claim-option', short: 'c', type: 'string', description: 'Options for claiming.' },
  { long: 'psp', short: 'P', type: 'enum', values: PSP_NAMES, description: 'Path selection to start with.' },
  { long: 'psp-option', short: 'O', type: 'string', description: 'Options for path selection.' },
  { long: 'description', short: 'e', type: 'string', description: 'A note.' },
  {
    long: 'type',
    short: 't',
    type: 'enum',
    values: ['vendor', 'device', 'driver', 'transport'],
    description: 'Kind of the rule; worked out when not given.',
  },
  { long: 'force', short: 'f', type: 'flag', description: 'Add it although a like one exists.' },
  {
    long: 'boot',
    short: 'b',
    type: 'flag',
    description: 'A rule of the system, added at boot.',
    unsupported: 'boot rules come with driver packages',
  },
];

const sameMatch = (one: SatpRule, other: SatpRule): boolean =>
  (['satp', 'device', 'vendor', 'model', 'driver', 'transport'] as const).every((field) => one[field] === other[field]);

export const satpCommands: EsxcliCommand[] = [
  {
    path: 'storage nmp satp list',
    summary: 'List the array types with their path selection.',
    output: { shape: 'table', struct: 'Satp', fields: [text('Name'), text('Default PSP'), text('Description')] },
    run: (ctx) =>
      SATPS.map((one) => ({ Name: one.name, 'Default PSP': satpDefault(ctx, one.name), Description: one.description })),
  },
  {
    path: 'storage nmp satp set',
    summary: 'Choose the path selection an array type starts with.',
    parameters: [
      {
        long: 'satp',
        short: 's',
        type: 'enum',
        required: true,
        values: SATPS.map((one) => one.name),
        description: 'The array type.',
      },
      {
        long: 'default-psp',
        short: 'P',
        type: 'enum',
        required: true,
        values: PSP_NAMES,
        description: 'The path selection.',
      },
      { long: 'boot', short: 'b', type: 'flag', description: 'Also for the next boot; it is kept anyway.' },
    ],
    output: { shape: 'text' },
    async run(ctx, args) {
      const satp = args.string('satp');
      const psp = args.string('default-psp');
      await ctx.host.change(`Default path selection of ${satp}: ${psp}`, (draft) => {
        draft.extra[satpKey(satp)] = psp;
      });
      return `Default PSP for ${satp} is now ${psp}\n`;
    },
  },
  {
    path: 'storage nmp satp rule list',
    summary: 'List the rules that choose an array type.',
    parameters: [{ long: 'satp', short: 's', type: 'string', description: 'Only rules of this array type.' }],
    output: {
      shape: 'table',
      struct: 'SatpRule',
      fields: [
        'Name',
        'Device',
        'Vendor',
        'Model',
        'Driver',
        'Transport',
        'Options',
        'Rule Group',
        'Claim Options',
        'Default PSP',
        'PSP Options',
        'Description',
      ].map((label) => text(label)),
    },
    run(ctx, args) {
      const satp = args.optionalString('satp');
      return [...SYSTEM_SATP_RULES, ...userRules(ctx)]
        .filter((one) => satp === undefined || one.satp === satp)
        .map((one) => ({
          Name: one.satp,
          Device: one.device,
          Vendor: one.vendor,
          Model: one.model,
          Driver: one.driver,
          Transport: one.transport,
          Options: one.options,
          'Rule Group': one.group,
          'Claim Options': one.claimOptions,
          'Default PSP': one.psp,
          'PSP Options': one.pspOptions,
          Description: one.description,
        }));
    },
  },
  {
    path: 'storage nmp satp rule add',
    summary: 'Add a rule that chooses an array type.',
    parameters: RULE_PARAMETERS,
    output: none,
    async run(ctx, args) {
      const rule = ruleOf(args);
      const present = userRules(ctx);
      if (!args.bool('force') && [...SYSTEM_SATP_RULES, ...present].some((one) => sameMatch(one, rule))) {
        throw new CommandError(`Error adding SATP user rule: Duplicate user rule found for SATP ${rule.satp}`);
      }
      await saveUserRules(ctx, [...present, rule], `Added a rule for ${rule.satp}`);
    },
  },
  {
    path: 'storage nmp satp rule remove',
    summary: 'Remove a rule that was added.',
    parameters: RULE_PARAMETERS,
    output: none,
    async run(ctx, args) {
      const rule = ruleOf(args);
      const present = userRules(ctx);
      const rest = present.filter((one) => !sameMatch(one, rule));
      if (rest.length === present.length)
        throw new CommandError(`Error removing SATP user rule: no such rule for SATP ${rule.satp}`);
      await saveUserRules(ctx, rest, `Removed a rule for ${rule.satp}`);
    },
  },
];
