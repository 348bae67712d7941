// electron-builder calls this once the app is put together. The Electron that electron.mjs takes out of a registry
// package has a loader at resources/app, which would be started instead of our archive.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

export default async function afterPack({ appOutDir }) {
  const loader = path.join(appOutDir, 'resources/app');
  if (existsSync(path.join(loader, 'loader.cjs'))) await rm(loader, { recursive: true, force: true });
}
