import * as native from 'native';
import * as os from 'os';
import { list, readText } from './files.ts';
import { type Children, ENVIRONMENT, SIGNALS, signalProcess } from './processes.ts';

/** A file a terminal: its name is the device, its text the command line. Scripts write them, then send init SIGHUP. */
const TABLE = '/var/run/terminals';
const RESPAWN_MS = 500;
/** A program that ends this often in a row gets time to recover. */
const QUICK_END_MS = 2000;
const PAUSE_MS = 10_000;

interface Seat {
  command: string;
  pid: number;
  startedAt: number;
  timer: os.Timer | null;
}

/** Keeps the programs on the terminals running: the DCUI, logins of the ESXi Shell. */
export class Terminals {
  private readonly seats = new Map<string, Seat>();
  private readonly children: Children;

  constructor(children: Children) {
    this.children = children;
    os.mkdir(TABLE, 0o755);
  }

  /** Brings what runs to what the table says. */
  reload(): void {
    const wanted = new Map(list(TABLE).map((name) => [name, (readText(`${TABLE}/${name}`) ?? '').trim()]));
    for (const [terminal, seat] of this.seats) if (wanted.get(terminal) !== seat.command) this.close(terminal, seat);
    for (const [terminal, command] of wanted)
      if (command !== '' && !this.seats.has(terminal)) this.open(terminal, command);
  }

  closeAll(): void {
    for (const [terminal, seat] of this.seats) this.close(terminal, seat);
  }

  private open(terminal: string, command: string): void {
    const seat: Seat = { command, pid: 0, startedAt: 0, timer: null };
    this.seats.set(terminal, seat);
    this.start(terminal, seat);
  }

  private start(terminal: string, seat: Seat): void {
    seat.timer = null;
    const fd = os.open(`/dev/${terminal}`, os.O_RDWR);
    if (fd < 0) {
      this.again(terminal, seat, PAUSE_MS);
      return;
    }
    seat.startedAt = native.monotonicMs();
    const term = terminal.startsWith('ttyS') ? 'vt100' : 'linux';
    try {
      seat.pid = native.spawn({
        argv: seat.command.split(/\s+/),
        env: [...ENVIRONMENT.filter((line) => !line.startsWith('TERM=')), `TERM=${term}`],
        stdin: fd,
        stdout: fd,
        stderr: fd,
        session: true,
      });
    } catch {
      this.again(terminal, seat, PAUSE_MS);
      return;
    } finally {
      os.close(fd);
    }
    this.children.watch(seat.pid, () => {
      const quick = native.monotonicMs() - seat.startedAt < QUICK_END_MS;
      seat.pid = 0;
      this.again(terminal, seat, quick ? QUICK_END_MS : RESPAWN_MS);
    });
  }

  private again(terminal: string, seat: Seat, afterMs: number): void {
    if (this.seats.get(terminal) !== seat) return;
    seat.timer = os.setTimeout(() => this.start(terminal, seat), afterMs);
  }

  private close(terminal: string, seat: Seat): void {
    this.seats.delete(terminal);
    if (seat.timer) os.clearTimeout(seat.timer);
    // The whole session: a login that has become a shell, and what runs in it.
    if (seat.pid > 0) for (const pid of [-seat.pid, seat.pid]) signalProcess(pid, SIGNALS.hangUp);
  }
}
