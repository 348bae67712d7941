import * as native from 'native';
import * as os from 'os';
import { writeAll } from '../boot/files.ts';
import { whileBuffered } from '../boot/init-mounts.ts';
import { systemError } from '../hostd/system/errno.ts';
import { realFiles } from '../hostd/system/files.ts';
import type { BankVolume } from '../model/software/bank.ts';

/**
 * A mounted bank: what a call has written is on the disk when it returns.
 *
 * @param path A link is followed: `/altbootbank`.
 */
export function mountedBank(path: string): BankVolume {
  const at = (name: string) => `${path}/${name}`;
  return {
    path,
    list: () =>
      (realFiles.list(`${path}/.`) ?? [])
        .map((name) => ({ name, stat: realFiles.lstat(at(name)) }))
        .filter(({ stat }) => stat?.type === 'file')
        .map(({ name, stat }) => ({ name, sizeBytes: stat!.sizeBytes })),
    clusterBytes: () => realFiles.statfs(`${path}/.`).blockSize,
    freeBytes() {
      const { blockSize, freeBlocks } = realFiles.statfs(`${path}/.`);
      return blockSize * freeBlocks;
    },
    read: (name) => realFiles.readBytes(at(name)),
    readText: (name) => realFiles.readText(at(name)),
    write(name, data) {
      whileBuffered(path, () => {
        const fd = open(at(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC);
        try {
          writeAll(fd, typeof data === 'string' ? new Uint8Array(native.utf8Encode(data)) : data);
          native.fsync(fd);
        } finally {
          os.close(fd);
        }
      });
    },
    replace(from, to) {
      realFiles.rename(at(from), at(to));
      native.sync();
    },
    remove: (name) => realFiles.remove(at(name)),
    patch(name, offset, text) {
      const fd = open(at(name), os.O_RDWR);
      try {
        const bytes = native.utf8Encode(text);
        native.pwrite(fd, bytes, 0, bytes.byteLength, offset);
        native.fsync(fd);
      } finally {
        os.close(fd);
      }
    },
  };
}

function open(path: string, flags: number): number {
  const fd = os.open(path, flags, 0o644);
  if (fd < 0) throw systemError(-fd, path);
  return fd;
}
