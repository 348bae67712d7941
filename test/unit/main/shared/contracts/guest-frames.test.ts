import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FrameParser,
  frameHeaderBytes,
  frameType,
  type GuestFrame,
  maxPayloadBytes,
  PayloadJoiner,
  scanFrames,
  serializeFrames,
} from '../../../../../main/shared/contracts/guest-frames.ts';

const frame = (type: number, channel: number, text: string, conversation = 7) =>
  serializeFrames({ type, channel, conversation }, new TextEncoder().encode(text));

function parse(...chunks: Uint8Array[]): { frames: GuestFrame[]; skipped: number } {
  const parser = new FrameParser();
  const frames: GuestFrame[] = [];
  for (const chunk of chunks) parser.push(chunk, (one) => frames.push({ ...one, payload: one.payload.slice() }));
  return { frames, skipped: parser.skippedBytes };
}

const texts = (frames: GuestFrame[]) => frames.map(({ payload }) => new TextDecoder().decode(payload));

describe('guest frames', () => {
  it('has a header of 16 bytes: magic, type, check, conversation, channel, length', () => {
    const bytes = frame(frameType.data, 0x01020304, 'hi', 0x0a0b0c0d);
    expect([...bytes.subarray(0, 3)]).toEqual([0xbb, 0x6e, frameType.data]);
    expect([...bytes.subarray(4, 8)]).toEqual([0x0d, 0x0c, 0x0b, 0x0a]);
    expect([...bytes.subarray(8, 16)]).toEqual([4, 3, 2, 1, 2, 0, 0, 0]);
    expect([...bytes.subarray(16)]).toEqual([0x68, 0x69]);
  });

  it('reads frames that arrive a byte at a time', () => {
    const bytes = new Uint8Array([
      ...frame(frameType.data, 1, 'one'),
      ...frame(frameType.end, 1, ''),
      ...frame(frameType.data, 2, 'two'),
    ]);
    const { frames, skipped } = parse(...Array.from(bytes, (byte) => new Uint8Array([byte])));
    expect(texts(frames)).toEqual(['one', '', 'two']);
    expect(skipped).toBe(0);
  });

  it('finds the next frame after the tail of one whose beginning it never saw', () => {
    const lost = frame(frameType.data, 1, 'the beginning of this one is gone').subarray(9);
    const { frames, skipped } = parse(new Uint8Array([...lost, ...frame(frameType.welcome, 0, '{}')]));
    expect(texts(frames)).toEqual(['{}']);
    expect(skipped).toBe(lost.length);
  });

  it('is not misled by a payload that looks like a header, nor by a header with a wrong check', () => {
    const inner = frame(frameType.data, 9, 'inner');
    const damaged = frame(frameType.data, 3, 'damaged');
    damaged[3]! ^= 1;
    const whole = serializeFrames({ type: frameType.data, channel: 1, conversation: 7 }, inner);
    const { frames } = parse(new Uint8Array([...whole, ...damaged, ...frame(frameType.end, 1, '')]));
    expect(frames.map(({ type, channel }) => [type, channel])).toEqual([
      [frameType.data, 1],
      [frameType.end, 1],
    ]);
  });

  it('swallows an unfinished frame of the largest size with zeros, so that a new hello is heard', () => {
    const half = serializeFrames(
      { type: frameType.data, channel: 1, conversation: 7 },
      new Uint8Array(maxPayloadBytes),
    ).subarray(0, 40);
    const { frames } = parse(half, new Uint8Array(maxPayloadBytes + 1), frame(frameType.hello, 0, '{}', 8));
    expect(frames.at(-1)).toMatchObject({ type: frameType.hello, conversation: 8 });
  });

  it('splits what is longer than one frame and joins it again, channels apart', () => {
    const long = new Uint8Array(maxPayloadBytes * 2 + 5).map((_, i) => i);
    const bytes = serializeFrames({ type: frameType.result, channel: 4, conversation: 7 }, long);
    expect(bytes.length).toBe(long.length + 3 * frameHeaderBytes);
    const joiner = new PayloadJoiner();
    const { frames } = parse(bytes);
    const other = parse(frame(frameType.result, 5, 'short')).frames[0]!;
    expect(joiner.join(frames[0]!)).toBeNull();
    expect(new TextDecoder().decode(joiner.join(other)!)).toBe('short');
    expect(joiner.join(frames[1]!)).toBeNull();
    expect(joiner.join(frames[2]!)).toEqual(long);
  });

  it('reports what is left over for the next read', () => {
    const bytes = new Uint8Array([...frame(frameType.data, 1, 'a'), 0xbb, 0x6e, 1]);
    expect(scanFrames(bytes, () => {})).toEqual({ consumed: 17, skipped: 0 });
  });

  it('never throws and always finds a frame that follows garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(230), { maxLength: 8 }), (garbage, cuts) => {
        const clean = garbage.map((byte) => (byte === 0xbb ? 0 : byte));
        const bytes = new Uint8Array([...clean, ...frame(frameType.data, 1, 'found')]);
        const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, i) => bytes.subarray(edges[i]!, end));
        expect(texts(parse(...chunks).frames)).toEqual(['found']);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  it('takes any bytes at all without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        expect(() => parse(...chunks.map((chunk) => new Uint8Array([0xbb, 0x6e, ...chunk])))).not.toThrow();
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
