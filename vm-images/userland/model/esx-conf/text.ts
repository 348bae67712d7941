/** esx.conf as text: one `/path = "value"` a line. */

/** @returns Values by full path, in file order. Lines that are not entries are skipped. */
export function parseEntries(content: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of content.split('\n')) {
    if (!line.startsWith('/')) continue;
    const equals = line.indexOf(' = "');
    const end = line.lastIndexOf('"');
    if (equals < 0 || end < equals + 4) continue;
    entries.set(line.slice(0, equals), unescapeValue(line.slice(equals + 4, end)));
  }
  return entries;
}

export function serializeEntries(entries: Iterable<readonly [string, string]>): string {
  let out = '';
  for (const [key, value] of entries) out += `${key} = "${escapeValue(value)}"\n`;
  return out;
}

function escapeValue(value: string): string {
  if (!value.includes('"') && !value.includes('\\') && !value.includes('\n')) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function unescapeValue(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

export function childKey(index: number): string {
  return `child[${String(index).padStart(4, '0')}]`;
}
