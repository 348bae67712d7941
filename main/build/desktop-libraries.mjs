// What a desktop app under Xvfb needs on a bare Debian: installed when we are root there, named otherwise.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

const packages = [
  'xvfb',
  'xauth',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libnotify4',
  'libatspi2.0-0',
  'libdrm2',
  'libxkbcommon0',
  'fonts-dejavu-core',
];

const isDebian = () => existsSync('/etc/debian_version');
const isRoot = () => process.getuid?.() === 0;

function missingPackages() {
  return packages.filter((name) => {
    const answer = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return answer.stdout !== 'installed';
  });
}

export async function installDesktopLibraries() {
  if (process.platform !== 'linux' || !isDebian() || !isRoot()) return;
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`installing desktop libraries: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** @returns why no window can open here, or undefined. */
export async function desktopProblem() {
  if (process.platform !== 'linux' || process.env.DISPLAY) return undefined;
  if (spawnSync('Xvfb', ['-help']).error) {
    const names = isDebian() ? missingPackages().join(' ') : 'Xvfb and the GTK 3, NSS, ALSA and GBM libraries';
    return `there is no display and no Xvfb; install ${names}`;
  }
  return undefined;
}
