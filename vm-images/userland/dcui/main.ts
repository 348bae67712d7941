import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { guestHost } from './host/guest-host.ts';
import { readConfig, readFacts } from './host/readers.ts';
import { serve } from './host/requests.ts';
import { Program } from './program.ts';
import { lookFor } from './terminal/styles.ts';

/**
 * `dcui [--resident]`: the console on this terminal. `--resident` is the one that init keeps on tty2 (or com1): it has
 * no way out, and the host tells it of changes with SIGUSR1 to the process in /var/run/dcui.pid.
 */
const SIGHUP = 1;
const SIGUSR1 = 10;
const SIGWINCH = 28;
const pidFile = '/var/run/dcui.pid';
const smallest = { rows: 24, columns: 80 };

function main(): void {
  if (!native.isTty(0) || !native.isTty(1)) {
    std.err.puts('dcui: standard input and output must be a terminal\n');
    std.exit(1);
  }
  const resident = scriptArgs.includes('--resident');
  const term = std.getenv('TERM') ?? 'linux';
  const look = lookFor(term);
  const saved = native.setRaw(0);
  const leave = (status: number) => {
    // On the console init draws what comes next, at times before we are gone.
    if (resident) os.remove(pidFile);
    else write(look.close);
    native.setTermios(0, saved);
    std.exit(status);
  };
  const program = new Program({
    write,
    look,
    size: terminalSize(),
    // On a serial line ESC + digit may be typed by hand for a function key.
    escapeDelayMs: term === 'linux' ? 60 : 350,
    resident,
    after(ms, action) {
      const timer = os.setTimeout(action, ms);
      return () => os.clearTimeout(timer);
    },
    readFacts: (groups) => readFacts(guestHost, groups),
    serve: (request, progress) => serve(guestHost, request, progress),
    idleSeconds: () => Number(readConfig(guestHost).advanced['/UserVars/DcuiTimeOut'] ?? 600),
    quit: () => leave(0),
  });
  native.setUncaughtHandler((error) => guestHost.log('warning', 'daemon', `uncaught: ${describe(error)}`));
  watchSignals(program, leave, resident);
  watchKeyboard(program, leave);
  program.start();
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error);
}

function terminalSize(): { rows: number; columns: number } {
  const { rows, columns } = native.getWindowSize(1);
  // A serial line says 0 × 0.
  return { rows: Math.max(smallest.rows, rows || 25), columns: Math.max(smallest.columns, columns || 80) };
}

function watchSignals(program: Program, leave: (status: number) => void, resident: boolean): void {
  os.signal(SIGWINCH, () => program.resized(terminalSize()));
  os.signal(os.SIGTERM, () => leave(0));
  os.signal(SIGHUP, () => leave(0));
  os.signal(SIGUSR1, () => program.refreshFront());
  if (!resident) return;
  const file = std.open(pidFile, 'w');
  file?.puts(`${native.getpid()}\n`);
  file?.close();
}

function watchKeyboard(program: Program, leave: (status: number) => void): void {
  const buffer = new ArrayBuffer(256);
  os.setReadHandler(0, () => {
    let count: number | null = 0;
    try {
      count = native.read(0, buffer, 0, buffer.byteLength);
    } catch {
      // The terminal has gone: as its end.
    }
    if (count === 0) leave(1);
    else if (count !== null) program.typed(native.utf8Decode(buffer, 0, count));
  });
}

function write(text: string): void {
  const bytes = native.utf8Encode(text);
  for (let at = 0; at < bytes.byteLength; ) at += native.write(1, bytes, at, bytes.byteLength - at) ?? 0;
}

main();
