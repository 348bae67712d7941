import { WorkerLink } from './worker-link.ts';

/** A spare is made when the machine that took the last one has had its start. */
const REFILL_MS = 1500;

/** Starting a thread and loading the engine takes as long as the rest of a restore: one thread is kept ahead. */
export class SpareWorkers {
  private static readonly byFile = new Map<string, SpareWorkers>();
  private readonly workerFile: string;
  private spare: WorkerLink | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(workerFile: string) {
    this.workerFile = workerFile;
  }

  static of(workerFile: string): SpareWorkers {
    let workers = SpareWorkers.byFile.get(workerFile);
    if (!workers) {
      workers = new SpareWorkers(workerFile);
      SpareWorkers.byFile.set(workerFile, workers);
    }
    return workers;
  }

  /** Makes a spare now, for a program that knows that it will need one. It does not keep the program alive. */
  prepare(): void {
    if (this.spare) return;
    const link = new WorkerLink(this.workerFile);
    link.setHolding(false);
    link.onLost(() => {
      if (this.spare === link) this.spare = undefined;
    });
    this.spare = link;
  }

  take(): WorkerLink {
    const link = this.spare ?? new WorkerLink(this.workerFile);
    this.spare = undefined;
    link.setHolding(true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.prepare(), REFILL_MS);
    this.timer.unref();
    return link;
  }
}

/** Begins to load what the first machine will need. */
export function prepareWorkers(workerFile: string): void {
  SpareWorkers.of(workerFile).prepare();
}
