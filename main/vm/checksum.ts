import * as zlib from 'node:zlib';
import { crc32 as portableCrc32 } from './disk/crc32.ts';

/** CRC-32 by Node's own code where it has some (20.15 and later): a snapshot is tens of megabytes. */
export const crc32: (bytes: Uint8Array) => number =
  (zlib as { crc32?: (bytes: Uint8Array) => number }).crc32 ?? portableCrc32;
