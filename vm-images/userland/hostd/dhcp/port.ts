import * as native from 'native';
import * as os from 'os';
import { toBuffer } from '../system/files.ts';
import type { DhcpPort } from './client.ts';

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_BROADCAST = 6;
const SO_BINDTODEVICE = 25;

/** Port 68 of one interface. It needs no address there: the kernel sends from 0.0.0.0 and takes broadcasts in. */
export function openDhcpPort(link: string): DhcpPort {
  const fd = native.socket('inet', 'dgram');
  native.setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  native.setSocketOption(fd, SOL_SOCKET, SO_BROADCAST, 1);
  native.setSocketOption(fd, SOL_SOCKET, SO_BINDTODEVICE, native.utf8Encode(`${link}\0`));
  native.bind(fd, { host: '0.0.0.0', port: 68 });
  const buffer = new ArrayBuffer(2048);
  return {
    send(message) {
      native.send(fd, toBuffer(message), 0, message.length, { host: '255.255.255.255', port: 67 });
    },
    onMessage(handler) {
      os.setReadHandler(fd, () => {
        for (;;) {
          const received = native.recv(fd, buffer, 0, buffer.byteLength);
          if (received === null) return;
          handler(new Uint8Array(buffer.slice(0, received.length)));
        }
      });
    },
    close() {
      os.setReadHandler(fd, null);
      os.close(fd);
    },
  };
}
