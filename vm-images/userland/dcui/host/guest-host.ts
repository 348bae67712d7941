import * as native from 'native';
import * as os from 'os';
import { runThroughAgent } from './agent-client.ts';
import { dnsAddresses, dnsQuestion } from './dns.ts';
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

function lookUp(name: string, server: string, timeoutMs: number): Promise<string[] | null> {
  const [high = 0, low = 0] = new Uint8Array(native.random(2));
  const id = high * 256 + low;
  const domain = server.includes(':') ? 'inet6' : 'inet';
  return exchange(
    () => native.socket(domain, 'dgram'),
    { host: server, port: 53 },
    dnsQuestion(id, name),
    timeoutMs,
    (packet) => dnsAddresses(packet, id),
  );
}

/** Sends one packet and waits for one that `read` makes something of. null: none came, or it could not be sent. */
function exchange<T>(
  open: () => number,
  to: { host: string; port: number },
  request: Uint8Array,
  timeoutMs: number,
  read: (packet: Uint8Array) => T | null,
): Promise<T | null> {
  return new Promise((resolve) => {
    const fd = quietly(open);
    if (fd === null) {
      resolve(null);
      return;
    }
    const buffer = new ArrayBuffer(2048);
    const finish = (value: T | null) => {
      os.clearTimeout(timer);
      os.setReadHandler(fd, null);
      os.close(fd);
      resolve(value);
    };
    const timer = os.setTimeout(() => finish(null), timeoutMs);
    os.setReadHandler(fd, () => {
      // An ICMP error shows up as a failing recv: nobody is there.
      const got = quietly(() => native.recv(fd, buffer, 0, buffer.byteLength) ?? 'later');
      if (got === null) finish(null);
      else if (got !== 'later') {
        const value = read(new Uint8Array(buffer.slice(0, got.length)));
        if (value !== null) finish(value);
      }
    });
    const sent = quietly(() => native.send(fd, request.slice().buffer, 0, request.length, to));
    if (sent === null) finish(null);
  });
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
