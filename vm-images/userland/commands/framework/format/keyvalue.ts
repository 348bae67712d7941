import type { Field, Output, Row } from '../types.ts';
import { byName, fieldName, typeWord, valueText } from './names.ts';

/** `Struct.Field.type=value` lines, fields by name; rows follow one another. */
export function formatKeyValue(output: Output, result: unknown): string {
  switch (output.shape) {
    case 'none':
      return 'boolean=true\n';
    case 'text':
      return `string=${String(result ?? '').trimEnd()}\n`;
    case 'scalar':
      return `${output.type}=${result ?? ''}\n`;
    case 'simple':
      return lines(output.struct, output.fields, result as Row);
    default:
      return (result as readonly Row[]).map((row) => lines(output.struct, output.fields, row)).join('');
  }
}

function lines(prefix: string, fields: readonly Field[], row: Row): string {
  let out = '';
  for (const field of byName(fields)) {
    const value = row[field.label];
    const name = `${prefix}.${fieldName(field)}`;
    if (value === undefined) continue;
    if (field.type === 'structure') out += lines(name, field.fields ?? [], (value ?? {}) as Row);
    else if (field.type === 'structures') {
      ((value ?? []) as readonly Row[]).forEach((item, index) => {
        out += lines(`${name}[${index}]`, field.fields ?? [], item);
      });
    } else if (field.type === 'list') {
      ((value ?? []) as readonly string[]).forEach((item, index) => {
        out += `${name}[${index}].string=${item}\n`;
      });
    } else out += `${name}.${typeWord(field.type)}=${valueText(value)}\n`;
  }
  return out;
}
