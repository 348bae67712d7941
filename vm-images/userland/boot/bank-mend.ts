import * as native from 'native';
import * as os from 'os';
import { checkFat, type FatGeometry, type FatMending, fatGeometry, isDirty } from '../model/fat-check.ts';
import { readAt } from './files.ts';

const HEAD_BYTES = 512;
const STATE_AT = 0x25;
const DELETED = 0xe5;

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
    if (mending) write(fd, geometry, mending);
    // Linux leaves the mark where it finds it, for a checker to take away.
    put(fd, STATE_AT, [head[STATE_AT]! & 0xfe]);
    native.fsync(fd);
  } finally {
    os.close(fd);
  }
  return mending ? [`${label}: removed what was being written when the power went: ${mending.names.join(', ')}.`] : [];
}

function write(fd: number, geometry: FatGeometry, { entries, clusters }: FatMending): void {
  for (const at of entries) put(fd, geometry.rootOffset + at, [DELETED]);
  for (let copy = 0; copy < geometry.tables; copy++)
    for (const cluster of clusters) put(fd, geometry.tableOffset + copy * geometry.tableBytes + cluster * 2, [0, 0]);
}

function put(fd: number, at: number, bytes: readonly number[]): void {
  native.pwrite(fd, Uint8Array.from(bytes).buffer, 0, bytes.length, at);
}
