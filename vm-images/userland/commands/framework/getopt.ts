import { CommandError } from './errors.ts';

export interface ParsedOptions {
  /** Options in the order given; letters for short ones, names for long ones. */
  options: { name: string; value?: string }[];
  operands: string[];
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
}

/**
 * getopt for plain tools.
 *
 * @param short Letters; `:` behind a letter means it takes a value: `lm:v:`.
 * @param long Long names → the short letter or name they stand for; `=` at the end of the key: takes a value.
 * @throws CommandError in the words of BusyBox (`esxcfg-x: invalid option -- 'q'`).
 */
export function getopt(
  program: string,
  argv: readonly string[],
  short: string,
  long: Readonly<Record<string, string>> = {},
): ParsedOptions {
  const options: { name: string; value?: string }[] = [];
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at]!;
    if (token === '--') {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (token.startsWith('--')) {
      const equals = token.indexOf('=');
      const name = equals < 0 ? token.slice(2) : token.slice(2, equals);
      const withValue = long[`${name}=`];
      const target = withValue ?? long[name];
      if (target === undefined) throw new CommandError(`${program}: unrecognized option '--${name}'`);
      if (withValue === undefined) options.push({ name: target });
      else {
        const value = equals < 0 ? argv[++at] : token.slice(equals + 1);
        if (value === undefined) throw new CommandError(`${program}: option '--${name}' requires an argument`);
        options.push({ name: target, value });
      }
    } else if (token.startsWith('-') && token.length > 1) {
      for (let letter = 1; letter < token.length; letter++) {
        const name = token.charAt(letter);
        const found = name === ':' ? -1 : short.indexOf(name);
        if (found < 0) throw new CommandError(`${program}: invalid option -- '${name}'`);
        if (short.charAt(found + 1) !== ':') {
          options.push({ name });
          continue;
        }
        const value = letter + 1 < token.length ? token.slice(letter + 1) : argv[++at];
        if (value === undefined) throw new CommandError(`${program}: option requires an argument -- '${name}'`);
        options.push({ name, value });
        break;
      }
    } else operands.push(token);
  }
  return {
    options,
    operands,
    has: (name) => options.some((option) => option.name === name),
    value: (name) => options.findLast((option) => option.name === name)?.value,
  };
}
