import * as native from 'native';
import * as os from 'os';
import { frameType } from '../../../main/shared/contracts/guest-frames.ts';
import { type Channel, Inlet, type Outlet } from './channel.ts';
import type { Children } from './children.ts';
import { openHostPty } from './host-pty.ts';
import { killGroup, spawnInHost } from './host-root.ts';

/** A shell whose desktop is gone is hung up after this time: a copy made for grading lives shorter. */
const ORPHAN_MS = 120_000;
/** QuickJS has no name for it. */
const SIGHUP = 1;

/** A login shell of the host on a terminal of its own. */
export class ShellChannel implements Channel {
  private readonly outlet: Outlet;
  private readonly master: number;
  private readonly input: Inlet;
  private readonly pid: number;
  private exitCode: number | null = null;
  private finished = false;

  constructor(outlet: Outlet, size: { rows: number; columns: number }, children: Children) {
    this.outlet = outlet;
    const { master, slave } = openHostPty();
    this.master = master;
    native.setWindowSize(master, size.rows, size.columns);
    try {
      this.pid = spawnInHost({
        argv: ['/bin/sh', '-l'],
        stdin: slave,
        stdout: slave,
        stderr: slave,
        terminal: 'xterm',
      });
    } catch (error) {
      os.close(master);
      throw error;
    } finally {
      os.close(slave);
    }
    native.setNonblocking(master, true);
    // The inlet writes to a descriptor of its own: reading and writing are closed apart.
    const writer = os.dup(master);
    native.setCloseOnExec(writer, true);
    this.input = new Inlet(writer, outlet);
    os.setReadHandler(master, () => this.pump());
    children.watch(this.pid, (ending) => {
      this.exitCode = ending.exitCode;
      this.pump();
    });
    outlet.opened();
  }

  data(payload: Uint8Array): void {
    this.input.write(payload);
  }

  end(): void {
    this.input.write(new Uint8Array([4]));
  }

  abandon(): void {
    if (this.finished) return;
    killGroup(this.pid, SIGHUP);
    this.finish();
  }

  resize(rows: number, columns: number): void {
    if (!this.finished) native.setWindowSize(this.master, rows, columns);
  }

  orphan(): void {
    this.outlet.orphaned = true;
    this.resume();
    os.setTimeout(() => this.abandon(), ORPHAN_MS);
  }

  resume(): void {
    if (!this.finished) this.pump();
  }

  private pump(): void {
    if (this.finished) return;
    const result = this.outlet.pump(this.master, frameType.data);
    if (result === 'more') os.setReadHandler(this.master, null);
    else if (result === 'empty' && this.exitCode === null) os.setReadHandler(this.master, () => this.pump());
    else if (this.exitCode !== null) this.finish();
    else os.setReadHandler(this.master, null);
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    os.setReadHandler(this.master, null);
    this.input.close();
    os.close(this.master);
    this.outlet.close({ exitCode: this.exitCode ?? -1 });
  }
}
