import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { LabError } from '../../main/shared/errors.ts';

const POLL_MS = 500;

/**
 * Runs `work` while this process alone holds the lock file. A lock whose process is gone is taken over.
 *
 * @param onWait Called once when another process holds it.
 * @throws LabError `image.build-aborted` when the signal fires while waiting.
 */
export async function withLock<T>(
  file: string,
  options: { onWait: () => void; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  while (!tryLock(file)) {
    if (!told) options.onWait();
    told = true;
    if (options.signal?.aborted) throw new LabError('image.build-aborted', 'the image build was given up');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const fd = openSync(file, 'wx');
    writeSync(fd, `${process.pid}\n`);
    closeSync(fd);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (isHeld(file)) return false;
  rmSync(file, { force: true });
  return tryLock(file);
}

function isHeld(file: string): boolean {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    // Another build in this very process holds it, or the file has just been made and is still empty.
    if (pid === process.pid || Number.isNaN(pid)) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EPERM';
  }
}
