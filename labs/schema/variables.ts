/** Per-learner variables: drawn from the seed, the same every time, different where two draw from one range. */
import { z } from 'zod';
import { LabError } from '../../main/shared/errors.ts';
import { createRandom, type Random } from './random.ts';

const ipv4Text = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const ipv4 = z.string().regex(ipv4Text, 'is not an IPv4 address');
const cidr = z
  .string()
  .refine((value) => parseCidr(value) !== null, 'is not an IPv4 network such as 192.168.50.0/24 (/8 to /29)');

export const variable = z.discriminatedUnion('pick', [
  z
    .strictObject({
      pick: z.literal('integer'),
      from: z.int().describe('Smallest value.'),
      to: z.int().describe('Largest value.'),
      step: z.int().positive().default(1).describe('Distance between two values.'),
    })
    .refine((range) => range.from <= range.to, 'from is after to'),
  z.strictObject({
    pick: z.literal('ipv4'),
    in: cidr.describe(
      'Network. Its own address, the broadcast and the first address (a router by custom) are not drawn.',
    ),
    except: z.array(ipv4).default([]).describe('Addresses that something else has.'),
  }),
  z.strictObject({
    pick: z.literal('name'),
    from: z.array(z.string().min(1)).min(1).optional().describe('Words to draw from; a list of our own when absent.'),
    prefix: z.string().default('').describe('Put before the word.'),
  }),
  z.strictObject({
    pick: z.literal('password'),
    length: z.int().min(8).max(32).default(12).describe('Characters: small and capital letters, digits, and . - _'),
  }),
  z.strictObject({
    pick: z.literal('choice'),
    from: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .describe('One of these.'),
  }),
]);
export type Variable = z.infer<typeof variable>;
export type Variables = Readonly<Record<string, Variable>>;

/** Values by variable name, as text. */
export type Values = Readonly<Record<string, string>>;

/** Filled in by the grader, in messages alone. */
export const messageWords: readonly string[] = ['found', 'expected'];

const words = (
  'alder amber aspen basalt birch briar cedar clover cobalt coral cypress delta ember falcon fern flint garnet hazel heron ' +
  'indigo iris ivory jade juniper kestrel larch laurel linden maple marble myrtle nettle oak olive onyx opal osprey pearl ' +
  'pine poplar quartz raven rowan sable saffron sorrel spruce thistle topaz umber violet walnut willow wren yarrow zinc'
).split(' ');

/**
 * @returns A value for each variable; the same seed gives the same values, whatever other variables are added later.
 * @throws LabError `lab.variables-exhausted` when a range has fewer values than variables that draw from it.
 */
export function drawVariables(variables: Variables, seed: string): Values {
  const taken = new Map<string, Set<string>>();
  const values: Record<string, string> = {};
  for (const [name, definition] of Object.entries(variables)) {
    const pool = poolOf(definition);
    const used = taken.get(pool) ?? new Set<string>();
    taken.set(pool, used);
    const value = drawUnused(definition, createRandom(`${seed}\0${name}`), used);
    if (value === null) {
      throw new LabError(
        'lab.variables-exhausted',
        `variable "${name}" finds no value that another one does not have`,
        { details: { variable: name } },
      );
    }
    used.add(value);
    values[name] = value;
  }
  return values;
}

/** Two variables that draw from one pool never get the same value. */
function poolOf(definition: Variable): string {
  if (definition.pick === 'choice') return `choice ${JSON.stringify(definition.from)}`;
  return definition.pick;
}

function drawUnused(definition: Variable, random: Random, used: ReadonlySet<string>): string | null {
  for (let attempt = 0; attempt < 64; attempt++) {
    const value = draw(definition, random);
    if (value !== null && !used.has(value)) return value;
  }
  // A nearly used-up range: take the first that is free.
  for (const value of enumerate(definition)) if (!used.has(value)) return value;
  return null;
}

function draw(definition: Variable, random: Random): string | null {
  switch (definition.pick) {
    case 'integer': {
      const count = Math.floor((definition.to - definition.from) / definition.step) + 1;
      return String(definition.from + random.below(count) * definition.step);
    }
    case 'ipv4': {
      const network = parseCidr(definition.in)!;
      const value = formatIpv4(network.address + 2 + random.below(network.size - 3));
      return definition.except.includes(value) ? null : value;
    }
    case 'name':
      return definition.prefix + random.pick(definition.from ?? words);
    case 'password':
      return password(definition.length, random);
    case 'choice':
      return String(random.pick(definition.from));
  }
}

function* enumerate(definition: Variable): Generator<string> {
  if (definition.pick === 'integer') {
    for (let value = definition.from; value <= definition.to; value += definition.step) yield String(value);
  } else if (definition.pick === 'ipv4') {
    const network = parseCidr(definition.in)!;
    for (let at = 2; at < network.size - 1; at++) {
      const value = formatIpv4(network.address + at);
      if (!definition.except.includes(value)) yield value;
    }
  } else if (definition.pick === 'name') {
    for (const word of definition.from ?? words) yield definition.prefix + word;
  } else if (definition.pick === 'choice') {
    for (const item of definition.from) yield String(item);
  }
}

/** All four classes of character, and none that a shell or YAML treats in its own way. */
function password(length: number, random: Random): string {
  const classes = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '.-_'];
  const letters = classes.slice(0, 3).join('');
  const chars = classes.map((set) => random.pick([...set]));
  while (chars.length < length) chars.push(random.pick([...letters]));
  for (let at = chars.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [chars[at], chars[other]] = [chars[other]!, chars[at]!];
  }
  // A leading sign would look like an option on a command line.
  const first = chars.findIndex((char) => /[A-Za-z]/.test(char));
  [chars[0], chars[first]] = [chars[first]!, chars[0]!];
  return chars.join('');
}

function parseCidr(value: string): { address: number; size: number } | null {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(value);
  if (!match || !ipv4Text.test(match[1]!)) return null;
  const bits = Number(match[2]);
  if (bits < 8 || bits > 29) return null;
  const address = match[1]!.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - bits);
  return address % size === 0 ? { address, size } : null;
}

function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

const placeholder = /\{\{\s*([A-Za-z]\w*)\s*\}\}/g;

/** Names that a text uses, with the offset of each. */
export function placeholders(text: string): { name: string; at: number }[] {
  return [...text.matchAll(placeholder)].map((match) => ({ name: match[1]!, at: match.index }));
}

/** Fills in `{{name}}`; names without a value are left as they stand. */
export function substitute(text: string, values: Values): string {
  return text.replace(placeholder, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole));
}

/** Fills in every string of a piece of plain data. */
export function substituteDeep<T>(value: T, values: Values): T {
  if (typeof value === 'string') return substitute(value, values) as T;
  if (Array.isArray(value)) return value.map((item) => substituteDeep(item, values)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [substitute(key, values), substituteDeep(item, values)]),
    ) as T;
  }
  return value;
}
