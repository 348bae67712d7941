/**
 * Data objects of the management API as vim-cmd prints them: `(vim.host.Summary) { … }`, three spaces a level, every
 * field closed by a comma and a blank, `<unset>` for what has no value.
 */
export type Value = string | number | boolean | null | DataObject | DataArray | Reference | Raw;

export interface DataObject {
  kind: 'object';
  type: string;
  fields: readonly (readonly [name: string, value: Value])[];
}

export interface DataArray {
  kind: 'array';
  /** Type of the members: `vim.ElementDescription`, `string`. */
  type: string;
  items: readonly Value[];
}

/** A managed object: `'vim.HostSystem:ha-host'`. */
export interface Reference {
  kind: 'reference';
  id: string;
}

/** Written as it is. */
export interface Raw {
  kind: 'raw';
  text: string;
}

export function object(type: string, fields: Record<string, Value>): DataObject {
  return { kind: 'object', type, fields: Object.entries(fields) };
}

export function array(type: string, items: readonly Value[]): DataArray {
  return { kind: 'array', type, items };
}

export function ref(id: string): Reference {
  return { kind: 'reference', id };
}

export function raw(text: string): Raw {
  return { kind: 'raw', text };
}

/** @returns The text of one value, without a newline at its end. */
export function printValue(value: Value, indent = ''): string {
  if (value === null) return '<unset>';
  if (typeof value === 'string') return `"${value.replaceAll('"', '\\"')}"`;
  if (typeof value !== 'object') return String(value);
  const inner = `${indent}   `;
  switch (value.kind) {
    case 'reference':
      return `'${value.id}'`;
    case 'raw':
      return value.text;
    case 'array': {
      const items = value.items.map((item) => `${inner}${printValue(item, inner)}, \n`).join('');
      return items === '' ? `(${value.type}) []` : `(${value.type}) [\n${items}${indent}]`;
    }
    case 'object': {
      const unset = `${inner}dynamicType = <unset>, \n`;
      const fields = value.fields.map(([name, field]) => `${inner}${name} = ${printValue(field, inner)}, \n`).join('');
      return `(${value.type}) {\n${unset}${fields}${indent}}`;
    }
  }
}
