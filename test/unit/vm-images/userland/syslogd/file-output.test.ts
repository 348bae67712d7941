import { describe, expect, it } from 'vitest';
import { FileOutput } from '../../../../../vm-images/userland/syslogd/file-output.ts';
import { FakeFiles } from './fakes.ts';

const note = (count: number) => `${count} lost\n`;

function output(limits = { sizeBytes: 20, rotations: 3 }, files = new FakeFiles()) {
  const file = new FileOutput(files, '/scratch/log/x.log', limits);
  return {
    file,
    files,
    write: (text: string, nowMs = 0) => {
      file.add(text);
      return file.flush(nowMs, note);
    },
  };
}

describe('a log file', () => {
  it('is there, empty, before anything is written', () => {
    const { file, files } = output();
    file.create();
    expect(files.content.get('/scratch/log/x.log')).toBe('');
  });

  it('gets gathered lines in one write', () => {
    const { file, files } = output({ sizeBytes: 1000, rotations: 3 });
    for (let index = 0; index < 10; index++) file.add(`line ${index}\n`);
    file.flush(0, note);
    expect(files.writes).toBe(1);
    expect(files.content.get('/scratch/log/x.log')?.split('\n')).toHaveLength(11);
  });

  it('rotates at its size: the newest old file is number 0', () => {
    const { files, write } = output();
    for (const text of ['aaaaaaaaaaaa\n', 'bbbbbbbbbbbb\n', 'cccccccccccc\n']) write(text);
    expect(Object.fromEntries(files.content)).toEqual({
      '/scratch/log/x.log': 'cccccccccccc\n',
      '/scratch/log/x.0.gz': 'gz(bbbbbbbbbbbb\n)',
      '/scratch/log/x.1.gz': 'gz(aaaaaaaaaaaa\n)',
    });
  });

  it('never keeps more old files than it may', () => {
    const { files, write } = output();
    for (let index = 0; index < 20; index++) write(`${String(index).repeat(12)}\n`);
    expect([...files.content.keys()].filter((name) => name.endsWith('.gz'))).toHaveLength(3);
  });

  it('goes on with what is in the file already', () => {
    const files = new FakeFiles();
    files.content.set('/scratch/log/x.log', 'before before\n');
    const { write } = output(undefined, files);
    write('after after\n');
    expect(files.content.get('/scratch/log/x.0.gz')).toBe('gz(before before\n)');
  });

  it('keeps no old file at all with 0 rotations', () => {
    const { files, write } = output({ sizeBytes: 10, rotations: 0 });
    write('aaaaaaaa\n');
    write('bbbbbbbb\n');
    expect([...files.content]).toEqual([['/scratch/log/x.log', 'bbbbbbbb\n']]);
  });
});

describe('a full disk', () => {
  it('costs old files first', () => {
    const { files, write } = output();
    for (const text of ['aaaaaaaaaaaa\n', 'bbbbbbbbbbbb\n', 'cccccccccccc\n']) write(text);
    files.capacity = files.used + 2;
    expect(write('dddd\n')).toBe('');
    expect(files.content.get('/scratch/log/x.log')).toBe('cccccccccccc\ndddd\n');
    expect(files.content.has('/scratch/log/x.1.gz')).toBe(false);
  });

  it('then drops lines, counts them, and tells the count when there is room again', () => {
    const { files, write } = output({ sizeBytes: 1000, rotations: 3 });
    write('first\n');
    files.capacity = files.used;
    expect(write('a\n', 0)).toContain('/scratch/log/x.log');
    expect(write('b\n', 1000)).toBe('');
    files.capacity = 1000;
    expect(write('c\n', 2000)).toBe('');
    expect(files.content.get('/scratch/log/x.log')).toBe('first\n');
    write('d\n', 6000);
    expect(files.content.get('/scratch/log/x.log')).toBe('first\n3 lost\nd\n');
  });
});
