/**
 * Results of `esxcli --formatter=xml|csv`, and paths into them. XML is preferred: it says what is a list and what is a text.
 * Field names differ between the formatters (`VLANID`, `VLAN ID`), so they are compared without spaces and capitals.
 */
import { LabError } from '../../main/shared/errors.ts';
import type { Scalar } from '../schema/index.ts';
import type { Fact } from './facts.ts';
import { parseXml, type XmlElement } from './xml.ts';

export type Result = string | Result[] | { readonly fields: ReadonlyMap<string, Result> };

/** @throws LabError `grader.bad-output` when it is neither. */
export function parseEsxcli(text: string): Result {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  return trimmed.startsWith('<') ? fromXml(trimmed) : fromCsv(trimmed);
}

function fromXml(text: string): Result {
  const output = parseXml(text);
  const root = output.name === 'root' ? output : output.children.find((child) => child.name === 'root');
  if (!root) throw new LabError('grader.bad-output', 'esxcli gave XML without a root element');
  const results = root.children.map(fromElement);
  return results.length === 1 ? results[0]! : results;
}

function fromElement(element: XmlElement): Result {
  if (element.name === 'list') return element.children.map(fromElement);
  if (element.name === 'structure') {
    const fields = element.children.filter((child) => child.name === 'field');
    return {
      fields: new Map(
        fields.map((field) => [
          field.attributes.name ?? '',
          field.children[0] ? fromElement(field.children[0]) : field.text,
        ]),
      ),
    };
  }
  return element.text;
}

function fromCsv(text: string): Result {
  const [header, ...rows] = csvRows(text);
  if (!header) return [];
  return rows.map((row) => ({
    fields: new Map(
      header.flatMap((name, index) => (name === '' ? [] : [[name, csvValue(row[index] ?? '')] as const])),
    ),
  }));
}

/** The formatter ends each entry of a list with a comma. */
function csvValue(value: string): Result {
  return value.endsWith(',')
    ? value
        .slice(0, -1)
        .split(',')
        .map((entry) => entry.trim())
    : value;
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const closeCell = () => {
    rows.at(-1)!.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(++at);
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') closeCell();
    else if (char === '\n') {
      closeCell();
      rows.push([]);
    } else if (char !== '\r') cell += char;
  }
  closeCell();
  return rows.filter((row) => row.some((entry) => entry !== ''));
}

/**
 * Follows a path: a step into a list takes the row that is called so (`*` all rows), a step into a row takes a field.
 *
 * @param path Steps; dots in a text separate steps.
 * @param where Keeps the rows with these values first.
 * @returns null when something on the way is not there.
 */
export function select(
  result: Result,
  path: string | readonly string[] | undefined,
  where: Readonly<Record<string, Scalar>> = {},
): Fact {
  const wanted = Object.entries(where);
  let start = result;
  if (wanted.length > 0) {
    const rows = Array.isArray(result) ? result : [result];
    const kept = rows.filter((row) => wanted.every(([name, value]) => toText(field(row, name)) === String(value)));
    if (kept.length === 0) return null;
    // A path then goes into the row; with several rows it begins with `*`.
    start = kept.length === 1 ? kept[0]! : kept;
  }
  const steps = path === undefined ? [] : typeof path === 'string' ? path.split('.') : path;
  const end = walk(start, steps);
  return end === null ? null : toFact(end);
}

function walk(result: Result, steps: readonly string[]): Result | null {
  const [step, ...rest] = steps;
  if (step === undefined) return result;
  if (Array.isArray(result)) {
    if (step === '*') return result.flatMap((row) => walk(row, rest) ?? []);
    const row = result.find((item) => rowName(item, step));
    if (row !== undefined) return walk(row, rest);
    // A list of one may be taken for its row: `settings advanced list -o X`.
    return result.length === 1 && !Array.isArray(result[0]) ? walk(result[0]!, steps) : null;
  }
  if (step === '*') return walk([result], steps);
  const value = field(result, step);
  if (value !== null) return walk(value, rest);
  // Some commands answer a list of one with the row alone.
  return rowName(result, step) ? walk(result, rest) : null;
}

const nameFields = ['name', 'key', 'id', 'path', 'ruleset', 'interface', 'network', 'setting'];

function rowName(row: Result, name: string): boolean {
  if (typeof row === 'string') return row === name;
  if (Array.isArray(row)) return false;
  for (const candidate of nameFields) {
    const value = field(row, candidate);
    if (value !== null) return toText(value) === name;
  }
  return false;
}

function field(row: Result, name: string): Result | null {
  if (typeof row === 'string' || Array.isArray(row)) return null;
  const plain = normalise(name);
  for (const [key, value] of row.fields) if (normalise(key) === plain) return value;
  return null;
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function toFact(result: Result): Fact {
  if (typeof result === 'string') return result;
  if (Array.isArray(result)) return result.map((item) => toText(item));
  return toText(result);
}

function toText(result: Result | null): string {
  if (result === null) return '';
  if (typeof result === 'string') return result;
  if (Array.isArray(result)) return result.map(toText).join(', ');
  return [...result.fields].map(([name, value]) => `${name}: ${toText(value)}`).join(', ');
}
