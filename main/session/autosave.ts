/** How long things must be quiet before a save, and how often at most. */
const QUIET_MS = 400;
const INTERVAL_MS = 2_500;

/**
 * Saves soon after activity has settled, seldom while it goes on, one save at a time: what is lost when the app is
 * killed is at most the last few seconds.
 */
export class Autosave {
  private readonly save: () => Promise<void>;
  private readonly onError: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private lastSavedAt = 0;
  private stopped = false;

  constructor(save: () => Promise<void>, onError: (error: unknown) => void) {
    this.save = save;
    this.onError = onError;
  }

  /** Something happened that is worth keeping. */
  touch(): void {
    if (this.stopped || this.timer) return;
    const sinceLast = Date.now() - this.lastSavedAt;
    this.timer = setTimeout(() => void this.flush(), Math.max(QUIET_MS, INTERVAL_MS - sinceLast));
  }

  /** Saves now; a save under way is waited for and, when it began before, followed by another. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const before = this.running ?? Promise.resolve();
    const next: Promise<void> = before
      .then(() => this.save())
      .catch((error) => this.onError(error))
      .finally(() => {
        this.lastSavedAt = Date.now();
        if (this.running === next) this.running = undefined;
      });
    this.running = next;
    return next;
  }

  /** No further saves; waits for the one under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }
}
