import { describe, expect, it } from 'vitest';
import { parseKernelRecord, parseMessage } from '../../../../../vm-images/userland/syslogd/message.ts';

const at = Date.UTC(2014, 5, 7, 10, 11, 12, 345);

describe('messages of /dev/log', () => {
  it.each([
    ['<30>hostd[2843]: started', { facility: 3, severity: 6, ident: 'hostd', pid: 2843, text: 'started' }],
    [
      '<166>Jun  7 10:11:12 shell[345]: ls -l /',
      { facility: 20, severity: 6, ident: 'shell', pid: 345, text: 'ls -l /' },
    ],
    ['<13>Nov 22 10:58:04 root: plain', { facility: 1, severity: 5, ident: 'root', pid: null, text: 'plain' }],
    ['<36>sshd: a: b: c', { facility: 4, severity: 4, ident: 'sshd', text: 'a: b: c' }],
    ['no head at all', { facility: 1, severity: 5, ident: 'unknown', text: 'no head at all' }],
    ['<6>vmkernel: up', { facility: 0, severity: 6, ident: 'vmkernel', text: 'up' }],
    ['', { ident: 'unknown', text: '' }],
    ['<999>x: y', { ident: 'x', text: 'y' }],
  ])('reads %j', (datagram, expected) => {
    expect(parseMessage(datagram, at)).toMatchObject({ ...expected, timeMs: at });
  });

  it('keeps further lines apart and drops the line end', () => {
    expect(parseMessage('<30>hostd: one\ntwo\nthree\n\0', at)).toMatchObject({ text: 'one', more: ['two', 'three'] });
  });

  it('replaces control characters that could play tricks on a terminal', () => {
    expect(parseMessage('<30>x: a\x1b[2Jb\x07\tc', at).text).toBe('a?[2Jb?\tc');
  });

  it('cuts a message at 8 KiB', () => {
    expect(parseMessage(`<30>x: ${'y'.repeat(20_000)}`, at).text.length).toBeLessThanOrEqual(8192);
  });
});

describe('records of /dev/kmsg', () => {
  it('reads priority, sequence, time and text, and leaves the dictionary out', () => {
    expect(parseKernelRecord('4,339,5140900,-;virtio_net: link down\n SUBSYSTEM=net\n')).toEqual({
      facility: 0,
      severity: 4,
      sequence: 339,
      microseconds: 5_140_900,
      text: 'virtio_net: link down',
    });
  });

  it('tells what programs wrote there by its facility', () => {
    expect(parseKernelRecord('12,7,1,-;hello')?.facility).toBe(1);
  });

  it('turns escaped bytes into characters where they are printable', () => {
    expect(parseKernelRecord('6,1,1,-;a\\x5cb\\x1bc')?.text).toBe('a\\b?c');
  });

  it('refuses what is no record', () => {
    expect(parseKernelRecord(' KEY=value')).toBeNull();
  });
});
