import * as native from 'native';
import * as os from 'os';
import { hostInitPid, NotReady } from './host-root.ts';

/** ioctls of Linux's devpts. */
const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;

/**
 * A pseudo-terminal of the host's own /dev/pts, not the agent's: `tty` and `ps` in the shell then name a terminal that
 * is there.
 */
export function openHostPty(): { master: number; slave: number } {
  const pid = hostInitPid();
  if (pid === 0) throw new NotReady();
  const folder = `/proc/${pid}/root/dev/pts`;
  const master = open(`${folder}/ptmx`);
  try {
    const value = new ArrayBuffer(4);
    native.ioctl(master, TIOCSPTLCK, value);
    native.ioctl(master, TIOCGPTN, value);
    return { master, slave: open(`${folder}/${new DataView(value).getUint32(0, true)}`) };
  } catch (error) {
    os.close(master);
    throw error;
  }
}

/** Without it the terminal would become the agent's own, and no shell on it could have job control or be interrupted. */
const O_NOCTTY = 0o400;

function open(path: string): number {
  const fd = os.open(path, os.O_RDWR | O_NOCTTY);
  if (fd < 0) throw new Error(`${path}: error ${-fd}`);
  native.setCloseOnExec(fd, true);
  return fd;
}
