import type { Field, FieldType, Value } from '../types.ts';

/** The field's name in csv, xml and keyvalue: `VLAN ID` → `VLANID`. */
export function fieldName(field: Field): string {
  return field.name ?? field.label.replace(/[^A-Za-z0-9]/g, '');
}

/** csv, xml and keyvalue order fields by name, byte-wise. */
export function byName(fields: readonly Field[]): Field[] {
  return [...fields].sort((a, b) => (fieldName(a) < fieldName(b) ? -1 : 1));
}

/** The type's word in keyvalue lines and xml elements. */
export function typeWord(type: FieldType): string {
  return type === 'list' || type === 'structures' ? 'list' : type;
}

/** One value as text: lists joined with `, `. */
export function valueText(value: Value): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  return String(value);
}
