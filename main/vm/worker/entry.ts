import { webcrypto } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { MachineWorker } from './machine-worker.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const port = parentPort;
if (!port) throw new Error('this file runs in a worker thread');

// v86 takes its random numbers from here; Node 18 has no global.
(globalThis as { crypto?: unknown }).crypto ??= webcrypto;

// v86 says so for every frame that a full guest can't take; we ask first, so what remains is noise on stdout.
console.log = () => {};

// v86's wasm says why before it panics; the exception itself is a bare `unreachable`.
let lastWords = '';
console.error = (...words: unknown[]) => {
  lastWords = words.map(String).join(' ').replace(/\s+/g, ' ').slice(0, 300);
};

const machine = new MachineWorker((message: FromWorker, transfer?: ArrayBuffer[]) =>
  port.postMessage(message, transfer),
);

// A panic of the wasm code, or an exception in a device, comes out of v86's own timer: the emulator is dead, we are not.
process.on('uncaughtException', (error) => machine.crashed(error, lastWords));
process.on('unhandledRejection', (error) => machine.crashed(error, lastWords));

port.on('message', (message: ToWorker) => machine.receive(message));

// Loading the engine takes longer than starting the thread: a spare worker has done it before it is needed.
void import('v86').then(() => port.postMessage({ type: 'loaded' } satisfies FromWorker));
