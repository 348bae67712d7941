import * as native from 'native';
import * as os from 'os';
import { checkFat, cleanMark, fatGeometry, isDirty, mendingWrites, type VolumeWrite } from '../model/fat-check.ts';
import { readAt } from './files.ts';

const HEAD_BYTES = 512;

/**
 * Mends a bank that was not unmounted: the power went. Nothing is done to a clean one, nor to what is no FAT16 volume.
 *
 * @returns lines for the person at the console.
 */
export function mendBank(node: string, label: string): string[] {
  const head = readAt(node, 0, HEAD_BYTES);
  const geometry = head && fatGeometry(head);
  if (!head || !geometry || !isDirty(head)) return [];
  const table = readAt(node, geometry.tableOffset, geometry.tableBytes);
  const root = readAt(node, geometry.rootOffset, geometry.rootBytes);
  if (!table || !root) return [];
  const mending = checkFat({ head, table, root }, geometry);
  const fd = os.open(node, os.O_RDWR);
  if (fd < 0) return [];
  try {
    if (mending) {
      write(fd, mendingWrites(geometry, mending));
      // The mark lies before everything else: together they would reach the disk in that order, and the power may go again.
      native.fsync(fd);
    }
    // Linux leaves the mark where it finds it, for a checker to take away.
    write(fd, [cleanMark(head)]);
    native.fsync(fd);
  } finally {
    os.close(fd);
  }
  return mending ? [`${label}: removed what was being written when the power went: ${mending.names.join(', ')}.`] : [];
}

function write(fd: number, writes: readonly VolumeWrite[]): void {
  for (const { offset, bytes } of writes) native.pwrite(fd, Uint8Array.from(bytes).buffer, 0, bytes.length, offset);
}
