import { describe, expect, it } from 'vitest';
import { FrameReader, parseStart, serializeFrame } from '../../../../../vm-images/userland/hostd/server/frames.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('frames of the command client', () => {
  it('have a letter, a length and a payload', () => {
    expect([...serializeFrame('O', bytes('hi'))]).toEqual([79, 2, 0, 0, 0, 104, 105]);
  });

  it('are found however the stream is cut', () => {
    const stream = [
      serializeFrame('A', bytes('first')),
      serializeFrame('I', bytes('')),
      serializeFrame('S', bytes('\x02')),
    ].flatMap((frame) => [...frame]);
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader();
      const frames = [
        ...reader.push(Uint8Array.from(stream.slice(0, cut))),
        ...reader.push(Uint8Array.from(stream.slice(cut))),
      ];
      expect(frames.map((frame) => [frame.type, new TextDecoder().decode(frame.payload)])).toEqual([
        ['A', 'first'],
        ['I', ''],
        ['S', '\x02'],
      ]);
    }
  });

  it('of absurd length end the connection', () => {
    expect(() => new FrameReader().push(Uint8Array.from([79, 255, 255, 255, 255]))).toThrow('frame of');
  });

  it('tell how the program was called', () => {
    const start = ['1', '1', '0', '40', '120', '/tmp', '3', 'esxcli', 'network', 'a b', 'HOME=/', 'X=a=b', 'junk'];
    expect(parseStart(`${start.join('\0')}\0`)).toEqual({
      stdinIsTty: true,
      stdoutIsTty: false,
      rows: 40,
      columns: 120,
      cwd: '/tmp',
      argv: ['esxcli', 'network', 'a b'],
      env: { HOME: '/', X: 'a=b' },
    });
  });

  it.each(['', '2\0', '1\x000\x000\x0024\x0080\0/\x00zero\0', '1\x000\x000\x0024\x0080\0/\x000\0'])(
    'of another protocol are refused: %j',
    (text) => expect(parseStart(text)).toBeNull(),
  );
});
