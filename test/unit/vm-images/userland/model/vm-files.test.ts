import { describe, expect, it } from 'vitest';
import { createVmx, readVmConfig, VmxFile } from '../../../../../vm-images/userland/model/vm-config.ts';
import {
  createDiskDescriptor,
  diskSectors,
  parseDiskDescriptor,
  parseDiskSize,
  serializeDiskDescriptor,
} from '../../../../../vm-images/userland/model/vm-disk.ts';
import {
  nextInventoryId,
  parseInventory,
  parseSnapshots,
  serializeInventory,
  serializeSnapshots,
} from '../../../../../vm-images/userland/model/vm-inventory.ts';

const VMX = `.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "8"
displayName = "web01"
annotation = "first line|0Asecond"
guestOS = "rhel6-64"
memsize = "512"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "web01.vmdk"
ide1:0.present = "TRUE"
ide1:0.deviceType = "cdrom-image"
ide1:0.fileName = "/vmfs/volumes/ds/a.iso"
ide1:1.present = "FALSE"
ethernet0.present = "TRUE"
ethernet0.networkName = "VM Network"
ethernet0.virtualDev = "e1000"
ethernet0.generatedAddress = "00:0C:29:AA:BB:CC"
`;

describe('vmx', () => {
  it('finds disks, CD drives and NICs that are present', () => {
    const config = readVmConfig(VmxFile.parse(VMX));
    expect(config).toMatchObject({
      name: 'web01',
      guestOs: 'rhel6_64Guest',
      hardwareVersion: 'vmx-08',
      memoryMiB: 512,
    });
    expect(config.annotation).toBe('first line\nsecond');
    expect(config.disks).toEqual([{ node: 'scsi0:0', fileName: 'web01.vmdk' }]);
    expect(config.cdroms.map((one) => one.node)).toEqual(['ide1:0']);
    expect(config.nics).toEqual([
      { node: 'ethernet0', portgroup: 'VM Network', mac: '00:0c:29:aa:bb:cc', model: 'e1000', connected: true },
    ]);
  });

  it('compares keys without case and keeps their order and spelling', () => {
    const file = VmxFile.parse(VMX);
    file.set('MEMSIZE', '1024');
    expect(file.serialize()).toBe(VMX.replace('"512"', '"1024"'));
  });

  it('creates a machine that reads back', () => {
    const config = readVmConfig(VmxFile.parse(createVmx({ name: 'a "b"', memoryMiB: 64 }).serialize()));
    expect(config).toMatchObject({ name: 'a "b"', memoryMiB: 64, guestOs: 'otherGuest', disks: [] });
  });
});

describe('virtual disk descriptor', () => {
  const digits = '0123456789abcdef';
  const made = createDiskDescriptor({
    sectors: 2097152,
    flatName: 'web01-flat.vmdk',
    adapter: 'lsilogic',
    format: 'thin',
    randomHex: (count) => digits.repeat(4).slice(0, count),
  });

  it('comes back from its text as it was', () => {
    expect(parseDiskDescriptor(serializeDiskDescriptor(made))).toEqual(made);
    expect(diskSectors(made)).toBe(2097152);
    expect(made.database.thinProvisioned).toBe('1');
  });

  it('has a disk UUID with the vendor prefix', () => {
    expect(made.database.uuid).toMatch(/^60 00 c2 97( [0-9a-f]{2}){4}-([0-9a-f]{2} ){7}[0-9a-f]{2}$/);
  });

  it('refuses other files', () => {
    expect(() => parseDiskDescriptor('hello')).toThrow('not a virtual disk descriptor');
  });

  it.each([
    ['10g', 10737418240],
    ['512M', 536870912],
    ['2048k', 2097152],
    ['4096', 4096],
    ['8s', 4096],
    ['ten', null],
  ])('reads the size %s', (text, bytes) => {
    expect(parseDiskSize(text)).toBe(bytes);
  });
});

describe('inventory', () => {
  it('comes back from its XML and never reuses the highest number', () => {
    const entries = [
      { id: 1, vmxPath: '/vmfs/volumes/a/web01/web01.vmx' },
      { id: 7, vmxPath: '/vmfs/volumes/a/b & c/b.vmx' },
    ];
    expect(parseInventory(serializeInventory(entries))).toEqual(entries);
    expect(nextInventoryId(entries)).toBe(8);
    expect(parseInventory('')).toEqual([]);
  });
});

describe('snapshot list', () => {
  it('comes back from its text, times included', () => {
    const file = {
      current: 2,
      lastUid: 2,
      snapshots: [
        {
          uid: 1,
          parent: 0,
          displayName: 'clean',
          description: 'a "b"',
          createdUs: 1767225600123456,
          type: 0,
          memoryFile: '',
          disks: [{ node: 'scsi0:0', fileName: 'w.vmdk' }],
        },
        {
          uid: 2,
          parent: 1,
          displayName: 'patched',
          description: '',
          createdUs: 1767229200000000,
          type: 1,
          memoryFile: 'w-Snapshot2.vmsn',
          disks: [],
        },
      ],
    };
    expect(parseSnapshots(serializeSnapshots(file))).toEqual(file);
  });
});
