import * as native from 'native';
import * as os from 'os';
import { resolve } from '../hostd/system/resolver.ts';
import { isIpv4 } from '../model/ip.ts';

const CONNECT_MS = 15_000;
const SILENCE_MS = 30_000;
const CHUNK_BYTES = 65_536;
const MAX_HEAD_BYTES = 32_768;
const MAX_REDIRECTS = 5;
const EINPROGRESS_DONE = 0;

export interface HttpUrl {
  host: string;
  port: number;
  path: string;
}

/** @returns null when it is not an `http:` address. */
export function parseHttpUrl(text: string): HttpUrl | null {
  const found = /^http:\/\/(\[[0-9a-f:.]+\]|[^/:?#\s]+)(?::(\d{1,5}))?([/?][^\s#]*)?$/i.exec(text);
  if (!found) return null;
  const path = found[3] ?? '/';
  return {
    host: found[1]!.replace(/^\[|\]$/g, ''),
    port: Number(found[2] ?? '80'),
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/**
 * Fetches a file to a descriptor. One connection a file, `Connection: close`.
 *
 * @param proxy `http://host:port`, asked for the whole address.
 * @throws Error in words for the administrator.
 * @see RFC 9112
 */
export async function download(address: string, fd: number, proxy: string): Promise<void> {
  let url = address;
  for (let turn = 0; turn <= MAX_REDIRECTS; turn++) {
    const next = await fetchOnce(url, fd, proxy);
    if (next === null) return;
    url = new RelativeUrl(url).follow(next);
    native.ftruncate(fd, 0);
    os.seek(fd, 0, 0);
  }
  throw new Error(`${address}: more than ${MAX_REDIRECTS} redirections`);
}

class RelativeUrl {
  private readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  follow(target: string): string {
    if (/^[a-z]+:/i.test(target)) return target;
    const origin = /^http:\/\/[^/]+/i.exec(this.base)![0];
    return target.startsWith('/') ? origin + target : this.base.replace(/[^/]*$/, '') + target;
  }
}

/** @returns where it has moved, or null when the body has been written. */
async function fetchOnce(address: string, fd: number, proxy: string): Promise<string | null> {
  const url = parseHttpUrl(address);
  if (!url) throw new Error(`${address} is not an http address`);
  const via = proxy === '' ? url : parseHttpUrl(proxy);
  if (!via) throw new Error(`the proxy ${proxy} is not an http address`);
  const socket = await connect(via.host, via.port);
  try {
    const host = url.port === 80 ? url.host : `${url.host}:${url.port}`;
    const target = proxy === '' ? url.path : address;
    const request = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: esxupdate\r\nConnection: close\r\n\r\n`;
    await sendAll(socket, new Uint8Array(native.utf8Encode(request)));
    return await readResponse(socket, fd, address);
  } finally {
    os.close(socket);
  }
}

async function connect(host: string, port: number): Promise<number> {
  const address = await resolve(host, 4);
  if (address === null || !isIpv4(address)) throw new Error(`the name ${host} can't be resolved`);
  const socket = native.socket('inet', 'stream');
  try {
    if (!native.connect(socket, { host: address, port })) {
      await ready(socket, 'write', CONNECT_MS, `${host} does not answer on port ${port}`);
      const error = native.socketError(socket);
      if (error !== EINPROGRESS_DONE) throw new Error(`${host} refuses connections on port ${port}`);
    }
    return socket;
  } catch (error) {
    os.close(socket);
    throw error;
  }
}

function ready(socket: number, what: 'read' | 'write', timeoutMs: number, complaint: string): Promise<void> {
  const set = what === 'read' ? os.setReadHandler : os.setWriteHandler;
  return new Promise((resolved, reject) => {
    const timer = os.setTimeout(() => {
      set(socket, null);
      reject(new Error(complaint));
    }, timeoutMs);
    set(socket, () => {
      set(socket, null);
      os.clearTimeout(timer);
      resolved();
    });
  });
}

async function sendAll(socket: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const count = native.send(socket, bytes.buffer as ArrayBuffer, done, bytes.length - done);
    if (count === null) await ready(socket, 'write', SILENCE_MS, 'the server takes nothing any more');
    else done += count;
  }
}

async function readResponse(socket: number, fd: number, address: string): Promise<string | null> {
  const reader = new Reader(socket);
  const head = await reader.head();
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? '0');
  const field = (name: string) => new RegExp(`^${name}: *(.*?) *$`, 'im').exec(head)?.[1];
  const moved = field('Location');
  if ([301, 302, 303, 307, 308].includes(status) && moved !== undefined) return moved;
  if (status !== 200) throw new Error(`${address}: the server answers ${head.split('\r\n', 1)[0] || 'nonsense'}`);
  if (/chunked/i.test(field('Transfer-Encoding') ?? '')) await reader.chunks(fd);
  else {
    const length = field('Content-Length');
    const count = await reader.body(fd, length === undefined ? Number.POSITIVE_INFINITY : Number(length));
    if (length !== undefined && count < Number(length))
      throw new Error(`${address}: ended after ${count} of ${length} bytes`);
  }
  return null;
}

/** What has been received and not been used yet. */
class Reader {
  private rest: Uint8Array = new Uint8Array(0);
  private readonly socket: number;
  private readonly buffer = new ArrayBuffer(CHUNK_BYTES);

  constructor(socket: number) {
    this.socket = socket;
  }

  async head(): Promise<string> {
    let text = '';
    while (!text.includes('\r\n\r\n')) {
      if (text.length > MAX_HEAD_BYTES) throw new Error('the server sends no end of its header');
      const more = await this.more();
      if (more === null) throw new Error('the server ended the connection');
      text += latin1(more);
    }
    const end = text.indexOf('\r\n\r\n') + 4;
    this.rest = fromLatin1(text.slice(end));
    return text.slice(0, end);
  }

  /** @returns how much there was. */
  async body(fd: number, length: number): Promise<number> {
    let done = 0;
    while (done < length) {
      const bytes = this.rest.length > 0 ? this.take() : await this.more();
      if (bytes === null) break;
      const part = bytes.length > length - done ? bytes.subarray(0, length - done) : bytes;
      write(fd, part);
      done += part.length;
      if (part.length < bytes.length) this.rest = bytes.slice(part.length);
    }
    return done;
  }

  async chunks(fd: number): Promise<void> {
    for (;;) {
      const length = Number.parseInt(await this.line(), 16);
      if (!(length >= 0)) throw new Error('the server sends a damaged chunk');
      if (length === 0) return;
      if ((await this.body(fd, length)) < length) throw new Error('the server ended the connection in a chunk');
      await this.line();
    }
  }

  private async line(): Promise<string> {
    let text = latin1(this.take());
    while (!text.includes('\r\n')) {
      const more = await this.more();
      if (more === null || text.length > MAX_HEAD_BYTES) throw new Error('the server sends a damaged chunk');
      text += latin1(more);
    }
    const end = text.indexOf('\r\n');
    this.rest = fromLatin1(text.slice(end + 2));
    return text.slice(0, end);
  }

  private take(): Uint8Array {
    const bytes = this.rest;
    this.rest = new Uint8Array(0);
    return bytes;
  }

  /** @returns null at the end. */
  private async more(): Promise<Uint8Array | null> {
    for (;;) {
      const got = native.recv(this.socket, this.buffer, 0, CHUNK_BYTES);
      if (got === null) await ready(this.socket, 'read', SILENCE_MS, 'the server says nothing any more');
      else return got.length === 0 ? null : new Uint8Array(this.buffer.slice(0, got.length));
    }
  }
}

function write(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += native.write(fd, bytes.buffer as ArrayBuffer, bytes.byteOffset + done, bytes.length - done) ?? 0;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
