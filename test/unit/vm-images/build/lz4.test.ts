import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compressLz4Legacy } from '../../../../vm-images/build/lz4.ts';
import { installed } from '../../../helpers/installed.ts';

/** A plain reading of the block format, to judge the writer where no lz4 program is installed. */
function unpack(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  expect(view.getUint32(0, true)).toBe(0x184c2102);
  const out: number[] = [];
  for (let at = 4; at < packed.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    at += 4;
    while (at < end) {
      const token = packed[at++]!;
      const lengthOf = (start: number) => {
        let length = start;
        if (start === 15)
          for (;;) {
            const more = packed[at++]!;
            length += more;
            if (more !== 255) break;
          }
        return length;
      };
      for (let literals = lengthOf(token >> 4); literals > 0; literals--) out.push(packed[at++]!);
      if (at >= end) break;
      const offset = packed[at]! | (packed[at + 1]! << 8);
      at += 2;
      for (let length = lengthOf(token & 15) + 4; length > 0; length--) out.push(out[out.length - offset]!);
    }
  }
  return Uint8Array.from(out);
}

const samples: [string, Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['a few bytes', Uint8Array.of(1, 2, 3)],
  ['zeros', new Uint8Array(100_000)],
  ['text', new TextEncoder().encode('the host boots and the host boots again; '.repeat(500))],
  ['noise', Uint8Array.from({ length: 70_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255)],
];

describe('LZ4', () => {
  it.each(samples)('keeps %s', (_, bytes) => {
    expect(unpack(compressLz4Legacy(bytes))).toEqual(bytes);
  });

  it('makes what repeats small', () => {
    expect(compressLz4Legacy(samples[3]![1]).length).toBeLessThan(400);
  });

  it.skipIf(!installed('lz4')).each(samples.slice(1))('writes what lz4 unpacks: %s', (_, bytes) => {
    const output = execFileSync('lz4', ['-d', '-c'], { input: compressLz4Legacy(bytes) });
    expect(new Uint8Array(output)).toEqual(bytes);
  });
});
