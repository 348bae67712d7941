// `npm run package`: installers for this platform, or with `--dir FOLDER --electron-version V` an unpacked app from an
// Electron that is already here, which needs no download.
import './node-version.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, Platform } from 'electron-builder';
import { parse } from 'yaml';
import { bundleNode, rootDir } from './bundle.mjs';
import { buildRenderer } from './renderer.mjs';

const { values } = parseArgs({
  options: { dir: { type: 'string' }, 'electron-version': { type: 'string' }, output: { type: 'string' } },
});
const given =
  values.dir === undefined ? null : { folder: path.resolve(values.dir), version: values['electron-version'] };
if (given && (!given.version || !existsSync(given.folder))) {
  console.error('usage: npm run package -- [--dir FOLDER --electron-version VERSION] [--output FOLDER]');
  process.exit(2);
}

await bundleNode();
await buildRenderer();
// The last line names the image and its folder.
const images = execFileSync(process.execPath, ['main/build/lab.mjs', 'images'], {
  cwd: rootDir,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const extraResources = images
  .trim()
  .split('\n')
  .map((line) => /^(\S+) \S+ (.+)$/.exec(line))
  .map(([, id, folder]) => ({ from: folder, to: `images/${id}` }));

const base = parse(readFileSync(path.join(rootDir, 'electron-builder.yml'), 'utf8'));
const config = { ...base, extraResources };
if (values.output) config.directories = { ...base.directories, output: path.resolve(values.output) };
if (given) {
  config.electronDist = given.folder;
  config.electronVersion = given.version;
  // An unpacked folder is for trying and testing: drivers attach to the main process, which a shipped app refuses.
  config.electronFuses = { ...base.electronFuses, enableNodeCliInspectArguments: true };
  if (Number.parseInt(given.version, 10) < 29) delete config.electronFuses.grantFileProtocolExtraPrivileges;
}
const platform = Platform.current();
const targets = given ? platform.createTarget('dir') : platform.createTarget();
// By file: an object would be merged with electron-builder.yml, which could not take anything out of it.
const configFile = path.join(rootDir, 'dist/electron-builder.json');
writeFileSync(configFile, JSON.stringify(config, null, 2));
const made = await build({ projectDir: rootDir, targets, config: configFile, publish: 'never' });
for (const file of made) console.log(file);
if (given) console.log(path.join(config.directories.output, `${platform.nodeName}-unpacked`));
