import { PSPS, SATPS, type SatpRule, SYSTEM_SATP_RULES } from '../../model/storage-claims.ts';
import { deviceId, displayName, pathUid, runtimeName } from '../../model/storage-devices.ts';
import { adapterOf, nmpKey, readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import {
  boolean,
  type CommandArgs,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Parameter,
  type Row,
  text,
} from '../framework/index.ts';
import { requireDevice, selectDevices } from './devices.ts';

const DEVICE: Parameter = { long: 'device', short: 'd', type: 'string', description: 'The device, by its name.' };
const PSP_NAMES = PSPS.map((one) => one.name);

/** The path selection a device has: its own, or the one its array type starts with. */
function pspOf(ctx: CommandContext, own: string | undefined): string {
  return own ?? satpDefault(ctx, 'VMW_SATP_LOCAL');
}

function satpKey(satp: string): string {
  return `storage/plugin/NMP/config[${satp}]/defaultpsp`;
}

function satpDefault(ctx: CommandContext, satp: string): string {
  return ctx.host.config.extra[satpKey(satp)] ?? SATPS.find((one) => one.name === satp)?.defaultPsp ?? 'VMW_PSP_FIXED';
}

/** Disks only: a CD drive is claimed too, but shows the same columns. */
function nmpRows(ctx: CommandContext, wanted: string | undefined): Row[] {
  const inventory = readStorage(ctx.system.files);
  return selectDevices(inventory, wanted).map((device) => {
    const settings = readDeviceSettings(ctx.host.config, device);
    const psp = pspOf(ctx, settings.psp);
    const path = runtimeName(device);
    const rr = settings.roundRobin ?? { type: 'default', iops: 1000, bytes: 10485760, useActiveNonOptimized: false };
    const config: Record<string, string> = {
      VMW_PSP_FIXED: `{preferred=${settings.preferredPath ?? path};current=${path}}`,
      VMW_PSP_MRU: `Current Path=${path}`,
      VMW_PSP_RR: `{policy=${rr.type === 'default' ? 'rr' : rr.type},iops=${rr.iops},bytes=${rr.bytes},useANO=${rr.useActiveNonOptimized ? 1 : 0};lastPathIndex=0: NumIOsPending=0,numBytesPending=0}`,
    };
    return {
      id: deviceId(device),
      'Device Display Name': displayName(device, settings),
      'Storage Array Type': 'VMW_SATP_LOCAL',
      'Storage Array Type Device Config': 'SATP VMW_SATP_LOCAL does not support device configuration.',
      'Path Selection Policy': psp,
      'Path Selection Policy Device Config': config[psp] ?? '',
      'Path Selection Policy Device Custom Config': '',
      'Working Paths': path,
      'Is Local SAS Device': false,
      'Is Boot USB Device': false,
    };
  });
}

function pathRows(ctx: CommandContext, wanted: string | undefined): Row[] {
  const inventory = readStorage(ctx.system.files);
  return selectDevices(inventory, wanted).map((device) => ({
    id: pathUid(device, adapterOf(inventory, device)),
    'Runtime Name': runtimeName(device),
    Device: deviceId(device),
    'Device Display Name': displayName(device, readDeviceSettings(ctx.host.config, device)),
    'Group State': 'active',
    'Array Priority': 0,
    'Storage Array Type Path Config': 'SATP VMW_SATP_LOCAL does not support path configuration.',
    'Path Selection Policy Path Config': '{current: yes; preferred: yes}',
  }));
}

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

export const nmpCommands: EsxcliCommand[] = [
  {
    path: 'storage nmp device list',
    summary: 'Show how the native multipathing plug-in treats each device.',
    parameters: [DEVICE],
    output: {
      shape: 'keyed',
      struct: 'NmpDevice',
      key: 'id',
      fields: [
        text('Device Display Name'),
        text('Storage Array Type'),
        text('Storage Array Type Device Config'),
        text('Path Selection Policy'),
        text('Path Selection Policy Device Config'),
        text('Path Selection Policy Device Custom Config'),
        text('Working Paths'),
        boolean('Is Local SAS Device'),
        boolean('Is Boot USB Device'),
      ],
    },
    run: (ctx, args) => nmpRows(ctx, args.optionalString('device')),
  },
  {
    path: 'storage nmp device set',
    summary: 'Choose the path selection of a device.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'psp', short: 'P', type: 'enum', values: PSP_NAMES, description: 'The path selection.' },
      { long: 'default', short: 'E', type: 'flag', description: 'Back to the one of the array type.' },
    ],
    output: none,
    async run(ctx, args) {
      const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
      const psp = args.optionalString('psp');
      if ((psp === undefined) === !args.bool('default'))
        throw new CommandError('Error: Exactly one of --psp and --default must be given');
      await ctx.host.change(`Path selection of ${deviceId(device)}: ${psp ?? 'default'}`, (draft) => {
        if (psp === undefined) delete draft.extra[nmpKey(device, 'psp')];
        else draft.extra[nmpKey(device, 'psp')] = psp;
      });
    },
  },
  {
    path: 'storage nmp path list',
    summary: 'Show the paths the native multipathing plug-in has.',
    parameters: [DEVICE, { long: 'path', short: 'p', type: 'string', description: 'Only this path.' }],
    output: {
      shape: 'keyed',
      struct: 'NmpPath',
      key: 'id',
      fields: [
        text('Runtime Name'),
        text('Device'),
        text('Device Display Name'),
        text('Group State'),
        integer('Array Priority'),
        text('Storage Array Type Path Config'),
        text('Path Selection Policy Path Config'),
      ],
    },
    run(ctx, args) {
      const path = args.optionalString('path');
      return pathRows(ctx, args.optionalString('device')).filter(
        (row) => path === undefined || row.id === path || row['Runtime Name'] === path,
      );
    },
  },
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
  {
    path: 'storage nmp psp list',
    summary: 'List the path selection plug-ins.',
    output: { shape: 'table', struct: 'Psp', fields: [text('Name'), text('Description')] },
    run: () => PSPS.map((one) => ({ Name: one.name, Description: one.description })),
  },
  {
    path: 'storage nmp psp roundrobin deviceconfig get',
    summary: 'Show how a device under round robin changes paths.',
    parameters: [{ ...DEVICE, required: true }],
    output: {
      shape: 'simple',
      struct: 'RoundRobinConfig',
      fields: [
        text('Device'),
        text('IOOperation Limit'),
        text('Limit Type'),
        boolean('Use Active Unoptimized Paths'),
        integer('Byte Limit'),
      ],
    },
    run(ctx, args) {
      const { device, settings } = requirePsp(ctx, args, 'VMW_PSP_RR');
      const rr = settings.roundRobin;
      return {
        Device: deviceId(device),
        'IOOperation Limit': String(rr?.iops ?? 1000),
        'Limit Type':
          rr?.type === undefined || rr.type === 'default' ? 'Default' : rr.type === 'iops' ? 'Iops' : 'Bytes',
        'Use Active Unoptimized Paths': rr?.useActiveNonOptimized ?? false,
        'Byte Limit': rr?.bytes ?? 10485760,
      };
    },
  },
  {
    path: 'storage nmp psp roundrobin deviceconfig set',
    summary: 'Say how a device under round robin changes paths.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'type', short: 't', type: 'enum', values: ['bytes', 'default', 'iops'], description: 'What is counted.' },
      { long: 'iops', short: 'I', type: 'int', min: 1, description: 'Commands down one path.' },
      { long: 'bytes', short: 'B', type: 'int', min: 1, description: 'Bytes down one path.' },
      { long: 'useano', short: 'U', type: 'bool', description: 'Use paths that are active and unoptimized.' },
    ],
    output: none,
    async run(ctx, args) {
      const { device } = requirePsp(ctx, args, 'VMW_PSP_RR');
      const type = args.optionalString('type') ?? (args.has('iops') ? 'iops' : args.has('bytes') ? 'bytes' : 'default');
      await ctx.host.change(`Round robin of ${deviceId(device)}`, (draft) => {
        draft.extra[nmpKey(device, 'rr/type')] = type;
        draft.extra[nmpKey(device, 'rr/iops')] = String(type === 'default' ? 1000 : (args.optionalInt('iops') ?? 1000));
        draft.extra[nmpKey(device, 'rr/bytes')] = String(
          type === 'default' ? 10485760 : (args.optionalInt('bytes') ?? 10485760),
        );
        if (args.has('useano')) draft.extra[nmpKey(device, 'rr/useANO')] = String(args.bool('useano'));
      });
    },
  },
  {
    path: 'storage nmp psp fixed deviceconfig get',
    summary: 'Show the preferred path of a device.',
    parameters: [{ ...DEVICE, required: true }],
    output: { shape: 'simple', struct: 'FixedConfig', fields: [text('Preferred Path'), text('Current Path')] },
    run(ctx, args) {
      const { device, settings } = requirePsp(ctx, args, 'VMW_PSP_FIXED');
      return { 'Preferred Path': settings.preferredPath ?? runtimeName(device), 'Current Path': runtimeName(device) };
    },
  },
  {
    path: 'storage nmp psp fixed deviceconfig set',
    summary: 'Choose the preferred path of a device.',
    parameters: [
      { ...DEVICE, required: true },
      { long: 'path', short: 'p', type: 'string', description: 'The path.' },
      { long: 'default', short: 'D', type: 'flag', description: 'Let the plug-in choose.' },
    ],
    output: none,
    async run(ctx, args) {
      const { device } = requirePsp(ctx, args, 'VMW_PSP_FIXED');
      const path = args.optionalString('path');
      if (path !== undefined && path !== runtimeName(device))
        throw new CommandError(`Unknown path for device ${deviceId(device)}: ${path}`);
      await ctx.host.change(`Preferred path of ${deviceId(device)}`, (draft) => {
        if (path === undefined) delete draft.extra[nmpKey(device, 'preferred')];
        else draft.extra[nmpKey(device, 'preferred')] = path;
      });
    },
  },
];

function requirePsp(ctx: CommandContext, args: CommandArgs, psp: string) {
  const device = requireDevice(readStorage(ctx.system.files), args.string('device'));
  const settings = readDeviceSettings(ctx.host.config, device);
  if (pspOf(ctx, settings.psp) !== psp) {
    throw new CommandError(
      `Device ${deviceId(device)} Does not use the ${psp === 'VMW_PSP_RR' ? 'Round Robin' : 'Fixed'} path selection policy.`,
    );
  }
  return { device, settings };
}
