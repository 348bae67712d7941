// `npm test`: everything, on a fresh machine. Installs what Debian as root lets it install, names what is missing elsewhere.
import './node-version.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleNode } from './bundle.mjs';
import { desktopProblem, installDesktopLibraries } from './desktop-libraries.mjs';
import { bin, run } from './run.mjs';

const started = Date.now();
const elapsed = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
const wanted = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];

async function step(name, command, args, options) {
  console.log(`\n== ${name} (${elapsed()})`);
  const status = await run(command, args, options);
  if (status !== 0) failedSteps.push(name);
  return status;
}

async function vitest(project) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bootbank-test-'));
  const file = path.join(folder, 'result.json');
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await step(`${project} tests`, bin('vitest'), args);
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests;
  } catch {
    totals.failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

const projects = ['unit', 'integration', 'guest', 'labs', 'e2e'];
const chosen = wanted.length > 0 ? projects.filter((project) => wanted.includes(project)) : projects;

await bundleNode();
if (wanted.length === 0) await step('check', process.execPath, ['main/build/check.mjs', '--no-tests']);
if (chosen.some((project) => project !== 'unit')) {
  // Without images every test after this would fail for the same reason: stop here.
  if ((await step('host images', process.execPath, ['main/build/lab.mjs', 'images'])) !== 0) process.exit(1);
}
for (const project of chosen) {
  if (project === 'e2e') {
    await installDesktopLibraries();
    const problem = await desktopProblem();
    if (problem) {
      console.error(`e2e tests can't run: ${problem}`);
      failedSteps.push('e2e tests');
      totals.failed += 1;
      continue;
    }
    await step('window', process.execPath, ['main/build/renderer.mjs']);
  }
  await vitest(project);
}

console.log(`\nfinished in ${elapsed()}${failedSteps.length > 0 ? `; failed: ${failedSteps.join(', ')}` : ''}`);
const failures = Math.max(totals.failed, failedSteps.length);
console.log(`${totals.passed} passed, ${failures} failed, ${totals.skipped} skipped`);
process.exitCode = failures > 0 ? 1 : 0;
