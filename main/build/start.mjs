// `npm start [-- LAB]`: builds what is stale, makes sure of the host images, opens the app on the lab that was left open, the
// named one, or at the very first start the first. `--watch` rebuilds and reloads.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { bundleNode, rootDir } from './bundle.mjs';
import { findElectron } from './electron.mjs';
import { elapsedLine } from './progress-bar.mjs';
import { buildRenderer } from './renderer.mjs';
import { run } from './run.mjs';

const watching = process.argv.includes('--watch');
const wantedLab = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? 'first';

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

async function build() {
  const stop = elapsedLine('Building what has changed');
  const built = [await bundleNode(), await buildRenderer()];
  stop();
  return built.includes(true);
}

function startElectron(executable) {
  // Chromium refuses its sandbox to root; nobody else gives it up.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = { ...process.env, ...(watching ? { BOOTBANK_DEV: '1' } : {}) };
  return spawn(executable, [rootDir, `--lab=${wantedLab}`, ...sandbox], { stdio: 'inherit', env });
}

function rebuildOnChange(restart) {
  let timer;
  let building = false;
  const rebuild = async () => {
    if (building) return later();
    building = true;
    try {
      const node = await bundleNode();
      await buildRenderer();
      if (node) restart();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    } finally {
      building = false;
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(rebuild, 200);
  };
  for (const folder of ['main', 'renderer', 'labs', 'vm-images']) {
    watch(path.join(rootDir, folder), { recursive: true }, later);
  }
}

async function main() {
  if (!hasDisplay()) {
    console.error(
      'There is no display here, so no window can open. The labs work from the command line too:\n' +
        '  npm run -s lab -- list\n  npm run -s lab -- run LAB\n' +
        'With Xvfb installed, `xvfb-run -a npm start` opens the window on a display nobody sees.',
    );
    return 1;
  }
  await build();
  if (
    (await run(process.execPath, ['main/build/lab.mjs', 'images'], { stdio: ['ignore', 'ignore', 'inherit'] })) !== 0
  ) {
    console.error('The host image could not be built; the app will try again when a lab is opened.');
  }
  const { executable } = await findElectron();
  let child = startElectron(executable);
  let restarting = false;
  if (watching) {
    rebuildOnChange(() => {
      restarting = true;
      child.kill();
    });
  }
  for (;;) {
    const code = await new Promise((resolve) => {
      child.on('error', (error) => {
        console.error(`Electron could not be started: ${error.message}`);
        resolve(1);
      });
      child.on('exit', (status, signal) => resolve(signal ? 1 : (status ?? 1)));
    });
    if (!restarting) return code;
    restarting = false;
    child = startElectron(executable);
  }
}

process.exitCode = await main();
