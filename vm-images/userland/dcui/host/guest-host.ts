import * as native from 'native';
import * as os from 'os';
import { realFiles } from '../../hostd/system/files.ts';
import { ping } from '../../hostd/system/ping.ts';
import { runThroughAgent } from './agent-client.ts';
import { dnsAddresses, dnsQuestion } from './dns.ts';
import { runProgram } from './local-program.ts';
import type { HostClient, LinkView } from './types.ts';

const agentTimeoutMs = { run: 180_000, ask: 8_000 };
const facilities = { daemon: 3, auth: 10 };
const severities = { warning: 4, notice: 5, info: 6 };

/** The machine the DCUI runs on. */
export const guestHost: HostClient = {
  run: (...argv) => runThroughAgent(argv, agentTimeoutMs.run),
  ask: (...argv) => runThroughAgent(argv, agentTimeoutMs.ask),
  exec: runProgram,
  readText: (path) => quietly(() => realFiles.readText(path)),
  stamp: (path) => quietly(() => stamp(path)),
  readTail: (path, bytes) => quietly(() => readTail(path, bytes)),
  replaceFile: (path, text, mode) => realFiles.write(path, text, { mode, atomic: true }),
  pause: os.sleepAsync,
  crypt: realFiles.crypt,
  sha1: realFiles.sha1,
  link,
  ping: answersPing,
  lookUp,
  log,
};

function quietly<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

/** Files that are replaced get another inode, others another time or size. */
function stamp(path: string): string | null {
  const stat = realFiles.stat(path);
  return stat === null ? null : `${stat.inode} ${stat.modifiedMs} ${stat.sizeBytes}`;
}

function readTail(path: string, bytes: number): string | null {
  const stat = realFiles.stat(path);
  if (stat === null) return null;
  if (stat.sizeBytes <= bytes) return realFiles.readText(path);
  const tail = realFiles.readAt(path, stat.sizeBytes - bytes, bytes);
  const text = native.utf8Decode(tail.buffer as ArrayBuffer, tail.byteOffset, tail.length);
  return text.slice(text.indexOf('\n') + 1);
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

async function answersPing(address: string, timeoutMs: number): Promise<boolean> {
  const family = address.includes(':') ? 6 : 4;
  try {
    const once = { address, family, count: 1, payloadBytes: 56, intervalMs: 0, timeoutMs } as const;
    return (await ping(once, () => {})).received > 0;
  } catch {
    return false;
  }
}

const dnsPort = 53;

/** A socket of its own for each question, so that a late answer finds nobody. */
function lookUp(name: string, server: string, timeoutMs: number): Promise<string[] | null> {
  return new Promise((resolve) => {
    const fd = quietly(() => native.socket(server.includes(':') ? 'inet6' : 'inet', 'dgram'));
    if (fd === null) {
      resolve(null);
      return;
    }
    const id = Math.floor(Math.random() * 65_536);
    const finish = (addresses: string[] | null) => {
      os.clearTimeout(timer);
      os.setReadHandler(fd, null);
      os.close(fd);
      resolve(addresses);
    };
    const timer = os.setTimeout(() => finish(null), timeoutMs);
    const buffer = new ArrayBuffer(2048);
    os.setReadHandler(fd, () => {
      // An ICMP error shows up as a failing recv: nobody is there.
      const got = quietly(() => native.recv(fd, buffer, 0, buffer.byteLength) ?? 'later');
      if (got === null) finish(null);
      else if (got !== 'later') {
        const addresses = dnsAddresses(new Uint8Array(buffer, 0, got.length), id);
        if (addresses !== null) finish(addresses);
      }
    });
    const question = dnsQuestion(id, name);
    const to = { host: server, port: dnsPort };
    const sent = quietly(() => native.send(fd, question.buffer as ArrayBuffer, 0, question.length, to));
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
