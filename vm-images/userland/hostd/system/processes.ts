import * as native from 'native';
import * as os from 'os';
import type { Processes, ProcessInfo, RunOptions, RunResult } from '../../model/system.ts';
import { rethrow } from './errno.ts';
import { realFiles } from './files.ts';

const CHUNK_BYTES = 16384;
const PAGE_KIB = 4;
const KILL_AFTER_MS = 3000;
const DEFAULT_ENV = ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOME=/', 'USER=root', 'LOGNAME=root'];

interface Ended {
  exitCode: number | null;
  signal: number | null;
}

/** Children of this process; one for the program, as SIGCHLD is. */
export class RealProcesses implements Processes {
  private readonly waiting = new Map<number, (ended: Ended) => void>();
  private polling = false;

  constructor() {
    os.signal(os.SIGCHLD, () => this.reap());
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const input = options.stdin === undefined ? undefined : native.pipe();
    const output = native.pipe();
    const errors = native.pipe();
    let pid: number;
    try {
      pid = this.spawn(argv, options, { stdin: input?.read, stdout: output.write, stderr: errors.write });
    } catch (error) {
      for (const fd of [input?.read, input?.write, output.read, output.write, errors.read, errors.write]) {
        if (fd !== undefined) os.close(fd);
      }
      rethrow(error, argv[0] ?? '');
    }
    for (const fd of [input?.read, output.write, errors.write]) if (fd !== undefined) os.close(fd);
    const ended = this.ended(pid);
    if (input !== undefined) feed(input.write, options.stdin!);
    const stop = this.stopOn(pid, options);
    const [stdout, stderr, { exitCode, signal }] = await Promise.all([
      collect(output.read, options.onStdout),
      collect(errors.read, options.onStderr),
      ended,
    ]);
    stop();
    return { exitCode, signal, stdout, stderr };
  }

  start(argv: readonly string[], options: { env?: Readonly<Record<string, string>>; cwd?: string } = {}): number {
    try {
      const pid = this.spawn(argv, options, {});
      void this.ended(pid);
      return pid;
    } catch (error) {
      rethrow(error, argv[0] ?? '');
    }
  }

  kill(pid: number, signal: number): void {
    try {
      native.kill(pid, signal);
    } catch (error) {
      rethrow(error, `process ${pid}`);
    }
  }

  isAlive(pid: number): boolean {
    try {
      native.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  list(): ProcessInfo[] {
    const found: ProcessInfo[] = [];
    for (const name of realFiles.list('/proc') ?? []) {
      if (!/^\d+$/.test(name)) continue;
      const info = processInfo(Number(name));
      if (info !== null) found.push(info);
    }
    return found.sort((a, b) => a.pid - b.pid);
  }

  private spawn(
    argv: readonly string[],
    options: { env?: Readonly<Record<string, string>>; cwd?: string },
    descriptors: { stdin?: number | undefined; stdout?: number; stderr?: number },
  ): number {
    const spawn: native.SpawnOptions = {
      argv: [...argv],
      env:
        options.env === undefined
          ? DEFAULT_ENV
          : Object.entries(options.env).map(([name, value]) => `${name}=${value}`),
      cwd: options.cwd ?? '/',
      session: true,
    };
    if (descriptors.stdin !== undefined) spawn.stdin = descriptors.stdin;
    if (descriptors.stdout !== undefined) spawn.stdout = descriptors.stdout;
    if (descriptors.stderr !== undefined) spawn.stderr = descriptors.stderr;
    return native.spawn(spawn);
  }

  private stopOn(pid: number, options: RunOptions): () => void {
    const timers: os.Timer[] = [];
    const end = (): void => {
      if (!this.isAlive(pid)) return;
      this.kill(pid, os.SIGTERM);
      timers.push(os.setTimeout(() => this.isAlive(pid) && this.kill(pid, 9), KILL_AFTER_MS));
    };
    if (options.timeoutMs !== undefined) timers.push(os.setTimeout(end, options.timeoutMs));
    const remove = options.signal?.onAbort(end);
    return () => {
      for (const timer of timers) os.clearTimeout(timer);
      remove?.();
    };
  }

  private ended(pid: number): Promise<Ended> {
    return new Promise((resolve) => {
      this.waiting.set(pid, resolve);
      this.poll();
    });
  }

  /** Stands behind SIGCHLD, for the signal that falls between the loop's check and its wait. */
  private poll(): void {
    if (this.polling || this.waiting.size === 0) return;
    this.polling = true;
    os.setTimeout(() => {
      this.polling = false;
      this.reap();
      this.poll();
    }, 300);
  }

  private reap(): void {
    for (;;) {
      let ended: ReturnType<typeof native.waitpid>;
      try {
        ended = native.waitpid(-1, true);
      } catch {
        return;
      }
      if (ended === null) return;
      const resolve = this.waiting.get(ended.pid);
      this.waiting.delete(ended.pid);
      resolve?.(ended);
    }
  }
}

function feed(fd: number, content: string | Uint8Array): void {
  const buffer = typeof content === 'string' ? native.utf8Encode(content) : (content.slice().buffer as ArrayBuffer);
  native.setNonblocking(fd, true);
  let at = 0;
  const push = (): void => {
    try {
      while (at < buffer.byteLength) {
        const count = native.write(fd, buffer, at, buffer.byteLength - at);
        if (count === null) {
          os.setWriteHandler(fd, push);
          return;
        }
        at += count;
      }
    } catch {
      // The reader went away: its exit status tells the rest.
    }
    os.setWriteHandler(fd, null);
    os.close(fd);
  };
  push();
}

function collect(fd: number, onChunk?: (chunk: Uint8Array) => void): Promise<string> {
  native.setNonblocking(fd, true);
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let total = 0;
    os.setReadHandler(fd, () => {
      const buffer = new ArrayBuffer(CHUNK_BYTES);
      const count = native.read(fd, buffer, 0, CHUNK_BYTES);
      if (count === null) return;
      if (count > 0) {
        const chunk = new Uint8Array(buffer, 0, count);
        if (onChunk !== undefined) onChunk(chunk);
        else chunks.push(chunk);
        total += count;
        return;
      }
      os.setReadHandler(fd, null);
      os.close(fd);
      resolve(onChunk === undefined ? joinText(chunks, total) : '');
    });
  });
}

function joinText(chunks: readonly Uint8Array[], total: number): string {
  if (chunks.length === 1) return native.utf8Decode(chunks[0]!.buffer as ArrayBuffer, 0, total);
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return native.utf8Decode(all.buffer);
}

/** `/proc/PID/stat`: the name is in parentheses and may hold blanks; fields count from behind it. */
function processInfo(pid: number): ProcessInfo | null {
  const stat = realFiles.readText(`/proc/${pid}/stat`);
  if (stat === null || stat === '') return null;
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    parent: number(1),
    name: stat.slice(open + 1, close),
    command: (realFiles.readText(`/proc/${pid}/cmdline`) ?? '').split('\0').join(' ').trim(),
    state: fields[0] ?? '',
    group: number(2),
    session: number(3),
    cpuTicks: number(11) + number(12),
    residentKiB: number(21) * PAGE_KIB,
  };
}
