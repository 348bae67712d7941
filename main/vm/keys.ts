import { LabError } from '../shared/errors.ts';

/**
 * Keys as labs and tests write them: `text<Enter><F2><Shift+R><Alt+F1><Ctrl+C>`; `<lt>` is the character `<`.
 * A PC keyboard is US layout, scan code set 1 ("IBM Personal Computer AT Technical Reference", and the E0 codes of the
 * enhanced keyboard); a serial console gets what xterm sends.
 */
export interface KeyStroke {
  /** DOM `KeyboardEvent.code`. */
  readonly code: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

/** Set-1 make codes by DOM code; 0xe0 in front where the enhanced keyboard has it. */
const SCAN_CODES: Readonly<Record<string, readonly number[]>> = {
  Escape: [0x01],
  Digit1: [0x02],
  Digit2: [0x03],
  Digit3: [0x04],
  Digit4: [0x05],
  Digit5: [0x06],
  Digit6: [0x07],
  Digit7: [0x08],
  Digit8: [0x09],
  Digit9: [0x0a],
  Digit0: [0x0b],
  Minus: [0x0c],
  Equal: [0x0d],
  Backspace: [0x0e],
  Tab: [0x0f],
  KeyQ: [0x10],
  KeyW: [0x11],
  KeyE: [0x12],
  KeyR: [0x13],
  KeyT: [0x14],
  KeyY: [0x15],
  KeyU: [0x16],
  KeyI: [0x17],
  KeyO: [0x18],
  KeyP: [0x19],
  BracketLeft: [0x1a],
  BracketRight: [0x1b],
  Enter: [0x1c],
  ControlLeft: [0x1d],
  KeyA: [0x1e],
  KeyS: [0x1f],
  KeyD: [0x20],
  KeyF: [0x21],
  KeyG: [0x22],
  KeyH: [0x23],
  KeyJ: [0x24],
  KeyK: [0x25],
  KeyL: [0x26],
  Semicolon: [0x27],
  Quote: [0x28],
  Backquote: [0x29],
  ShiftLeft: [0x2a],
  Backslash: [0x2b],
  KeyZ: [0x2c],
  KeyX: [0x2d],
  KeyC: [0x2e],
  KeyV: [0x2f],
  KeyB: [0x30],
  KeyN: [0x31],
  KeyM: [0x32],
  Comma: [0x33],
  Period: [0x34],
  Slash: [0x35],
  ShiftRight: [0x36],
  NumpadMultiply: [0x37],
  AltLeft: [0x38],
  Space: [0x39],
  CapsLock: [0x3a],
  F1: [0x3b],
  F2: [0x3c],
  F3: [0x3d],
  F4: [0x3e],
  F5: [0x3f],
  F6: [0x40],
  F7: [0x41],
  F8: [0x42],
  F9: [0x43],
  F10: [0x44],
  NumLock: [0x45],
  ScrollLock: [0x46],
  Numpad7: [0x47],
  Numpad8: [0x48],
  Numpad9: [0x49],
  NumpadSubtract: [0x4a],
  Numpad4: [0x4b],
  Numpad5: [0x4c],
  Numpad6: [0x4d],
  NumpadAdd: [0x4e],
  Numpad1: [0x4f],
  Numpad2: [0x50],
  Numpad3: [0x51],
  Numpad0: [0x52],
  NumpadDecimal: [0x53],
  IntlBackslash: [0x56],
  F11: [0x57],
  F12: [0x58],
  NumpadEnter: [0xe0, 0x1c],
  ControlRight: [0xe0, 0x1d],
  NumpadDivide: [0xe0, 0x35],
  AltRight: [0xe0, 0x38],
  Home: [0xe0, 0x47],
  ArrowUp: [0xe0, 0x48],
  PageUp: [0xe0, 0x49],
  ArrowLeft: [0xe0, 0x4b],
  ArrowRight: [0xe0, 0x4d],
  End: [0xe0, 0x4f],
  ArrowDown: [0xe0, 0x50],
  PageDown: [0xe0, 0x51],
  Insert: [0xe0, 0x52],
  Delete: [0xe0, 0x53],
  MetaLeft: [0xe0, 0x5b],
  MetaRight: [0xe0, 0x5c],
  ContextMenu: [0xe0, 0x5d],
};

/** Names in angle brackets that are not DOM codes. */
const NAMES: Readonly<Record<string, string>> = {
  enter: 'Enter',
  return: 'Enter',
  esc: 'Escape',
  escape: 'Escape',
  tab: 'Tab',
  backspace: 'Backspace',
  bs: 'Backspace',
  space: 'Space',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  home: 'Home',
  end: 'End',
  pageup: 'PageUp',
  pgup: 'PageUp',
  pagedown: 'PageDown',
  pgdn: 'PageDown',
  insert: 'Insert',
  ins: 'Insert',
  delete: 'Delete',
  del: 'Delete',
};

const PLAIN = "`1234567890-=[]\\;',./ ";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?';
const PUNCTUATION: readonly string[] = [
  'Backquote',
  ...Array.from('1234567890', (digit) => `Digit${digit}`),
  'Minus',
  'Equal',
  'BracketLeft',
  'BracketRight',
  'Backslash',
  'Semicolon',
  'Quote',
  'Comma',
  'Period',
  'Slash',
  'Space',
];

const NO_MODIFIERS = { shift: false, ctrl: false, alt: false };

/** @throws LabError `console.bad-keys` with the place of what is no key. */
export function parseKeys(text: string): KeyStroke[] {
  const strokes: KeyStroke[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text[at] === '<' ? text.indexOf('>', at) : -1;
    if (text[at] === '<' && end < 0) throw badKeys(text, at, 'a "<" without ">" (write <lt> for the character itself)');
    if (text[at] === '<') {
      strokes.push(namedStroke(text.slice(at + 1, end), text, at));
      at = end + 1;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      strokes.push(characterStroke(character) ?? bad(text, at, `${JSON.stringify(character)} is not on a US keyboard`));
      at += character.length;
    }
  }
  return strokes;
}

/** Make and break codes of the strokes, one after the other. */
export function toScanCodes(strokes: readonly KeyStroke[]): number[] {
  return strokes.flatMap(({ code, shift, ctrl, alt }) => {
    const held = [ctrl ? 'ControlLeft' : '', alt ? 'AltLeft' : '', shift ? 'ShiftLeft' : ''].filter(
      (key) => key !== '',
    );
    const down = held.flatMap((key) => keyScanCodes(key, true));
    const up = held.reverse().flatMap((key) => keyScanCodes(key, false));
    return [...down, ...keyScanCodes(code, true), ...keyScanCodes(code, false), ...up];
  });
}

/** One key going down or up. @returns nothing for a key that a PC keyboard of this kind has not. */
export function keyScanCodes(code: string, down: boolean): number[] {
  const make = SCAN_CODES[code];
  if (!make) return [];
  const [first = 0, second] = make;
  if (second === undefined) return [down ? first : first | 0x80];
  return [first, down ? second : second | 0x80];
}

/** What a terminal sends for the strokes, as xterm does: Alt is an ESC in front. */
export function toTerminalInput(strokes: readonly KeyStroke[]): string {
  return strokes.map((stroke) => terminalStroke(stroke)).join('');
}

const CURSOR_KEYS: Readonly<Record<string, string>> = {
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
  End: 'F',
  Home: 'H',
  F1: 'P',
  F2: 'Q',
  F3: 'R',
  F4: 'S',
};
const TILDE_KEYS: Readonly<Record<string, number>> = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
const CONTROL_KEYS: Readonly<Record<string, string>> = {
  Enter: '\r',
  NumpadEnter: '\r',
  Escape: '\x1b',
  Tab: '\t',
  Backspace: '\x7f',
};

function terminalStroke(stroke: KeyStroke): string {
  const { code, shift, ctrl, alt } = stroke;
  // xterm's modifier parameter: 1 plus shift 1, alt 2, ctrl 4.
  const modifier = 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);
  const final = CURSOR_KEYS[code];
  if (final) {
    if (modifier > 1) return `\x1b[1;${modifier}${final}`;
    return code.startsWith('F') ? `\x1bO${final}` : `\x1b[${final}`;
  }
  const number = TILDE_KEYS[code];
  if (number !== undefined) return modifier > 1 ? `\x1b[${number};${modifier}~` : `\x1b[${number}~`;
  const prefix = alt ? '\x1b' : '';
  if (code === 'Tab' && shift) return `${prefix}\x1b[Z`;
  const control = CONTROL_KEYS[code];
  if (control) return prefix + control;
  const character = strokeCharacter(stroke);
  if (character === '') return '';
  return prefix + (ctrl ? controlCharacter(character) : character);
}

/** Ctrl with a letter or one of `@[\]^_?` and space, as ASCII has them. */
function controlCharacter(character: string): string {
  const upper = character.toUpperCase();
  if (upper === ' ') return '\0';
  if (upper === '?') return '\x7f';
  return upper >= '@' && upper <= '_' ? String.fromCharCode(upper.charCodeAt(0) & 0x1f) : character;
}

function strokeCharacter({ code, shift }: KeyStroke): string {
  if (/^Key[A-Z]$/.test(code)) return shift ? code[3]! : code[3]!.toLowerCase();
  const at = PUNCTUATION.indexOf(code);
  if (at < 0) return '';
  return shift && at < SHIFTED.length ? SHIFTED[at]! : PLAIN[at]!;
}

function characterStroke(character: string): KeyStroke | undefined {
  if (/^[a-z]$/.test(character)) return { ...NO_MODIFIERS, code: `Key${character.toUpperCase()}` };
  if (/^[A-Z]$/.test(character)) return { ...NO_MODIFIERS, code: `Key${character}`, shift: true };
  if (character === '\n' || character === '\r') return { ...NO_MODIFIERS, code: 'Enter' };
  if (character === '\t') return { ...NO_MODIFIERS, code: 'Tab' };
  const plain = PLAIN.indexOf(character);
  if (plain >= 0) return { ...NO_MODIFIERS, code: PUNCTUATION[plain]! };
  const shifted = SHIFTED.indexOf(character);
  return shifted < 0 ? undefined : { ...NO_MODIFIERS, code: PUNCTUATION[shifted]!, shift: true };
}

function namedStroke(name: string, text: string, at: number): KeyStroke {
  const parts = name.split('+');
  // `<Ctrl++>`: the key itself is a plus sign.
  if (name.endsWith('++')) parts.splice(-2, 2, '+');
  const key = parts.pop() ?? '';
  const modifiers = { ...NO_MODIFIERS };
  for (const part of parts) {
    const known = part.toLowerCase();
    if (known === 'shift') modifiers.shift = true;
    else if (known === 'ctrl' || known === 'control') modifiers.ctrl = true;
    else if (known === 'alt') modifiers.alt = true;
    else throw badKeys(text, at, `${JSON.stringify(part)} is not Shift, Ctrl or Alt`);
  }
  const stroke = keyStroke(key) ?? bad(text, at, `there is no key <${name}>`);
  return { ...stroke, shift: stroke.shift || modifiers.shift, ctrl: modifiers.ctrl, alt: modifiers.alt };
}

function keyStroke(key: string): KeyStroke | undefined {
  const lower = key.toLowerCase();
  if (lower === 'lt') return characterStroke('<');
  if (lower === 'gt') return characterStroke('>');
  if (Array.from(key).length === 1) return characterStroke(/^[A-Z]$/.test(key) ? lower : key);
  const code = NAMES[lower] ?? (/^f([1-9]|1[0-2])$/.test(lower) ? lower.toUpperCase() : key);
  return SCAN_CODES[code] ? { ...NO_MODIFIERS, code } : undefined;
}

function bad(text: string, at: number, why: string): never {
  throw badKeys(text, at, why);
}

function badKeys(text: string, at: number, why: string): LabError {
  return new LabError('console.bad-keys', `keys ${JSON.stringify(text)}, character ${at + 1}: ${why}`);
}
