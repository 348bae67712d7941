/** What a PC keyboard sends. Codes are those of DOM KeyboardEvent.code: a key's place on a US keyboard. */

const shifted: Record<string, string> = {
  '!': 'Digit1',
  '@': 'Digit2',
  '#': 'Digit3',
  $: 'Digit4',
  '%': 'Digit5',
  '^': 'Digit6',
  '&': 'Digit7',
  '*': 'Digit8',
  '(': 'Digit9',
  ')': 'Digit0',
  _: 'Minus',
  '+': 'Equal',
  '{': 'BracketLeft',
  '}': 'BracketRight',
  '|': 'Backslash',
  ':': 'Semicolon',
  '"': 'Quote',
  '~': 'Backquote',
  '<': 'Comma',
  '>': 'Period',
  '?': 'Slash',
};

const plain: Record<string, string> = {
  ' ': 'Space',
  '\n': 'Enter',
  '\t': 'Tab',
  '-': 'Minus',
  '=': 'Equal',
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '\\': 'Backslash',
  ';': 'Semicolon',
  "'": 'Quote',
  '`': 'Backquote',
  ',': 'Comma',
  '.': 'Period',
  '/': 'Slash',
};

export interface KeyPress {
  code: string;
  shift: boolean;
}

/** The key that types a character on a US keyboard; null when there is none. */
export function usKeyFor(character: string): KeyPress | null {
  if (/^[a-z]$/.test(character)) return { code: `Key${character.toUpperCase()}`, shift: false };
  if (/^[A-Z]$/.test(character)) return { code: `Key${character}`, shift: true };
  if (/^[0-9]$/.test(character)) return { code: `Digit${character}`, shift: false };
  const unshifted = plain[character];
  if (unshifted !== undefined) return { code: unshifted, shift: false };
  const code = shifted[character];
  return code === undefined ? null : { code, shift: true };
}

export type SendKey = (code: string, down: boolean) => void;

/** Presses the codes in order and lets them go in reverse: `['AltLeft', 'F1']`. */
export function pressTogether(codes: string[], send: SendKey): void {
  for (const code of codes) send(code, true);
  for (const code of [...codes].reverse()) send(code, false);
}

/** Types text as a US keyboard would. @returns How many characters have no key and were left out. */
export function typeText(text: string, send: SendKey): number {
  let missing = 0;
  for (const character of text.replaceAll('\r\n', '\n')) {
    const key = usKeyFor(character);
    if (key === null) missing++;
    else pressTogether(key.shift ? ['ShiftLeft', key.code] : [key.code], send);
  }
  return missing;
}

/**
 * Turns keyboard events into presses for a machine and remembers what is held, so that nothing stays down in the
 * machine when the window loses the focus in the middle of a chord.
 */
export class PcKeyboard {
  private readonly held = new Set<string>();
  private readonly send: SendKey;
  /** See the setting of this name: by place, or by what is printed on the key. */
  mode: 'position' | 'character' = 'position';

  constructor(send: SendKey) {
    this.send = send;
  }

  keyDown(event: Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat'>): void {
    const printed = this.printedKey(event);
    if (printed !== null) this.typePrinted(printed);
    else if (event.code !== '') {
      this.held.add(event.code);
      this.send(event.code, true);
    }
  }

  keyUp(event: Pick<KeyboardEvent, 'code'>): void {
    if (!this.held.delete(event.code)) return;
    this.send(event.code, false);
  }

  releaseAll(): void {
    for (const code of this.held) this.send(code, false);
    this.held.clear();
  }

  private printedKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): KeyPress | null {
    if (this.mode === 'position' || [...event.key].length !== 1) return null;
    const altGr = event.ctrlKey && event.altKey;
    if ((event.ctrlKey || event.altKey || event.metaKey) && !altGr && /[a-zA-Z0-9]/.test(event.key)) return null;
    return usKeyFor(event.key);
  }

  /** The learner's own Shift may be down for a character that needs none here, or the other way round. */
  private typePrinted(key: KeyPress): void {
    const modifiers = [...this.held].filter((code) => /^(Shift|Alt|Control)/.test(code));
    for (const code of modifiers) this.send(code, false);
    pressTogether(key.shift ? ['ShiftLeft', key.code] : [key.code], this.send);
    for (const code of modifiers) this.send(code, true);
  }
}
