import { describe, expect, it } from 'vitest';
import { PcKeyboard, pressTogether, typeText, usKeyFor } from '../../../renderer/features/terminal/pc-keys.ts';

function recorder() {
  const sent: string[] = [];
  return { sent, send: (code: string, down: boolean) => void sent.push(`${down ? '+' : '-'}${code}`) };
}

const key = (code: string, printed: string, held: { ctrlKey?: boolean; altKey?: boolean } = {}) => ({
  code,
  key: printed,
  ctrlKey: held.ctrlKey ?? false,
  altKey: held.altKey ?? false,
  metaKey: false,
  repeat: false,
});

describe('keys of a US keyboard', () => {
  it('has a key for every printable ASCII character, and for no other', () => {
    for (let code = 0x20; code < 0x7f; code++)
      expect(usKeyFor(String.fromCharCode(code)), String.fromCharCode(code)).not.toBeNull();
    expect(usKeyFor('ä')).toBeNull();
    expect(usKeyFor('€')).toBeNull();
  });

  it('holds Shift for capitals and upper signs alone', () => {
    const { sent, send } = recorder();
    expect(typeText('aB:\r\n', send)).toBe(0);
    expect(sent).toEqual([
      '+KeyA',
      '-KeyA',
      '+ShiftLeft',
      '+KeyB',
      '-KeyB',
      '-ShiftLeft',
      '+ShiftLeft',
      '+Semicolon',
      '-Semicolon',
      '-ShiftLeft',
      '+Enter',
      '-Enter',
    ]);
  });

  it('counts what it could not type', () => {
    expect(typeText('naïve', recorder().send)).toBe(1);
  });

  it('lets a chord go in reverse', () => {
    const { sent, send } = recorder();
    pressTogether(['AltLeft', 'F1'], send);
    expect(sent).toEqual(['+AltLeft', '+F1', '-F1', '-AltLeft']);
  });
});

describe('the console keyboard', () => {
  it('sends keys by their place', () => {
    const { sent, send } = recorder();
    const keyboard = new PcKeyboard(send);
    keyboard.keyDown(key('KeyY', 'z'));
    keyboard.keyUp(key('KeyY', 'z'));
    expect(sent).toEqual(['+KeyY', '-KeyY']);
  });

  it('types what is printed on the key when asked to', () => {
    const { sent, send } = recorder();
    const keyboard = new PcKeyboard(send);
    keyboard.mode = 'character';
    keyboard.keyDown(key('KeyY', 'z'));
    keyboard.keyUp(key('KeyY', 'z'));
    expect(sent).toEqual(['+KeyZ', '-KeyZ']);
  });

  it('takes the learner’s own Shift away for a character that has none on a US keyboard', () => {
    const { sent, send } = recorder();
    const keyboard = new PcKeyboard(send);
    keyboard.mode = 'character';
    keyboard.keyDown(key('ShiftLeft', 'Shift'));
    keyboard.keyDown(key('Digit7', '/'));
    keyboard.keyUp(key('Digit7', '/'));
    keyboard.keyUp(key('ShiftLeft', 'Shift'));
    expect(sent).toEqual(['+ShiftLeft', '-ShiftLeft', '+Slash', '-Slash', '+ShiftLeft', '-ShiftLeft']);
  });

  it('sends chords with Ctrl and Alt by place in either mode', () => {
    const { sent, send } = recorder();
    const keyboard = new PcKeyboard(send);
    keyboard.mode = 'character';
    keyboard.keyDown(key('ControlLeft', 'Control', { ctrlKey: true }));
    keyboard.keyDown(key('KeyC', 'c', { ctrlKey: true }));
    expect(sent).toEqual(['+ControlLeft', '+KeyC']);
  });

  it('releases what is held when the focus goes', () => {
    const { sent, send } = recorder();
    const keyboard = new PcKeyboard(send);
    keyboard.keyDown(key('AltLeft', 'Alt'));
    keyboard.releaseAll();
    keyboard.keyUp(key('AltLeft', 'Alt'));
    expect(sent).toEqual(['+AltLeft', '-AltLeft']);
  });
});
