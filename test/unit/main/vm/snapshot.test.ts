import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSnapshot, readSnapshotFile, serializeSnapshot, writeSnapshotFile } from '../../../../main/vm/snapshot.ts';
import type { HostImage, MachineSnapshot } from '../../../../main/vm/types.ts';
import { ENGINE } from '../../../../main/vm/worker/v86-internals.ts';

const snapshot: MachineSnapshot = {
  header: {
    version: 1,
    engine: ENGINE,
    imageId: 'esxi',
    imageHash: 'abc',
    memoryMiB: 128,
    takenAt: '2026-11-22T10:00:00.000Z',
    nicsTagged: true,
    ready: true,
    journal: { id: 'j', sequence: 12 },
  },
  // Longer than one piece of the codec, and not a multiple of it.
  state: new Uint8Array(5 * 1024 * 1024 + 3).map((_, i) => (i >> 8) ^ i),
  blocks: { indexes: Uint32Array.from([1, 4194303]), data: new Uint8Array(8192).map((_, i) => i) },
};
const image = (hash: string): HostImage => ({
  id: 'esxi',
  hash,
  dir: '/',
  diskFile: '',
  biosFile: '',
  vgaBiosFile: '',
});

let dir: string;
let bytes: Uint8Array;
beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
  bytes = new Uint8Array(await serializeSnapshot(snapshot, 1));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('snapshot file', () => {
  it('comes back as it was written, smaller meanwhile, and leaves no temporary file', async () => {
    const file = path.join(dir, 'save.snap');
    await writeSnapshotFile(file, snapshot, 1);
    const back = await readSnapshotFile(file, image('abc'));
    expect(back.header).toEqual(snapshot.header);
    expect(Buffer.compare(back.state, snapshot.state)).toBe(0);
    expect([...back.blocks.indexes]).toEqual([1, 4194303]);
    expect(Buffer.compare(back.blocks.data, snapshot.blocks.data)).toBe(0);
    expect(bytes.length).toBeLessThan(snapshot.state.length);
    expect(readdirSync(dir)).toEqual(['save.snap']);
  });

  it('holds a machine that was off: no state, blocks alone', async () => {
    const off = await parseSnapshot(await serializeSnapshot({ ...snapshot, state: new Uint8Array(0) }, 1));
    expect(off.state.length).toBe(0);
    expect(off.blocks.indexes.length).toBe(2);
  });

  it('is damaged when it is cut off or changed anywhere', async () => {
    for (const end of [0, 5, 15, 100, bytes.length >> 1, bytes.length - 1]) {
      await expect(parseSnapshot(bytes.slice(0, end)), `cut at ${end}`).rejects.toMatchObject({
        code: 'snapshot.damaged',
      });
    }
    for (const at of [9, 14, 40, 1000, bytes.length - 5]) {
      const changed = bytes.slice();
      changed[at]! ^= 0x40;
      await expect(parseSnapshot(changed), `changed at ${at}`).rejects.toMatchObject({ code: 'snapshot.damaged' });
    }
  });

  it('names another format, another engine and another image for what they are', async () => {
    const newer = bytes.slice();
    newer[6] = '9'.charCodeAt(0);
    await expect(parseSnapshot(newer)).rejects.toMatchObject({ code: 'snapshot.version' });
    const engine = await serializeSnapshot({ ...snapshot, header: { ...snapshot.header, engine: 'v86-9.9.9' } }, 1);
    await expect(parseSnapshot(engine)).rejects.toMatchObject({
      code: 'snapshot.version',
      details: { expected: ENGINE, found: 'v86-9.9.9' },
    });
    const file = path.join(dir, 'other.snap');
    writeFileSync(file, bytes);
    await expect(readSnapshotFile(file, image('another'))).rejects.toMatchObject({ code: 'snapshot.image' });
    await expect(readSnapshotFile(path.join(dir, 'none'))).rejects.toMatchObject({ code: 'snapshot.missing' });
  });
});
