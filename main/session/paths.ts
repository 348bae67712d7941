import os from 'node:os';
import path from 'node:path';

export interface Paths {
  /** Where the project (or the packaged app's resources) lies. */
  root: string;
  /** Things that can be made again: host images, Electron. */
  cache: string;
  /** The learner's work: sessions, progress, settings. */
  data: string;
  labs: string;
  worker: string;
}

/** Folders of this installation; BOOTBANK_CACHE and BOOTBANK_DATA move the two that are written to. */
export function resolvePaths(root: string, env: NodeJS.ProcessEnv = process.env): Paths {
  const home = os.homedir();
  return {
    root,
    cache: env['BOOTBANK_CACHE'] || path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'bootbank'),
    data: env['BOOTBANK_DATA'] || path.join(env['XDG_DATA_HOME'] || path.join(home, '.local/share'), 'bootbank'),
    labs: path.join(root, 'labs/catalog'),
    worker: path.join(root, 'dist/worker.cjs'),
  };
}
