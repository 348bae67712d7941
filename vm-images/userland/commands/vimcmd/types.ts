import { type CommandContext, CommandError } from '../framework/index.ts';

/** One vim-cmd command: `hostsvc/net/portgroup_add`. */
export interface VimCommand {
  path: string;
  /** Its arguments as help shows them: `vswitch-name portgroup-name`. */
  usage: string;
  summary: string;
  /** Why it does nothing here; it is listed and refused with this text. */
  unsupported?: string;
  /** Text to print; nothing when undefined. */
  run?(call: VimCall): Promise<string | undefined> | string | undefined;
}

export interface VimCall {
  ctx: CommandContext;
  /** Arguments without options. */
  args: readonly string[];
  /** `--name=value` and bare `--name` (empty text). */
  options: ReadonlyMap<string, string>;
  /** Who runs it: `-U dcui`, root otherwise. */
  user: string;
}

/** An argument that must be there. */
export function required(call: VimCall, index: number, what: string): string {
  const value = call.args[index];
  if (value === undefined) throw new CommandError(`Insufficient arguments: ${what} is missing.`);
  return value;
}

/** `true`/`false`, `1`/`0`, `on`/`off`. */
export function booleanArgument(text: string, what: string): boolean {
  if (/^(true|1|on|yes)$/i.test(text)) return true;
  if (/^(false|0|off|no)$/i.test(text)) return false;
  throw new CommandError(`Invalid argument for ${what}: '${text}', expected true or false.`);
}
