import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LabError } from '../../shared/errors.ts';
import { summarize, timeRuns } from './measure.ts';
import type { BenchContext, BenchResult } from './types.ts';

const START_TIMEOUT_MS = 120_000;
/** The app prints this when BOOTBANK_TEST is set and the first shell shows its prompt (renderer/app/start-lab.ts). */
const USABLE_TEXT = 'bootbank: lab usable';

/** From the start of the desktop app to a lab whose host answers. Left out, with a word why, where no window can open. */
export async function appStart(context: BenchContext): Promise<BenchResult[]> {
  const command = startCommand(context.root);
  if (!command) {
    process.stderr.write('app.start left out: there is no display and no Xvfb\n');
    return [];
  }
  const values = await timeRuns(Math.min(context.runs, 3), () => startOnce(command));
  return [summarize('app.start', 'ms', values)];
}

function startCommand(root: string): [string, string[]] | undefined {
  const app = [path.join(root, 'main/build/start.mjs'), 'esxi-shell-first-steps'];
  if (process.platform !== 'linux' || process.env['DISPLAY']) return [process.execPath, app];
  if (spawnSync('xvfb-run', ['--help']).error) return undefined;
  return ['xvfb-run', ['-a', process.execPath, ...app]];
}

async function startOnce([program, args]: [string, string[]]): Promise<number> {
  const data = await mkdtemp(path.join(os.tmpdir(), 'bootbank-start-'));
  try {
    return await new Promise<number>((resolve, reject) => {
      const started = performance.now();
      const child = spawn(program, args, {
        env: { ...process.env, BOOTBANK_DATA: data, BOOTBANK_TEST: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let said = '';
      const finish = (outcome: number | Error): void => {
        clearTimeout(timer);
        if (child.pid) process.kill(-child.pid, 'SIGTERM');
        if (outcome instanceof Error) reject(outcome);
        else child.once('exit', () => resolve(outcome));
      };
      const timer = setTimeout(
        () => finish(new LabError('bench.app-timeout', `the app did not open a lab: ${said.slice(-500)}`)),
        START_TIMEOUT_MS,
      );
      child.stderr.on('data', (data: Buffer) => {
        said += data.toString();
      });
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes(USABLE_TEXT)) finish(performance.now() - started);
      });
      child.on('error', (error) => finish(error));
    });
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}
