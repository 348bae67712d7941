import * as native from 'native';
import * as os from 'os';

/**
 * Sends one packet and waits for one that `read` makes something of.
 *
 * @param open makes the socket; when it throws the result is null.
 * @returns null when no answer came in time, or when the packet could not be sent or was refused.
 */
export function exchange<T>(
  open: () => number,
  to: { host: string; port: number },
  request: Uint8Array,
  timeoutMs: number,
  read: (packet: Uint8Array) => T | null,
): Promise<T | null> {
  return new Promise((resolve) => {
    const fd = quietly(open);
    if (fd === null) {
      resolve(null);
      return;
    }
    const buffer = new ArrayBuffer(2048);
    const finish = (value: T | null) => {
      os.clearTimeout(timer);
      os.setReadHandler(fd, null);
      os.close(fd);
      resolve(value);
    };
    const timer = os.setTimeout(() => finish(null), timeoutMs);
    os.setReadHandler(fd, () => {
      // An ICMP error shows up as a failing recv: nobody is there.
      const got = quietly(() => native.recv(fd, buffer, 0, buffer.byteLength) ?? 'later');
      if (got === null) finish(null);
      else if (got !== 'later') {
        const value = read(new Uint8Array(buffer.slice(0, got.length)));
        if (value !== null) finish(value);
      }
    });
    const sent = quietly(() => native.send(fd, request.slice().buffer, 0, request.length, to));
    if (sent === null) finish(null);
  });
}

function quietly<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
