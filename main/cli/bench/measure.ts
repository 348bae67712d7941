import type { BenchResult } from './types.ts';

export function summarize(name: string, unit: BenchResult['unit'], values: readonly number[]): BenchResult {
  const sorted = [...values].sort((a, b) => a - b);
  return { name, unit, median: median(sorted), min: sorted[0]!, max: sorted.at(-1)!, runs: sorted.length };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs `once` so many times, each timed by itself unless it returns its own milliseconds. */
export async function timeRuns(runs: number, once: () => Promise<number | undefined>): Promise<number[]> {
  const values: number[] = [];
  for (let at = 0; at < runs; at++) {
    const started = performance.now();
    const own = await once();
    values.push(own ?? performance.now() - started);
  }
  return values;
}

/** Takes turns with the peer, A B A B …, so that a drift of the machine's speed falls on both. */
export async function timeAgainst(
  runs: number,
  ours: () => Promise<number>,
  theirs: (() => Promise<number>) | undefined,
): Promise<{ ours: number[]; theirs: number[] }> {
  const result = { ours: [] as number[], theirs: [] as number[] };
  for (let at = 0; at < runs; at++) {
    result.ours.push(await ours());
    if (theirs) result.theirs.push(await theirs());
  }
  return result;
}
