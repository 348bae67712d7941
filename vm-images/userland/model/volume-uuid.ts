/**
 * Names of volumes in the 8-8-4-12 form. A FAT volume of ours carries its UUID in its second sector, behind a mark; a
 * datastore's is the UUID of its ext4 superblock, grouped this way.
 */
export const VOLUME_MARK = 'VMWARE FAT16    ';
const VOLUME_MARK_OFFSET = 512;
const EXT_SUPERBLOCK = 1024;
/** How much of a partition `identifyVolume` wants to see. */
export const VOLUME_HEAD_BYTES = 2048;

export interface VolumeIdentity {
  readonly type: 'vfat' | 'ext4';
  readonly uuid: string;
  /** Empty for FAT volumes, which are known by their UUID alone. */
  readonly label: string;
}

/** @param head First 2048 bytes of the partition. @returns null for a partition that holds neither. */
export function identifyVolume(head: Uint8Array): VolumeIdentity | null {
  if (head[EXT_SUPERBLOCK + 0x38] === 0x53 && head[EXT_SUPERBLOCK + 0x39] === 0xef)
    return { type: 'ext4', uuid: groupUuid(head, EXT_SUPERBLOCK + 0x68), label: text(head, EXT_SUPERBLOCK + 0x78, 16) };
  if (text(head, VOLUME_MARK_OFFSET, VOLUME_MARK.length) === VOLUME_MARK)
    return { type: 'vfat', uuid: groupUuid(head, VOLUME_MARK_OFFSET + VOLUME_MARK.length), label: '' };
  return null;
}

function groupUuid(bytes: Uint8Array, at: number): string {
  let hex = '';
  for (let i = 0; i < 16; i++) hex += (bytes[at + i] ?? 0).toString(16).padStart(2, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let out = '';
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    if (byte === 0) break;
    out += String.fromCharCode(byte);
  }
  return out;
}
