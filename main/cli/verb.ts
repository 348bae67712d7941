import { type ParseArgsConfig, parseArgs } from 'node:util';
import { LabError } from '../shared/errors.ts';

export interface VerbArgs {
  flags: Record<string, string | boolean | undefined>;
  positionals: string[];
}

export interface Verb {
  name: string;
  usage: string;
  summary: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** How many words beside the options: least and most. */
  positionals: [number, number];
  run(args: VerbArgs): Promise<number>;
}

/** @throws LabError `cli.usage` for anything the verb does not take. */
export function parseVerbArgs(verb: Verb, argv: readonly string[]): VerbArgs {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: verb.options,
      allowPositionals: true,
      strict: true,
    });
    const [least, most] = verb.positionals;
    if (positionals.length < least)
      throw new LabError('cli.usage', `${missingWord(verb, positionals.length)} is missing`);
    if (positionals.length > most) throw new LabError('cli.usage', `unexpected ${JSON.stringify(positionals[most])}`);
    return { flags: values as VerbArgs['flags'], positionals };
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError('cli.usage', (error as Error).message.split('\n')[0] ?? 'bad arguments', { cause: error });
  }
}

/** `LAB`, `COMMAND`: the words of the usage line that stand for something, in order. */
function missingWord(verb: Verb, given: number): string {
  const plain = verb.usage.replace(/\[[^\]]*\]/g, '');
  return plain.match(/\b[A-Z]{2,}\b/g)?.[given] ?? 'something';
}

export function textFlag(args: VerbArgs, name: string): string | undefined {
  const value = args.flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function secondsFlag(args: VerbArgs, name: string, otherwise: number): number {
  const text = textFlag(args, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 86_400) {
    throw new LabError('cli.usage', `--${name} takes seconds from 1 to 86400, not ${JSON.stringify(text)}`);
  }
  return value;
}
