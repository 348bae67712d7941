import * as native from 'native';
import * as os from 'os';

export const SIGNALS = { hangUp: 1, interrupt: 2, kill: 9, user1: 10, user2: 12, terminate: 15, child: 17 };
export const ENVIRONMENT = [
  'PATH=/bin:/sbin:/usr/bin:/usr/sbin',
  'HOME=/',
  'TERM=linux',
  'SHELL=/bin/sh',
  'USER=root',
  'LOGNAME=root',
];

const LONG_MS = 3_600_000;

/** A program without timers or descriptors to watch ends; one that waits for signals alone needs this. */
export function stayAlive(): void {
  os.setTimeout(stayAlive, LONG_MS);
}

type OnExit = (exitCode: number) => void;

/** Children of this first process: those it waits for, and the orphans it buries. */
export class Children {
  private readonly onExit = new Map<number, OnExit>();

  constructor() {
    os.signal(SIGNALS.child, () => this.reap());
  }

  /** Runs a program to its end. @returns its exit code, 128 + signal, or 127 when it could not be started. */
  run(argv: string[], output: number): Promise<number> {
    return new Promise((resolve) => {
      try {
        const pid = native.spawn({ argv, env: ENVIRONMENT, session: true, ...outputs(output) });
        this.onExit.set(pid, resolve);
      } catch {
        resolve(127);
      }
    });
  }

  watch(pid: number, onExit: OnExit): void {
    this.onExit.set(pid, onExit);
  }

  private reap(): void {
    for (let ended = waitAny(); ended; ended = waitAny()) {
      const { pid } = ended;
      const listener = this.onExit.get(pid);
      this.onExit.delete(pid);
      listener?.(ended.exitCode ?? 128 + (ended.signal ?? 0));
    }
  }
}

function waitAny(): ReturnType<typeof native.waitpid> {
  try {
    return native.waitpid(-1, true);
  } catch {
    return null;
  }
}

function outputs(fd: number): { stdout?: number; stderr?: number } {
  return fd < 0 ? {} : { stdout: fd, stderr: fd };
}

export function signalProcess(pid: number, signal: number): void {
  try {
    native.kill(pid, signal);
  } catch {
    // Ended meanwhile.
  }
}
