import { describe, expect, it } from 'vitest';
import { bytesSource, sliceSource } from '../../../../../../vm-images/userland/model/package/index.ts';
import { refusal } from './damage.ts';

const SOURCE = bytesSource(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));

describe('byte source', () => {
  it('reads what lies within, of a slice of a slice too', () => {
    const slice = sliceSource(sliceSource(SOURCE, 2, 5), 1, 3);
    expect(slice.length).toBe(3);
    expect(slice.read(0, 3)).toEqual(Uint8Array.of(3, 4, 5));
    expect(slice.read(3, 0)).toHaveLength(0);
    expect(sliceSource(SOURCE, 8, 0).length).toBe(0);
  });

  it.each([
    [0, 9],
    [8, 1],
    [-1, 2],
    [2, -1],
    [0.5, 1],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
  ])('refuses offset %d with length %d', (offset, length) => {
    expect(refusal(() => SOURCE.read(offset, length))?.kind).toBe('source');
    expect(refusal(() => sliceSource(SOURCE, offset, length))?.kind).toBe('source');
  });

  it('keeps a slice from reading on', () => {
    const error = refusal(() => sliceSource(SOURCE, 2, 3).read(2, 2));
    expect(error?.message).toBe('expected bytes 2 to 4, found 3 bytes in all');
  });
});
