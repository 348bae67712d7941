import * as native from 'native';
import * as os from 'os';
import { AgentFrameReader, agentFrame, callStrings } from './agent-frames.ts';
import type { CommandResult } from './types.ts';

const socketPath = '/var/run/hostd.sock';
const environment = ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOME=/', 'USER=root', 'TERM=dumb'];

/** One command through hostd. Never throws: what goes wrong is a result with a status other than 0. */
export function runThroughAgent(argv: string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    let fd: number;
    try {
      fd = native.socket('unix', 'stream');
    } catch (error) {
      resolve(failure(String(error)));
      return;
    }
    const output = { O: '', E: '' };
    const reader = new AgentFrameReader();
    const buffer = new ArrayBuffer(16_384);
    const finish = (result: CommandResult) => {
      os.clearTimeout(timer);
      os.setReadHandler(fd, null);
      os.close(fd);
      resolve(result);
    };
    const timer = os.setTimeout(
      () => finish(failure(`The host agent took longer than ${timeoutMs / 1000} s for "${argv.join(' ')}".`)),
      timeoutMs,
    );
    const take = () => {
      const got = native.recv(fd, buffer, 0, buffer.byteLength);
      if (got === null) return;
      if (got.length === 0) {
        finish(failure('The connection to the host agent was lost.'));
        return;
      }
      for (const { type, payload } of reader.feed(new Uint8Array(buffer.slice(0, got.length)))) {
        if (type === 'O' || type === 'E') output[type] += native.utf8Decode(payload.buffer as ArrayBuffer);
        else if (type === 'i') sendAll(fd, agentFrame('I', new Uint8Array(0)));
        else if (type === 'X') {
          const status = new DataView(payload.buffer).getUint32(0, true);
          finish({ status, stdout: output.O, stderr: output.E });
          return;
        }
      }
    };
    try {
      native.connect(fd, { path: socketPath });
      sendAll(fd, agentFrame('A', new Uint8Array(native.utf8Encode(callStrings(argv, environment)))));
      os.setReadHandler(fd, () => {
        try {
          take();
        } catch (error) {
          finish(failure(String(error)));
        }
      });
    } catch {
      finish(failure('The host agent (hostd) does not answer.'));
    }
  });
}

/** Frames sent here are far smaller than a socket's buffer. */
function sendAll(fd: number, bytes: Uint8Array): void {
  const sent = native.send(fd, bytes.buffer as ArrayBuffer, 0, bytes.length);
  if (sent !== bytes.length) throw new Error(`only ${sent ?? 0} of ${bytes.length} bytes went to the host agent`);
}

function failure(stderr: string): CommandResult {
  return { status: 1, stdout: '', stderr };
}
