import * as native from 'native';
import * as os from 'os';

const HOSTD_SOCKET = '/var/run/hostd.sock';
const LAB_SOCKET = '/var/run/hostd-lab.sock';
/** Looking costs the very processor that hostd needs. */
const POLL_MS = 100;
const RETRY_MS = 2000;

/** Resolves to whether hostd accepts commands (its lab socket is open before), at the latest after the timeout. */
export async function waitForHostd(timeoutMs: number): Promise<boolean> {
  const end = native.monotonicMs() + timeoutMs;
  while (native.monotonicMs() < end) {
    if (accepts(HOSTD_SOCKET)) return true;
    await os.sleepAsync(POLL_MS);
  }
  return false;
}

/** Tells hostd that the host has started, again and again until it answers: a slow one or a restarted one must hear it. */
export async function keepReportingBootDone(timeoutMs: number, onNoAnswer: () => void): Promise<void> {
  for (let tries = 0; !(await reportBootDone(timeoutMs)); tries++) {
    if (tries === 0) onNoAnswer();
    await os.sleepAsync(RETRY_MS);
  }
}

function reportBootDone(timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let fd = -1;
    let finished = false;
    const finish = (answered: boolean) => {
      if (finished) return;
      finished = true;
      os.clearTimeout(timer);
      if (fd >= 0) {
        os.setReadHandler(fd, null);
        os.close(fd);
      }
      resolve(answered);
    };
    const timer = os.setTimeout(() => finish(false), timeoutMs);
    try {
      fd = native.socket('unix', 'stream');
      native.connect(fd, { path: LAB_SOCKET });
      const request = native.utf8Encode(`${JSON.stringify({ id: 1, method: 'boot.done', params: {} })}\n`);
      native.write(fd, request, 0, request.byteLength);
      os.setReadHandler(fd, () => finish(readSome(fd)));
    } catch {
      finish(false);
    }
  });
}

/** Whether anything came: an end of the connection is no answer. */
function readSome(fd: number): boolean {
  try {
    return (native.read(fd, new ArrayBuffer(4096), 0, 4096) ?? 0) > 0;
  } catch {
    return false;
  }
}

function accepts(path: string): boolean {
  if (os.stat(path)[1] !== 0) return false;
  const fd = native.socket('unix', 'stream');
  try {
    native.connect(fd, { path });
    return true;
  } catch {
    return false;
  } finally {
    os.close(fd);
  }
}
