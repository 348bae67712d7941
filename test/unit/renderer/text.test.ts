import { describe, expect, it } from 'vitest';
import { bytesText, courseName, courseOrder, plural, whenText } from '../../../renderer/app/text.ts';
import { bytesOf, latin1Of } from '../../../renderer/features/terminal/latin1.ts';
import { LeaveChord } from '../../../renderer/features/terminal/leave.ts';

const press = (key: string, held: { ctrlKey?: boolean; altKey?: boolean } = {}) =>
  ({ key, ctrlKey: false, altKey: false, ...held }) as KeyboardEvent;

describe('words', () => {
  it('says when something was', () => {
    const now = new Date(2026, 2, 10, 0, 30);
    expect(whenText(new Date(2026, 2, 10, 0, 5).toISOString(), now)).toBe('today 00:05');
    expect(whenText(new Date(2026, 2, 9, 23, 59).toISOString(), now)).toBe('yesterday 23:59');
    expect(whenText(new Date(2026, 1, 1, 12, 0).toISOString(), now)).toContain('2026');
  });

  it('counts and measures', () => {
    expect([plural(1, 'host'), plural(2, 'host'), bytesText(900), bytesText(1536)]).toEqual([
      '1 host',
      '2 hosts',
      '900 B',
      '1.5 KiB',
    ]);
  });

  it('names unknown courses by their id and puts them last', () => {
    expect(courseName('disaster-days')).toBe('Disaster days');
    expect(courseOrder('disaster-days')).toBeGreaterThan(courseOrder('migration'));
  });
});

describe('bytes in strings', () => {
  it('carries any text as UTF-8 in Latin-1 and back', () => {
    const text = 'ä€😀\u0000\x7f';
    expect(new TextDecoder().decode(bytesOf(latin1Of(text)))).toBe(text);
    expect(latin1Of('ä')).toBe('\u00c3\u00a4');
  });
});

describe('leaving a terminal', () => {
  it('leaves by Esc with Ctrl and Alt held', () => {
    const chord = new LeaveChord();
    expect(chord.keyDown(press('Alt', { ctrlKey: true, altKey: true }), 0)).toBe(false);
    expect(chord.keyDown(press('Escape', { ctrlKey: true, altKey: true }), 10)).toBe(true);
  });

  it('leaves by Esc shortly after Ctrl and Alt were let go', () => {
    const chord = new LeaveChord();
    chord.keyDown(press('Alt', { ctrlKey: true, altKey: true }), 0);
    chord.keyUp(press('Alt'), 400);
    expect(chord.keyDown(press('Escape'), 1000)).toBe(true);
  });

  it('keeps Esc for the machine otherwise: alone, too late, or after another key', () => {
    const chord = new LeaveChord();
    expect(chord.keyDown(press('Escape'), 0)).toBe(false);
    chord.keyDown(press('Alt', { ctrlKey: true, altKey: true }), 100);
    expect(chord.keyDown(press('Escape'), 5000)).toBe(false);
    chord.keyDown(press('Alt', { ctrlKey: true, altKey: true }), 6000);
    chord.keyDown(press('x'), 6010);
    expect(chord.keyDown(press('Escape'), 6020)).toBe(false);
  });
});
