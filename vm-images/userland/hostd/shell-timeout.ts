import type { Host } from '../model/host.ts';
import type { System } from '../model/system.ts';

/** What init keeps while the ESXi Shell may be logged into (`/etc/init.d/ESXShell`). */
const SEAT = '/var/run/terminals/tty1';
const OPTION = '/UserVars/ESXiShellTimeOut';

/**
 * ESXiShellTimeOut: so long after its start the ESXi Shell is disabled again; shells already open stay. A new value
 * counts from the next start of the service.
 */
export class ShellTimeout {
  private readonly host: Host;
  private readonly system: System;
  private seat: { inode: number; sinceMs: number; timeoutMs: number } | null = null;

  constructor(host: Host, system: System) {
    this.host = host;
    this.system = system;
  }

  /** Called every few seconds. */
  async tick(): Promise<void> {
    const inode = this.system.files.lstat(SEAT)?.inode;
    if (inode === undefined) {
      this.seat = null;
      return;
    }
    const nowMs = this.system.clock.monotonicMs();
    if (this.seat?.inode !== inode) {
      const timeoutMs = Number(this.host.config.advanced[OPTION] ?? 0) * 1000;
      this.seat = { inode, sinceMs: nowMs, timeoutMs };
    }
    const { sinceMs, timeoutMs } = this.seat;
    if (timeoutMs === 0 || nowMs - sinceMs < timeoutMs) return;
    this.seat = { inode, sinceMs: nowMs, timeoutMs: 0 };
    this.system.log('shell', 'notice', `ESXi Shell disabled: its time of ${timeoutMs / 1000} s is over`);
    await this.system.processes.run(['/etc/init.d/ESXShell', 'stop'], { timeoutMs: 30_000 });
  }
}
