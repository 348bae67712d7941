import { expect, it } from 'vitest';
import { createGuard } from '../../../../../main/vm/worker/guard.ts';

it('passes values and results through', () => {
  const guard = createGuard(() => {
    throw new Error('nothing to report');
  });
  expect(guard('add', (a: number, b: number) => a + b)(2, 3)).toBe(5);
});

it('reports what is thrown, with the name of the callback, and lets nothing out', () => {
  const told: string[] = [];
  const guarded = createGuard((where, error) => told.push(`${where}: ${(error as Error).message}`))('nic', () => {
    throw new Error('bad frame');
  });
  expect(guarded()).toBeUndefined();
  expect(told).toEqual(['nic: bad frame']);
});

it('tells of a callback that fails all the time at every power of two', () => {
  let told = 0;
  const guarded = createGuard(() => told++)('nic', () => {
    throw new Error('again');
  });
  for (let i = 0; i < 1000; i++) guarded();
  expect(told).toBe(10);
});
