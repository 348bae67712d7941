import { CommandError } from './errors.ts';
import type { Parameter } from './types.ts';

export type ArgValue = string | number | boolean | string[];

/** Parsed options of one call, by long name. */
export class CommandArgs {
  private readonly values: Map<string, ArgValue>;

  constructor(values: Map<string, ArgValue>) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** A required string (or enum). */
  string(name: string): string {
    return String(this.values.get(name) ?? '');
  }

  optionalString(name: string): string | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : String(value);
  }

  int(name: string): number {
    return Number(this.values.get(name));
  }

  optionalInt(name: string): number | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : Number(value);
  }

  /** A required bool, or a flag: absent is false. */
  bool(name: string): boolean {
    return this.values.get(name) === true;
  }

  optionalBool(name: string): boolean | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : value === true;
  }

  /** All values of a list option; empty when absent. */
  list(name: string): string[] {
    const value = this.values.get(name);
    return Array.isArray(value) ? value : [];
  }
}

export function spelling(parameter: Parameter): string {
  return parameter.short === undefined ? `--${parameter.long}` : `-${parameter.short}|--${parameter.long}`;
}

/**
 * Reads esxcli command options: `-v foo`, `-v=foo`, `-vfoo`, `--long foo`, `--long=foo`.
 *
 * @throws CommandError with the command's usage wanted, for anything the table does not allow.
 */
export function parseArgs(parameters: readonly Parameter[], argv: readonly string[]): CommandArgs {
  const values = new Map<string, ArgValue>();
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at]!;
    const { parameter, inline } = matchOption(parameters, token);
    if (parameter.unsupported !== undefined) {
      throw new CommandError(`Error: Option ${spelling(parameter)} is not supported here: ${parameter.unsupported}`);
    }
    if (parameter.type === 'flag') {
      if (inline !== undefined && parseBool(inline) === undefined) throw invalidOption(token);
      if (inline === undefined || parseBool(inline)) values.set(parameter.long, true);
      continue;
    }
    const raw = inline ?? argv[++at];
    if (raw === undefined) {
      throw new CommandError(`Error: Option ${spelling(parameter)} needs a value`, { showUsage: true });
    }
    store(values, parameter, raw);
  }
  for (const parameter of parameters) {
    if (parameter.required && !values.has(parameter.long)) {
      throw new CommandError(`Error: Missing required parameter ${spelling(parameter)}`, { showUsage: true });
    }
  }
  return new CommandArgs(values);
}

function matchOption(parameters: readonly Parameter[], token: string): { parameter: Parameter; inline?: string } {
  if (token.startsWith('--')) {
    const equals = token.indexOf('=');
    const long = equals < 0 ? token.slice(2) : token.slice(2, equals);
    const parameter = parameters.find((candidate) => candidate.long === long);
    if (parameter === undefined) throw invalidOption(equals < 0 ? token : token.slice(0, equals));
    return equals < 0 ? { parameter } : { parameter, inline: token.slice(equals + 1) };
  }
  if (!token.startsWith('-') || token.length < 2) {
    throw new CommandError(`Error: Unexpected argument '${token}'`, { showUsage: true });
  }
  const parameter = parameters.find((candidate) => candidate.short === token.charAt(1));
  if (parameter === undefined) throw invalidOption(token);
  if (token.length === 2) return { parameter };
  return { parameter, inline: token.charAt(2) === '=' ? token.slice(3) : token.slice(2) };
}

function invalidOption(token: string): CommandError {
  return new CommandError(`Error: Invalid option ${token}`, { showUsage: true });
}

export function parseBool(raw: string): boolean | undefined {
  switch (raw.toLowerCase()) {
    case 'true':
    case 'yes':
    case '1':
      return true;
    case 'false':
    case 'no':
    case '0':
      return false;
    default:
      return undefined;
  }
}

export function dataConstraint(name: string): CommandError {
  return new CommandError(`Invalid data constraint for parameter '${name}'.`);
}

function store(values: Map<string, ArgValue>, parameter: Parameter, raw: string): void {
  const { long } = parameter;
  switch (parameter.type) {
    case 'bool': {
      const value = parseBool(raw);
      if (value === undefined) throw badValue(parameter, raw, 'true or false');
      values.set(long, value);
      return;
    }
    case 'int': {
      const value = /^[+-]?\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
      if (Number.isNaN(value)) throw badValue(parameter, raw, 'a whole number');
      const { min = -Infinity, max = Infinity } = parameter;
      if (value < min || value > max) throw dataConstraint(long);
      values.set(long, value);
      return;
    }
    case 'enum': {
      const wanted = raw.toLowerCase();
      const value = (parameter.values ?? []).find((candidate) => candidate.toLowerCase() === wanted);
      if (value === undefined) throw dataConstraint(long);
      values.set(long, value);
      return;
    }
    case 'list': {
      const found = values.get(long);
      const items = Array.isArray(found) ? found : [];
      for (const item of raw.split(',')) {
        const trimmed = item.trim();
        if (trimmed !== '') items.push(trimmed);
      }
      values.set(long, items);
      return;
    }
    default:
      values.set(long, raw);
  }
}

function badValue(parameter: Parameter, raw: string, expected: string): CommandError {
  return new CommandError(`Error: Invalid value '${raw}' for ${spelling(parameter)}: expected ${expected}`, {
    showUsage: true,
  });
}
