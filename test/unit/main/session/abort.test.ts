import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { linkedController } from '../../../../main/session/abort.ts';

describe('a linked controller', () => {
  it('is aborted with its signal and for its reason, and not the other way round', () => {
    const outer = new AbortController();
    const [one, two] = [linkedController(outer.signal), linkedController(outer.signal)];
    one.abort('over');
    expect([outer.signal.aborted, two.signal.aborted]).toEqual([false, false]);
    outer.abort('stop');
    expect([one.signal.reason, two.signal.reason]).toEqual(['over', 'stop']);
  });

  it('is aborted from the start when its signal is', () => {
    expect(linkedController(AbortSignal.abort('gone')).signal.reason).toBe('gone');
  });

  it('does without a signal', () => {
    expect(linkedController(undefined).signal.aborted).toBe(false);
  });

  it('leaves nothing behind at a signal that outlives it', () => {
    const outer = new AbortController();
    linkedController(outer.signal).abort();
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
  });
});
