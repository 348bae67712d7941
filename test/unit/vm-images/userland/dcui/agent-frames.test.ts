import { describe, expect, it } from 'vitest';
import { AgentFrameReader, agentFrame, callStrings } from '../../../../../vm-images/userland/dcui/host/agent-frames.ts';
import { parseCsv, problemOf } from '../../../../../vm-images/userland/dcui/host/text.ts';

describe('frames to and from hostd', () => {
  it('are type, little-endian length, payload', () => {
    expect([...agentFrame('A', Uint8Array.of(1, 2))]).toEqual([65, 2, 0, 0, 0, 1, 2]);
  });

  it('carry the call: protocol, no terminals, window, folder, arguments, environment', () => {
    expect(callStrings(['esxcli', 'network'], ['A=b']).split('\0')).toEqual([
      '1',
      '0',
      '0',
      '25',
      '80',
      '/',
      '2',
      'esxcli',
      'network',
      'A=b',
      '',
    ]);
  });

  it('are cut out of any stream of bytes', () => {
    const stream = [...agentFrame('O', Uint8Array.of(104, 105)), ...agentFrame('X', Uint8Array.of(0, 0, 0, 0))];
    const reader = new AgentFrameReader();
    const frames = stream.flatMap((byte) => reader.feed(Uint8Array.of(byte)));
    expect(frames.map(({ type, payload }) => [type, [...payload]])).toEqual([
      ['O', [104, 105]],
      ['X', [0, 0, 0, 0]],
    ]);
    expect(new AgentFrameReader().feed(Uint8Array.from(stream))).toHaveLength(2);
  });
});

describe('what commands print', () => {
  it('is read as CSV, quotes and trailing commas included', () => {
    expect(parseCsv('Name,Uplinks,\nvSwitch0,"vmnic0,vmnic1,",\n"say ""x""",,\n')).toEqual([
      { Name: 'vSwitch0', Uplinks: 'vmnic0,vmnic1,' },
      { Name: 'say "x"', Uplinks: '' },
    ]);
    expect(parseCsv('')).toEqual([]);
  });

  it('gives the reason of a failure', () => {
    expect(problemOf({ status: 0, stdout: '', stderr: 'warning' })).toBe('');
    expect(problemOf({ status: 1, stdout: 'Error: x\n', stderr: '' })).toBe('Error: x');
    expect(problemOf({ status: 3, stdout: '', stderr: '' })).toBe('The command ended with status 3.');
  });
});
