import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawChanges, drawScreen, rowText } from '../../../../main/vm/vga-text.ts';
import type { TextScreen } from '../../../../main/vm/worker/protocol.ts';

const PALETTE = Uint32Array.from([
  0x000000, 0x0000a8, 0x00a800, 0x00a8a8, 0xa80000, 0xa800a8, 0xa85400, 0xa8a8a8, 0x545454, 0x5454fc, 0x54fc54,
  0x54fcfc, 0xfc5454, 0xfc54fc, 0xfcfc54, 0xfcfcfc,
]);
const COLUMNS = 80;
const ROWS = 25;

function screen(
  draw: (put: (row: number, column: number, text: string, attribute?: number) => void) => void,
): TextScreen {
  const cells = new Uint8Array(COLUMNS * ROWS * 2);
  for (let i = 0; i < cells.length; i += 2) cells.set([0x20, 7], i);
  draw((row, column, text, attribute = 7) => {
    for (const [i, character] of Array.from(text).entries()) {
      cells.set([character.charCodeAt(0) & 255, attribute], (row * COLUMNS + column + i) * 2);
    }
  });
  const cursor = { row: 2, column: 3, visible: true };
  return { columns: COLUMNS, rows: ROWS, cells, palette: PALETTE, cursor, blinks: true };
}

async function shown(...ansi: string[]): Promise<{ rows: string[]; terminal: Terminal }> {
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(ansi.join(''), resolve));
  const { active } = terminal.buffer;
  const rows = Array.from({ length: ROWS }, (_, row) =>
    active
      .getLine(active.baseY + row)!
      .translateToString(true)
      .trimEnd(),
  );
  return { rows, terminal };
}

describe('VGA text', () => {
  it('reads rows as Unicode, box drawing and all', () => {
    expect(
      rowText(
        screen((put) => put(0, 0, '\xc9\xcd\xbb \x01')),
        0,
      ),
    ).toBe('╔═╗ ☺');
  });

  it('draws the whole screen on a terminal, last cell included, without scrolling', async () => {
    const full = screen((put) => {
      for (let row = 0; row < ROWS; row++) put(row, 0, String.fromCharCode(65 + row).repeat(COLUMNS));
    });
    const { rows, terminal } = await shown('junk\r\n'.repeat(30), drawScreen(full));
    expect(rows).toEqual(Array.from({ length: ROWS }, (_, row) => String.fromCharCode(65 + row).repeat(COLUMNS)));
    expect([terminal.buffer.active.cursorY, terminal.buffer.active.cursorX]).toEqual([2, 3]);
  });

  it('gives attributes as ANSI colours: yellow on grey, bright, blinking', async () => {
    const { terminal } = await shown(drawScreen(screen((put) => put(0, 0, 'ab', 0x8e | 0x10))));
    const cell = terminal.buffer.active.getLine(0)!.getCell(0)!;
    expect([cell.getFgColor(), cell.getBgColor(), cell.isBlink() !== 0]).toEqual([11, 4, true]);
  });

  it('gives a colour itself when the guest has changed the palette', async () => {
    const palette = PALETTE.slice();
    palette[7] = 0x123456;
    const { terminal } = await shown(drawScreen({ ...screen((put) => put(0, 0, 'a')), palette }));
    const cell = terminal.buffer.active.getLine(0)!.getCell(0)!;
    expect([cell.isFgRGB(), cell.getFgColor()]).toEqual([true, 0x123456]);
  });

  it('says nothing when nothing changed, and little when little did', () => {
    const before = screen((put) => put(5, 0, 'hello'));
    expect(
      drawChanges(
        before,
        screen((put) => put(5, 0, 'hello')),
      ),
    ).toBe('');
    const change = drawChanges(
      before,
      screen((put) => put(5, 0, 'hellO')),
    );
    expect(change).toContain('\x1b[6;5H');
    expect(change.length).toBeLessThan(50);
  });

  it('ends with the same screen whether drawn at once or change by change', async () => {
    const put = fc.record({
      row: fc.nat(ROWS - 1),
      column: fc.nat(COLUMNS - 12),
      text: fc.string({ minLength: 1, maxLength: 12 }),
      attribute: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(put, { maxLength: 4 }), { minLength: 1, maxLength: 5 }), async (steps) => {
        const done: { row: number; column: number; text: string; attribute: number }[] = [];
        const screens = steps.map((step) => {
          done.push(...step);
          return screen((draw) => {
            for (const { row, column, text, attribute } of done) draw(row, column, text, attribute);
          });
        });
        const changes = screens.map((after, i) => drawChanges(screens[i - 1], after));
        const [byChanges, atOnce] = [await shown(...changes), await shown(drawScreen(screens.at(-1)!))];
        expect(byChanges.rows).toEqual(atOnce.rows);
      }),
      { seed: 20261122, numRuns: 25 },
    );
  });
});
