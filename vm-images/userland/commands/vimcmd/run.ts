import { StorageError } from '../../model/storage-mounts.ts';
import { VmError } from '../../model/vm-registry.ts';
import { type CommandContext, CommandError, type ToolCommand } from '../framework/index.ts';
import type { VimCommand } from './types.ts';

const COLUMN = 27;

/** The tool over a table of commands: help at every level, options, faults as text. */
export function createVimCmd(commands: readonly VimCommand[]): ToolCommand {
  const byPath = new Map(commands.map((command) => [command.path, command]));
  return {
    name: 'vim-cmd',
    summary: "Local client of the host agent's management objects.",
    options: commands.map((command) => ({
      usage: `${command.path}${command.usage === '' ? '' : ` ${command.usage}`}`,
      ...(command.unsupported === undefined ? {} : { unsupported: command.unsupported }),
    })),
    async run(ctx, argv) {
      let user = 'root';
      let rest = [...argv];
      while (rest[0]?.startsWith('-') === true) {
        const [option = '', value] = rest;
        if (option === '-U' && value !== undefined) {
          user = value;
          rest = rest.slice(2);
        } else if (option.startsWith('-U') && option.length > 2) {
          user = option.slice(2);
          rest = rest.slice(1);
        } else if (option === '-h' || option === '--help') rest = ['help'];
        else throw new CommandError(`vim-cmd: unknown option ${option}`);
      }
      const [path = '', ...args] = rest;
      if (path === '' || path === '/') return await listing(ctx, commands, '');
      if (path === 'help') return await help(ctx, commands, byPath, args[0] ?? '');
      if (path.endsWith('/') && commands.some((command) => command.path.startsWith(path)))
        return await listing(ctx, commands, path);
      const command = byPath.get(path);
      if (command === undefined) {
        if (commands.some((one) => one.path.startsWith(`${path}/`))) return await listing(ctx, commands, `${path}/`);
        throw new CommandError(`Invalid command '${path}'.`);
      }
      if (args[0] === '--help' || args[0] === '-h') return await help(ctx, commands, byPath, path);
      if (command.unsupported !== undefined || command.run === undefined) {
        throw new CommandError(`${path}: not supported on this host: ${command.unsupported ?? ''}`);
      }
      return await execute(ctx, command, args, user);
    },
  };
}

async function execute(
  ctx: CommandContext,
  command: VimCommand,
  argv: readonly string[],
  user: string,
): Promise<number> {
  const options = new Map<string, string>();
  const args: string[] = [];
  for (const word of argv) {
    const found = /^--([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word);
    if (found === null) args.push(word);
    else options.set(found[1] ?? '', found[2] ?? '');
  }
  try {
    const text = await command.run?.({ ctx, args, options, user });
    if (text !== undefined && text !== '') await ctx.out(text.endsWith('\n') ? text : `${text}\n`);
    return 0;
  } catch (error) {
    if (error instanceof VmError) throw new CommandError(`(${error.fault}) ${error.message}`);
    if (error instanceof StorageError) throw new CommandError(error.message);
    throw error;
  }
}

/** What lies under a path: groups end in a slash, four columns. */
async function listing(ctx: CommandContext, commands: readonly VimCommand[], prefix: string): Promise<number> {
  const names = new Set<string>(prefix === '' ? ['help'] : []);
  for (const command of commands) {
    if (!command.path.startsWith(prefix)) continue;
    const [first = '', ...deeper] = command.path.slice(prefix.length).split('/');
    names.add(deeper.length > 0 ? `${first}/` : first);
  }
  const sorted = [...names].sort(
    (one, other) => Number(other.endsWith('/')) - Number(one.endsWith('/')) || (one < other ? -1 : 1),
  );
  const perRow = Math.max(1, Math.floor(80 / COLUMN));
  const rows = Math.ceil(sorted.length / perRow);
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: perRow }, (_unused, column) => sorted[column * rows + row] ?? '')
      .map((name) => name.padEnd(COLUMN))
      .join('')
      .trimEnd(),
  );
  await ctx.out(`Commands available under ${prefix === '' ? '/' : prefix}:\n${lines.join('\n')}\n`);
  return 0;
}

async function help(
  ctx: CommandContext,
  commands: readonly VimCommand[],
  byPath: ReadonlyMap<string, VimCommand>,
  path: string,
): Promise<number> {
  const command = byPath.get(path);
  if (command === undefined) return await listing(ctx, commands, path === '' || path.endsWith('/') ? path : `${path}/`);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const note = command.unsupported === undefined ? '' : `\nNot supported on this host: ${command.unsupported}\n`;
  await ctx.out(`Usage: ${name}${command.usage === '' ? '' : ` ${command.usage}`}\n\n${command.summary}\n${note}`);
  return 0;
}
