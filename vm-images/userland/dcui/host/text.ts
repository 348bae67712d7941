/**
 * Reads what `esxcli --formatter=csv` prints: a header, then rows, every field followed by a comma.
 *
 * @returns rows by field name (`IPv4Address`); fields that are missing are absent.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = csvRows(text);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r?\n|$)|([^,\n]*)(,|\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) break;
    const end = found[2] ?? found[4] ?? '';
    const value = found[1] !== undefined ? found[1].replaceAll('""', '"') : (found[3] ?? '').replace(/\r$/, '');
    // The last field is followed by a comma, too: what comes then is the end of the row, not a field.
    if (end === ',' || value !== '') row.push(value);
    if (end !== ',') {
      if (row.length > 0) rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** First reason a command gives, for the operator; empty when it succeeded. */
export function problemOf(result: { status: number; stdout: string; stderr: string }): string {
  if (result.status === 0) return '';
  const text = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(0, 4).join('\n');
  return text === '' ? `The command ended with status ${result.status}.` : text;
}
