import { createRequire } from 'node:module';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { LabError } from '../../main/shared/errors.ts';

/** `esxcli` and every tool of the command tables: asked of the tables themselves, which are pure. */
export async function commandNames(root: string): Promise<string[]> {
  const { build } = createRequire(path.join(root, 'package.json'))('esbuild') as typeof import('esbuild');
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['vm-images/userland/commands/index.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'commandTables',
    target: 'node18',
    logLevel: 'silent',
  }).catch((cause: Error) => {
    throw new LabError('image.bundle-failed', `the command tables: ${cause.message}`, { cause });
  });
  const tables = runInThisContext(`(() => { ${result.outputFiles[0]!.text}; return commandTables; })()`) as {
    createCommandTree(): { tools: readonly { name: string }[] };
  };
  return ['esxcli', ...tables.createCommandTree().tools.map(({ name }) => name)].sort();
}
