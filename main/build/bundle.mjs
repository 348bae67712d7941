// Bundles the Node side with esbuild: command line, session service, machine worker, Electron main and preload.
// CommonJS, since Electron's utility process of older releases loads nothing else. Rebuilds only what is stale.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const stampFile = path.join(rootDir, 'dist/inputs.json');

/** Packages that stay outside the bundles: they find files of their own beside themselves, or are optional. */
const external = ['electron', 'esbuild', '@bokuweb/zstd-wasm', 'v86'];

const entries = {
  lab: 'main/cli/main.ts',
  service: 'main/session/service-entry.ts',
  worker: 'main/vm/worker/entry.ts',
  'app/main': 'main/app/main.ts',
  'app/preload': 'main/preload/preload.ts',
};

/** @returns true when something was built. */
export async function bundleNode({ force = false } = {}) {
  if (!force && !isStale()) return false;
  await mkdir(path.join(rootDir, 'dist'), { recursive: true });
  const present = Object.fromEntries(
    Object.entries(entries).filter(([, file]) => existsSync(path.join(rootDir, file))),
  );
  const common = {
    absWorkingDir: rootDir,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    sourcemap: 'linked',
    external,
    metafile: true,
    logLevel: 'warning',
  };
  const { 'app/preload': preload, ...node } = present;
  const results = [
    await build({
      ...common,
      entryPoints: node,
      define: { 'import.meta.url': '__moduleUrl' },
      banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    }),
    // A sandboxed preload script has neither file names nor Node's modules.
    ...(preload ? [await build({ ...common, entryPoints: { 'app/preload': preload } })] : []),
  ];
  const inputs = results
    .flatMap((result) => Object.keys(result.metafile.inputs))
    .filter((file) => !file.startsWith('node_modules/'));
  writeFileSync(stampFile, JSON.stringify({ entries: Object.keys(present), inputs, builtAt: Date.now() }));
  return true;
}

function isStale() {
  if (!existsSync(stampFile)) return true;
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  const wanted = Object.keys(entries).filter((name) => existsSync(path.join(rootDir, entries[name])));
  if (wanted.join() !== stamp.entries.join()) return true;
  const files = [...stamp.inputs, 'main/build/bundle.mjs', 'package-lock.json'];
  return files.some((file) => {
    const full = path.join(rootDir, file);
    return !existsSync(full) || statSync(full).mtimeMs > stamp.builtAt;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleNode({ force: true });
  if (existsSync(path.join(rootDir, 'main/build/renderer.mjs')))
    await import('./renderer.mjs').then((m) => m.buildRenderer?.({ force: true }));
}
