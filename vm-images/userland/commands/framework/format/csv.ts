import type { Field, Output, Row, Value } from '../types.ts';
import { byName, fieldName, valueText } from './names.ts';

/** Header and rows, fields by name, every field followed by a comma (the last too). Seen in scripts that parse it. */
export function formatCsv(output: Output, result: unknown, only?: readonly string[]): string {
  switch (output.shape) {
    case 'none':
      return 'true\n';
    case 'text':
    case 'scalar':
      return `${csvCell(String(result ?? ''))}\n`;
    case 'simple':
      return csvRows(output.fields, [result as Row], only);
    default:
      return csvRows(output.fields, result as readonly Row[], only);
  }
}

function csvRows(fields: readonly Field[], rows: readonly Row[], only?: readonly string[]): string {
  const columns = flatten(fields, '').sort((a, b) => (a.name < b.name ? -1 : 1));
  const chosen =
    only === undefined ? columns : only.flatMap((name) => columns.filter((column) => column.name === name));
  let out = `${chosen.map((column) => `${column.name},`).join('')}\n`;
  for (const row of rows) out += `${chosen.map((column) => `${cell(column.value(row))},`).join('')}\n`;
  return out;
}

interface Column {
  name: string;
  value(row: Row): Value;
}

/** Fields of a structure become columns of their own, named `Outer.Inner`. */
function flatten(fields: readonly Field[], prefix: string): Column[] {
  return byName(fields).flatMap((field): Column[] => {
    const name = prefix + fieldName(field);
    if (field.type === 'structure') {
      return flatten(field.fields ?? [], `${name}.`).map((column) => ({
        name: column.name,
        value: (row) => column.value((row[field.label] ?? {}) as Row),
      }));
    }
    if (field.type === 'structures') {
      return flatten(field.fields ?? [], `${name}.`).map((column) => ({
        name: column.name,
        value: (row) => ((row[field.label] ?? []) as readonly Row[]).map((item) => valueText(column.value(item))),
      }));
    }
    return [{ name, value: (row) => row[field.label] }];
  });
}

/** A list is its items, each followed by a comma, quoted. */
function cell(value: Value): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : csvCell(value.map((item) => `${item},`).join(''));
  return csvCell(valueText(value));
}

function csvCell(content: string): string {
  return /[",\n]/.test(content) ? `"${content.replaceAll('"', '""')}"` : content;
}
