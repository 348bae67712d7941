/** A fact is what a probe read: a text, a list of texts, or null when there is nothing of the kind on the host. */
export type Fact = string | readonly string[] | null;

export type Reading =
  | { readonly ok: true; readonly fact: Fact }
  /** The host is in no state to be asked: not the learner's wrong answer and not a broken reading. */
  | { readonly ok: false; readonly outcome: 'error' | 'skip'; readonly reason: string }
  /** The host did not get to where there is something to read. */
  | { readonly ok: false; readonly outcome: 'fail'; readonly reason: string; readonly found: string };

export const found = (fact: Fact): Reading => ({ ok: true, fact });
export const unreadable = (reason: string): Reading => ({ ok: false, outcome: 'error', reason });
/** A progress bar says nothing in a line of text. */
const hasWords = (row: string) => /[\p{L}\p{N}]/u.test(row);
export const stopped = (reason: string, rows: readonly string[]): Reading => {
  const screen = rows.filter(hasWords).map((row) => row.trim().replace(/\s{2,}/g, '  '));
  return {
    ok: false,
    outcome: 'fail',
    reason,
    found: screen.length === 0 ? 'an empty screen' : showFact(screen.join('\n')),
  };
};
export const skipped = (reason: string): Reading => ({ ok: false, outcome: 'skip', reason });

const maxFactChars = 64 * 1024;
const maxShownChars = 240;

/** Bounded, so that no matcher has more to chew than this. */
export function textFact(text: string): string {
  return text.length > maxFactChars ? text.slice(0, maxFactChars) : text;
}

/** For people: one line, not too long. */
export function showFact(fact: Fact): string {
  if (fact === null) return 'nothing';
  if (typeof fact !== 'string') return fact.length === 0 ? 'none' : shorten(fact.join(', '));
  const text = fact.trim();
  return text === '' ? 'nothing' : shorten(text);
}

function shorten(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ⏎ ');
  return line.length > maxShownChars ? `${line.slice(0, maxShownChars - 1)}…` : line;
}

/** The value of `key = value` or `key=value`, quotes taken off; null when there is no such line. */
export function keyValue(text: string, key: string): string | null {
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf('=');
    if (at < 0 || line.trimStart().startsWith('#') || line.slice(0, at).trim() !== key) continue;
    const value = line.slice(at + 1).trim();
    return /^".*"$/.test(value) ? value.slice(1, -1) : value;
  }
  return null;
}
