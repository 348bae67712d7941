import * as native from 'native';
import * as os from 'os';
import { exchange } from '../../resolver/exchange.ts';
import { lookUp } from '../../resolver/resolve.ts';
import { runThroughAgent } from './agent-client.ts';
import { echoRequest, isEchoReply } from './icmp.ts';
import { runProgram } from './local-program.ts';
import type { HostClient, LinkView } from './types.ts';

const agentTimeoutMs = 180_000;
const facilities = { daemon: 3, auth: 10 };
const severities = { warning: 4, notice: 5, info: 6 };

/** The machine the DCUI runs on. */
export const guestHost: HostClient = {
  run: (...argv) => runThroughAgent(argv, agentTimeoutMs),
  exec: runProgram,
  readText: (path) => readFrom(path, 0),
  readTail: readTail,
  replaceFile,
  crypt: native.crypt,
  sha1: (bytes) => native.sha1(bytes.slice().buffer),
  randomBytes: (length) => new Uint8Array(native.random(length)),
  link,
  ping,
  lookUp,
  log,
};

/** Files of /proc say size 0: read until nothing comes. */
function readFrom(path: string, offset: number): string | null {
  const fd = os.open(path, os.O_RDONLY);
  if (fd < 0) return null;
  const chunks: string[] = [];
  const buffer = new ArrayBuffer(65_536);
  try {
    for (let at = offset; ; ) {
      const count = native.pread(fd, buffer, 0, buffer.byteLength, at);
      if (count === 0) return chunks.join('');
      chunks.push(native.utf8Decode(buffer, 0, count));
      at += count;
    }
  } catch {
    return null;
  } finally {
    os.close(fd);
  }
}

function readTail(path: string, bytes: number): string | null {
  const [stat, errno] = os.stat(path);
  if (errno !== 0) return null;
  const offset = Math.max(0, stat.size - bytes);
  const text = readFrom(path, offset);
  return text === null || offset === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

function replaceFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.new`;
  const fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode);
  if (fd < 0) throw new Error(`${temporary} cannot be written (error ${-fd})`);
  try {
    const bytes = native.utf8Encode(text);
    for (let at = 0; at < bytes.byteLength; ) at += native.write(fd, bytes, at, bytes.byteLength - at) ?? 0;
    native.fsync(fd);
  } finally {
    os.close(fd);
  }
  native.chmod(temporary, mode);
  const result = os.rename(temporary, path);
  if (result < 0) throw new Error(`${path} cannot be replaced (error ${-result})`);
}

const getFlags = 0x8913;
const getAddress = 0x8915;
const getNetmask = 0x891b;
const upAndRunning = 0x41;

/** `struct ifreq` of i386: 16 bytes of name, then flags, or a sockaddr whose address is at 20. */
function link(name: string): LinkView | null {
  const fd = native.socket('inet', 'dgram');
  try {
    const ask = (request: number): DataView => {
      const argument = new ArrayBuffer(32);
      const bytes = new Uint8Array(argument);
      for (let at = 0; at < Math.min(15, name.length); at++) bytes[at] = name.charCodeAt(at);
      native.ioctl(fd, request, argument);
      return new DataView(argument);
    };
    const dotted = (view: DataView) => [20, 21, 22, 23].map((at) => view.getUint8(at)).join('.');
    const flags = ask(getFlags).getUint16(16, true);
    return {
      running: (flags & upAndRunning) === upAndRunning,
      ipv4: quietly(() => ({ address: dotted(ask(getAddress)), netmask: dotted(ask(getNetmask)) })),
    };
  } catch {
    return null;
  } finally {
    os.close(fd);
  }
}

function quietly<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

let pingsSent = 0;

async function ping(address: string, timeoutMs: number): Promise<boolean> {
  const id = native.getpid() & 0xffff;
  const sequence = ++pingsSent & 0xffff;
  const request = echoRequest(id, sequence);
  const answer = await exchange(
    () => native.socket('inet', 'raw', 1),
    { host: address, port: 0 },
    request,
    timeoutMs,
    (packet) => (isEchoReply(packet, id, sequence) ? true : null),
  );
  return answer === true;
}

function log(priority: keyof typeof severities, facility: keyof typeof facilities, text: string): void {
  quietly(() => {
    const fd = native.socket('unix', 'dgram');
    const code = facilities[facility] * 8 + severities[priority];
    const bytes = native.utf8Encode(`<${code}>dcui[${native.getpid()}]: ${text.replaceAll('\n', ' ')}`);
    quietly(() => native.send(fd, bytes, 0, bytes.byteLength, { path: '/dev/log' }));
    os.close(fd);
  });
}
