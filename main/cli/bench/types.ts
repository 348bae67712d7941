import type { Service } from '../../session/service.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { HostImage } from '../../vm/types.ts';

/** One row of `bench --json`: other programs rely on this shape. */
export interface BenchResult {
  name: string;
  /** `%` of one processor core. */
  unit: 'ms' | 'MiB' | 'MB/s' | '%';
  median: number;
  min: number;
  max: number;
  runs: number;
  peer?: { name: string; median: number };
  /** Our median over the peer's. */
  ratio?: number;
}

/** The same disk in another emulator, timed in the same run. */
export interface BenchPeer extends Disposable {
  readonly name: string;
  /** Milliseconds from power-on to the text that ends a boot on com1. */
  coldBoot(): Promise<number>;
}

export interface BenchContext {
  service: Service;
  image: HostImage;
  runs: number;
  peer: BenchPeer | undefined;
  root: string;
}

export interface Benchmark {
  name: string;
  run(context: BenchContext): Promise<BenchResult[]>;
}
