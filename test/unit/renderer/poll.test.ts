import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPolling } from '../../../renderer/app/poll.ts';

describe('reading again and again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reads at once, and again some time after each answer', async () => {
    const read = vi.fn(async () => undefined);
    const poll = startPolling(read, 2000, () => false);
    await vi.advanceTimersByTimeAsync(4100);
    expect(read).toHaveBeenCalledTimes(3);
    poll.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('never asks a second time before the first is answered, however often it is told to', async () => {
    let answer = () => {};
    const read = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    const poll = startPolling(read, 2000, () => false);
    for (let i = 0; i < 5; i++) poll.now();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toHaveBeenCalledTimes(1);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(2);
    answer();
    await vi.advanceTimersByTimeAsync(1000);
    expect(read).toHaveBeenCalledTimes(2);
    poll.stop();
  });

  it('reads nothing while hidden, and goes on when told that it is seen again', async () => {
    let hidden = true;
    const read = vi.fn(async () => undefined);
    const poll = startPolling(read, 2000, () => hidden);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).not.toHaveBeenCalled();
    hidden = false;
    poll.now();
    await vi.advanceTimersByTimeAsync(2100);
    expect(read).toHaveBeenCalledTimes(2);
    poll.stop();
  });
});
