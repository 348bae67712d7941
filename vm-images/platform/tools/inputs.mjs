// The files that shape the artifacts, and their hashes. Shared by write-manifest.mjs and check.mjs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const platformFolder = fileURLToPath(new URL('..', import.meta.url));
const notInputs = new Set(['artifacts', 'manifest.json', 'README.md', 'check.mjs', 'licences']);

export const sha256 = (data) => createHash('sha256').update(data).digest('hex');

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Text counts without regard to the line ends that a checkout may choose. */
function hashOfInput(path) {
  return sha256(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
}

/** @returns path with `/`, relative to the platform folder → SHA-256. */
export function hashInputs() {
  const paths = filesBelow(platformFolder)
    .map((path) => relative(platformFolder, path).split(sep).join('/'))
    .filter((path) => !notInputs.has(path.split('/')[0]))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, hashOfInput(join(platformFolder, path))]));
}
