import * as native from 'native';
import * as os from 'os';
import * as std from 'std';

/** Where the loader has unpacked the host's root, and where it notes the PID of the host's init. */
export const HOST_ROOT = '/esxi';
const INIT_PID_FILE = '/run/esxi-init.pid';

let known = 0;

/**
 * PID of the process whose namespaces are the host's, 0 while there is none.
 * The loader's note is believed first; without it the first process whose root directory is the host's root counts.
 */
export function hostInitPid(): number {
  if (known !== 0 && isAlive(known)) return known;
  const noted = Number.parseInt(std.loadFile(INIT_PID_FILE) ?? '', 10);
  known = noted > 0 && isAlive(noted) ? noted : findByRoot();
  return known;
}

function isAlive(pid: number): boolean {
  try {
    native.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function findByRoot(): number {
  const pids = os.readdir('/proc')[0].filter((name) => /^\d+$/.test(name));
  const found = pids.map(Number).filter((pid) => os.readlink(`/proc/${pid}/root`)[0] === HOST_ROOT);
  return found.length === 0 ? 0 : Math.min(...found);
}

export interface HostProcess {
  argv: string[];
  stdin?: number;
  stdout?: number;
  stderr?: number;
  terminal?: string;
}

/** Environment of a root login, as the ESXi Shell has it. */
function environment(terminal: string | undefined): string[] {
  const base = ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOME=/', 'USER=root', 'LOGNAME=root', 'SHELL=/bin/sh', 'PWD=/'];
  return terminal === undefined ? base : [...base, `TERM=${terminal}`];
}

/** Starts a process inside the host's own root and namespaces, as a session of its own. Throws NotReady without a host. */
export function spawnInHost(process: HostProcess): number {
  const pid = hostInitPid();
  if (pid === 0) throw new NotReady();
  return native.spawn({
    argv: process.argv,
    env: environment(process.terminal),
    cwd: '/',
    chroot: HOST_ROOT,
    enter: { pid, kinds: ['mnt', 'pid', 'uts'] },
    session: true,
    ...(process.stdin === undefined ? {} : { stdin: process.stdin }),
    ...(process.stdout === undefined ? {} : { stdout: process.stdout }),
    ...(process.stderr === undefined ? {} : { stderr: process.stderr }),
  });
}

export class NotReady extends Error {
  constructor() {
    super('the host has no root yet: it is still in the boot loader');
  }
}

/** Signals a process started here and everything in its process group. Gone already is fine. */
export function killGroup(pid: number, signal: number): void {
  try {
    native.kill(-pid, signal);
  } catch {
    // ended meanwhile
  }
}
