// Builds the window with Vite into dist/renderer. `--dev` serves it with a made-up session service for design work.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, createServer } from 'vite';

const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const outDir = path.join(rootDir, 'dist/renderer');
const stampFile = path.join(rootDir, 'dist/renderer-inputs.json');
const watched = ['renderer', 'main/shared', 'main/build/renderer.mjs', 'package-lock.json'];

const config = {
  configFile: false,
  root: path.join(rootDir, 'renderer'),
  plugins: [react()],
  cacheDir: path.join(rootDir, 'node_modules/.vite-renderer'),
  worker: { format: 'es' },
  logLevel: 'warn',
};

/** @returns true when something was built. */
export async function buildRenderer({ force = false } = {}) {
  const newest = newestChange();
  if (!force && existsSync(path.join(outDir, 'index.html')) && lastBuild() >= newest) return false;
  await build({
    ...config,
    // Chromium 114 is the oldest that the app is run in.
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome114',
      chunkSizeWarningLimit: 4000,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  writeFileSync(stampFile, JSON.stringify({ newest }));
  return true;
}

/** A browser tab with a made-up service, at /dev/dev.html. */
export async function serveRenderer(port = 5173) {
  const server = await createServer({
    ...config,
    server: { port, strictPort: true, host: '127.0.0.1', fs: { allow: [rootDir] } },
  });
  await server.listen();
  return server;
}

function lastBuild() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).newest;
  } catch {
    return 0;
  }
}

function newestChange() {
  const newest = (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return 0;
    if (!stat.isDirectory()) return stat.mtimeMs;
    return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
  };
  return Math.max(...watched.map((file) => newest(path.join(rootDir, file))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--dev')) {
    await serveRenderer();
    console.log('http://127.0.0.1:5173/dev/dev.html');
  } else {
    const started = Date.now();
    const built = await buildRenderer({ force: process.argv.includes('--force') });
    console.log(built ? `window built in ${((Date.now() - started) / 1000).toFixed(1)} s` : 'window is up to date');
  }
}
