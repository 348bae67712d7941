import { describe, expect, it } from 'vitest';
import { editLine, parseKeys } from '../../../../vm-images/userland/boot/line-editor.ts';

const types = (input: string) => parseKeys(input).map((key) => (key.type === 'text' ? key.text : key.type));

describe('keys of a terminal', () => {
  it.each([
    ['\r', ['enter']],
    ['\n', ['enter']],
    ['\x1b', ['escape']],
    ['\x7f', ['backspace']],
    ['\b', ['backspace']],
    ['\x1b[C\x1b[D', ['right', 'left']],
    ['\x1b[A\x1b[B', ['other', 'other']],
    ['\x1b[H\x1b[1~\x1b[7~\x1bOH\x01', ['home', 'home', 'home', 'home', 'home']],
    ['\x1b[F\x1b[4~\x1b[8~\x1bOF\x05', ['end', 'end', 'end', 'end', 'end']],
    ['\x1b[3~', ['delete']],
    ['\x1b[[A\x1b[15~\x1bOP', ['other', 'other', 'other']],
    ['\t\x02ü', ['other', 'other', 'other']],
    ['R y', ['R', ' ', 'y']],
    ['\x1bO', ['escape', 'O']],
    ['\x1b\r', ['escape', 'enter']],
    ['', []],
  ])('%j are %j', (input, wanted) => {
    expect(types(input)).toEqual(wanted);
  });
});

describe('a line', () => {
  /** `|` is the cursor. */
  const edit = (line: string, keys: string) => {
    const start = { text: line.replace('|', ''), cursor: line.indexOf('|') };
    const { text, cursor } = parseKeys(keys).reduce(editLine, start);
    return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
  };

  it.each([
    ['ab|c', 'XY', 'abXY|c'],
    ['ab|c', '\x7f', 'a|c'],
    ['|abc', '\x7f', '|abc'],
    ['ab|c', '\x1b[3~', 'ab|'],
    ['abc|', '\x1b[3~', 'abc|'],
    ['ab|c', '\x1b[D', 'a|bc'],
    ['|abc', '\x1b[D', '|abc'],
    ['ab|c', '\x1b[C\x1b[C', 'abc|'],
    ['ab|c', '\x1b[H', '|abc'],
    ['ab|c', '\x1b[F', 'abc|'],
    ['ab|c', '\x1b[A\t', 'ab|c'],
  ])('%j with %j is %j', (line, keys, wanted) => {
    expect(edit(line, keys)).toBe(wanted);
  });
});
