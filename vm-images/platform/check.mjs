// Fails when an input changed and the artifacts were not built again, or when an artifact is not what the manifest says.
// Run: node vm-images/platform/check.mjs
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashInputs, platformFolder, sha256 } from './tools/inputs.mjs';

const manifest = JSON.parse(readFileSync(join(platformFolder, 'manifest.json'), 'utf8'));
const problems = [];

const inputs = hashInputs();
for (const path of new Set([...Object.keys(inputs), ...Object.keys(manifest.inputs)])) {
  if (inputs[path] === manifest.inputs[path]) continue;
  const what = !inputs[path] ? 'is gone' : !manifest.inputs[path] ? 'is new' : 'changed';
  problems.push(`${path}: ${what} since the artifacts were built; run build.sh`);
}

const artifacts = join(platformFolder, 'artifacts');
for (const [name, entry] of Object.entries(manifest.artifacts)) {
  const path = join(artifacts, name);
  if (!existsSync(path)) problems.push(`artifacts/${name}: missing`);
  else if (sha256(readFileSync(path)) !== entry.sha256) problems.push(`artifacts/${name}: is not what manifest.json says`);
}
for (const name of readdirSync(artifacts)) {
  if (!manifest.artifacts[name]) problems.push(`artifacts/${name}: not in manifest.json`);
}

if (problems.length) {
  for (const problem of problems) console.error(`vm-images/platform/${problem}`);
  process.exit(1);
}
console.log(`platform: ${Object.keys(manifest.artifacts).length} artifacts match ${Object.keys(inputs).length} inputs`);
