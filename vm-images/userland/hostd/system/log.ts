import * as native from 'native';
import * as os from 'os';
import type { LogPriority } from '../../model/system.ts';

const SEVERITY: Record<LogPriority, number> = { err: 3, warning: 4, notice: 5, info: 6, debug: 7 };
/** LOG_DAEMON */
const FACILITY = 3 << 3;

/** Lines for `/dev/log`. Without vmsyslogd they are kept (the last hundred) and sent when it is back. */
export class SystemLog {
  private fd = -1;
  private readonly pending: string[] = [];

  write(ident: string, priority: LogPriority, message: string): void {
    const pid = ident === 'vmkernel' ? '' : `[${native.getpid()}]`;
    this.pending.push(`<${FACILITY | SEVERITY[priority]}>${ident}${pid}: ${message}`);
    if (this.pending.length > 100) this.pending.shift();
    this.flush();
  }

  flush(): void {
    while (this.pending.length > 0) {
      if (this.fd < 0 && !this.open()) return;
      const buffer = native.utf8Encode(this.pending[0]!);
      try {
        if (native.send(this.fd, buffer, 0, Math.min(buffer.byteLength, 8192)) === null) return;
        this.pending.shift();
      } catch {
        os.close(this.fd);
        this.fd = -1;
        if (!this.open()) return;
      }
    }
  }

  private open(): boolean {
    const fd = native.socket('unix', 'dgram');
    try {
      native.connect(fd, { path: '/dev/log' });
      this.fd = fd;
      return true;
    } catch {
      os.close(fd);
      return false;
    }
  }
}
