import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { SyslogDaemon } from './daemon.ts';
import { GuestFiles, readText } from './edge/files.ts';
import { listenKernel, listenLocal, writeText } from './edge/sources.ts';
import { transportTo } from './edge/transports.ts';

/** QuickJS has no name for it. */
const SIGHUP = 1;
const configFile = '/etc/vmsyslog.conf';
const configFolder = '/etc/vmsyslog.conf.d';
const pidFile = '/var/run/vmsyslogd.pid';
const noteFile = '/var/log/.vmsyslogd.err';
const longestNotes = 65_536;
const kernelConsole = '/dev/tty12';

/** vmsyslogd: no arguments. SIGHUP reloads, SIGTERM ends; the process is in /var/run/vmsyslogd.pid. */
function main(): void {
  const console = openConsole();
  let flushing = false;
  const daemon: SyslogDaemon = new SyslogDaemon({
    files: new GuestFiles(),
    pid: native.getpid(),
    nowMs: () => Date.now(),
    uptimeMs: native.monotonicMs,
    hostname: () => (readText('/proc/sys/kernel/hostname') ?? 'localhost').trim(),
    readConfig: () => ({ main: readText(configFile), parts: readParts() }),
    transport: transportTo,
    showKernelLines: (lines) => console(lines),
    note: addNote,
    after(ms, action) {
      const timer = os.setTimeout(action, ms);
      return () => os.clearTimeout(timer);
    },
    wake() {
      if (flushing) return;
      flushing = true;
      os.setTimeout(() => {
        flushing = false;
        daemon.flush();
      }, 0);
    },
  });
  // One bad message must not end the logs.
  native.setUncaughtHandler((error) => {
    addNote(
      `${new Date().toISOString()} uncaught: ${error instanceof Error ? `${error.message} ${error.stack}` : error}\n`,
    );
  });
  writeText(pidFile, `${native.getpid()}\n`);
  daemon.start();
  const closeLocal = listenLocal((datagram) => daemon.local(datagram));
  const closeKernel = listenKernel((record) => daemon.kernel(record));
  if (closeKernel === null) daemon.say('/dev/kmsg cannot be read: vmkernel.log has only what programs send');
  const end = () => {
    closeLocal();
    closeKernel?.();
    daemon.stop();
    os.remove(pidFile);
    std.exit(0);
  };
  os.signal(SIGHUP, () => daemon.reload());
  os.signal(os.SIGTERM, end);
  os.signal(os.SIGINT, end);
}

function readParts(): Record<string, string> {
  const [names, errno] = os.readdir(configFolder);
  if (errno !== 0) return {};
  const found = names.filter((name) => name.endsWith('.conf'));
  return Object.fromEntries(found.map((name) => [name, readText(`${configFolder}/${name}`) ?? '']));
}

/** Ctrl+S on that console must not stop the logs: what it does not take at once is not shown. */
function openConsole(): (lines: string) => void {
  const fd = os.open(kernelConsole, os.O_WRONLY);
  if (fd < 0) return () => {};
  native.setNonblocking(fd, true);
  native.setCloseOnExec(fd, true);
  return (lines) => {
    const bytes = native.utf8Encode(lines);
    try {
      native.write(fd, bytes, 0, bytes.byteLength);
    } catch {
      // It is only the screen.
    }
  };
}

function addNote(line: string): void {
  const [stat, errno] = os.stat(noteFile);
  const file = std.open(noteFile, errno === 0 && stat.size > longestNotes ? 'w' : 'a');
  file?.puts(line);
  file?.close();
}

main();
