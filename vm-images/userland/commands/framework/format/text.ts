import type { Field, Output, Row } from '../types.ts';
import { valueText } from './names.ts';

const FIELD_INDENT = '   ';
const NESTED_INDENT = '         ';

/** The formatter people read: simple, keyed, table or scalar, as the command declares. Ends with a newline, or is empty. */
export function formatText(output: Output, result: unknown): string {
  switch (output.shape) {
    case 'none':
      return '';
    case 'text':
      return line(String(result ?? ''));
    case 'scalar':
      return `${result ?? ''}\n`;
    case 'simple': {
      const title = output.title === undefined ? '' : `${output.title}\n`;
      return title + fieldLines(output.fields, result as Row, FIELD_INDENT);
    }
    case 'keyed':
      return keyedBlocks(output.key, output.fields, result as readonly Row[]);
    case 'table':
      return table(output.fields, result as readonly Row[]);
  }
}

function line(content: string): string {
  return content === '' || content.endsWith('\n') ? content : `${content}\n`;
}

function keyedBlocks(key: string | undefined, fields: readonly Field[], rows: readonly Row[]): string {
  const head = (row: Row): string => (key === undefined ? '' : `${valueText(row[key])}\n`);
  return rows.map((row) => head(row) + fieldLines(fields, row, FIELD_INDENT)).join('\n');
}

function fieldLines(fields: readonly Field[], row: Row, indent: string): string {
  let out = '';
  for (const field of fields) {
    const value = row[field.label];
    if (value === undefined) continue;
    if (field.type === 'structure') {
      out += `${indent}${field.label}: \n${value === null ? '' : fieldLines(field.fields ?? [], value as Row, NESTED_INDENT)}`;
    } else if (field.type === 'structures') {
      out += `${indent}${field.label}: \n`;
      for (const item of (value ?? []) as readonly Row[]) out += fieldLines(field.fields ?? [], item, NESTED_INDENT);
    } else {
      out += `${indent}${field.label}: ${valueText(value)}${field.unit === undefined ? '' : ` ${field.unit}`}\n`;
    }
  }
  return out;
}

/** Header, dashes, rows; two spaces between columns; numbers and booleans to the right. No rows: nothing. */
function table(fields: readonly Field[], rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => fields.map((field) => valueText(row[field.label])));
  const widths = fields.map((field, column) =>
    cells.reduce((width, row) => Math.max(width, row[column]!.length), field.label.length),
  );
  const pad = (content: string, column: number): string =>
    isRight(fields[column]!) ? content.padStart(widths[column]!) : content.padEnd(widths[column]!);
  const lines = [
    fields
      .map((field, column) => pad(field.label, column))
      .join('  ')
      .trimEnd(),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.map((row) => row.map(pad).join('  ')),
  ];
  return `${lines.join('\n')}\n`;
}

function isRight(field: Field): boolean {
  return field.type === 'integer' || field.type === 'boolean';
}
