import * as native from 'native';
import * as os from 'os';

export interface Ending {
  /** Exit status, or 128 + signal as a shell counts. */
  exitCode: number;
}

/**
 * Tells who ended. SIGCHLD wakes the loop; a slow poll stands behind it, for the signal that falls between the loop's
 * check and its wait.
 */
export class Children {
  private readonly waiting = new Map<number, (ending: Ending) => void>();
  private polling = false;

  constructor() {
    os.signal(os.SIGCHLD, () => this.reap());
  }

  watch(pid: number, onEnd: (ending: Ending) => void): void {
    this.waiting.set(pid, onEnd);
    this.poll();
  }

  private poll(): void {
    if (this.polling || this.waiting.size === 0) return;
    this.polling = true;
    os.setTimeout(() => {
      this.polling = false;
      this.reap();
      this.poll();
    }, 200);
  }

  private reap(): void {
    for (;;) {
      let ended: ReturnType<typeof native.waitpid>;
      try {
        ended = native.waitpid(-1, true);
      } catch {
        return;
      }
      if (!ended) return;
      const onEnd = this.waiting.get(ended.pid);
      if (!onEnd) continue;
      this.waiting.delete(ended.pid);
      onEnd({ exitCode: ended.exitCode ?? 128 + (ended.signal ?? 0) });
    }
  }
}
