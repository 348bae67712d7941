/** What a terminal sends, back to the keys that were pressed: the other way round than `toTerminalInput`. */

const CSI_KEYS: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  F: 'End',
  H: 'Home',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
  M: 'Enter',
  Z: 'Shift+Tab',
};
const TILDE_KEYS: Readonly<Record<string, string>> = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  11: 'F1',
  12: 'F2',
  13: 'F3',
  14: 'F4',
  15: 'F5',
  17: 'F6',
  18: 'F7',
  19: 'F8',
  20: 'F9',
  21: 'F10',
  23: 'F11',
  24: 'F12',
};
const CONTROL_KEYS: Readonly<Record<string, string>> = {
  '\r': 'Enter',
  '\n': 'Enter',
  '\t': 'Tab',
  '\x7f': 'Backspace',
  '\b': 'Backspace',
  '\x1b': 'Esc',
  '\0': 'Ctrl+Space',
};

/** `ESC [ [ A` is F1 on a Linux console; then CSI with a number, CSI, SS3, and ESC in front of what Alt was held with. */
const SEQUENCE =
  /\x1b\[\[([A-E])|\x1b\[(\d+)(?:;(\d+))?~|\x1b\[(?:1;(\d+))?([A-Z])|\x1bO([A-Z])|\x1b([^\x1b])|([\s\S])/g;

/**
 * @param data Bytes from a terminal in raw mode, as Latin-1 text; a key's bytes come together.
 * @returns The notation of `console.type`: `text<Enter><Alt+F1>`. What no US keyboard has is left out.
 */
export function keysFromTerminal(data: string): string {
  let keys = '';
  for (const match of data.matchAll(SEQUENCE)) {
    const [, linux, tilde, tildeModifier, csiModifier, csi, ss3, alt, plain] = match;
    if (linux !== undefined) keys += named(`F${linux.charCodeAt(0) - 64}`);
    else if (tilde !== undefined) keys += named(TILDE_KEYS[tilde], tildeModifier);
    else if (csi !== undefined) keys += named(CSI_KEYS[csi], csiModifier);
    else if (ss3 !== undefined) keys += named(CSI_KEYS[ss3]);
    else if (alt !== undefined) keys += withAlt(alt);
    else keys += character(plain!);
  }
  return keys;
}

/** @param modifier xterm's parameter: 1 plus shift 1, alt 2, ctrl 4. */
function named(key: string | undefined, modifier = '1'): string {
  if (key === undefined) return '';
  const held = Number(modifier) - 1;
  return `<${held & 4 ? 'Ctrl+' : ''}${held & 2 ? 'Alt+' : ''}${held & 1 ? 'Shift+' : ''}${key}>`;
}

function withAlt(text: string): string {
  const key = character(text);
  if (key === '') return '';
  if (key.startsWith('<')) return `<Alt+${key.slice(1)}`;
  if (/^[A-Z]$/.test(key)) return `<Alt+Shift+${key.toLowerCase()}>`;
  return `<Alt+${key === '>' ? 'gt' : key}>`;
}

function character(text: string): string {
  const control = CONTROL_KEYS[text];
  if (control !== undefined) return `<${control}>`;
  if (text === '<') return '<lt>';
  if (text < ' ') return `<Ctrl+${String.fromCharCode(text.charCodeAt(0) + 64).toLowerCase()}>`;
  return text <= '~' ? text : '';
}
