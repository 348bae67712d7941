/** The labs of the catalogue, read from disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleLab, formatProblem, type LabBundle } from '../../labs/schema/index.ts';

const root = fileURLToPath(new URL('../../labs/catalog', import.meta.url));

export function catalogueLabs(): string[] {
  return readdirSync(root).filter((name) => statSync(path.join(root, name)).isDirectory());
}

export function readCatalogueLab(lab: string): { bundle: LabBundle | null; problems: string[] } {
  const folder = path.join(root, lab);
  const names = readdirSync(folder, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  const content = new Map(
    files.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(folder, name), 'utf8')]),
  );
  const { bundle, problems } = assembleLab(content, { prefix: `labs/catalog/${lab}/`, folder: lab });
  return { bundle, problems: problems.map(formatProblem) };
}
