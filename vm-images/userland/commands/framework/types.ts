/**
 * The rows command tables are made of. One table drives parsing, help, output in every formatter,
 * `esxcli esxcli command list` and FIDELITY.md.
 */
import type { CommandArgs } from './args.ts';
import type { CommandContext } from './context.ts';

/**
 * `flag` takes no value (`--all`); `bool` takes true/false/yes/no/1/0; `enum` one of `values`;
 * `list` may be given several times, each value split at commas.
 */
export type ParameterType = 'string' | 'int' | 'bool' | 'flag' | 'enum' | 'list';

export interface Parameter {
  /** Without dashes: `vswitch-name`. Also the key in `CommandArgs`. */
  long: string;
  /** One letter without dash. */
  short?: string;
  type: ParameterType;
  required?: boolean;
  /** enum only: accepted spellings, compared without case; the table's spelling reaches `run`. */
  values?: readonly string[];
  /** int only: inclusive limits. */
  min?: number;
  max?: number;
  description: string;
  /** Why this option does nothing here; using it is refused with this text. */
  unsupported?: string;
}

export type FieldType = 'string' | 'integer' | 'boolean' | 'list' | 'structure' | 'structures';

export interface Field {
  /** As people see it: `Num Ports`. Also the key of the value in a `Row`. */
  label: string;
  type: FieldType;
  /** As csv, xml and keyvalue name it; default: the label without spaces and punctuation. */
  name?: string;
  /** structure(s) only. */
  fields?: readonly Field[];
  /** structure(s) only: the xml type name; default: the field's name. */
  struct?: string;
  /** Written behind the number in text output: `Kbps`. */
  unit?: string;
}

export type Value = string | number | boolean | null | undefined | readonly string[] | Row | readonly Row[];

/** Values by field label. In simple and keyed output an `undefined` value leaves its line out; `null` prints empty. */
export interface Row {
  [label: string]: Value;
}

/** What `run` returns: `none` → nothing, `simple` → Row, `keyed`/`table` → Row[], `scalar` → value, `text` → string. */
export type Output =
  | { shape: 'none' }
  /** `   Label: value` lines. `title`: a line at column 0 before them. */
  | { shape: 'simple'; struct: string; fields: readonly Field[]; title?: string }
  /** One block a row, headed by the value under `key` (a label, which need not be among the fields) when there is one. */
  | { shape: 'keyed'; struct: string; key?: string; fields: readonly Field[] }
  | { shape: 'table'; struct: string; fields: readonly Field[] }
  | { shape: 'scalar'; type: 'string' | 'integer' | 'boolean' }
  /** Lines for people; ends up as one string in the other formatters. Empty text prints nothing. */
  | { shape: 'text' };

export type CommandResult = undefined | string | number | boolean | Row | readonly Row[];

export interface EsxcliCommand {
  /** Full path: `network vswitch standard add`. */
  path: string;
  /** One sentence in our own words, shown by help. */
  summary: string;
  parameters?: readonly Parameter[];
  output: Output;
  /** Why the command does nothing here: it is listed, has help, and running it prints this and exits 1. */
  unsupported?: string;
  /** Throws `CommandError` when refused. Not needed when `unsupported`. */
  run?(ctx: CommandContext, args: CommandArgs): CommandResult | Promise<CommandResult>;
}

/** A namespace's one-line description, for help. */
export interface EsxcliNamespace {
  path: string;
  summary: string;
}

/** A program other than esxcli, reached under `name` through bbclient. */
export interface ToolCommand {
  name: string;
  summary: string;
  /** What FIDELITY.md says per option or subcommand: usage text → supported, or why not. */
  options?: readonly { usage: string; unsupported?: string }[];
  /** Why it does nothing here; undefined: it works. */
  unsupported?: string;
  /** @param argv Arguments behind the name. @returns exit status; throwing `CommandError` prints it and gives its status. */
  run(ctx: CommandContext, argv: readonly string[]): number | Promise<number>;
}

/** Short-hands that keep tables readable. */
export function text(label: string, name?: string): Field {
  return name === undefined ? { label, type: 'string' } : { label, type: 'string', name };
}
export function integer(label: string, name?: string): Field {
  return name === undefined ? { label, type: 'integer' } : { label, type: 'integer', name };
}
export function boolean(label: string, name?: string): Field {
  return name === undefined ? { label, type: 'boolean' } : { label, type: 'boolean', name };
}
export function list(label: string, name?: string): Field {
  return name === undefined ? { label, type: 'list' } : { label, type: 'list', name };
}
export function structure(label: string, struct: string, fields: readonly Field[]): Field {
  return { label, type: 'structure', struct, fields };
}
export const none: Output = { shape: 'none' };
