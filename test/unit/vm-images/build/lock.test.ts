import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../../../vm-images/build/lock.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(dir, 'image.lock');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('lock of an image build', () => {
  it('lets one at a time in, and says to the other that it waits', async () => {
    const order: string[] = [];
    let release = () => {};
    const first = withLock(file, { onWait: () => order.push('first waits') }, async () => {
      order.push('first');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    const second = withLock(file, { onWait: () => order.push('second waits') }, async () => void order.push('second'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second waits', 'second']);
    expect(existsSync(file)).toBe(false);
  });

  it('takes over the lock of a process that is gone', async () => {
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
    writeFileSync(file, gone);
    await expect(withLock(file, { onWait: () => {} }, async () => 'done')).resolves.toBe('done');
  });

  it('gives the lock back when the work fails', async () => {
    await expect(withLock(file, { onWait: () => {} }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('stops waiting when asked to', async () => {
    writeFileSync(file, `${process.pid}\n`);
    const signal = AbortSignal.abort();
    await expect(withLock(file, { onWait: () => {}, signal }, async () => 1)).rejects.toMatchObject({
      code: 'image.build-aborted',
    });
  });
});
