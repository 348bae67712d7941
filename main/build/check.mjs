// `npm run check`: format and lint, types, import rules, platform artifacts, labs, unit tests. Every step runs; any failure fails.
import './node-version.mjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { rootDir } from './bundle.mjs';
import { bin, run } from './run.mjs';

const runtimes = ['pure', 'node', 'guest', 'renderer', 'test'];
const steps = [
  ['format, lint and import rules', bin('biome'), ['ci', '--diagnostic-level=error', '.']],
  ...runtimes.map((runtime) => [`types (${runtime})`, bin('tsc'), ['-p', `tsconfig.${runtime}.json`]]),
  ['platform artifacts', process.execPath, ['vm-images/platform/check.mjs']],
  ['FIDELITY.md', process.execPath, ['main/build/fidelity.mjs', '--check']],
  ['labs', process.execPath, ['main/build/lab.mjs', 'validate']],
  ...(process.argv.includes('--no-tests') ? [] : [['unit tests', bin('vitest'), ['run', '--project', 'unit']]]),
];

export async function check() {
  const failed = [];
  for (const [name, command, args] of steps) {
    if (command === process.execPath && !existsSync(path.join(rootDir, args[0]))) continue;
    const started = Date.now();
    const status = await run(command, args);
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (status !== 0) failed.push(name);
  }
  return failed;
}

const failed = await check();
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
