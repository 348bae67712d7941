import type { Field, Output, Row, Value } from '../types.ts';
import { byName, fieldName, valueText } from './names.ts';

const HEAD =
  '<?xml version="1.0" encoding="utf-8"?>\n<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">\n<root>\n';
const TAIL = '</root>\n</output>\n';

/** `root` with a list of structures, one structure, or a bare value; fields by name. */
export function formatXml(output: Output, result: unknown): string {
  return HEAD + body(output, result) + TAIL;
}

function body(output: Output, result: unknown): string {
  switch (output.shape) {
    case 'none':
      return leaf('boolean', true, '   ');
    case 'text':
      return leaf('string', String(result ?? '').trimEnd(), '   ');
    case 'scalar':
      return leaf(output.type, result as Value, '   ');
    case 'simple':
      return structureXml(output.struct, output.fields, result as Row, '   ');
    default:
      return structuresXml(output.struct, output.fields, result as readonly Row[], '   ');
  }
}

function structuresXml(struct: string, fields: readonly Field[], rows: readonly Row[], indent: string): string {
  const items = rows.map((row) => structureXml(struct, fields, row, `${indent}   `)).join('');
  return `${indent}<list type="structure">\n${items}${indent}</list>\n`;
}

function structureXml(struct: string, fields: readonly Field[], row: Row, indent: string): string {
  let out = `${indent}<structure typeName="${escapeXml(struct)}">\n`;
  for (const field of byName(fields)) {
    const value = row[field.label];
    if (value === undefined) continue;
    out += `${indent}   <field name="${escapeXml(fieldName(field))}">\n`;
    out += fieldXml(field, value, `${indent}      `);
    out += `${indent}   </field>\n`;
  }
  return `${out}${indent}</structure>\n`;
}

function fieldXml(field: Field, value: Value, indent: string): string {
  const struct = field.struct ?? fieldName(field);
  switch (field.type) {
    case 'structure':
      return structureXml(struct, field.fields ?? [], (value ?? {}) as Row, indent);
    case 'structures':
      return structuresXml(struct, field.fields ?? [], (value ?? []) as readonly Row[], indent);
    case 'list': {
      const items = ((value ?? []) as readonly string[]).map((item) => leaf('string', item, `${indent}   `)).join('');
      return `${indent}<list type="string">\n${items}${indent}</list>\n`;
    }
    default:
      return leaf(field.type, value, indent);
  }
}

function leaf(type: string, value: Value, indent: string): string {
  return `${indent}<${type}>${escapeXml(valueText(value))}</${type}>\n`;
}

export function escapeXml(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
