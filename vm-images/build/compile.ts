import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../main/shared/errors.ts';
import { SparseDisk } from '../../main/vm/disk/sparse-disk.ts';
import { type ArchiveEntry, writeCpio } from './archive.ts';
import type { Bundle, ProgramName } from './bundle.ts';
import { startBuilderGuest } from './emulator.ts';

/** Room for what the builder guest hands back; only blocks that are written take memory. */
const RESULT_BYTES = 64 << 20;
const TIMEOUT_MS = 180_000;
const DONE = 'builder: done';
const FAILED = 'builder: failed';

/**
 * Runs in the builder guest: compiles /src/*.js and writes to the disk an 8-byte length, JSON `{files: {name: [offset,
 * length]}}`, and the files behind it at their offsets.
 */
const GUEST_PROGRAM = `
import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
const say = (text) => { const fd = os.open('/dev/ttyS0', os.O_WRONLY); const bytes = native.utf8Encode(text + '\\n'); native.write(fd, bytes, 0, bytes.byteLength); os.close(fd); };
try {
  native.mount('devtmpfs', '/dev', 'devtmpfs', 0, '');
  const disk = os.open('/dev/sda', os.O_RDWR);
  const put = (bytes, at) => { for (let done = 0; done < bytes.byteLength; ) done += native.pwrite(disk, bytes, done, bytes.byteLength - done, at + done); };
  const files = {};
  let offset = 1 << 20;
  const keep = (name, bytes) => { put(bytes, offset); files[name] = [offset, bytes.byteLength]; offset += Math.ceil(bytes.byteLength / 4096) * 4096; };
  for (const name of os.readdir('/src')[0].filter((name) => name.endsWith('.js')).sort())
    keep(name.slice(0, -3), native.compile(std.loadFile('/src/' + name), name));
  const pipe = native.pipe();
  const child = native.spawn({ argv: ['/bin/busybox', '--list'], stdout: pipe.write });
  os.close(pipe.write);
  const buffer = new ArrayBuffer(65536);
  let length = 0;
  for (;;) { const count = native.read(pipe.read, buffer, length, 65536 - length); if (!count) break; length += count; }
  native.waitpid(child, false);
  keep('busybox.applets', buffer.slice(0, length));
  const head = native.utf8Encode(JSON.stringify({ files }));
  const lengthBytes = new ArrayBuffer(8);
  new DataView(lengthBytes).setUint32(0, head.byteLength, true);
  put(lengthBytes, 0);
  put(head, 8);
  native.fsync(disk);
  native.sync();
  say('${DONE}');
} catch (error) {
  say('${FAILED}: ' + error + '\\n' + (error.stack ?? ''));
}
native.reboot('halt');
`;

export interface CompileInputs {
  readonly root: string;
  readonly cacheDir: string;
  readonly artifacts: string;
  readonly bbjs: Uint8Array;
  readonly busybox: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface Compiled {
  readonly programs: ReadonlyMap<ProgramName, Uint8Array>;
  /** Names that busybox answers to. */
  readonly applets: readonly string[];
}

/**
 * Compiles bundles to bytecode with the guest's own engine, inside an emulated guest: i386 programs do not run on every
 * desktop. Results are kept by content, so an unchanged program is not compiled again.
 *
 * @throws LabError `image.compile-failed` with what the guest said.
 */
export async function compileBundles(bundles: readonly Bundle[], inputs: CompileInputs): Promise<Compiled> {
  const wanted = cacheFiles(bundles, inputs);
  if (![...wanted.values()].every((file) => existsSync(file))) {
    const made = await runBuilder(bundles, inputs);
    for (const [name, file] of wanted) {
      const bytes = made.get(name);
      if (!bytes) throw new LabError('image.compile-failed', `the builder guest did not return ${name}`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.tmp`, bytes);
      renameSync(`${file}.tmp`, file);
    }
  }
  const read = (name: string) => new Uint8Array(readFileSync(wanted.get(name)!));
  return {
    programs: new Map(bundles.map(({ name }) => [name, read(name)])),
    applets: new TextDecoder().decode(read('busybox.applets')).split('\n').filter(Boolean),
  };
}

/** Where the bytecode of each bundle is kept, by its content and the engine's; `busybox.applets` among them. */
export function cacheFiles(bundles: readonly Bundle[], inputs: CompileInputs): Map<string, string> {
  const engine = sha256(inputs.bbjs, inputs.busybox, new TextEncoder().encode(GUEST_PROGRAM));
  const fileOf = (name: string, source: string) =>
    path.join(inputs.cacheDir, 'bytecode', `${name}-${sha256(engine, source).slice(0, 24)}`);
  return new Map<string, string>([
    ...bundles.map(({ name, source }): [string, string] => [name, fileOf(name, source)]),
    ['busybox.applets', fileOf('busybox.applets', '')],
  ]);
}

async function runBuilder(bundles: readonly Bundle[], inputs: CompileInputs): Promise<Map<string, Uint8Array>> {
  const disk = new SparseDisk(RESULT_BYTES);
  const guest = await startBuilderGuest({
    root: inputs.root,
    biosFile: path.join(inputs.artifacts, 'bios.bin'),
    vgaBiosFile: path.join(inputs.artifacts, 'vgabios.bin'),
    kernelFile: path.join(inputs.artifacts, 'bzImage'),
    commandLine: 'console=ttyS0,115200 loglevel=4 rdinit=/init',
    initrd: writeCpio(builderRoot(bundles, inputs), 0),
    disk,
    memoryMiB: 256,
  });
  try {
    await guest.waitFor('builder: ', TIMEOUT_MS, inputs.signal);
  } catch (cause) {
    throw new LabError('image.compile-failed', `the builder guest did not finish: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await guest.stop();
  }
  if (!guest.output().includes(DONE))
    throw new LabError('image.compile-failed', guest.output().slice(guest.output().indexOf(FAILED)));
  return readResult(disk);
}

function builderRoot(bundles: readonly Bundle[], inputs: CompileInputs): ArchiveEntry[] {
  const encoder = new TextEncoder();
  const folder = (name: string): ArchiveEntry => ({ kind: 'directory', path: name, mode: 0o755 });
  const file = (name: string, data: Uint8Array, mode = 0o755): ArchiveEntry => ({
    kind: 'file',
    path: name,
    mode,
    data,
  });
  return [
    ...['bin', 'dev', 'src'].map(folder),
    file('bin/bbjs', inputs.bbjs),
    file('bin/busybox', inputs.busybox),
    file('init', encoder.encode('#!/bin/bbjs /build.js\n')),
    file('build.js', encoder.encode(GUEST_PROGRAM), 0o644),
    ...bundles.map(({ name, source }) => file(`src/${name}.js`, encoder.encode(source), 0o644)),
  ];
}

function readResult(disk: SparseDisk): Map<string, Uint8Array> {
  const length = new DataView(disk.read(0, 8).buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(disk.read(8, length))) as {
    files: Record<string, [offset: number, length: number]>;
  };
  return new Map(Object.entries(head.files).map(([name, [offset, size]]) => [name, disk.read(offset, size)]));
}

function sha256(...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
