/** One line with a cursor, as at the prompt for boot options. */
export interface EditLine {
  readonly text: string;
  readonly cursor: number;
}

export type Key =
  | { type: 'text'; text: string }
  | { type: 'enter' | 'escape' | 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' | 'other' };

export function editLine(line: EditLine, key: Key): EditLine {
  const { text, cursor } = line;
  switch (key.type) {
    case 'text':
      return { text: text.slice(0, cursor) + key.text + text.slice(cursor), cursor: cursor + key.text.length };
    case 'backspace':
      return cursor === 0 ? line : { text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1 };
    case 'delete':
      return { text: text.slice(0, cursor) + text.slice(cursor + 1), cursor };
    case 'left':
      return { text, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { text, cursor: Math.min(text.length, cursor + 1) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    default:
      return line;
  }
}

const SEQUENCES: readonly (readonly [string, Key['type']])[] = [
  ['\x1b[A', 'other'],
  ['\x1b[B', 'other'],
  ['\x1b[C', 'right'],
  ['\x1b[D', 'left'],
  ['\x1b[H', 'home'],
  ['\x1b[F', 'end'],
  ['\x1b[1~', 'home'],
  ['\x1b[3~', 'delete'],
  ['\x1b[4~', 'end'],
  ['\x1b[7~', 'home'],
  ['\x1b[8~', 'end'],
  ['\x1bOH', 'home'],
  ['\x1bOF', 'end'],
];

/** Keys in the bytes of one read of a raw terminal. An escape that begins nothing known is the Escape key. */
export function parseKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (let at = 0; at < input.length; ) {
    const sequence = SEQUENCES.find(([bytes]) => input.startsWith(bytes, at));
    const unknown = /^\x1b(?:\[[0-9;[]*[A-Za-z~]|O[A-Za-z])/.exec(input.slice(at));
    if (sequence) {
      keys.push({ type: sequence[1] } as Key);
      at += sequence[0].length;
    } else if (unknown) {
      keys.push({ type: 'other' });
      at += unknown[0].length;
    } else {
      keys.push(plainKey(input.charAt(at)));
      at++;
    }
  }
  return keys;
}

function plainKey(char: string): Key {
  if (char === '\r' || char === '\n') return { type: 'enter' };
  if (char === '\x1b') return { type: 'escape' };
  if (char === '\x7f' || char === '\b') return { type: 'backspace' };
  if (char === '\x01') return { type: 'home' };
  if (char === '\x05') return { type: 'end' };
  return char >= ' ' && char <= '~' ? { type: 'text', text: char } : { type: 'other' };
}
