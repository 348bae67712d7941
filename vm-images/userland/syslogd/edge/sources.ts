import * as native from 'native';
import * as os from 'os';
import * as std from 'std';

const socketPath = '/dev/log';
const EPIPE = 32;
/** As many in one go; then others get their turn. */
const bunch = 64;

/** Datagrams of /dev/log. @returns closes it. @throws when the socket cannot be made. */
export function listenLocal(take: (datagram: string) => void): () => void {
  // Ten by default: a shell script's worth of messages would be lost while we write.
  writeText('/proc/sys/net/unix/max_dgram_qlen', '512');
  os.remove(socketPath);
  const fd = native.socket('unix', 'dgram');
  native.bind(fd, { path: socketPath });
  native.chmod(socketPath, 0o666);
  const buffer = new ArrayBuffer(16_384);
  os.setReadHandler(fd, () => {
    for (let taken = 0; taken < bunch; taken++) {
      const got = native.recv(fd, buffer, 0, buffer.byteLength);
      if (got === null) return;
      take(native.utf8Decode(buffer, 0, got.length));
    }
  });
  return () => {
    os.setReadHandler(fd, null);
    os.close(fd);
    os.remove(socketPath);
  };
}

/** Where the kernel's log was read to, so that a new vmsyslogd goes on from there. */
const placeFile = '/var/run/vmsyslogd.kmsg';

/**
 * Records of /dev/kmsg, those since the start of the kernel included.
 *
 * @param take gives back the record's sequence number.
 * @returns closes it; null where there is no /dev/kmsg.
 */
export function listenKernel(take: (record: string) => number | null): (() => void) | null {
  const fd = os.open('/dev/kmsg', os.O_RDONLY);
  if (fd < 0) return null;
  native.setNonblocking(fd, true);
  native.setCloseOnExec(fd, true);
  const seenBefore = Number(std.loadFile(placeFile) ?? -1);
  const buffer = new ArrayBuffer(8192);
  let last = seenBefore;
  os.setReadHandler(fd, () => {
    for (let taken = 0; taken < bunch; taken++) {
      let count: number | null;
      try {
        count = native.read(fd, buffer, 0, buffer.byteLength);
      } catch (error) {
        // Records were overwritten before we came to them: the next read goes on with the oldest that is left.
        if ((error as { errno?: number }).errno === EPIPE) continue;
        os.setReadHandler(fd, null);
        return;
      }
      if (count === null || count === 0) break;
      const record = native.utf8Decode(buffer, 0, count);
      if (Number(record.split(',', 2)[1]) <= seenBefore) continue;
      last = take(record) ?? last;
    }
    if (last !== seenBefore) writeText(placeFile, `${last}\n`);
  });
  return () => {
    os.setReadHandler(fd, null);
    os.close(fd);
  };
}

export function writeText(path: string, text: string): void {
  const file = std.open(path, 'w');
  file?.puts(text);
  file?.close();
}
