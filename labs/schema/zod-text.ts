/** Says what a schema found wrong in words an author understands. */
import type { z } from 'zod';
import type { DataPath } from './problems.ts';

export interface Complaint {
  path: DataPath;
  /** Point at the key itself: it is the key that is wrong. */
  onKey: boolean;
  message: string;
}

type Issue = z.core.$ZodIssue;

export function complaints(issues: readonly Issue[], value: unknown): Complaint[] {
  const misspelt = new Set(issues.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => pathKey(issue)));
  // A map that lacks something because its key is misspelt has one mistake, not two.
  const kept = issues.filter((issue) => issue.code !== 'custom' || !misspelt.has(pathKey(issue)));
  return kept.flatMap((issue) => explain(issue, [], value));
}

function pathKey(issue: Issue): string {
  return JSON.stringify(issue.path);
}

function explain(issue: Issue, prefix: DataPath, root: unknown): Complaint[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const at = (message: string, onKey = false): Complaint[] => [{ path, onKey, message }];
  const where = path.length === 0 ? '' : `${pathText(path)}: `;
  const found = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        onKey: true,
        message: `${where}unknown key "${key}"`,
      }));
    case 'invalid_type':
      if (found === undefined) return missing(path);
      return at(`${where}expected ${article(issue.expected)}, found ${describe(found)}`);
    case 'invalid_value': {
      if (found === undefined) return missing(path);
      return at(`${where}expected ${listOf(issue.values.map((item) => String(item)))}, found ${describe(found)}`);
    }
    case 'invalid_key':
      return at(`${where}${issue.issues[0]?.message ?? 'is not a good name'}`, true);
    case 'invalid_union':
      return explainUnion(issue, path, root, where, found);
    case 'too_small':
    case 'too_big':
      return at(`${where}${sizeText(issue)}, found ${describe(found)}`);
    default:
      return at(`${where}${issue.message}`);
  }
}

function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: DataPath,
  root: unknown,
  where: string,
  found: unknown,
): Complaint[] {
  const discriminator = (issue as { discriminator?: string }).discriminator;
  if (discriminator !== undefined) {
    const options = (issue as { options?: unknown[] }).options ?? [];
    const object = valueAt(root, path.at(-1) === discriminator ? path.slice(0, -1) : path);
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      return [{ path, onKey: false, message: `${where}expected a map, found ${describe(object)}` }];
    }
    const given = (object as Record<string, unknown>)[discriminator];
    if (given === undefined) return missing(path.at(-1) === discriminator ? path : [...path, discriminator]);
    return [
      {
        path,
        onKey: false,
        message: `${where}expected ${listOf(options.filter((option) => option !== undefined).map(String))}, found ${describe(given)}`,
      },
    ];
  }
  // The branch that got furthest says the most: one that only complains about the type of the whole says nothing.
  const branches = issue.errors.map((errors) => errors.flatMap((error) => explain(error, path, root)));
  const deep = branches.filter((branch) =>
    branch.some((item) => item.path.length > path.length || !/expected (an?|true)/.test(item.message)),
  );
  const best = deep.sort((a, b) => a.length - b.length)[0];
  if (best) return best;
  if (found === undefined) return missing(path);
  const wanted = new Set(
    issue.errors.flatMap((errors) =>
      errors.map((error) => (error.code === 'invalid_type' ? article(error.expected) : 'another value')),
    ),
  );
  return [{ path, onKey: false, message: `${where}expected ${listOf([...wanted])}, found ${describe(found)}` }];
}

function missing(path: DataPath): Complaint[] {
  const key = path.at(-1);
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? '' : `${pathText(parent)}: `;
  return [{ path: parent, onKey: false, message: `${where}"${key}" is missing` }];
}

/** `tasks[1].checks[0].probe`, the way people write it. */
export function pathText(path: DataPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function sizeText(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const least = issue.code === 'too_small' ? 'at least' : 'at most';
  if (issue.origin === 'string') {
    return issue.code === 'too_small' && limit === 1 ? 'must not be empty' : `must have ${least} ${limit} characters`;
  }
  if (issue.origin === 'array' || issue.origin === 'set') {
    return issue.code === 'too_small' && limit === 1
      ? 'needs at least one entry'
      : `must have ${least} ${limit} entries`;
  }
  return `must be ${least} ${limit}`;
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a map',
    record: 'a map',
    array: 'a list',
    null: 'nothing',
  };
  return names[type] ?? type;
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `"${value.length > 60 ? `${value.slice(0, 57)}…` : value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value;
}

function listOf(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

function valueAt(root: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[String(step)] : undefined,
    root,
  );
}
