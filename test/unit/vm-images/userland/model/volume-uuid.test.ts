import { describe, expect, it } from 'vitest';
import { formatFat } from '../../../../../main/vm/disk/fat.ts';
import { SparseDisk } from '../../../../../main/vm/disk/sparse-disk.ts';
import { identifyVolume, VOLUME_HEAD_BYTES, VOLUME_MARK } from '../../../../../vm-images/userland/model/volume-uuid.ts';

const UUID_BYTES = Uint8Array.from({ length: 16 }, (_, i) => 0x10 + i);
const UUID = '10111213-14151617-1819-1a1b1c1d1e1f';

describe('volume names', () => {
  it('reads the UUID behind the mark of a FAT volume', async () => {
    const disk = new SparseDisk(16 << 20);
    await formatFat(disk, { byteLength: disk.byteLength, label: 'bank', serial: 1, reservedSectors: 8 });
    expect(identifyVolume(disk.read(0, VOLUME_HEAD_BYTES))).toBeNull();
    disk.write(512, new TextEncoder().encode(VOLUME_MARK));
    disk.write(512 + VOLUME_MARK.length, UUID_BYTES);
    expect(identifyVolume(disk.read(0, VOLUME_HEAD_BYTES))).toEqual({ type: 'vfat', uuid: UUID, label: '' });
  });

  it('reads UUID and label of an ext4 superblock', () => {
    const head = new Uint8Array(VOLUME_HEAD_BYTES);
    head.set([0x53, 0xef], 1024 + 0x38);
    head.set(UUID_BYTES, 1024 + 0x68);
    head.set(new TextEncoder().encode('datastore1'), 1024 + 0x78);
    expect(identifyVolume(head)).toEqual({ type: 'ext4', uuid: UUID, label: 'datastore1' });
  });

  it('knows nothing else', () => {
    expect(identifyVolume(new Uint8Array(VOLUME_HEAD_BYTES))).toBeNull();
    expect(identifyVolume(new Uint8Array(10))).toBeNull();
  });
});
