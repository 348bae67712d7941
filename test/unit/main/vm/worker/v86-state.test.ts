import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseState } from '../../../../../main/vm/worker/v86-state.ts';

/** A state as v86 writes it: header, JSON, buffers on 4-byte places. */
function serialize(state: unknown[], buffers: Uint8Array[], version = 6): Uint8Array {
  let offset = 0;
  const infos = buffers.map(({ length }) => {
    const info = { offset, length };
    offset = (offset + length + 3) & ~3;
    return info;
  });
  const json = Buffer.from(JSON.stringify({ buffer_infos: infos, state }));
  const start = (16 + json.length + 3) & ~3;
  const out = new Uint8Array(start + offset);
  const view = new DataView(out.buffer);
  view.setInt32(0, 0x86768676 | 0, true);
  view.setInt32(4, version, true);
  view.setInt32(8, out.length, true);
  view.setInt32(12, json.length, true);
  out.set(json, 16);
  for (const [i, buffer] of buffers.entries()) out.set(buffer, start + infos[i]!.offset);
  return out;
}

const marked = (type: string, id: number) => ({ __state_type__: type, buffer_id: id });

describe('machine state', () => {
  it('gives numbers, nested lists and typed arrays back, each array with a buffer of its own', () => {
    const bytes = serialize(
      [1, [null, marked('Int32Array', 0)], marked('Uint8Array', 1)],
      [new Uint8Array([1, 0, 0, 0, 2, 0, 0, 0]), new Uint8Array([7, 8, 9])],
    );
    const state = parseState(bytes) as [number, [null, Int32Array], Uint8Array];
    expect(state[0]).toBe(1);
    expect([...state[1][1]]).toEqual([1, 2]);
    expect([...state[2]]).toEqual([7, 8, 9]);
    expect([state[2].byteOffset, state[2].buffer.byteLength]).toEqual([0, 3]);
  });

  it('reads guest memory where it lies, also in shared memory', () => {
    const state: unknown[] = Array.from({ length: 79 }, () => 0);
    state[77] = marked('Uint8Array', 0);
    state[78] = marked('Uint8Array', 1);
    const bytes = serialize(state, [new Uint8Array(4096).fill(5), new Uint8Array([1, 2])]);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const parsed = parseState(shared);
    expect((parsed[77] as Uint8Array).buffer).toBe(shared.buffer);
    expect((parsed[77] as Uint8Array).every((byte) => byte === 5)).toBe(true);
    expect((parsed[78] as Uint8Array).buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('refuses another format by its number', () => {
    expect(() => parseState(serialize([], [], 7))).toThrow(expect.objectContaining({ code: 'snapshot.version' }));
  });

  it('is damaged, and says so, whatever is changed or cut', () => {
    const bytes = serialize(
      [marked('Uint8Array', 0), marked('Uint8Array', 1)],
      [new Uint8Array(40), new Uint8Array(3)],
    );
    const hurt = fc.record({ cut: fc.nat(bytes.length), at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(hurt, ({ cut, at, to }) => {
        const changed = bytes.slice(0, cut);
        if (at < changed.length) changed[at] = to;
        try {
          parseState(changed);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^snapshot\.(damaged|version)$/);
        }
      }),
      { seed: 20261122, numRuns: 2000 },
    );
  });
});
