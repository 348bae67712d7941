import { describe, expect, it } from 'vitest';
import {
  checkTable,
  createGpt,
  geometry,
  type PartitionTable,
  parsePartitionTable,
  partitionTypeName,
  SECTOR_BYTES,
  serializeGpt,
  serializeMbr,
} from '../../../../../vm-images/userland/model/storage-gpt.ts';

const SECTORS = 33554432;

function sample(): PartitionTable {
  const table = createGpt(SECTORS, '00112233445566778899AABBCCDDEEFF');
  table.partitions.push(
    {
      number: 1,
      first: 64,
      last: 28671,
      type: 'C12A7328F81F11D2BA4B00A0C93EC93B',
      attributes: 128,
      guid: 'A'.repeat(32),
      name: 'boot',
    },
    {
      number: 3,
      first: 10254336,
      last: 33554398,
      type: 'AA31E02A400F11DB9590000C2911D1B8',
      attributes: 0,
      guid: 'B'.repeat(32),
      name: '',
    },
  );
  return table;
}

describe('GPT', () => {
  it('reads back what it wrote, boot code kept', () => {
    const start = new ArrayBuffer(34 * SECTOR_BYTES);
    new Uint8Array(start).fill(0x90, 0, 440);
    const [primary, backup] = serializeGpt(sample(), start);
    expect(parsePartitionTable(primary!.bytes, SECTORS)).toEqual(sample());
    expect(new Uint8Array(primary!.bytes)[439]).toBe(0x90);
    expect(backup!.sector).toBe(SECTORS - 33);
  });

  it('writes GUIDs in the mixed byte order of the standard', () => {
    const [primary] = serializeGpt(sample(), new ArrayBuffer(0));
    const entry = new Uint8Array(primary!.bytes, 2 * SECTOR_BYTES, 16);
    expect([...entry].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
      '28732ac11ff8d211ba4b00a0c93ec93b',
    );
  });

  it('has the checksums that the standard asks for', () => {
    // CRC-32 of an empty 16 KiB entry array is ab54d286 (as sgdisk writes on a cleared disk).
    const [primary] = serializeGpt(createGpt(SECTORS, '0'.repeat(32)), new ArrayBuffer(0));
    expect(new DataView(primary!.bytes).getUint32(SECTOR_BYTES + 88, true)).toBe(0xab54d286);
  });

  it('says what is wrong before it is written', () => {
    const table = sample();
    expect(checkTable(table)).toBeNull();
    table.partitions.push({ number: 4, first: 28000, last: 30000, type: '0', attributes: 0, guid: '', name: '' });
    expect(checkTable(table)).toBe('partitions 1 and 4 overlap');
    expect(checkTable({ ...sample(), lastUsable: 100 })).toMatch(/outside the usable sectors 34-100/);
  });
});

describe('MBR', () => {
  it('reads back what it wrote', () => {
    const table: PartitionTable = {
      label: 'msdos',
      totalSectors: 4096,
      diskGuid: '',
      firstUsable: 1,
      lastUsable: 4095,
      partitions: [{ number: 2, first: 64, last: 2047, type: 'fb', attributes: 128, guid: '', name: '' }],
    };
    expect(parsePartitionTable(serializeMbr(table, new ArrayBuffer(0))[0]!.bytes, 4096)).toEqual(table);
  });
});

describe('disk facts', () => {
  it('names types as partedUtil does', () => {
    expect(partitionTypeName('9D27538040AD11DBBF97000C2911D1B8')).toBe('vmkDiagnostic');
    expect(partitionTypeName('fb')).toBe('vmfs');
    expect(partitionTypeName('12345678123456781234567812345678')).toBe('unknown');
  });

  it('makes up the geometry of a 16 GiB disk as ESXi does', () => {
    expect(geometry(SECTORS)).toEqual({ cylinders: 2088, heads: 255, sectors: 63 });
  });

  it('calls a blank disk unknown', () => {
    expect(parsePartitionTable(new ArrayBuffer(34 * 512), 1000).label).toBe('unknown');
  });
});
