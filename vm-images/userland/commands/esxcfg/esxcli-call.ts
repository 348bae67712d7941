import { parseArgs } from '../framework/args.ts';
import {
  type CommandContext,
  CommandError,
  type CommandResult,
  type EsxcliCommand,
  type Row,
} from '../framework/index.ts';
import { networkCommands } from '../network/index.ts';
import { storageCommands } from '../storage/index.ts';
import { systemCommands } from '../system/index.ts';

/**
 * The older tools do what esxcli does: each of their options is an esxcli command run in place, so the rules of a
 * change live once.
 *
 * @param path `network vswitch standard add`.
 * @param argv Its options: `['-v', 'vSwitch1']`.
 * @throws CommandError as that command does, without its usage text.
 */
export async function esxcli(ctx: CommandContext, path: string, argv: readonly string[] = []): Promise<CommandResult> {
  const command = commandAt(path);
  if (command.unsupported !== undefined || command.run === undefined)
    throw new CommandError(`not supported on this host: ${command.unsupported ?? path}`);
  try {
    return await command.run(ctx, parseArgs(command.parameters ?? [], argv));
  } catch (error) {
    throw error instanceof CommandError
      ? new CommandError(error.message.replace(/^Error: /, ''), { exitCode: error.exitCode })
      : error;
  }
}

/** The same for commands that list. */
export async function esxcliRows(
  ctx: CommandContext,
  path: string,
  argv: readonly string[] = [],
): Promise<readonly Row[]> {
  const result = await esxcli(ctx, path, argv);
  if (Array.isArray(result)) return result as readonly Row[];
  return typeof result === 'object' ? [result as Row] : [];
}

/** A value of a row as text; lists are joined by commas. */
export function cell(row: Row | undefined, label: string): string {
  const value = row?.[label];
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function commandAt(path: string): EsxcliCommand {
  for (const table of [networkCommands, storageCommands, systemCommands]) {
    const found = table.find((command) => command.path === path);
    if (found !== undefined) return found;
  }
  throw new CommandError(`the host agent has no '${path}'`);
}
