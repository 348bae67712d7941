/** What a log file needs of a file system. Failing calls throw with `errno` (positive). */
export interface LogFiles {
  /** Appends; creates the file. */
  append(path: string, text: string): void;
  /** null when there is no such file. */
  size(path: string): number | null;
  rename(from: string, to: string): void;
  /** Missing is fine. */
  remove(path: string): void;
  /** Writes the file gzipped to another, and removes it. */
  compress(from: string, to: string): void;
  /** Lets go of the file kept open for appending. */
  release(path: string): void;
}

export interface FileLimits {
  sizeBytes: number;
  rotations: number;
}

const ENOSPC = 28;
/** After a failure nothing is tried for this long, so that a full disk does not cost time with each line. */
const pauseMs = 5_000;

/**
 * One log file: gathers lines, writes them in one go, rotates `x.log` to `x.0.gz` … at its size. Lines that cannot be
 * written are dropped and counted; the count is written down once there is room again.
 */
export class FileOutput {
  readonly path: string;
  readonly #files: LogFiles;
  readonly #limits: FileLimits;
  #pending: string[] = [];
  #size: number | null = null;
  #lost = 0;
  #pausedUntilMs = 0;

  constructor(files: LogFiles, path: string, limits: FileLimits) {
    this.#files = files;
    this.path = path;
    this.#limits = limits;
  }

  /** So that `tail -f` finds it before there is anything in it. */
  create(): void {
    try {
      if (this.#files.size(this.path) === null) this.#files.append(this.path, '');
    } catch {
      // The first line that is to be written tells what is wrong.
    }
    this.#files.release(this.path);
  }

  add(lines: string): void {
    this.#pending.push(lines);
  }

  /**
   * @param lossNote makes the line that tells how many messages were lost.
   * @returns what went wrong, empty when nothing did.
   */
  flush(nowMs: number, lossNote: (count: number) => string): string {
    if (this.#pending.length === 0) return '';
    const lines = this.#pending;
    this.#pending = [];
    if (nowMs < this.#pausedUntilMs) {
      this.#lost += lines.length;
      return '';
    }
    const text = (this.#lost > 0 ? lossNote(this.#lost) : '') + lines.join('');
    try {
      this.#write(text);
      this.#lost = 0;
      return '';
    } catch (error) {
      this.#lost += lines.length;
      this.#pausedUntilMs = nowMs + pauseMs;
      this.#size = null;
      this.#files.release(this.path);
      return `${this.path}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** No room: the oldest rotated files go, one after the other, before anything new is given up. */
  #write(text: string): void {
    for (let oldest = this.#limits.rotations - 1; ; oldest--) {
      try {
        this.#append(text);
        return;
      } catch (error) {
        if ((error as { errno?: number }).errno !== ENOSPC) throw error;
        while (oldest >= 0 && this.#files.size(this.#rotated(oldest)) === null) oldest--;
        if (oldest < 0) throw error;
        this.#files.remove(this.#rotated(oldest));
      }
    }
  }

  #append(text: string): void {
    this.#size ??= this.#files.size(this.path) ?? 0;
    if (this.#size > 0 && this.#size + text.length > this.#limits.sizeBytes) this.#rotate();
    this.#files.append(this.path, text);
    this.#size = (this.#size ?? 0) + text.length;
  }

  #rotate(): void {
    const { rotations } = this.#limits;
    this.#files.release(this.path);
    if (rotations === 0) this.#files.remove(this.path);
    else {
      this.#files.remove(this.#rotated(rotations - 1));
      for (let index = rotations - 2; index >= 0; index--) {
        if (this.#files.size(this.#rotated(index)) === null) continue;
        this.#files.rename(this.#rotated(index), this.#rotated(index + 1));
      }
      this.#files.compress(this.path, this.#rotated(0));
    }
    this.#size = 0;
  }

  #rotated(index: number): string {
    return this.path.replace(/(\.log)?$/, `.${index}.gz`);
  }

  close(): void {
    this.#files.release(this.path);
    this.#size = null;
  }
}
