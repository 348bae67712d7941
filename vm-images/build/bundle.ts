import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LabError } from '../../main/shared/errors.ts';

/** Programs of the guest by the name of their bytecode file, and where their source begins. */
export const PROGRAMS = {
  loader: 'boot/loader.ts',
  init: 'boot/init.ts',
  backup: 'boot/backup.ts',
  agent: 'agent/main.ts',
  hostd: 'hostd/main.ts',
  dcui: 'dcui/main.ts',
  vmsyslogd: 'syslogd/main.ts',
  localcli: 'commands/localcli-main.ts',
  esxupdate: 'esxupdate/main.ts',
} as const;
export type ProgramName = keyof typeof PROGRAMS;

export interface Bundle {
  readonly name: ProgramName;
  readonly source: string;
  /** Files it was made of, relative to the project. */
  readonly inputs: readonly string[];
}

/** Bundles every guest program into one ES2023 module each. @throws LabError `image.bundle-failed` */
export async function bundlePrograms(root: string): Promise<Bundle[]> {
  const { build } = createRequire(path.join(root, 'package.json'))('esbuild') as typeof import('esbuild');
  const bundles: Bundle[] = [];
  for (const [name, entry] of Object.entries(PROGRAMS) as [ProgramName, string][]) {
    const file = path.join('vm-images/userland', entry);
    if (!existsSync(path.join(root, file))) continue;
    const result = await build({
      absWorkingDir: root,
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      target: 'es2023',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      external: ['std', 'os', 'native'],
      minifySyntax: true,
      minifyWhitespace: true,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
    }).catch((cause: Error) => {
      throw new LabError('image.bundle-failed', `${file}: ${cause.message}`, { cause });
    });
    bundles.push({ name, source: result.outputFiles[0]!.text, inputs: Object.keys(result.metafile.inputs) });
  }
  return bundles;
}

/** Reads a file that the image is made of. @throws LabError `image.missing-input` */
export function readInput(root: string, file: string): Uint8Array {
  const full = path.join(root, file);
  if (!existsSync(full)) throw new LabError('image.missing-input', `the image needs ${file}, which is not there`);
  return new Uint8Array(readFileSync(full));
}
