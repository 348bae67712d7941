import * as native from 'native';
import * as os from 'os';

/** A unix stream socket at `path`; an old one is replaced. */
export function listen(path: string, mode: number, onClient: (fd: number) => void): void {
  os.remove(path);
  const fd = native.socket('unix', 'stream');
  native.bind(fd, { path });
  native.chmod(path, mode);
  native.listen(fd, 16);
  os.setReadHandler(fd, () => {
    for (;;) {
      const client = native.accept(fd);
      if (client === null) return;
      onClient(client.fd);
    }
  });
}
