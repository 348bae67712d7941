import dgram from 'node:dgram';
import net from 'node:net';
import type { Disposable } from '../shared/disposable.ts';
import { LabError } from '../shared/errors.ts';
import type { GuestChannel, GuestStream } from '../vm/types.ts';

export interface Forward extends Disposable {
  /** `127.0.0.1:40123` */
  readonly listen: string;
}

export interface ForwardRequest {
  port: number;
  protocol: 'tcp' | 'udp';
  /** `address:port`; port 0 lets the desktop pick. */
  listen: string;
}

/** Longest silence of a UDP peer before its stream into the guest is closed. */
const UDP_IDLE_MS = 60_000;
const MAX_UDP_PEERS = 256;

/**
 * Opens a loopback port on the desktop whose streams go to a port of the guest.
 *
 * @throws LabError `input.listen` when the address is not loopback or can't be had.
 */
export async function openForward(guest: GuestChannel, request: ForwardRequest): Promise<Forward> {
  const at = parseListen(request.listen);
  return request.protocol === 'tcp' ? forwardTcp(guest, request.port, at) : forwardUdp(guest, request.port, at);
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(127\.0\.0\.1|\[::1\]|localhost):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new LabError(
      'input.listen',
      `listen takes a loopback address and port like 127.0.0.1:0, not ${JSON.stringify(text)}`,
    );
  }
  return { host: match[1] === '[::1]' ? '::1' : '127.0.0.1', port };
}

async function forwardTcp(guest: GuestChannel, port: number, at: { host: string; port: number }): Promise<Forward> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.pause();
    guest.dial({ protocol: 'tcp', port }).then(
      (stream) => joinTcp(socket, stream),
      () => socket.destroy(),
    );
  });
  await listening(server, at);
  return {
    listen: formatAddress(server.address() as net.AddressInfo),
    dispose() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function joinTcp(socket: net.Socket, stream: GuestStream): void {
  stream.onData((data) => socket.write(data));
  stream.onClose(() => socket.end());
  socket.on('data', (data) => stream.write(data));
  socket.on('end', () => stream.end());
  socket.on('close', () => stream.dispose());
  socket.resume();
}

function listening(server: net.Server, at: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, at)));
    server.listen(at.port, at.host, () => resolve());
  });
}

async function forwardUdp(guest: GuestChannel, port: number, at: { host: string; port: number }): Promise<Forward> {
  const socket = dgram.createSocket(at.host === '::1' ? 'udp6' : 'udp4');
  const peers = new Map<string, { stream: Promise<GuestStream>; timer: NodeJS.Timeout }>();
  const drop = (key: string): void => {
    const peer = peers.get(key);
    if (!peer) return;
    peers.delete(key);
    clearTimeout(peer.timer);
    peer.stream.then(
      (stream) => stream.dispose(),
      () => undefined,
    );
  };
  socket.on('message', (data, from) => {
    const key = `${from.address}:${from.port}`;
    let peer = peers.get(key);
    if (!peer) {
      if (peers.size >= MAX_UDP_PEERS) return;
      const stream = guest.dial({ protocol: 'udp', port });
      stream.then(
        (opened) => {
          opened.onData((reply) => socket.send(reply, from.port, from.address));
          opened.onClose(() => drop(key));
        },
        () => drop(key),
      );
      peer = { stream, timer: setTimeout(() => drop(key), UDP_IDLE_MS) };
      peers.set(key, peer);
    }
    peer.timer.refresh();
    peer.stream.then(
      (stream) => stream.write(data),
      () => undefined,
    );
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(cannotListen(error, at)));
    socket.bind(at.port, at.host, resolve);
  });
  return {
    listen: formatAddress(socket.address()),
    dispose() {
      for (const key of [...peers.keys()]) drop(key);
      socket.close();
    },
  };
}

function formatAddress(address: { address: string; port: number; family: string }): string {
  return address.address.includes(':') ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

function cannotListen(error: Error, at: { host: string; port: number }): LabError {
  return new LabError('input.listen', `cannot listen on ${at.host}:${at.port}: ${error.message}`, { cause: error });
}
