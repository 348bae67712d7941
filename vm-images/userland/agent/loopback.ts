import * as native from 'native';
import * as os from 'os';

const SIOCSIFFLAGS = 0x8914;
const IFREQ_BYTES = 32;
const NAME_BYTES = 16;
const IFF_UP = 1;

/** Streams are dialled at 127.0.0.1: the kernel gives `lo` that address as soon as it is up. */
export function raiseLoopback(): void {
  const request = new Uint8Array(IFREQ_BYTES);
  request.set([0x6c, 0x6f]);
  new DataView(request.buffer).setUint16(NAME_BYTES, IFF_UP, true);
  const fd = native.socket('inet', 'dgram');
  try {
    native.ioctl(fd, SIOCSIFFLAGS, request.buffer);
  } finally {
    os.close(fd);
  }
}
