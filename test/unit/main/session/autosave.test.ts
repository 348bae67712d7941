import { describe, expect, it } from 'vitest';
import { Autosave } from '../../../../main/session/autosave.ts';

describe('saving by itself', () => {
  it('never runs two saves at once, however many ask', async () => {
    let running = 0;
    let most = 0;
    let saves = 0;
    const autosave = new Autosave(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        saves += 1;
      },
      () => undefined,
    );
    await Promise.all([autosave.flush(), autosave.flush(), autosave.flush()]);
    expect({ most, saves }).toEqual({ most: 1, saves: 3 });
    await autosave.stop();
  });

  it('reports a save that failed and makes the next one', async () => {
    const errors: unknown[] = [];
    let turn = 0;
    const autosave = new Autosave(
      async () => {
        turn += 1;
        if (turn === 1) throw new Error('disk full');
      },
      (error) => errors.push(error),
    );
    await autosave.flush();
    await autosave.flush();
    expect(errors).toHaveLength(1);
    expect(turn).toBe(2);
    await autosave.stop();
  });
});
