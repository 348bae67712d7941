import * as native from 'native';
import * as os from 'os';
import { frameType } from '../../../main/shared/contracts/guest-frames.ts';
import { type Channel, Inlet, type Outlet } from './channel.ts';
import type { Children } from './children.ts';
import { killGroup, spawnInHost } from './host-root.ts';

const SIGKILL = 9;

export interface ExecOpen {
  command: string;
  stdin: boolean;
  timeoutMs: number;
}

/** One output of a command: its pipe, until it has ended. */
interface Output {
  fd: number;
  type: number;
  open: boolean;
}

/**
 * Runs one command of the host's shell. It is finished when the shell has exited and what it wrote until then has been
 * sent; processes it leaves behind keep running, what they write later is not waited for.
 */
export class ExecChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly pid: number;
  private readonly stdin: Inlet | null;
  private readonly outputs: Output[];
  private readonly timer: os.Timer | null;
  private exitCode: number | null = null;
  private timedOut = false;
  private finished = false;

  constructor(outlet: Outlet, open: ExecOpen, children: Children) {
    this.outlet = outlet;
    const stdin = open.stdin ? native.pipe() : null;
    const stdout = native.pipe();
    const stderr = native.pipe();
    try {
      this.pid = spawnInHost({
        argv: ['/bin/sh', '-c', open.command],
        stdout: stdout.write,
        stderr: stderr.write,
        ...(stdin ? { stdin: stdin.read } : {}),
      });
    } catch (error) {
      for (const pipe of [stdin, stdout, stderr]) if (pipe) closeAll(pipe.read, pipe.write);
      throw error;
    }
    closeAll(stdout.write, stderr.write);
    if (stdin) os.close(stdin.read);
    for (const fd of [stdin?.write, stdout.read, stderr.read]) if (fd !== undefined) native.setNonblocking(fd, true);
    this.stdin = stdin ? new Inlet(stdin.write, outlet) : null;
    this.outputs = [
      { fd: stdout.read, type: frameType.data, open: true },
      { fd: stderr.read, type: frameType.dataError, open: true },
    ];
    for (const output of this.outputs) os.setReadHandler(output.fd, () => this.pump(output));
    children.watch(this.pid, ({ exitCode }) => {
      this.exitCode = exitCode;
      this.resume();
    });
    this.timer = open.timeoutMs > 0 ? os.setTimeout(() => this.timeout(), open.timeoutMs) : null;
  }

  data(payload: Uint8Array): void {
    this.stdin?.write(payload);
  }

  end(): void {
    this.stdin?.end();
  }

  abandon(): void {
    if (this.finished) return;
    killGroup(this.pid, SIGKILL);
    this.finish();
  }

  resize(): void {}

  /** A command that was under way when the machine was copied runs to its end in the copy, unheard. */
  orphan(): void {
    this.outlet.orphaned = true;
    this.resume();
  }

  resume(): void {
    for (const output of this.outputs) if (output.open && !this.finished) this.pump(output);
    this.finishIfDone();
  }

  private pump(output: Output): void {
    const result = this.outlet.pump(output.fd, output.type);
    if (result === 'more') os.setReadHandler(output.fd, null);
    else if (result === 'empty') os.setReadHandler(output.fd, () => this.pump(output));
    else this.closeOutput(output);
    // After the exit `empty` is as good as the end: only processes left behind hold the pipe.
    if (result === 'empty' && this.exitCode !== null) this.closeOutput(output);
    if (this.exitCode !== null) this.finishIfDone();
  }

  private finishIfDone(): void {
    if (this.exitCode !== null && !this.finished && this.outputs.every((output) => !output.open)) this.finish();
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.timer) os.clearTimeout(this.timer);
    for (const output of this.outputs) this.closeOutput(output);
    this.stdin?.close();
    this.outlet.close({ exitCode: this.exitCode ?? -1, ...(this.timedOut ? { timedOut: true } : {}) });
  }

  private closeOutput(output: Output): void {
    if (!output.open) return;
    output.open = false;
    os.setReadHandler(output.fd, null);
    os.close(output.fd);
  }

  private timeout(): void {
    this.timedOut = true;
    killGroup(this.pid, SIGKILL);
  }
}

function closeAll(...fds: number[]): void {
  for (const fd of fds) os.close(fd);
}
