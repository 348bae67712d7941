import { type DepotDescription, depotDescription } from '../../../labs/schema/index.ts';
import { LabError } from '../../shared/errors.ts';
import { waitForText } from '../../vm/console-wait.ts';
import type { Machine } from '../../vm/types.ts';
import { newMachine } from './machine.ts';
import { summarize, timeRuns } from './measure.ts';
import type { BenchContext, BenchResult } from './types.ts';

const VIB_FILE = '/vmfs/volumes/datastore1/bench.vib';
const INSTALL = `esxcli software vib install -v ${VIB_FILE}`;
const COMMAND_TIMEOUT_MS = 120_000;
const LOADER_TIMEOUT_MS = 30_000;

/** Installing a VIB with 5 MiB that do not compress, from a datastore into the other bank: verified, staged, configuration saved. */
export async function updateVib(context: BenchContext): Promise<BenchResult[]> {
  const vib = await benchVib(context, '5MiB');
  const values = await timeRuns(Math.min(context.runs, 3), async () => {
    const machine = await newMachine(context, 'image');
    try {
      await machine.guest.writeFile(VIB_FILE, vib);
      return await run(machine, INSTALL);
    } finally {
      await machine.close();
    }
  });
  return [summarize('update.vib', 'ms', values)];
}

/** From the reset button to the question of recovery mode, with Shift+R as soon as the loader offers it. */
export async function recoveryScreen(context: BenchContext): Promise<BenchResult[]> {
  const machine = await newMachine(context, 'image');
  try {
    await machine.guest.writeFile(VIB_FILE, await benchVib(context, '4KiB'));
    await run(machine, INSTALL);
    // As if its first start had gone well: two banks to choose from, however often the host is reset.
    await run(machine, "sed -i 's/^bootstate=1$/bootstate=0/' /altbootbank/boot.cfg && sync");
    const screen = machine.console('vga');
    const values = await timeRuns(context.runs, async () => {
      const started = performance.now();
      await machine.power('reset');
      await waitForText(screen, '<SHIFT+R: Recovery mode>', LOADER_TIMEOUT_MS);
      await screen.type('<Shift+R>');
      await waitForText(screen, '<Y: Roll back>', LOADER_TIMEOUT_MS);
      return performance.now() - started;
    });
    return [summarize('boot.recovery-screen', 'ms', values)];
  } finally {
    await machine.close();
  }
}

/** @returns milliseconds. @throws LabError `bench.command-failed` with what it said. */
async function run(machine: Machine, command: string): Promise<number> {
  const { exitCode, stdout, stderr, durationMs } = await machine.guest.exec({ command, timeoutMs: COMMAND_TIMEOUT_MS });
  if (exitCode === 0) return durationMs;
  const said = Buffer.concat([stderr, stdout]).toString('utf8').trim();
  throw new LabError('bench.command-failed', `${command} ended with ${exitCode}: ${said}`);
}

function benchVib({ service, image }: BenchContext, size: string): Promise<Uint8Array> {
  return service.depots.build(image, description(size), 'bench');
}

function description(size: string): DepotDescription {
  return depotDescription.parse({
    version: 1,
    vendor: { name: 'Bootbank', code: 'BBT' },
    released: '2014-11-03',
    vibs: [
      {
        name: 'bench',
        version: '1.0.0-1',
        vendor: 'Bootbank',
        level: 'partner',
        summary: 'Something to install.',
        files: [{ path: 'opt/bench/data', size }],
      },
    ],
  });
}
