import type { Output } from '../types.ts';
import { formatCsv } from './csv.ts';
import { formatKeyValue } from './keyvalue.ts';
import { formatText } from './text.ts';
import { formatXml } from './xml.ts';

export const formatters = ['csv', 'keyvalue', 'xml'] as const;
export type Formatter = (typeof formatters)[number] | 'text';

/** A command's result as the bytes esxcli prints. `only`: field names for csv, in order. */
export function formatResult(formatter: Formatter, output: Output, result: unknown, only?: readonly string[]): string {
  switch (formatter) {
    case 'csv':
      return formatCsv(output, result, only);
    case 'keyvalue':
      return formatKeyValue(output, result);
    case 'xml':
      return formatXml(output, result);
    default:
      return formatText(output, result);
  }
}
