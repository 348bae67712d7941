import { type ChildProcess, spawn } from 'node:child_process';

export interface VirtualDisplay {
  /** For DISPLAY, for example `:99`. */
  readonly name: string;
  stop(): Promise<void>;
}

const DEADLINE_MS = 10_000;

/** Starts a display nobody sees; the server picks a free number itself. @throws Error when Xvfb is not there or does not start. */
export function startXvfb(screen: { width: number; height: number }): Promise<VirtualDisplay> {
  const size = `${screen.width}x${screen.height}x24`;
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('did not start'), DEADLINE_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill();
      reject(new Error(`Xvfb ${why}; on Debian: apt-get install xvfb`));
    };
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => fail(`ended with status ${code}`));
    child.stdio[3]?.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve({ name: `:${chunk.toString('utf8').trim()}`, stop: () => stop(child) });
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
