import * as native from 'native';
import * as os from 'os';
import type { CommandResult } from './types.ts';

const environment = ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOME=/', 'USER=root', 'TERM=dumb'];
const pollMs = 30;
const keepBytes = 65_536;

/**
 * Runs a program to its end. Daemons that it starts may keep its output open, so the end of the program counts, not the
 * end of the output.
 *
 * @returns null when it cannot be started; status 124 when it was ended after `timeoutMs`.
 */
export async function runProgram(argv: string[], timeoutMs: number): Promise<CommandResult | null> {
  const out = collect();
  const err = collect();
  try {
    const options = { argv, env: environment, cwd: '/', stdout: out.writeEnd, stderr: err.writeEnd, session: true };
    const pid = native.spawn(options);
    out.start();
    err.start();
    const status = await ended(pid, timeoutMs);
    return { status, stdout: out.finish(), stderr: err.finish() };
  } catch {
    out.finish();
    err.finish();
    return null;
  }
}

async function ended(pid: number, timeoutMs: number): Promise<number> {
  const deadline = native.monotonicMs() + timeoutMs;
  for (let late = false; ; ) {
    const found = native.waitpid(pid, true);
    if (found !== null) return late ? 124 : (found.exitCode ?? 128 + (found.signal ?? 0));
    if (native.monotonicMs() > deadline) {
      native.kill(pid, 9);
      late = true;
    }
    await os.sleepAsync(pollMs);
  }
}

/** A pipe whose reading end is gathered as text, the last `keepBytes` of it. */
function collect() {
  const pipe = native.pipe();
  native.setNonblocking(pipe.read, true);
  const buffer = new ArrayBuffer(4096);
  let text = '';
  let open = true;
  const drain = () => {
    for (;;) {
      const count = native.read(pipe.read, buffer, 0, buffer.byteLength);
      if (count === null) return;
      if (count === 0) {
        os.setReadHandler(pipe.read, null);
        return;
      }
      text = (text + native.utf8Decode(buffer, 0, count)).slice(-keepBytes);
    }
  };
  return {
    writeEnd: pipe.write,
    /** Once the child has its copy of the writing end. */
    start() {
      os.close(pipe.write);
      open = false;
      os.setReadHandler(pipe.read, drain);
    },
    finish(): string {
      if (open) os.close(pipe.write);
      drain();
      os.setReadHandler(pipe.read, null);
      os.close(pipe.read);
      return text;
    },
  };
}
