import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { ConsoleView, fitRows } from '../../../../main/cli/console-view.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

/** A terminal of a learner, and what it shows. */
function learnersTerminal(rows: number, columns: number) {
  const shown = new Terminal({ rows, cols: columns, allowProposedApi: true });
  const lines = () =>
    Array.from({ length: rows }, (_, row) => shown.buffer.active.getLine(row)!.translateToString(true).trimEnd());
  return { rows, columns, write: (text: string | Uint8Array) => shown.write(text), lines, shown };
}

describe('the rows of a screen in a terminal that is smaller', () => {
  it('are all shown where there is room', () => {
    expect(fitRows([true, false, true], 3)).toEqual([0, 1, 2]);
  });

  it('lose the largest gaps first', () => {
    expect(fitRows([true, false, true, true, true, false], 4)).toEqual([0, 1, 2, 5]);
  });

  it('lose their top when no gap is left', () => {
    expect(fitRows([false, false, true, false], 2)).toEqual([1, 3]);
  });
});

describe('a console in a terminal', () => {
  it('shows first and last line of the screen in a terminal of 24 rows, and whose it is', async () => {
    const terminal = learnersTerminal(24, 80);
    const view = new ConsoleView(terminal);
    view.replace(80, 25, '\x1b[2J\x1b[2;10HLoading\x1b[25;3H<ENTER: Boot>');
    view.say(' Console of esx01');
    await settled();
    const lines = terminal.lines();
    expect([lines[1], lines[22], lines[23]]).toEqual(['         Loading', '  <ENTER: Boot>', ' Console of esx01']);
  });

  it('draws what changes, keeps colours, and gives the terminal back as it was', async () => {
    const terminal = learnersTerminal(30, 80);
    terminal.write('before');
    const view = new ConsoleView(terminal);
    view.replace(80, 25, '\x1b[2J\x1b[1;1Hone');
    view.add(80, 25, '\x1b[2;1H\x1b[33mtwo\x1b[0m');
    await settled();
    expect(terminal.lines().slice(0, 2)).toEqual(['one', 'two']);
    expect(terminal.shown.buffer.active.getLine(1)!.getCell(0)!.getFgColor()).toBe(3);
    view.close();
    await settled();
    expect(terminal.lines()[0]).toBe('before');
  });
});
