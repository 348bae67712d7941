import { findModule, MODULES, type ModuleFact } from '../../model/modules.ts';
import {
  boolean,
  type CommandContext,
  CommandError,
  type EsxcliCommand,
  none,
  type Parameter,
  text,
} from '../framework/index.ts';

const moduleParameter: Parameter = {
  long: 'module',
  short: 'm',
  type: 'string',
  required: true,
  description: "The module's name.",
};

export const moduleCommands: EsxcliCommand[] = [
  {
    path: 'system module list',
    summary: 'List the modules of the kernel.',
    parameters: [
      { long: 'enabled', short: 'e', type: 'bool', description: 'Only modules that are (not) enabled.' },
      { long: 'loaded', short: 'l', type: 'bool', description: 'Only modules that are (not) loaded.' },
    ],
    output: {
      shape: 'table',
      struct: 'SystemModule',
      fields: [text('Name'), boolean('Is Loaded'), boolean('Is Enabled')],
    },
    run(ctx, args) {
      const enabled = args.optionalBool('enabled');
      const loaded = args.optionalBool('loaded');
      return MODULES.map((module) => ({
        Name: module.name,
        'Is Loaded': true,
        'Is Enabled': isEnabled(ctx, module),
      })).filter(
        (row) =>
          (enabled === undefined || row['Is Enabled'] === enabled) &&
          (loaded === undefined || row['Is Loaded'] === loaded),
      );
    },
  },
  {
    path: 'system module get',
    summary: 'Show a module of the kernel.',
    parameters: [moduleParameter],
    output: {
      shape: 'simple',
      struct: 'SystemModuleDetails',
      fields: [
        text('Module'),
        text('Module File'),
        text('License'),
        text('Version'),
        text('Build Type'),
        text('Provided Namespaces'),
        text('Required Namespaces'),
        text('Containing VIB'),
      ],
    },
    run(_ctx, args) {
      const module = requireModule(args.string('module'));
      return {
        Module: module.name,
        'Module File': '(built into the kernel)',
        License: module.licence,
        Version: module.version,
        'Build Type': 'release',
        'Provided Namespaces': null,
        'Required Namespaces': null,
        'Containing VIB': module.vib,
      };
    },
  },
  {
    path: 'system module set',
    summary: 'Enable or disable a module from the next boot on.',
    parameters: [
      { long: 'enabled', short: 'e', type: 'bool', required: true, description: 'Whether it is loaded at boot.' },
      { long: 'force', short: 'f', type: 'flag', description: 'Do so without checking.' },
      moduleParameter,
    ],
    output: none,
    unsupported: 'the modules are built into the kernel and always loaded',
  },
  {
    path: 'system module load',
    summary: 'Load a module now.',
    parameters: [{ long: 'force', short: 'f', type: 'flag', description: 'Do so without checking.' }, moduleParameter],
    output: none,
    unsupported: 'the modules are built into the kernel and always loaded',
  },
  {
    path: 'system module parameters list',
    summary: 'List the parameters of a module and the values it gets.',
    parameters: [moduleParameter],
    output: {
      shape: 'table',
      struct: 'SystemModuleParameter',
      fields: [text('Name'), text('Type'), text('Value'), text('Description')],
    },
    run(ctx, args) {
      const module = requireModule(args.string('module'));
      const values = parseOptions(ctx.host.config.modules[module.name]?.options ?? '');
      return module.parameters.map((parameter) => ({
        Name: parameter.name,
        Type: parameter.type,
        Value: values.get(parameter.name) ?? '',
        Description: parameter.description,
      }));
    },
  },
  {
    path: 'system module parameters set',
    summary: 'Set parameters of a module; kept for the next boot as a setting, the built-in drivers do not read it.',
    parameters: [
      { long: 'append', short: 'a', type: 'flag', description: 'Keep parameters that are not named.' },
      { long: 'force', short: 'f', type: 'flag', description: 'Do not check the names.' },
      moduleParameter,
      {
        long: 'parameter-string',
        short: 'p',
        type: 'string',
        required: true,
        description: 'Names and values: "debug=1 speed=2". Empty: none.',
      },
    ],
    output: none,
    async run(ctx, args) {
      const module = requireModule(args.string('module'));
      const given = parseOptions(args.string('parameter-string'));
      if (!args.bool('force')) checkParameters(module, given);
      await ctx.host.change(`Parameters of module ${module.name}`, ({ modules }) => {
        const now = args.bool('append') ? parseOptions(modules[module.name]?.options ?? '') : new Map<string, string>();
        for (const [name, value] of given) now.set(name, value);
        modules[module.name] = {
          ...modules[module.name],
          options: [...now].map(([name, value]) => `${name}=${value}`).join(' '),
        };
      });
      return undefined;
    },
  },
  {
    path: 'system module parameters copy',
    summary: 'Give a module the parameters of another.',
    parameters: [
      { long: 'force', short: 'f', type: 'flag', description: 'Do not check the names.' },
      { long: 'parameter-keys', short: 'p', type: 'list', required: true, description: 'Names of the parameters.' },
      { long: 'source', short: 's', type: 'string', required: true, description: 'The module copied from.' },
      { long: 'target', short: 't', type: 'string', required: true, description: 'The module copied to.' },
    ],
    output: none,
    async run(ctx, args) {
      const source = requireModule(args.string('source'));
      const target = requireModule(args.string('target'));
      const values = parseOptions(ctx.host.config.modules[source.name]?.options ?? '');
      const chosen = new Map(args.list('parameter-keys').map((key) => [key, values.get(key) ?? '']));
      if (!args.bool('force')) checkParameters(target, chosen);
      await ctx.host.change(`Copied parameters to module ${target.name}`, ({ modules }) => {
        const now = parseOptions(modules[target.name]?.options ?? '');
        for (const [name, value] of chosen) if (value !== '') now.set(name, value);
        const options = [...now].map(([name, value]) => `${name}=${value}`).join(' ');
        modules[target.name] = { ...modules[target.name], options };
      });
      return undefined;
    },
  },
];

export function requireModule(name: string): ModuleFact {
  const module = findModule(name);
  if (module === undefined) throw new CommandError(`Unable to find module ${name}`);
  return module;
}

function isEnabled({ host }: CommandContext, module: ModuleFact): boolean {
  return host.config.modules[module.name]?.enabled ?? true;
}

/** `a=1 b=2` */
function parseOptions(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    if (equals < 1) throw new CommandError(`Invalid module parameter '${word}': expected name=value`);
    out.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return out;
}

function checkParameters(module: ModuleFact, given: ReadonlyMap<string, string>): void {
  for (const name of given.keys()) {
    if (!module.parameters.some((parameter) => parameter.name === name)) {
      throw new CommandError(`Module ${module.name} has no parameter ${name}`);
    }
  }
}
