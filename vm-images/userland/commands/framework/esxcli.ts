import { type CommandArgs, parseArgs } from './args.ts';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { type Formatter, formatResult, formatters } from './format/index.ts';
import { commandUsage, namespaceUsage, rootUsage } from './help.ts';
import type { CommandTree } from './tree.ts';
import type { EsxcliCommand } from './types.ts';

interface GlobalOptions {
  formatter: Formatter;
  fields?: string[];
  debug: boolean;
  help: boolean;
  version: boolean;
}

/**
 * Runs one `esxcli` (or `localcli`) call: options, path, the command, its output.
 *
 * @param argv Arguments behind the program's name.
 * @returns The exit status: 0, or 1 for any error.
 */
export async function runEsxcli(tree: CommandTree, ctx: CommandContext, argv: readonly string[]): Promise<number> {
  const program = ctx.name;
  try {
    const { options, rest } = parseGlobal(argv);
    if (options.version) {
      await ctx.out(`Script '${program}' version: 5.5.0\n`);
      return 0;
    }
    const { path, args } = splitPath(rest);
    const help = options.help || args.some(isHelp);
    const command = tree.command(path);
    if (command !== undefined) {
      if (help) {
        await ctx.out(commandUsage(program, command));
        return 0;
      }
      return await runCommand(ctx, command, args, options);
    }
    if (!tree.isNamespace(path)) throw new CommandError(`Error: Unknown command or namespace ${path}`);
    if (!help && args.length > 0) throw new CommandError(`Error: Invalid option ${args[0]}`);
    await ctx.out(path === '' ? rootUsage(tree, program) : namespaceUsage(tree, program, path));
    return help ? 0 : 1;
  } catch (error) {
    return report(ctx, error);
  }
}

async function runCommand(
  ctx: CommandContext,
  command: EsxcliCommand,
  argv: readonly string[],
  options: GlobalOptions,
): Promise<number> {
  if (command.unsupported !== undefined || command.run === undefined) {
    throw new CommandError(`Error: '${command.path}' is not supported on this host: ${command.unsupported ?? ''}`);
  }
  let args: CommandArgs;
  try {
    args = parseArgs(command.parameters ?? [], argv);
  } catch (error) {
    if (!(error instanceof CommandError && error.showUsage)) throw error;
    await ctx.err(`${error.message}\n\n${commandUsage(ctx.name, command)}`);
    return error.exitCode;
  }
  const result = await command.run(ctx, args);
  const printed = formatResult(options.formatter, command.output, result, options.fields);
  if (printed !== '') await ctx.out(printed);
  return 0;
}

/** Prints a command's failure; a broken command prints its message too, the daemon logs the rest. */
export async function report(ctx: CommandContext, error: unknown): Promise<number> {
  if (!(error instanceof CommandError)) {
    const message = error instanceof Error ? error.message : String(error);
    ctx.system.log('hostd', 'err', `${ctx.name}: ${message}${error instanceof Error ? `\n${error.stack ?? ''}` : ''}`);
    await ctx.err(`Error: ${message}\n`);
    return 1;
  }
  if (error.message !== '') await ctx.err(`${error.message}\n`);
  return error.exitCode;
}

function isHelp(token: string): boolean {
  return token === '--help' || token === '-?' || token === '-h';
}

function parseGlobal(argv: readonly string[]): { options: GlobalOptions; rest: readonly string[] } {
  const options: GlobalOptions = { formatter: 'text', debug: false, help: false, version: false };
  let at = 0;
  for (; at < argv.length; at++) {
    const token = argv[at]!;
    if (!token.startsWith('-')) break;
    const equals = token.indexOf('=');
    const name = equals < 0 ? token : token.slice(0, equals);
    const value = (): string => {
      const found = equals < 0 ? argv[++at] : token.slice(equals + 1);
      if (found === undefined) throw new CommandError(`Error: Option ${name} needs a value`);
      return found;
    };
    switch (name) {
      case '--formatter':
        options.formatter = formatterNamed(value());
        break;
      case '--format-param': {
        const given = value();
        if (!given.startsWith('fields=')) throw new CommandError(`Error: Invalid option --format-param=${given}`);
        options.fields = given.slice(7).replaceAll('"', '').split(',');
        break;
      }
      case '--screen-width':
        value();
        break;
      case '--debug':
        options.debug = true;
        break;
      case '--version':
        options.version = true;
        break;
      case '-?':
      case '-h':
      case '--help':
        options.help = true;
        break;
      default:
        throw new CommandError(`Error: Invalid option ${name}`);
    }
  }
  return { options, rest: argv.slice(at) };
}

function formatterNamed(name: string): Formatter {
  const found = formatters.find((formatter) => formatter === name);
  if (found === undefined) {
    throw new CommandError(`Error: Unknown formatter '${name}', expected one of ${formatters.join(', ')}`);
  }
  return found;
}

function splitPath(rest: readonly string[]): { path: string; args: readonly string[] } {
  const first = rest.findIndex((token) => token.startsWith('-'));
  const end = first < 0 ? rest.length : first;
  return { path: rest.slice(0, end).join(' '), args: rest.slice(end) };
}
