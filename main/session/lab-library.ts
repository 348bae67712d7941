import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  assembleLab,
  catalogueProblems,
  formatProblem,
  type LabBundle,
  type Problem,
} from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';

export interface LabLibrary {
  /** The labs without a problem, in the order of their courses, and what is wrong with the others. */
  list(): Promise<{ labs: LabBundle[]; problems: string[] }>;
  /** @throws LabError `lab.unknown`, `lab.invalid` with every problem in its message. */
  get(id: string): Promise<LabBundle>;
  /** @param ids Labs by id or folder path; all of the catalogue when empty. @throws LabError `lab.unknown`. */
  validate(ids: readonly string[]): Promise<{ checked: number; problems: string[] }>;
}

interface ReadLab {
  folder: string;
  bundle: LabBundle | null;
  problems: Problem[];
}

const TEXT_FILE = /\.(yaml|md|sh|txt|cfg|conf|csv|xml|json|ini|py)$/;
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Labs are read anew each time: an author sees a change at once, and there are few of them. */
export function createLabLibrary(dir: string): LabLibrary {
  async function readAll(): Promise<{ labs: ReadLab[]; across: Problem[] }> {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const labs = await Promise.all(folders.map((folder) => readLab(path.join(dir, folder))));
    return { labs, across: catalogueProblems(labs.flatMap(({ bundle }) => (bundle ? [bundle] : []))) };
  }

  return {
    async list() {
      const { labs, across } = await readAll();
      const usable = labs
        .filter(({ problems }) => problems.length === 0)
        .flatMap(({ bundle }) => (bundle ? [bundle] : []));
      const problems = [...labs.flatMap((lab) => lab.problems), ...across].map(formatProblem);
      return { labs: usable.sort(byCourse), problems };
    },
    async get(id) {
      const folder = path.join(dir, id);
      if (!/^[a-z0-9-]+$/.test(id) || !(await isFolder(folder))) {
        throw new LabError('lab.unknown', `there is no lab ${JSON.stringify(id)}`);
      }
      const { bundle, problems } = await readLab(folder);
      if (!bundle || problems.length > 0) {
        throw new LabError('lab.invalid', `lab ${id} can't be used:\n${problems.map(formatProblem).join('\n')}`);
      }
      return bundle;
    },
    async validate(ids) {
      if (ids.length === 0) {
        const { labs, across } = await readAll();
        return {
          checked: labs.length,
          problems: [...labs.flatMap((lab) => lab.problems), ...across].map(formatProblem),
        };
      }
      const labs = await Promise.all(ids.map((id) => readNamed(dir, id)));
      return { checked: labs.length, problems: labs.flatMap((lab) => lab.problems).map(formatProblem) };
    },
  };
}

async function readNamed(dir: string, id: string): Promise<ReadLab> {
  const inCatalogue = path.join(dir, id);
  if (/^[a-z0-9-]+$/.test(id) && (await isFolder(inCatalogue))) return readLab(inCatalogue);
  if (await isFolder(id)) return readLab(id);
  throw new LabError('lab.unknown', `there is no lab ${JSON.stringify(id)}`);
}

async function readLab(folder: string): Promise<ReadLab> {
  const files = await readFiles(folder);
  const prefix = `${path.relative(process.cwd(), folder) || '.'}/`;
  const { bundle, problems } = assembleLab(files, { prefix, folder: path.basename(path.resolve(folder)) });
  return { folder, bundle, problems };
}

/** Symbolic links are left out: a lab is what lies in its folder. */
async function readFiles(folder: string, below = ''): Promise<Map<string, string | Uint8Array>> {
  const found = new Map<string, string | Uint8Array>();
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      for (const [inner, content] of await readFiles(folder, name)) found.set(inner, content);
    } else if (entry.isFile()) {
      const bytes = await readFile(path.join(folder, name));
      if (bytes.length > MAX_FILE_BYTES) throw new LabError('lab.invalid', `${name} is larger than 16 MiB`);
      found.set(name, TEXT_FILE.test(name) ? bytes.toString('utf8') : new Uint8Array(bytes));
    }
  }
  return found;
}

async function isFolder(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

const courseOrder = [
  'first-steps',
  'networking',
  'storage',
  'updates',
  'remote',
  'deployment',
  'security',
  'migration',
];

function byCourse(a: LabBundle, b: LabBundle): number {
  const course = courseOrder.indexOf(a.lab.course) - courseOrder.indexOf(b.lab.course);
  return course || depth(a) - depth(b) || a.lab.id.localeCompare(b.lab.id);
}

/** Within a course, labs that require nothing come first. */
function depth(bundle: LabBundle): number {
  return bundle.lab.requires.length;
}
