import { describe, expect, it } from 'vitest';
import { Canvas } from '../../../../../vm-images/userland/dcui/terminal/canvas.ts';
import { wrap } from '../../../../../vm-images/userland/dcui/terminal/dialog.ts';
import { KeyDecoder } from '../../../../../vm-images/userland/dcui/terminal/keys.ts';
import { Painter } from '../../../../../vm-images/userland/dcui/terminal/painter.ts';
import { lookFor } from '../../../../../vm-images/userland/dcui/terminal/styles.ts';

describe('keys', () => {
  it.each([
    ['\x1b[[A', ['f1']],
    ['\x1b[[B', ['f2']],
    ['\x1bOQ', ['f2']],
    ['\x1b[12~', ['f2']],
    ['\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~', ['f5', 'f6', 'f7', 'f8', 'f9', 'f10']],
    ['\x1b[23~\x1b[24~', ['f11', 'f12']],
    ['\x1b2\x1b0\x1b!\x1b@', ['f2', 'f10', 'f11', 'f12']],
    ['\x1b[A\x1bOB\x1b[C\x1b[D', ['up', 'down', 'right', 'left']],
    ['\x1b[1~\x1b[4~\x1b[H\x1bOF', ['home', 'end', 'home', 'end']],
    ['\x1b[5~\x1b[6~\x1b[3~\x1b[Z', ['pageup', 'pagedown', 'delete', 'backtab']],
    ['\x1b[1;2P\x1b[24;5~\x1b[1;5A', ['f1', 'f12', 'up']],
    ['a B\r\n\t\x7f\b', ['a', ' ', 'B', 'enter', 'enter', 'tab', 'backspace', 'backspace']],
    ['\x03\x15\f', ['ctrl-c', 'ctrl-u', 'redraw']],
    ['\x1b[99~x', ['x']],
    ['\x1b\x1b[A', ['esc', 'up']],
    ['\x1bz', ['esc', 'z']],
  ])('reads %j', (bytes, keys) => {
    const decoder = new KeyDecoder();
    expect(decoder.feed(bytes)).toEqual(keys);
    expect(decoder.waiting).toBe(false);
  });

  it('reads the same, byte by byte', () => {
    const decoder = new KeyDecoder();
    const keys = [...'\x1b[[Bx\x1b[24~\x1bOP\x1b[5~'].flatMap((byte) => decoder.feed(byte));
    expect(keys).toEqual(['f2', 'x', 'f12', 'f1', 'pageup']);
  });

  it('takes a lone ESC for the Esc key once nothing follows', () => {
    const decoder = new KeyDecoder();
    expect(decoder.feed('\x1b')).toEqual([]);
    expect(decoder.waiting).toBe(true);
    expect(decoder.flush()).toEqual(['esc']);
    expect(decoder.waiting).toBe(false);
  });

  it('drops a sequence that breaks off', () => {
    const decoder = new KeyDecoder();
    decoder.feed('\x1b[2');
    expect(decoder.flush()).toEqual([]);
  });
});

describe('canvas', () => {
  it('cuts what does not fit, on all sides', () => {
    const canvas = new Canvas(2, 5);
    canvas.put(0, -2, 'abcdefghij', 'y');
    canvas.put(1, 3, 'xyz', 'd');
    canvas.put(7, 0, 'no', 'd');
    expect(canvas.text).toEqual(['cdefg', '   xy']);
    expect(canvas.style).toEqual(['yyyyy', 'gggdd']);
  });

  it('keeps one character a cell', () => {
    const canvas = new Canvas(1, 8);
    canvas.put(0, 0, 'ä\x1b😀b', 'g');
    expect(canvas.text).toEqual(['???b    ']);
  });

  it('wraps at spaces and cuts long words', () => {
    expect(wrap('one two three\n\nabcdefghijkl m', 7)).toEqual(['one two', 'three', '', 'abcdefg', 'hijkl m']);
  });
});

describe('painter', () => {
  const look = lookFor('xterm');

  it('writes everything once, then only what changed', () => {
    const painter = new Painter(look);
    const canvas = new Canvas(3, 10);
    canvas.put(1, 0, 'hello', 'y');
    expect(painter.paint(canvas)).toContain('hello');
    expect(painter.paint(canvas)).toBe('');
    const next = new Canvas(3, 10);
    next.put(1, 0, 'help!', 'y');
    const out = painter.paint(next);
    expect(out).toContain('\x1b[2;4H');
    expect(out).toContain('p!');
    expect(out).not.toContain('hel');
  });

  it('draws again when only colours changed, and after it was told to forget', () => {
    const painter = new Painter(look);
    const canvas = new Canvas(1, 4);
    painter.paint(canvas);
    const coloured = new Canvas(1, 4);
    coloured.put(0, 1, '  ', 's');
    expect(painter.paint(coloured)).toContain(`\x1b[1;2H\x1b[${look.sgr.s}m  `);
    painter.invalidate();
    expect(painter.paint(coloured)).toContain('\x1b[1;1H');
  });

  it('shows the cursor where there is one', () => {
    const painter = new Painter(look);
    const canvas = new Canvas(2, 4);
    expect(painter.paint(canvas)).toMatch(/\x1b\[\?25l$/);
    canvas.cursor = { row: 1, column: 2 };
    expect(painter.paint(canvas)).toBe('\x1b[2;3H\x1b[?25h');
  });

  it('sets the palette of the VGA console and puts it back', () => {
    expect(lookFor('linux').open).toContain('\x1b]P3');
    expect(lookFor('linux').close).toContain('\x1b]R');
    expect(lookFor('vt100').open).not.toContain('\x1b]');
  });
});
