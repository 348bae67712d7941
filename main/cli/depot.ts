import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatProblem, parseDepot } from '../../labs/schema/index.ts';
import { makeKeys } from '../../vm-images/depot/make-keys.ts';
import { LabError } from '../shared/errors.ts';
import { EXIT } from './exit.ts';
import { openService, projectRoot } from './service.ts';
import { textFlag, type Verb, type VerbArgs } from './verb.ts';

export const depot: Verb = {
  name: 'depot',
  usage: 'depot build FILE --out OUT [--vib NAME] | depot keys',
  summary: 'make a depot, or one of its VIBs, from a description; keys makes new keys of the signers',
  options: { out: { type: 'string' }, vib: { type: 'string' } },
  positionals: [1, 2],
  async run(args) {
    const [what, file] = args.positionals;
    if (what === 'keys') return newKeys();
    if (what !== 'build') throw new LabError('cli.usage', `depot does build or keys, not ${JSON.stringify(what)}`);
    const out = textFlag(args, 'out');
    if (file === undefined || out === undefined) throw new LabError('cli.usage', 'FILE or --out is missing');
    await writeDepot(file, out, args);
    return EXIT.pass;
  },
};

function newKeys(): number {
  const folder = path.join(projectRoot(), 'vm-images/depot/keys');
  makeKeys(folder);
  process.stdout.write(`${folder}\n`);
  return EXIT.pass;
}

async function writeDepot(file: string, out: string, args: VerbArgs): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new LabError('depot.unreadable', `cannot read ${file}: ${error.message}`, { cause: error });
  });
  const parsed = parseDepot(text, file);
  if (!parsed.ok) throw new LabError('depot.invalid', parsed.problems.map(formatProblem).join('\n'));
  const service = openService();
  try {
    const bytes = await service.depots.build(await service.images.get('esxi'), parsed.value, textFlag(args, 'vib'));
    await mkdir(path.dirname(path.resolve(out)), { recursive: true });
    await writeFile(out, bytes);
    process.stdout.write(`${out}: ${(bytes.length / 1024).toFixed(0)} KiB\n`);
  } finally {
    await service.close();
  }
}
