import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LabError } from '../../shared/errors.ts';
import { readBaseDisk } from '../../vm/disk/base-disk.ts';
import type { HostImage } from '../../vm/types.ts';
import { BOOT_DONE_TEXT, COUNTDOWN_TEXT } from './boot-done.ts';
import type { BenchPeer } from './types.ts';

const BOOT_TIMEOUT_MS = 180_000;
const PROGRAM = 'qemu-system-i386';

/**
 * QEMU's TCG emulator with the image's disk, memory size and firmware.
 *
 * @throws LabError `bench.no-peer` where it is not installed.
 */
export async function openQemuPeer(image: HostImage): Promise<BenchPeer> {
  if (spawnSync(PROGRAM, ['--version']).error) throw new LabError('bench.no-peer', `${PROGRAM} is not installed`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bootbank-peer-'));
  const disk = path.join(folder, 'disk.raw');
  await writeRawDisk(image, disk);
  return {
    name: 'qemu',
    coldBoot: () => bootOnce(disk),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A sparse raw file: only the blocks that the base disk has. */
async function writeRawDisk(image: HostImage, file: string): Promise<void> {
  const base = await readBaseDisk(image.diskFile);
  const handle = await open(file, 'w');
  try {
    await handle.truncate(base.byteLength);
    for (let block = 0; block < base.index.length; block++) {
      const slot = base.index[block]!;
      if (slot === 0xffffffff) continue;
      const bytes = base.data.subarray(slot * base.blockBytes, (slot + 1) * base.blockBytes);
      // A shared buffer can't be handed to the file system: a copy can.
      await handle.write(Uint8Array.from(bytes), 0, base.blockBytes, block * base.blockBytes);
    }
  } finally {
    await handle.close();
  }
}

function bootOnce(disk: string): Promise<number> {
  const args = [
    ['-accel', 'tcg'],
    ['-m', '128'],
    ['-cpu', 'pentium3'],
    ['-display', 'none'],
    ['-monitor', 'none'],
    ['-serial', 'stdio'],
    ['-drive', `file=${disk},format=raw,if=ide,snapshot=on`],
    ['-device', 'virtio-net-pci,netdev=n0'],
    ['-netdev', 'hubport,id=n0,hubid=0'],
    ['-boot', 'c'],
  ].flat();
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(PROGRAM, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let seen = '';
    let pressed = false;
    const timer = setTimeout(
      () => finish(new LabError('bench.peer-timeout', `QEMU did not finish starting: ${seen.slice(-300)}`)),
      BOOT_TIMEOUT_MS,
    );
    const finish = (outcome: number | Error): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    child.stderr.on('data', (data: Buffer) => {
      seen += data.toString('latin1');
    });
    child.stdout.on('data', (data: Buffer) => {
      seen = (seen + data.toString('latin1')).slice(-8192);
      if (!pressed && seen.includes(COUNTDOWN_TEXT)) {
        pressed = true;
        child.stdin.write('\r');
      }
      if (seen.includes(BOOT_DONE_TEXT)) finish(performance.now() - started);
    });
    child.on('error', finish);
    child.on('exit', (code) =>
      finish(new LabError('bench.peer-timeout', `QEMU ended with ${code}: ${seen.slice(-300)}`)),
    );
  });
}
