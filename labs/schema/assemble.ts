/** Puts a lab's files together. Reading them is somebody else's work: this part runs anywhere. */
import { parseDepot } from './depot.ts';
import { type Instructions, parseInstructions } from './instructions.ts';
import type { Lab } from './lab.ts';
import { parseLab, parseYaml, unknownVariablesInText } from './parse.ts';
import { type Located, type Problem, sortProblems } from './problems.ts';
import { findCircle } from './references.ts';
import { consoleSolution, type Solution, type Variants, variantsSchema } from './solution.ts';
import { drawVariables, placeholders, substitute, type Values } from './variables.ts';

/** A lab whose files fit together. */
export interface LabBundle {
  readonly lab: Lab;
  readonly instructions: Instructions;
  readonly solution: Solution;
  /** Content of `files/`, by path below it. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Text of the descriptions in `depots/`, by name; variables are not filled in. */
  readonly depots: ReadonlyMap<string, string>;
  /** Points into lab.yaml, for problems that only show among several labs. */
  readonly located: Located;
  /** Path of lab.yaml for messages. */
  readonly file: string;
}

export interface AssembleOptions {
  /** Put before the file names in messages: `labs/catalog/standard-switches/`. */
  readonly prefix?: string;
  /** Name of the folder; the lab's id must be the same. */
  readonly folder?: string;
}

/**
 * Reads all the files of one lab folder.
 *
 * @param files By path below the folder: `lab.yaml`, `instructions.md`, `solution/…`, `files/…`, `depots/…`.
 * @returns The bundle, null when lab.yaml can't be used at all, and every problem found. Use it only without problems.
 */
export function assembleLab(
  files: ReadonlyMap<string, string | Uint8Array>,
  options: AssembleOptions = {},
): { bundle: LabBundle | null; problems: Problem[] } {
  const prefix = options.prefix ?? '';
  const labFile = `${prefix}lab.yaml`;
  const labText = textOf(files, 'lab.yaml');
  if (labText === null)
    return { bundle: null, problems: [{ file: labFile, line: 1, column: 1, message: 'is missing' }] };
  const parsed = parseLab(labText, labFile);
  if (!parsed.ok) return { bundle: null, problems: [...parsed.problems] };

  const { value: lab, located } = parsed;
  const inLab = (path: (string | number)[], message: string): Problem => ({
    file: labFile,
    ...located.at(path),
    message,
  });
  const problems: Problem[] = [...parsed.problems];
  if (options.folder !== undefined && options.folder !== lab.id) {
    problems.push(inLab(['id'], `the id "${lab.id}" is not the name of its folder, "${options.folder}"`));
  }
  const instructions = readInstructions(files, prefix, lab, inLab, problems);
  const solution = readSolution(files, prefix, lab, inLab, problems);
  const depots = readDepots(files, prefix, lab, inLab, problems);
  problems.push(...missingSetupFiles(files, lab, inLab), ...unusedVariables(files, lab, inLab));
  const content = new Map(
    [...files].flatMap(([path, value]) => (path.startsWith('files/') ? [[path.slice(6), value] as const] : [])),
  );
  return {
    bundle: { lab, instructions, solution, files: content, depots, located, file: labFile },
    problems: sortProblems(problems),
  };
}

type InLab = (path: (string | number)[], message: string) => Problem;
type Files = ReadonlyMap<string, string | Uint8Array>;

function readInstructions(files: Files, prefix: string, lab: Lab, inLab: InLab, problems: Problem[]): Instructions {
  const file = `${prefix}instructions.md`;
  const text = textOf(files, 'instructions.md');
  if (text === null) {
    problems.push({ file, line: 1, column: 1, message: 'is missing' });
    return { intro: '', outro: null, tasks: {} };
  }
  const parsed = parseInstructions(
    text,
    file,
    lab.tasks.map((task) => task.id),
  );
  problems.push(...parsed.problems, ...unknownVariablesInText(text, file, lab));
  for (const [index, task] of lab.tasks.entries()) {
    if (!parsed.sections.has(task.id))
      problems.push(
        inLab(['tasks', index, 'id'], `task "${task.id}" has no section "## ${task.id}" in instructions.md`),
      );
  }
  return parsed.instructions;
}

function readSolution(files: Files, prefix: string, lab: Lab, inLab: InLab, problems: Problem[]): Solution {
  const hosts = lab.hosts.map((host) => host.name);
  const scripts: Record<string, string> = {};
  const yaml = { console: [] as Solution['console'], variants: { ways: [], mistakes: [] } as Variants };
  for (const path of [...files.keys()].filter((name) => name.startsWith('solution/')).sort()) {
    const file = `${prefix}${path}`;
    const text = textOf(files, path) ?? '';
    problems.push(...unknownVariablesInText(text, file, lab));
    const host = /^solution\/([^/]+)\.sh$/.exec(path)?.[1];
    if (host !== undefined && hosts.includes(host)) scripts[host] = text;
    else if (host !== undefined)
      problems.push({ file, line: 1, column: 1, message: `host "${host}" is not declared under hosts` });
    else if (path === 'solution/console.yaml') yaml.console = readConsole(text, file, hosts, problems);
    else if (path === 'solution/variants.yaml') yaml.variants = readVariants(text, file, lab, problems);
    else problems.push({ file, line: 1, column: 1, message: 'is not a file that belongs in solution' });
  }
  if (Object.keys(scripts).length === 0 && yaml.console.length === 0) {
    problems.push(inLab(['id'], `the solution is missing: there is no solution/${hosts[0]}.sh`));
  }
  return { scripts, ...yaml };
}

function readConsole(text: string, file: string, hosts: readonly string[], problems: Problem[]): Solution['console'] {
  const parsed = parseYaml(text, file, consoleSolution);
  problems.push(...parsed.problems);
  if (!parsed.ok) return [];
  for (const [index, step] of parsed.value.steps.entries()) {
    if (!hosts.includes(step.host))
      problems.push({
        file,
        ...parsed.located.at(['steps', index, 'host']),
        message: `host "${step.host}" is not declared under hosts`,
      });
  }
  return parsed.value.steps;
}

function readVariants(text: string, file: string, lab: Lab, problems: Problem[]): Variants {
  const parsed = parseYaml(text, file, variantsSchema);
  problems.push(...parsed.problems);
  if (!parsed.ok) return { ways: [], mistakes: [] };
  const hosts = new Set(lab.hosts.map((host) => host.name));
  const tasks = new Set(lab.tasks.map((task) => task.id));
  const say = (path: (string | number)[], message: string) =>
    problems.push({ file, ...parsed.located.at(path), message });
  for (const kind of ['ways', 'mistakes'] as const) {
    for (const [index, entry] of parsed.value[kind].entries()) {
      if (!hosts.has(entry.host)) say([kind, index, 'host'], `host "${entry.host}" is not declared under hosts`);
      for (const [at, step] of entry.steps.entries())
        if (!hosts.has(step.host))
          say([kind, index, 'steps', at, 'host'], `host "${step.host}" is not declared under hosts`);
    }
  }
  for (const [index, mistake] of parsed.value.mistakes.entries()) {
    for (const [at, id] of mistake.fails.entries()) {
      if (!tasks.has(id)) say(['mistakes', index, 'fails', at], `task "${id}" is not in this lab`);
    }
  }
  return parsed.value;
}

/** Descriptions are judged with the values of one seed: what is written as a variable has its form only then. */
function readDepots(files: Files, prefix: string, lab: Lab, inLab: InLab, problems: Problem[]): Map<string, string> {
  const depots = new Map<string, string>();
  const values = sampleValues(lab);
  for (const path of [...files.keys()].filter((name) => name.startsWith('depots/')).sort()) {
    const text = textOf(files, path) ?? '';
    depots.set(path.slice('depots/'.length), text);
    problems.push(...unknownVariablesInText(text, `${prefix}${path}`, lab));
    const parsed = parseDepot(text, `${prefix}${path}`, values);
    problems.push(...parsed.problems);
    for (const [index, step] of lab.setup.entries()) {
      if (`depots/${step.depot}` !== path || step.vib === undefined || !parsed.ok) continue;
      const wanted = substitute(step.vib, values);
      if (!parsed.value.vibs.some((vib) => vib.name === wanted))
        problems.push(inLab(['setup', index, 'vib'], `${path} has no VIB "${step.vib}"`));
    }
  }
  return depots;
}

function sampleValues(lab: Lab): Values {
  try {
    return drawVariables(lab.variables, 'validate');
  } catch {
    // Told where the variables are looked at.
    return {};
  }
}

function missingSetupFiles(files: Files, lab: Lab, inLab: InLab): Problem[] {
  return lab.setup.flatMap((step, index) =>
    (['file', 'depot'] as const).flatMap((kind) => {
      const path = `${kind}s/${step[kind]}`;
      return step[kind] === undefined || files.has(path) ? [] : [inLab(['setup', index, kind], `${path} is missing`)];
    }),
  );
}

function unusedVariables(files: Files, lab: Lab, inLab: InLab): Problem[] {
  const used = new Set(
    [...files.values()].flatMap((content) =>
      typeof content === 'string' ? placeholders(content).map((use) => use.name) : [],
    ),
  );
  return Object.keys(lab.variables)
    .filter((name) => !used.has(name))
    .map((name) => inLab(['variables', name], `variable "${name}" is never used`));
}

function textOf(files: Files, path: string): string | null {
  const content = files.get(path);
  if (content === undefined) return null;
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

/** Problems that only show among all the labs: ids there twice, prerequisites unknown or in a circle. */
export function catalogueProblems(bundles: readonly LabBundle[]): Problem[] {
  const ids = bundles.map((bundle) => bundle.lab.id);
  const problems = bundles.flatMap((bundle, index) => {
    const at = (path: (string | number)[], message: string): Problem => ({
      file: bundle.file,
      ...bundle.located.at(path),
      message,
    });
    return [
      ...(ids.indexOf(bundle.lab.id) === index ? [] : [at(['id'], `lab "${bundle.lab.id}" is there twice`)]),
      ...bundle.lab.requires.flatMap((id, item) =>
        ids.includes(id) ? [] : [at(['requires', item], `lab "${id}" is not in the catalogue`)],
      ),
    ];
  });
  const circle = findCircle(new Map(bundles.map((bundle) => [bundle.lab.id, bundle.lab.requires])));
  const first = circle && circle.length > 2 ? bundles.find((bundle) => bundle.lab.id === circle[0]) : undefined;
  if (circle && first) {
    problems.push({
      file: first.file,
      ...first.located.at(['requires']),
      message: `labs require each other in a circle: ${circle.join(' → ')}`,
    });
  }
  return sortProblems(problems);
}
