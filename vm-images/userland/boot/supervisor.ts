import * as native from 'native';
import * as os from 'os';
import type { Bank } from '../model/bank-choice.ts';
import { exists, list, readText, writeFile } from './files.ts';
import { HOST_ROOT } from './module-loader.ts';
import { stayAlive } from './processes.ts';

const AGENT = '/agent.qbc';
/** Where the agent looks for the process whose namespaces are the host's. */
const INIT_PID_FILE = '/run/esxi-init.pid';
const RESPAWN_MS = 1000;
const SIGCHLD = 17;
const SIGINT = 2;
const SIGHUP = 1;
/** How the host's init tells what it ended for: init.ts has the other side. */
const EXIT_REBOOT = 64;
const EXIT_POWER_OFF = 65;

type Ending = 'restart' | 'poweroff' | 'crash';

/** Starts the ESXi root as a mount, PID and UTS namespace of its own, and the lab's agent outside it. */
export function startSystem(boot: { bank: Bank; options: string }): void {
  writeFile(`${HOST_ROOT}/var/run/boot-options`, `${boot.options}\n`);
  const children = new Map<number, (exit: Exit) => void>();
  const reap = () => {
    for (let ended = waitAny(); ended; ended = waitAny()) children.get(ended.pid)?.(ended);
  };
  stayAlive();
  os.signal(SIGCHLD, reap);
  // Ctrl+Alt+Del comes here and means nothing: only the host's own commands and the plug end a host.
  writeFile('/proc/sys/kernel/ctrl-alt-del', '0\n');
  os.signal(SIGINT, () => {});

  const init = native.spawn({
    argv: ['/bin/bbjs', '/sbin/init.qbc'],
    env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOME=/', 'TERM=linux', 'SHELL=/bin/sh'],
    chroot: HOST_ROOT,
    cwd: '/',
    session: true,
    unshare: ['mnt', 'pid', 'uts'],
    ...openConsole(),
  });
  writeFile(INIT_PID_FILE, `${init}\n`);
  children.set(init, (exit) => end(endingOf(exit), exit));
  keepAgent(children);
}

type Exit = { pid: number; exitCode: number | null; signal: number | null };

function waitAny(): Exit | null {
  try {
    return native.waitpid(-1, true);
  } catch {
    return null; // No child left.
  }
}

function keepAgent(children: Map<number, (exit: Exit) => void>): void {
  if (!exists(AGENT)) return;
  const pid = native.spawn({ argv: ['/bin/bbjs', AGENT], env: ['PATH=/bin'], session: true, ...openConsole() });
  children.set(pid, () => {
    children.delete(pid);
    os.setTimeout(() => keepAgent(children), RESPAWN_MS);
  });
}

/** A `reboot -f` inside a PID namespace reaches us as the signal that ended its init. */
function endingOf(exit: Exit): Ending {
  if (exit.exitCode === EXIT_REBOOT || exit.signal === SIGHUP) return 'restart';
  if (exit.exitCode === EXIT_POWER_OFF || exit.signal === SIGINT) return 'poweroff';
  return 'crash';
}

function end(ending: Ending, exit: Exit): void {
  if (ending === 'crash') {
    showCrash(exit);
    return;
  }
  killEverything();
  native.sync();
  unmountDisks();
  native.reboot(ending);
}

function killEverything(): void {
  const own = native.getpid();
  for (const signal of [15, 9]) {
    for (const name of list('/proc')) {
      const pid = Number(name);
      if (pid > 1 && pid !== own && os.readlink(`/proc/${pid}/exe`)[1] === 0) tryKill(pid, signal);
    }
    os.sleep(signal === 15 ? 50 : 10);
  }
}

function tryKill(pid: number, signal: number): void {
  try {
    native.kill(pid, signal);
  } catch {
    // Ended meanwhile.
  }
}

/** The host's own mounts went with its namespace; what the loader mounted from the disk is left. */
function unmountDisks(): void {
  for (const line of (readText('/proc/mounts') ?? '').split('\n').reverse()) {
    const [source = '', target = ''] = line.split(' ');
    if (!source.startsWith('/dev/sd')) continue;
    try {
      native.umount(target, 0);
    } catch {
      // Busy: the sync has put everything on the disk.
    }
  }
}

/** PID 1 of the host died of itself: the nearest thing to a kernel that can't go on. */
function showCrash({ exitCode, signal }: Exit): void {
  native.sync();
  const text = [
    '\x1b[0;1;37;45m\x1b[2J\x1b[H\x1b[?25l',
    'VMware ESXi [Releasebuild i386]',
    `The first process of the system has ended (${exitCode === null ? `signal ${signal}` : `status ${exitCode}`}). Nothing can go on from here.`,
    '',
    'No coredump was written. Reset the host to start it again.',
  ].join('\r\n');
  for (const node of ['/dev/tty0', '/dev/ttyS0']) {
    const fd = os.open(node, os.O_WRONLY);
    if (fd < 0) continue;
    const bytes = native.utf8Encode(text);
    native.write(fd, bytes, 0, bytes.byteLength);
    os.close(fd);
  }
}

/** Output of the programs outside the host goes to the kernel log, where dmesg of the outer root shows it. */
function openConsole(): { stdout?: number; stderr?: number } {
  const fd = os.open('/dev/kmsg', os.O_WRONLY);
  return fd < 0 ? {} : { stdout: fd, stderr: fd };
}
