import { LabError } from '../../main/shared/errors.ts';
import { skipCountdown } from '../../main/vm/loader-keys.ts';
import { createMachine } from '../../main/vm/machine.ts';
import { writeSnapshotFile } from '../../main/vm/snapshot.ts';
import type { HostImage, Machine } from '../../main/vm/types.ts';

const READY_TIMEOUT_MS = 600_000;
const CONSOLE_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** Best that zstd does in reasonable time: an image is packed once and read often. */
const ZSTD_LEVEL = 15;
/** The direct console's front page is up when its last line is. */
const FRONT_PAGE = '<F2>';

export interface FirstBoot {
  readonly image: HostImage;
  readonly memoryMiB: number;
  readonly workerFile: string;
  readonly snapshotFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: (text: string) => void;
}

export interface BootTimes {
  /** From power-on to the agent's word that the host's services are up. */
  readonly readyMs: number;
  /** From power-on to the direct console's front page. */
  readonly consoleMs: number;
}

/** Starts a new image through its real boot chain once and keeps the state of the running host. */
export async function bootOnce(boot: FirstBoot): Promise<BootTimes> {
  const { image, memoryMiB, workerFile, signal, onStep } = boot;
  const machine = await createMachine({ name: image.id, image, memoryMiB, nics: [] }, { from: 'disk' }, { workerFile });
  try {
    onStep('Starting the host for the first time');
    const began = Date.now();
    await machine.power('on');
    void skipCountdown(machine, READY_TIMEOUT_MS, signal);
    const front = watchFrontPage(machine, began);
    await machine.waitFor('ready', { timeoutMs: READY_TIMEOUT_MS, ...(signal ? { signal } : {}) });
    const readyMs = Date.now() - began;
    const consoleMs = await front;
    onStep('Saving the running host');
    await settle(machine);
    await writeSnapshotFile(boot.snapshotFile, await machine.snapshot(), ZSTD_LEVEL);
    return { readyMs, consoleMs };
  } catch (error) {
    throw describe(error, machine);
  } finally {
    await machine.close();
  }
}

/** @returns milliseconds since `began`, or -1 when the page did not come: an image without a direct console. */
async function watchFrontPage(machine: Machine, began: number): Promise<number> {
  while (Date.now() - began < READY_TIMEOUT_MS + CONSOLE_TIMEOUT_MS) {
    if (machine.state === 'ready' || machine.state === 'starting') {
      const { rows } = machine.console('vga').screen();
      if (rows.some((row) => row.includes(FRONT_PAGE))) return Date.now() - began;
    } else if (machine.state !== 'off') return -1;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return -1;
}

/** Everything on the disk, and memory that nobody uses set to zero: it would be noise in every snapshot. */
async function settle(machine: Machine): Promise<void> {
  const command =
    'sync; echo 3 > /proc/sys/vm/drop_caches; mkdir -p /tmp/fill && mount -t tmpfs -o size=100% fill /tmp/fill && ' +
    'dd if=/dev/zero of=/tmp/fill/zero bs=64k count=$(($(sed -n "s/^MemAvailable: *//p" /proc/meminfo | cut -d" " -f1) / 64 - 160)) 2>/dev/null; ' +
    'umount /tmp/fill; rmdir /tmp/fill; sync';
  await machine.guest.exec({ command, timeoutMs: CONSOLE_TIMEOUT_MS });
}

function describe(error: unknown, machine: Machine): LabError {
  const screen = machine
    .console('vga')
    .screen()
    .rows.filter((row) => row !== '');
  const message = error instanceof Error ? error.message : String(error);
  return new LabError('image.first-boot-failed', `the new image did not start: ${message}`, {
    details: { screen },
    cause: error,
  });
}
