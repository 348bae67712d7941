import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BlockDevice } from '../../main/vm/disk/block-device.ts';

/** A guest that image building needs for a moment: one disk, text on com1, no network, no screen of its own. */
export interface BuilderGuest {
  /** Everything com1 has said so far. */
  readonly output: () => string;
  /** Resolves when the output contains the text; rejects when the time is over or the guest is gone. */
  waitFor(text: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface BuilderGuestOptions {
  readonly root: string;
  readonly biosFile: string;
  readonly vgaBiosFile: string;
  readonly kernelFile: string;
  readonly commandLine: string;
  readonly initrd: Uint8Array;
  readonly disk: BlockDevice & { readonly byteLength: number };
  readonly memoryMiB: number;
}

interface Emulator {
  add_listener(name: string, listener: (value: number) => void): void;
  destroy(): Promise<void>;
}

/** Boots a kernel and its initramfs without firmware or boot loader: a guest that lives for one job. */
export async function startBuilderGuest(options: BuilderGuestOptions): Promise<BuilderGuest> {
  const folder = path.dirname(createRequire(path.join(options.root, 'package.json')).resolve('v86'));
  const { V86 } = (await import(pathToFileURL(path.join(folder, 'libv86.mjs')).href)) as {
    V86: new (settings: object) => Emulator;
  };
  let output = '';
  let onOutput = () => {};
  const emulator = new V86({
    wasm_path: path.join(folder, 'v86.wasm'),
    bios: { buffer: evenBuffer(readFileSync(options.biosFile)) },
    vga_bios: { buffer: evenBuffer(readFileSync(options.vgaBiosFile)) },
    bzimage: { buffer: evenBuffer(readFileSync(options.kernelFile)) },
    initrd: { buffer: evenBuffer(options.initrd) },
    cmdline: options.commandLine,
    hda: diskBuffer(options.disk),
    memory_size: options.memoryMiB << 20,
    vga_memory_size: 2 << 20,
    disable_speaker: true,
    disable_mouse: true,
    autostart: true,
  });
  emulator.add_listener('serial0-output-byte', (byte) => {
    output += String.fromCharCode(byte);
    if (byte === 10) onOutput();
  });
  return {
    output: () => output,
    stop: () => emulator.destroy(),
    waitFor: (text, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          onOutput = () => {};
          if (error) reject(error);
          else resolve();
        };
        const timer = setTimeout(
          () => finish(new Error(`no ${JSON.stringify(text)} in ${timeoutMs} ms; com1 said: ${output.slice(-2000)}`)),
          timeoutMs,
        );
        const onAbort = () => finish(new Error('aborted'));
        signal?.addEventListener('abort', onAbort);
        onOutput = () => {
          if (output.includes(text)) finish();
        };
        onOutput();
      }),
  };
}

/** v86's own interface for disks: see "What bites" of the platform notes. */
function diskBuffer(disk: BuilderGuestOptions['disk']): object {
  const buffer = {
    byteLength: disk.byteLength,
    onload: undefined as ((event: object) => void) | undefined,
    load: () => void setTimeout(() => buffer.onload?.({}), 0),
    get: async (start: number, length: number, done: (bytes: Uint8Array) => void) =>
      done(await disk.read(start, length)),
    set: async (start: number, bytes: Uint8Array, done: () => void) => {
      await disk.write(start, bytes.slice());
      done();
    },
    get_from_cache: () => undefined,
    get_and_cache: async (start: number, length: number, done: (bytes: Uint8Array) => void) =>
      done(await disk.read(start, length)),
    get_buffer: (done: (buffer?: ArrayBuffer) => void) => done(),
    get_state: () => [],
    set_state: () => {},
  };
  return buffer;
}

/** Odd lengths make v86 fail when it copies words. */
function evenBuffer(bytes: Uint8Array): ArrayBuffer {
  const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  out.set(bytes);
  return out.buffer;
}
