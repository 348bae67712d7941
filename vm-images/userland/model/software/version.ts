import type { Vib, VibConstraint } from './vib.ts';

/**
 * Compares VIB versions, `VERSION-RELEASE`: numbers as numbers, words as words, a number before a word.
 *
 * @returns below 0 when `a` is the older one.
 */
export function compareVersions(a: string, b: string): number {
  const [versionA, releaseA] = split(a);
  const [versionB, releaseB] = split(b);
  return compareParts(versionA, versionB) || compareParts(releaseA, releaseB);
}

/**
 * Whether a package of that name and version is one that the constraint names. A constraint without version is met by any
 * version; one with a version is not met by a provision that has none.
 */
export function meets(constraint: VibConstraint, name: string, version: string | undefined): boolean {
  if (constraint.name !== name) return false;
  const { relation, version: wanted } = constraint;
  if (relation === undefined || wanted === undefined || wanted === '') return true;
  if (version === undefined) return false;
  const order = compareVersions(version, wanted);
  switch (relation) {
    case '<<':
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '>>':
    case '>':
      return order > 0;
    default:
      return order === 0;
  }
}

/** Whether the VIB itself, or something it provides, is what the constraint names. */
export function provides(vib: Vib, constraint: VibConstraint): boolean {
  return (
    meets(constraint, vib.name, vib.version) || vib.provides.some((one) => meets(constraint, one.name, one.version))
  );
}

export function describeConstraint({ name, relation, version }: VibConstraint): string {
  return [name, relation, version].filter((part) => part !== undefined && part !== '').join(' ');
}

function split(text: string): [string, string] {
  const dash = text.indexOf('-');
  return dash < 0 ? [text, ''] : [text.slice(0, dash), text.slice(dash + 1)];
}

function compareParts(a: string, b: string): number {
  const left = a.match(/\d+|[A-Za-z]+/g) ?? [];
  const right = b.match(/\d+|[A-Za-z]+/g) ?? [];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = comparePart(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const isNumber = [/^\d/.test(a), /^\d/.test(b)];
  if (isNumber[0] && isNumber[1]) return compareNumbers(a.replace(/^0+/, ''), b.replace(/^0+/, ''));
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  return compareWords(a, b);
}

/** Of any length: a release may be a date and a time with no blank between. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || compareWords(a, b);
}

function compareWords(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
