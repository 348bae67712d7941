// `npm run test:golden`: renews the golden files and README's picture; read what changed before committing it.
import './node-version.mjs';
import { bundleNode } from './bundle.mjs';
import { bin, run } from './run.mjs';

await bundleNode();
const files = await run(bin('vitest'), ['run', '--project', 'unit', '-u', 'test/unit/vm-images/userland/dcui']);
await run(process.execPath, ['main/build/renderer.mjs']);
const picture = await run(bin('vitest'), ['run', '--project', 'e2e', 'test/e2e/picture.test.ts'], {
  env: { ...process.env, BOOTBANK_GOLDEN: '1' },
});
process.exitCode = files || picture;
