import { describe, expect, it } from 'vitest';
import { keyScanCodes, parseKeys, toScanCodes, toTerminalInput } from '../../../../main/vm/keys.ts';

const scan = (keys: string) => toScanCodes(parseKeys(keys));
const serial = (keys: string) => toTerminalInput(parseKeys(keys));

describe('keys of a PC keyboard', () => {
  it.each([
    ['a', [0x1e, 0x9e]],
    ['A', [0x2a, 0x1e, 0x9e, 0xaa]],
    ['1!', [0x02, 0x82, 0x2a, 0x02, 0x82, 0xaa]],
    ['_', [0x2a, 0x0c, 0x8c, 0xaa]],
    ['<Enter>', [0x1c, 0x9c]],
    ['<F2>', [0x3c, 0xbc]],
    ['<F11><F12>', [0x57, 0xd7, 0x58, 0xd8]],
    ['<Shift+R>', [0x2a, 0x13, 0x93, 0xaa]],
    ['<Shift+r>', [0x2a, 0x13, 0x93, 0xaa]],
    ['<Alt+F1>', [0x38, 0x3b, 0xbb, 0xb8]],
    ['<Ctrl+C>', [0x1d, 0x2e, 0xae, 0x9d]],
    ['<Ctrl+Alt+Del>', [0x1d, 0x38, 0xe0, 0x53, 0xe0, 0xd3, 0xb8, 0x9d]],
    ['<Up>', [0xe0, 0x48, 0xe0, 0xc8]],
    ['<lt>', [0x2a, 0x33, 0xb3, 0xaa]],
    ['>', [0x2a, 0x34, 0xb4, 0xaa]],
    ['<Backspace><Tab><Esc>', [0x0e, 0x8e, 0x0f, 0x8f, 0x01, 0x81]],
    ['\n', [0x1c, 0x9c]],
  ])('%s', (keys, codes) => {
    expect(scan(keys)).toEqual(codes);
  });

  it('knows one key down or up by its DOM code, and nothing for keys a PC never had', () => {
    expect(keyScanCodes('ArrowLeft', true)).toEqual([0xe0, 0x4b]);
    expect(keyScanCodes('ArrowLeft', false)).toEqual([0xe0, 0xcb]);
    expect(keyScanCodes('ShiftRight', false)).toEqual([0xb6]);
    expect(keyScanCodes('LaunchMail', true)).toEqual([]);
  });

  it('types every printable ASCII character, each in its own way', () => {
    const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    const seen = new Set(all.map((character) => scan(character === '<' ? '<lt>' : character).join()));
    expect(seen.size).toBe(95);
    for (const character of all) expect(serial(character === '<' ? '<lt>' : character)).toBe(character);
  });
});

describe('keys of a serial terminal', () => {
  it.each([
    ['ls -l<Enter>', 'ls -l\r'],
    ['<Ctrl+C>', '\x03'],
    ['<Ctrl+[>', '\x1b'],
    ['<Ctrl+Space>', '\0'],
    ['<Alt+x>', '\x1bx'],
    ['<Up><Down><Right><Left>', '\x1b[A\x1b[B\x1b[C\x1b[D'],
    ['<F1><F2><F5><F10><F12>', '\x1bOP\x1bOQ\x1b[15~\x1b[21~\x1b[24~'],
    ['<Shift+F1>', '\x1b[1;2P'],
    ['<Ctrl+Right>', '\x1b[1;5C'],
    ['<Shift+Tab>', '\x1b[Z'],
    ['<Backspace><Delete>', '\x7f\x1b[3~'],
    ['<PageUp><Home>', '\x1b[5~\x1b[H'],
    ['<Ctrl++>', '+'],
  ])('%s', (keys, bytes) => {
    expect(serial(keys)).toBe(bytes);
  });
});

describe('what is no key', () => {
  it.each(['<Entre>', '<Ctr+C>', 'a<b', '<>', 'é', '<Shift+>'])('%s is refused with its place', (keys) => {
    expect(() => parseKeys(keys)).toThrow(expect.objectContaining({ code: 'console.bad-keys' }));
  });

  it('says where', () => {
    expect(() => parseKeys('abc<Nope>')).toThrow(/character 4: there is no key <Nope>/);
  });
});
