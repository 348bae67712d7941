import { type AdvancedOption, advancedOptions } from '../../model/advanced-options.ts';
import {
  findKernelSetting,
  KERNEL_SETTINGS,
  type KernelSetting,
  normalizeKernelValue,
} from '../../model/kernel-settings.ts';
import { KEYBOARD_LAYOUTS } from '../../model/keyboards.ts';
import {
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  integer,
  none,
  type Row,
  text,
} from '../framework/index.ts';
import { advancedValue, isChanged, requireAdvancedOption, setAdvancedValue } from './advanced-values.ts';

export const settingsCommands: EsxcliCommand[] = [
  {
    path: 'system settings advanced list',
    summary: 'List advanced options with their values and limits.',
    parameters: [
      { long: 'delta', short: 'd', type: 'flag', description: 'Only options that are not at their default.' },
      { long: 'option', short: 'o', type: 'string', description: 'Only this option: /UserVars/ESXiShellTimeOut.' },
      { long: 'tree', short: 't', type: 'string', description: 'Only options below this path: /UserVars.' },
    ],
    output: {
      shape: 'keyed',
      struct: 'SettingsAdvancedOption',
      fields: [
        text('Path'),
        text('Type'),
        integer('Int Value'),
        integer('Default Int Value'),
        integer('Min Value'),
        integer('Max Value'),
        text('String Value'),
        text('Default String Value'),
        text('Valid Characters'),
        text('Description'),
      ],
    },
    run(ctx, args) {
      const only = args.optionalString('option');
      const options = only === undefined ? belowPath(args.optionalString('tree')) : [requireAdvancedOption(only)];
      const rows = options.map((option) => ({ option, value: advancedValue(ctx.host, ctx.system, option) }));
      const delta = args.bool('delta');
      return rows.filter(({ option, value }) => !delta || isChanged(option, value)).map(describeOption);
    },
  },
  {
    path: 'system settings advanced set',
    summary: 'Set an advanced option, or take it back to its default.',
    parameters: [
      { long: 'default', short: 'd', type: 'flag', description: 'Back to the default.' },
      { long: 'int-value', short: 'i', type: 'string', description: 'The value of an integer option.' },
      { long: 'option', short: 'o', type: 'string', required: true, description: "The option's path." },
      { long: 'string-value', short: 's', type: 'string', description: 'The value of a string option.' },
    ],
    output: none,
    async run(ctx, args) {
      const option = requireAdvancedOption(args.string('option'));
      const number = args.optionalString('int-value');
      const string = args.optionalString('string-value');
      const given = [number, string, args.bool('default') ? '' : undefined].filter((value) => value !== undefined);
      if (given.length !== 1) {
        throw new CommandError('Error: Give one of -i|--int-value, -s|--string-value and -d|--default', {
          showUsage: true,
        });
      }
      if (number !== undefined && option.type !== 'integer') {
        throw new CommandError(`Option ${option.path} is a string: use -s|--string-value`);
      }
      if (string !== undefined && option.type !== 'string') {
        throw new CommandError(`Option ${option.path} is an integer: use -i|--int-value`);
      }
      await setAdvancedValue(ctx.host, ctx.system, option, number ?? string);
      return undefined;
    },
  },
  {
    path: 'system settings kernel list',
    summary: 'List VMkernel boot settings: as configured, in force, and by default.',
    parameters: [
      { long: 'delta', short: 'd', type: 'flag', description: 'Only settings that are not at their default.' },
      { long: 'option', short: 'o', type: 'string', description: 'Only this setting.' },
    ],
    output: {
      shape: 'table',
      struct: 'SettingsKernelOption',
      fields: [text('Name'), text('Type'), text('Description'), text('Configured'), text('Runtime'), text('Default')],
    },
    run(ctx, args) {
      const only = args.optionalString('option');
      const settings = only === undefined ? KERNEL_SETTINGS : [requireKernelSetting(only)];
      const rows = settings.map((setting) => describeKernel(ctx, setting));
      const delta = args.bool('delta');
      return rows.filter((row) => !delta || row.Configured !== row.Default || row.Runtime !== row.Default);
    },
  },
  {
    path: 'system settings kernel set',
    summary: 'Set a VMkernel boot setting; it is in force from the next boot on.',
    parameters: [
      { long: 'setting', short: 's', type: 'string', required: true, description: "The setting's name." },
      { long: 'value', short: 'v', type: 'string', required: true, description: 'Its new value.' },
    ],
    output: none,
    async run(ctx, args) {
      await setKernelSetting(ctx, args.string('setting'), args.string('value'));
      return undefined;
    },
  },
  {
    path: 'system settings keyboard layout get',
    summary: 'Show the keyboard layout of the console.',
    parameters: [],
    output: { shape: 'scalar', type: 'string' },
    run: ({ host }) => host.config.keyboard,
  },
  {
    path: 'system settings keyboard layout list',
    summary: 'List the keyboard layouts.',
    output: { shape: 'table', struct: 'KeyboardLayout', fields: [text('Layout')] },
    run: () => KEYBOARD_LAYOUTS.map((layout) => ({ Layout: layout })),
  },
  {
    path: 'system settings keyboard layout set',
    summary: 'Choose the keyboard layout of the console; kept as a setting, keys stay as the desktop sends them.',
    parameters: [
      { long: 'layout', short: 'l', type: 'string', required: true, description: 'A layout from the list.' },
      {
        long: 'no-persist',
        type: 'flag',
        description: 'Until the next boot.',
        unsupported: 'the layout is kept as a setting only',
      },
    ],
    output: none,
    async run(ctx, args) {
      const wanted = args.string('layout');
      const layout = KEYBOARD_LAYOUTS.find((candidate) => candidate.toLowerCase() === wanted.toLowerCase());
      if (layout === undefined) throw new CommandError(`There is no keyboard layout ${wanted}`);
      await ctx.host.change(`Keyboard layout ${layout}`, (draft) => {
        draft.keyboard = layout;
      });
      return undefined;
    },
  },
];

function belowPath(tree: string | undefined): readonly AdvancedOption[] {
  if (tree === undefined) return advancedOptions();
  const prefix = `/${tree.replace(/^\/+|\/+$/g, '')}/`;
  const found = advancedOptions().filter((option) => option.path.startsWith(prefix));
  if (found.length === 0) throw new CommandError(`Unable to find tree ${tree}`);
  return found;
}

function describeOption({ option, value }: { option: AdvancedOption; value: string }): Row {
  const isInteger = option.type === 'integer';
  return {
    Path: option.path,
    Type: option.type,
    'Int Value': isInteger ? Number(value) : 0,
    'Default Int Value': isInteger ? Number(option.fallback) : 0,
    'Min Value': option.min,
    'Max Value': option.max,
    'String Value': isInteger ? '' : value,
    'Default String Value': isInteger ? '' : option.fallback,
    'Valid Characters': isInteger ? '' : '*',
    Description: option.description,
  };
}

export function requireKernelSetting(name: string): KernelSetting {
  const setting = findKernelSetting(name);
  if (setting === undefined) throw new CommandError(`Unable to find kernel setting ${name}`);
  return setting;
}

function describeKernel({ host }: CommandContext, setting: KernelSetting): Row {
  return {
    Name: setting.name,
    Type: setting.type === 'select' ? 'String' : setting.type,
    Description: setting.description,
    Configured: host.config.kernel[setting.name] ?? setting.fallback,
    Runtime: host.runtime.kernel[setting.name] ?? setting.fallback,
    Default: setting.fallback,
  };
}

/** esxcfg-advcfg -k does the same. */
export async function setKernelSetting(ctx: CommandContext, name: string, raw: string): Promise<void> {
  const setting = requireKernelSetting(name);
  const value = normalizeKernelValue(setting, raw);
  if (value === null) {
    const expected = setting.values?.join(', ') ?? (setting.type === 'Bool' ? 'TRUE or FALSE' : 'a number');
    throw new CommandError(`Invalid value ${raw} for kernel setting ${name}: expected ${expected}`);
  }
  await ctx.host.change(`Kernel setting ${name} from the next boot on: ${value}`, (draft) => {
    if (value === setting.fallback) delete draft.kernel[name];
    else draft.kernel[name] = value;
  });
}
