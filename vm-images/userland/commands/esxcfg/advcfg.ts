import { type CommandContext, CommandError, getopt, type Row, type ToolCommand } from '../framework/index.ts';
import { cell, esxcli, esxcliRows } from './esxcli-call.ts';
import { usage } from './text.ts';

const USER_VARS = 'options are fixed in this image; a package cannot add any';

const OPTIONS = [
  { usage: '-g|--get', text: 'Show the value of an option, /Path/Name.' },
  { usage: '-s|--set <value>', text: 'Set an option.' },
  { usage: '-d|--default', text: 'Set an option to its default.' },
  { usage: '-l|--list', text: 'List the options with their texts.' },
  { usage: '-k|--set-kernel <value>', text: 'Set a VMkernel boot setting.' },
  { usage: '-j|--get-kernel', text: 'Show a VMkernel boot setting.' },
  { usage: '-q|--quiet', text: 'Print nothing when an option was set.' },
  { usage: '-r|--restore', text: 'Bring the options to the configuration again.' },
  { usage: '-A|--add-desc <file>', text: 'Add an option.', unsupported: USER_VARS },
  { usage: '-u|--update', text: 'Update the options from their descriptions.', unsupported: USER_VARS },
  { usage: '-a|--add', text: 'Add a user variable.', unsupported: USER_VARS },
  { usage: '-h|--help', text: 'Print this text.' },
];

const LONG = {
  get: 'g',
  'set=': 's',
  default: 'd',
  list: 'l',
  'set-kernel=': 'k',
  get_kernel: 'j',
  'get-kernel': 'j',
  quiet: 'q',
  restore: 'r',
  'add-desc=': 'A',
  update: 'u',
  add: 'a',
  help: 'h',
};

export const advcfgTool: ToolCommand = {
  name: 'esxcfg-advcfg',
  summary: 'Advanced options and VMkernel boot settings.',
  options: OPTIONS,
  async run(ctx, argv) {
    const given = getopt('esxcfg-advcfg', argv, 'gs:dlk:jqrA:uah', LONG);
    if (given.options.length === 0 || given.has('h')) {
      await ctx.out(usage('esxcfg-advcfg <options> [<option name>]', OPTIONS));
      return given.has('h') ? 0 : 1;
    }
    if (given.has('A') || given.has('u') || given.has('a')) throw new CommandError(`esxcfg-advcfg: ${USER_VARS}`);
    if (given.has('l')) {
      const rows = await esxcliRows(ctx, 'system settings advanced list');
      await ctx.out(
        rows
          .map(
            (row) =>
              `${cell(row, 'Path')} [${cell(row, 'Type') === 'integer' ? 'Integer' : 'String'}] : ${cell(row, 'Description')}\n`,
          )
          .join(''),
      );
      return 0;
    }
    if (given.has('r')) {
      await ctx.host.reapply();
      return 0;
    }
    const name = given.operands[0];
    if (name === undefined) throw new CommandError('esxcfg-advcfg: the name of an option is missing');
    if (given.has('j')) {
      const row = await kernelSetting(ctx, name);
      await ctx.out(`${cell(row, 'Name')} = ${cell(row, 'Configured')}\n`);
      return 0;
    }
    if (given.has('k')) {
      await kernelSetting(ctx, name);
      await esxcli(ctx, 'system settings kernel set', ['-s', name, '-v', given.value('k')!]);
      return 0;
    }
    const path = optionPath(name);
    const before = await option(ctx, path);
    if (given.has('s')) {
      const flag = cell(before, 'Type') === 'integer' ? '-i' : '-s';
      const value = given.value('s')!;
      if (flag === '-i' && !/^-?\d+$/.test(value))
        throw new CommandError(`Invalid value '${value}' for ${path}: a number is expected`);
      await esxcli(ctx, 'system settings advanced set', ['-o', path, `${flag}=${value}`]);
    } else if (given.has('d')) await esxcli(ctx, 'system settings advanced set', ['-o', path, '-d']);
    if (!given.has('q') || given.has('g'))
      await ctx.out(`Value of ${path.split('/').pop()} is ${optionValue(await option(ctx, path))}\n`);
    return 0;
  },
};

/** `UserVars.ESXiShellTimeOut` and `UserVars/…` are taken too. */
export function optionPath(name: string): string {
  if (name.startsWith('/')) return name;
  return `/${name.includes('/') ? name : name.replaceAll('.', '/')}`;
}

async function option(ctx: CommandContext, path: string): Promise<Row> {
  const rows = await esxcliRows(ctx, 'system settings advanced list', ['-o', path]);
  const found = rows[0];
  if (found === undefined) throw new CommandError(`Invalid option ${path}`);
  return found;
}

function optionValue(row: Row): string {
  return cell(row, cell(row, 'Type') === 'integer' ? 'Int Value' : 'String Value');
}

async function kernelSetting(ctx: CommandContext, name: string): Promise<Row> {
  const rows = await esxcliRows(ctx, 'system settings kernel list', ['-o', name]);
  const found = rows.find((row) => cell(row, 'Name') === name);
  if (found === undefined) throw new CommandError(`Invalid kernel option: ${name}`);
  return found;
}
