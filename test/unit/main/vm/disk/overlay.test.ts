import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../../../../main/vm/disk/base-disk.ts';
import { Overlay } from '../../../../../main/vm/disk/overlay.ts';
import { baseDisk } from '../../../../helpers/base-disk.ts';

const GIB = 2 ** 30;

describe('overlay', () => {
  it('reads the base until it is written, and leaves the base alone', () => {
    const base = baseDisk(1024 * BLOCK_BYTES, { 3: 0x33 });
    const overlay = new Overlay(base);
    expect([...overlay.read(3 * BLOCK_BYTES - 2, 4)]).toEqual([0, 0, 0x33, 0x33]);
    expect(overlay.write(3 * BLOCK_BYTES + 10, new Uint8Array([1, 2]))).toEqual([3]);
    expect([...overlay.read(3 * BLOCK_BYTES + 9, 4)]).toEqual([0x33, 1, 2, 0x33]);
    expect(base.data.every((byte) => byte === 0x33)).toBe(true);
    expect(overlay.count).toBe(1);
  });

  it('takes no memory for zeros where zeros are, and keeps those that replace something', () => {
    const overlay = new Overlay(baseDisk(1024 * BLOCK_BYTES, { 3: 0x33 }));
    expect(overlay.write(2 * BLOCK_BYTES, new Uint8Array(3 * BLOCK_BYTES))).toEqual([3]);
    expect(overlay.count).toBe(1);
    expect([...overlay.read(3 * BLOCK_BYTES, 2)]).toEqual([0, 0]);
    overlay.write(9 * BLOCK_BYTES, new Uint8Array([9, 9]));
    expect(overlay.write(9 * BLOCK_BYTES, new Uint8Array(1))).toEqual([9]);
    expect([...overlay.read(9 * BLOCK_BYTES, 3)]).toEqual([0, 9, 0]);
  });

  it('addresses the end of a 16 GiB disk', () => {
    const overlay = new Overlay(baseDisk(16 * GIB));
    const at = 16 * GIB - 512;
    expect(overlay.write(at, new Uint8Array(512).fill(9))).toEqual([4194303]);
    expect(overlay.read(at, 512).every((byte) => byte === 9)).toBe(true);
    expect(overlay.read(at - 8 * GIB, 512).every((byte) => byte === 0)).toBe(true);
  });

  it('captures what changed, in order, and another overlay loads it', () => {
    const base = baseDisk(1024 * BLOCK_BYTES);
    const first = new Overlay(base);
    first.write(700 * BLOCK_BYTES, new Uint8Array([7]));
    first.write(5 * BLOCK_BYTES, new Uint8Array([5]));
    const blocks = first.capture();
    expect([...blocks.indexes]).toEqual([5, 700]);
    const second = new Overlay(base);
    second.write(9 * BLOCK_BYTES, new Uint8Array([9]));
    second.load(blocks);
    expect([...second.read(700 * BLOCK_BYTES, 2)]).toEqual([7, 0]);
    expect([...second.read(9 * BLOCK_BYTES, 2)]).toEqual([0, 0]);
    second.write(9 * BLOCK_BYTES + 1, new Uint8Array([1]));
    expect([...second.read(9 * BLOCK_BYTES, 3)]).toEqual([0, 1, 0]);
  });

  it('shares its memory: a second view sees later writes, told of each new chunk', () => {
    const base = baseDisk(4096 * BLOCK_BYTES);
    const chunks: SharedArrayBuffer[] = [];
    const writer = new Overlay(base, { onChunk: (chunk) => chunks.push(chunk) });
    const reader = new Overlay(base, { memory: { index: writer.memory.index, chunks: [] } });
    for (let block = 0; block < 600; block++) writer.write(block * BLOCK_BYTES, new Uint8Array([block & 255, 1]));
    expect(chunks).toHaveLength(3);
    for (const chunk of chunks) reader.addChunk(chunk);
    expect([...reader.read(599 * BLOCK_BYTES, 2)]).toEqual([599 & 255, 1]);
    const heir = new Overlay(base, { memory: { index: writer.memory.index, chunks } });
    expect(heir.count).toBe(600);
    heir.write(2000 * BLOCK_BYTES, new Uint8Array([42]));
    expect(heir.read(599 * BLOCK_BYTES, 1)[0]).toBe(599 & 255);
  });

  it('behaves as a plain array of bytes does', () => {
    const size = 16 * BLOCK_BYTES;
    const write = fc.record({ at: fc.nat(size - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 9000 }) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 12 }), (writes) => {
        const overlay = new Overlay(baseDisk(size, { 2: 2, 7: 7 }));
        const plain = overlay.read(0, size);
        for (const { at, bytes } of writes) {
          const part = bytes.subarray(0, size - at);
          overlay.write(at, part);
          plain.set(part, at);
        }
        expect(Buffer.compare(overlay.read(0, size), plain)).toBe(0);
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });
});
