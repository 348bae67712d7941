import { describe, expect, it } from 'vitest';
import { keysFromTerminal } from '../../../../main/cli/terminal-keys.ts';
import { parseKeys, toTerminalInput } from '../../../../main/vm/keys.ts';

describe('keys typed into a terminal', () => {
  it.each([
    ['R', 'R'],
    ['O y n', 'O y n'],
    ['\r', '<Enter>'],
    ['\x7f', '<Backspace>'],
    ['\x1b', '<Esc>'],
    ['\x1bOQ', '<F2>'],
    ['\x1b[[A', '<F1>'],
    ['\x1b[1;3P', '<Alt+F1>'],
    ['\x1b[23~', '<F11>'],
    ['\x1b[A\x1bOB', '<Up><Down>'],
    ['\x1bx\x1bR', '<Alt+x><Alt+Shift+r>'],
    ['\x03', '<Ctrl+c>'],
    ['a<b', 'a<lt>b'],
    ['\xc3\xa4', ''],
  ])('are the keys of the host: %j is %s', (data, keys) => {
    expect(keysFromTerminal(data)).toBe(keys);
  });

  it('come out as the keys that make a terminal send them', () => {
    for (const keys of [
      'ls -l<Enter>',
      '<F1><F5><F12>',
      '<Alt+F2>',
      '<Up><Home><PageDown>',
      '<Ctrl+d>',
      '<Shift+Tab>',
      '<Alt+.>',
    ])
      expect(parseKeys(keysFromTerminal(toTerminalInput(parseKeys(keys))))).toEqual(parseKeys(keys));
  });
});
