/** Compares a fact with what a check expects, and says the expectation in words. */
import { type Expectation, maxLineChars, type Scalar } from '../schema/index.ts';
import type { Fact } from './facts.ts';

export function matches(fact: Fact, expect: Expectation): boolean {
  return rules.every((rule) => rule(fact, expect)) && plain(fact, expect);
}

type Rule = (fact: Fact, expect: Expectation) => boolean;

const rules: readonly Rule[] = [
  (fact, { exists }) => exists === undefined || exists === (fact !== null),
  (fact, { not }) => not === undefined || !matches(fact, not),
  (fact, { anyOf }) => anyOf === undefined || anyOf.some((expect) => matches(fact, expect)),
];

/** Matchers that need something to compare: an absent fact has none of it, except that it contains nothing. */
function plain(fact: Fact, expect: Expectation): boolean {
  const { exists: _exists, not: _not, anyOf: _anyOf, ...rest } = expect;
  if (Object.values(rest).every((value) => value === undefined)) return true;
  if (fact === null) return onlyAbsence(rest);
  return (Object.keys(compare) as (keyof typeof compare)[]).every(
    (name) => rest[name] === undefined || compare[name](fact, rest[name] as never),
  );
}

function onlyAbsence(expect: Expectation): boolean {
  const given = Object.entries(expect).filter(([, value]) => value !== undefined);
  return given.every(([name, value]) => name === 'containsNone' || (name === 'count' && value === 0));
}

type Present = Exclude<Fact, null>;

const compare = {
  equals: (fact: Present, value: Scalar | Scalar[]) =>
    Array.isArray(value) ? sameSequence(entries(fact), value.map(String)) : oneText(fact) === String(value).trim(),
  oneOf: (fact: Present, values: Scalar[]) => values.some((value) => oneText(fact) === String(value).trim()),
  contains: (fact: Present, value: Scalar) => has(fact, value),
  containsAll: (fact: Present, values: Scalar[]) => values.every((value) => has(fact, value)),
  containsNone: (fact: Present, values: Scalar[]) => !values.some((value) => has(fact, value)),
  sameAs: (fact: Present, values: Scalar[]) =>
    sameSequence([...entries(fact)].sort(), values.map((value) => String(value).trim()).sort()),
  matches: (fact: Present, pattern: string) => {
    const regex = new RegExp(pattern, 'u');
    const lines = typeof fact === 'string' ? fact.split(/\r?\n/) : fact;
    return lines.some((line) => regex.test(line.slice(0, maxLineChars)));
  },
  line: (fact: Present, value: Scalar) => entries(fact).includes(String(value).trim()),
  count: (fact: Present, value: number) => entries(fact).length === value,
  greaterThan: (fact: Present, limit: number) => numeric(fact, (value) => value > limit),
  lessThan: (fact: Present, limit: number) => numeric(fact, (value) => value < limit),
  atLeast: (fact: Present, limit: number) => numeric(fact, (value) => value >= limit),
  atMost: (fact: Present, limit: number) => numeric(fact, (value) => value <= limit),
};

function oneText(fact: Present): string {
  return typeof fact === 'string' ? fact.trim() : fact.join(', ');
}

/** A list as it is; a text as its lines that are not blank. */
function entries(fact: Present): string[] {
  const list = typeof fact === 'string' ? fact.split(/\r?\n/) : fact;
  return list.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

function has(fact: Present, value: Scalar): boolean {
  return typeof fact === 'string' ? fact.includes(String(value)) : entries(fact).includes(String(value).trim());
}

function sameSequence(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]!.trim());
}

function numeric(fact: Present, test: (value: number) => boolean): boolean {
  const text = oneText(fact);
  return text !== '' && Number.isFinite(Number(text)) && test(Number(text));
}

/** `9000`, `one of a, b`, `not 1500`: fits after "was asked:" and before "was asked". */
export function describeExpectation(expect: Expectation): string {
  const parts: string[] = [];
  const list = (values: readonly Scalar[]) => values.map(String).join(', ');
  const say = <T>(value: T | undefined, text: (value: T) => string) => {
    if (value !== undefined) parts.push(text(value));
  };
  say(expect.equals, (value) => (Array.isArray(value) ? list(value) || 'none' : String(value) || 'an empty text'));
  say(expect.oneOf, (values) => (values.length === 1 ? list(values) : `one of ${list(values)}`));
  say(expect.contains, (value) => `something with ${value}`);
  say(expect.containsAll, (values) => `all of ${list(values)}`);
  say(expect.containsNone, (values) => `none of ${list(values)}`);
  say(expect.sameAs, (values) => (values.length === 0 ? 'none' : `exactly ${list(values)}`));
  say(expect.matches, (pattern) => `text like /${pattern}/`);
  say(expect.line, (value) => `the line ${value}`);
  say(expect.exists, (value) => (value ? 'that it exists' : 'that it does not exist'));
  say(expect.count, (value) => `${value} ${value === 1 ? 'entry' : 'entries'}`);
  say(expect.greaterThan, (value) => `more than ${value}`);
  say(expect.lessThan, (value) => `less than ${value}`);
  say(expect.atLeast, (value) => `at least ${value}`);
  say(expect.atMost, (value) => `at most ${value}`);
  say(expect.not, (value) => `not ${describeExpectation(value)}`);
  say(expect.anyOf, (values) => values.map(describeExpectation).join(', or '));
  return parts.join(' and ');
}
