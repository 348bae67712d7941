/**
 * A key: one printable character as typed, or a name.
 * `ctrl-c`-style names stand for control characters that have no name of their own.
 */
export type Key = string;

/** What follows ESC for keys of the Linux console, xterm and VT220-like terminals. */
const sequences: Record<string, Key> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[7~': 'home',
  '[4~': 'end',
  '[8~': 'end',
  '[2~': 'insert',
  '[3~': 'delete',
  '[5~': 'pageup',
  '[6~': 'pagedown',
  '[Z': 'backtab',
  '[[A': 'f1',
  '[[B': 'f2',
  '[[C': 'f3',
  '[[D': 'f4',
  '[[E': 'f5',
  OP: 'f1',
  OQ: 'f2',
  OR: 'f3',
  OS: 'f4',
  '[11~': 'f1',
  '[12~': 'f2',
  '[13~': 'f3',
  '[14~': 'f4',
  '[15~': 'f5',
  '[17~': 'f6',
  '[18~': 'f7',
  '[19~': 'f8',
  '[20~': 'f9',
  '[21~': 'f10',
  '[23~': 'f11',
  '[24~': 'f12',
  // ESC + digit, for serial terminals without function keys
  '1': 'f1',
  '2': 'f2',
  '3': 'f3',
  '4': 'f4',
  '5': 'f5',
  '6': 'f6',
  '7': 'f7',
  '8': 'f8',
  '9': 'f9',
  '0': 'f10',
  '!': 'f11',
  '@': 'f12',
};

const controls: Record<string, Key> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\f': 'redraw',
};

/** Turns the bytes of a terminal into keys; a lone ESC is known only once nothing follows it. */
export class KeyDecoder {
  #held = '';

  /** True when bytes wait for more: call `flush` if none come within the terminal's escape delay. */
  get waiting(): boolean {
    return this.#held !== '';
  }

  /** @param text one character a byte (or decoded UTF-8). */
  feed(text: string): Key[] {
    let rest = this.#held + text;
    this.#held = '';
    const keys: Key[] = [];
    while (rest !== '') {
      const step = rest[0] === '\x1b' ? escaped(rest) : plain(rest);
      if (step === null) {
        this.#held = rest;
        break;
      }
      if (step.key !== null) keys.push(step.key);
      rest = rest.slice(step.length);
    }
    return keys;
  }

  /** Nothing more came: a held ESC is the Esc key; a sequence that broke off is dropped. */
  flush(): Key[] {
    const held = this.#held;
    this.#held = '';
    if (held === '\x1b') return ['esc'];
    return held === '\x1b\x1b' ? ['esc', 'esc'] : [];
  }
}

interface Decoded {
  key: Key | null;
  length: number;
}

function plain(text: string): Decoded {
  const char = text[0] ?? '';
  const named = controls[char];
  if (named !== undefined) return { key: named, length: 1 };
  if (char < ' ') return { key: `ctrl-${String.fromCharCode(char.charCodeAt(0) + 96)}`, length: 1 };
  return { key: char, length: 1 };
}

/** @returns null when more bytes are needed to tell. */
function escaped(text: string): Decoded | null {
  if (text.length === 1) return null;
  if (text[1] === '\x1b') return text.length === 2 ? null : { key: 'esc', length: 1 };
  const sequence = /^\x1b(\[\[[A-E]|\[[0-9;?]*[@-Z\\^-~]|O[@-~]|[0-9!@])/.exec(text);
  if (sequence !== null) {
    // A modifier (`[15;2~`, `[1;5A`) does not make another key here.
    const body = (sequence[1] ?? '').replace(/^\[1;\d+([A-Z])$/, '[$1').replace(/;\d+~$/, '~');
    const modifiedFunction = /^\[([P-S])$/.exec(body);
    const key = modifiedFunction ? sequences[`O${modifiedFunction[1]}`] : sequences[body];
    return { key: key ?? null, length: sequence[0].length };
  }
  if (/^\x1b(\[|\[\[|\[[0-9;?]*|O)$/.test(text)) return null;
  // ESC, then something that starts no sequence: two keys.
  return { key: 'esc', length: 1 };
}
