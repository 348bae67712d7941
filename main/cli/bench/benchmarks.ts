import { stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { playSolution } from '../../session/play.ts';
import { waitForText } from '../../vm/console-wait.ts';
import { createMachine } from '../../vm/index.ts';
import type { Machine } from '../../vm/types.ts';
import { appStart } from './app-start.ts';
import { BOOT_DONE_TEXT, COUNTDOWN_TEXT } from './boot-done.ts';
import { newMachine } from './machine.ts';
import { median, summarize, timeAgainst, timeRuns } from './measure.ts';
import { idleEight, ping, restoreFour, tcp } from './network.ts';
import type { BenchContext, Benchmark, BenchResult } from './types.ts';
import { recoveryScreen, updateVib } from './updates.ts';

const FIRST_LAB = 'esxi-shell-first-steps';
const POWER_CYCLE_LAB = 'configuration-that-survives';
const MIB = 1024 * 1024;
const BOOT_TIMEOUT_MS = 240_000;
let bootedBefore: { ours: number[]; theirs: number[] } | undefined;

/** In the order of the architecture's list. */
export const benchmarks: readonly Benchmark[] = [
  { name: 'boot.cold', run: coldBoot },
  { name: 'boot.restore', run: restore },
  { name: 'host.fork', run: fork },
  { name: 'exec.esxcli', run: esxcli },
  { name: 'grade.plain', run: (context) => grade(context, 'grade.plain', FIRST_LAB) },
  { name: 'grade.power-cycle', run: (context) => grade(context, 'grade.power-cycle', POWER_CYCLE_LAB) },
  { name: 'memory.per-host', run: memory },
  { name: 'image.size', run: async ({ image }) => [await fileSize('image.size', image.diskFile)] },
  { name: 'snapshot.size', run: async ({ image }) => [await fileSize('snapshot.size', image.snapshotFile!)] },
  { name: 'app.start', run: appStart },
  { name: 'update.vib', run: updateVib },
  { name: 'boot.recovery-screen', run: recoveryScreen },
  { name: 'net.tcp', run: tcp },
  { name: 'net.ping', run: ping },
  { name: 'topology.restore', run: restoreFour },
  { name: 'idle.eight', run: idleEight },
];

/** From power-on to the last word of start-up on com1; the peer to the same word. Both end the loader's countdown with ENTER. */
async function bootTimes(context: BenchContext): Promise<{ ours: number[]; theirs: number[] }> {
  const { peer } = context;
  bootedBefore ??= await timeAgainst(
    Math.min(context.runs, 3),
    async () => {
      const machine = await newMachine(context, 'disk');
      const started = performance.now();
      await machine.power('on');
      const serial = machine.console('serial');
      await waitForText(serial, COUNTDOWN_TEXT, BOOT_TIMEOUT_MS);
      await serial.type('<Enter>');
      await waitForText(serial, BOOT_DONE_TEXT, BOOT_TIMEOUT_MS);
      const took = performance.now() - started;
      await machine.close();
      return took;
    },
    peer ? () => peer.coldBoot() : undefined,
  );
  return bootedBefore;
}

async function coldBoot(context: BenchContext): Promise<BenchResult[]> {
  const { ours, theirs } = await bootTimes(context);
  return [withPeer(context, summarize('boot.cold', 'ms', ours), theirs)];
}

/** From nothing to the first answered command of a restored host; the peer is a cold boot, what one has without snapshots. */
async function restore(context: BenchContext): Promise<BenchResult[]> {
  const theirs = context.peer ? (await bootTimes(context)).theirs : [];
  const once = async (): Promise<number> => {
    const started = performance.now();
    const machine = await newMachine(context, 'image');
    await machine.guest.exec({ command: 'true', timeoutMs: 30_000 });
    const took = performance.now() - started;
    await machine.close();
    return took;
  };
  await once();
  return [withPeer(context, summarize('boot.restore', 'ms', await timeRuns(context.runs, once)), theirs)];
}

/** From asking a running host for its state to a first answered command on the copy. */
async function fork(context: BenchContext): Promise<BenchResult[]> {
  const machine = await newMachine(context, 'image');
  await machine.guest.exec({ command: 'true', timeoutMs: 30_000 });
  const values = await timeRuns(context.runs, async () => {
    const started = performance.now();
    const snapshot = await machine.snapshot();
    const copy = await createMachine(
      { ...machine.spec, name: 'copy' },
      { from: 'snapshot', snapshot },
      { workerFile: context.service.paths.worker },
    );
    await copy.guest.exec({ command: 'true', timeoutMs: 30_000 });
    const took = performance.now() - started;
    await copy.close();
    return took;
  });
  await machine.close();
  return [summarize('host.fork', 'ms', values)];
}

/** Fifty commands on a warm host, as the desktop sees them. */
async function esxcli(context: BenchContext): Promise<BenchResult[]> {
  const machine = await newMachine(context, 'image');
  const once = async (): Promise<number> =>
    (await machine.guest.exec({ command: 'esxcli network ip interface list', timeoutMs: 30_000 })).durationMs;
  await timeRuns(10, once);
  const values = await timeRuns(50, once);
  await machine.close();
  return [summarize('exec.esxcli', 'ms', values)];
}

/** Grading a solved lab, from the request to the report. */
async function grade(context: BenchContext, name: string, lab: string): Promise<BenchResult[]> {
  const { service } = context;
  const opened = await service.call('session.open', { lab, seed: 'bench' });
  const session = service.session(opened.session);
  await playSolution(session, session.lab.solution);
  const values = await timeRuns(Math.min(context.runs, 3), async () => {
    const started = performance.now();
    await service.call('session.grade', { session: session.id });
    return performance.now() - started;
  });
  await service.call('session.close', { session: session.id });
  return [summarize(name, 'ms', values)];
}

/** What each further host adds to the resident memory of the process: the third to the fifth against the first two. */
async function memory(context: BenchContext): Promise<BenchResult[]> {
  const machines: Machine[] = [];
  const sizes: number[] = [];
  for (let at = 0; at < 5; at++) {
    const machine = await newMachine(context, 'image');
    await machine.guest.exec({ command: 'esxcli network nic list', timeoutMs: 30_000 });
    machines.push(machine);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    sizes.push(process.memoryUsage.rss() / MIB);
  }
  for (const machine of machines) await machine.close();
  const added = sizes.slice(1).map((size, at) => size - sizes[at]!);
  return [{ ...summarize('memory.per-host', 'MiB', added), median: median(added) }];
}

async function fileSize(name: string, file: string): Promise<BenchResult> {
  return summarize(name, 'MiB', [(await stat(file)).size / MIB]);
}

function withPeer(context: BenchContext, result: BenchResult, theirs: readonly number[]): BenchResult {
  if (!context.peer || theirs.length === 0) return result;
  const peer = { name: context.peer.name, median: median(theirs) };
  return { ...result, peer, ratio: result.median / peer.median };
}
