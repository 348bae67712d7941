import os from 'node:os';
import path from 'node:path';
import { ensureImage } from './index.ts';

/** `node cli [CACHE_DIR]`: builds the ESXi image when it is stale and prints where it is. */
const cacheDir = process.argv[2] ?? process.env.BOOTBANK_CACHE ?? path.join(os.homedir(), '.cache/bootbank');
const began = Date.now();
try {
  const image = await ensureImage('esxi', {
    cacheDir,
    onProgress: (text, step, steps) =>
      process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1)} s  ${step}/${steps}  ${text}\n`),
  });
  process.stdout.write(`${image.dir}\n`);
  process.exit(0);
} catch (error) {
  const { code, message, details } = error as { code?: string; message: string; details?: { screen?: string[] } };
  process.stderr.write(`${code ?? 'error'}: ${message}\n${details?.screen?.join('\n') ?? ''}\n`);
  process.exit(1);
}
