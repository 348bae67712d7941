import * as native from 'native';
import * as os from 'os';

const HOSTD_SOCKET = '/var/run/hostd.sock';
const LAB_SOCKET = '/var/run/hostd-lab.sock';
const POLL_MS = 40;

/** Resolves to whether hostd accepts connections, at the latest after the timeout. */
export async function waitForHostd(timeoutMs: number): Promise<boolean> {
  const end = native.monotonicMs() + timeoutMs;
  while (native.monotonicMs() < end) {
    if (accepts(HOSTD_SOCKET) && accepts(LAB_SOCKET)) return true;
    await os.sleepAsync(POLL_MS);
  }
  return false;
}

/** Tells hostd that the host has started; its answer says that its own part is finished too. */
export function reportBootDone(timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let fd = -1;
    const finish = (answered: boolean) => {
      if (fd < 0) return;
      os.clearTimeout(timer);
      os.setReadHandler(fd, null);
      os.close(fd);
      fd = -1;
      resolve(answered);
    };
    const timer = os.setTimeout(() => finish(false), timeoutMs);
    try {
      fd = native.socket('unix', 'stream');
      native.connect(fd, { path: LAB_SOCKET });
      const request = native.utf8Encode(`${JSON.stringify({ id: 1, method: 'boot.done', params: {} })}\n`);
      native.write(fd, request, 0, request.byteLength);
      const buffer = new ArrayBuffer(4096);
      os.setReadHandler(fd, () => {
        if (native.read(fd, buffer, 0, 4096) !== null) finish(true);
      });
    } catch {
      finish(false);
    }
  });
}

function accepts(path: string): boolean {
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
