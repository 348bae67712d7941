import { type BlockDevice, deviceId } from './storage-devices.ts';

/** A file system on the host's disk: mounted or not. */
export interface Volume {
  device: BlockDevice;
  partition: number;
  /** `VMFS-5` for a datastore (ext4 underneath, see FIDELITY), `vfat` for banks, locker and scratch. */
  type: 'VMFS-5' | 'vfat';
  /** Label; empty for the FAT volumes of the system. */
  label: string;
  /** `4fc3c05b-c677ee28-ba3c-005056000011`. */
  uuid: string;
  /** `/vmfs/volumes/<uuid>`. */
  mountPoint: string;
  isMounted: boolean;
  /** 0 while not mounted. */
  sizeBytes: number;
  freeBytes: number;
}

/** Sixteen bytes as hex in the grouping volumes are called by: 8-8-4-12. */
export function volumeUuid(hexDigits: string): string {
  const digits = hexDigits.toLowerCase();
  return `${digits.slice(0, 8)}-${digits.slice(8, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;
}

export const VOLUME_UUID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A line of `/proc/mounts`. */
export interface MountLine {
  source: string;
  target: string;
  type: string;
  options: string[];
}

export function parseMounts(text: string): MountLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [source = '', target = '', type = '', options = ''] = line.split(' ');
      return { source: unescapeOctal(source), target: unescapeOctal(target), type, options: options.split(',') };
    });
}

function unescapeOctal(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
    : text;
}

/** What the first 2 KiB of a partition say: which file system, its UUID and label. */
export interface Superblock {
  type: 'VMFS-5' | 'vfat';
  /** 32 hex digits for ext4; for FAT the 8 digits of the volume serial number. */
  uuidHex: string;
  label: string;
}

/**
 * Recognises ext2/3/4 and FAT.
 *
 * @param bytes The first 2048 bytes of the partition.
 * @returns null for anything else.
 */
export function parseSuperblock(bytes: ArrayBuffer): Superblock | null {
  if (bytes.byteLength < 2048) return null;
  const view = new DataView(bytes);
  if (view.getUint16(1024 + 0x38, true) === 0xef53) {
    return { type: 'VMFS-5', uuidHex: hexAt(view, 1024 + 0x68, 16), label: textAt(view, 1024 + 0x78, 16) };
  }
  if (view.getUint16(510, true) !== 0xaa55 || view.getUint16(11, true) !== 512) return null;
  const isFat32 = view.getUint16(22, true) === 0;
  const at = isFat32 ? 64 : 36;
  if (textAt(view, at + 18, 3) !== 'FAT') return null;
  const serial = view
    .getUint32(at + 3, true)
    .toString(16)
    .padStart(8, '0');
  const label = textAt(view, at + 7, 11).trim();
  return { type: 'vfat', uuidHex: serial, label: label === 'NO NAME' ? '' : label };
}

/** Where a volume belongs in a listing: `mpx.vmhba0:C0:T0:L0` and the partition behind a colon. */
export function volumeDevice(volume: Volume): string {
  return `${deviceId(volume.device)}:${volume.partition}`;
}

/** The volume called that: by label, UUID, or path. */
export function findVolume(
  volumes: readonly Volume[],
  wanted: { label?: string | undefined; uuid?: string | undefined; path?: string | undefined },
): Volume | undefined {
  return volumes.find(
    (volume) =>
      (wanted.label !== undefined && volume.label !== '' && volume.label === wanted.label) ||
      (wanted.uuid !== undefined && volume.uuid === wanted.uuid) ||
      (wanted.path !== undefined &&
        (volume.mountPoint === wanted.path || `/vmfs/volumes/${volume.label}` === wanted.path)),
  );
}

function hexAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1)
    text += view
      .getUint8(at + index)
      .toString(16)
      .padStart(2, '0');
  return text;
}

function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) {
    const code = view.getUint8(at + index);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}
