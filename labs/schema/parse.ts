/** Reads lab.yaml: every mistake with its place. */
import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { type Lab, labSchema } from './lab.ts';
import { migrate } from './migrations.ts';
import { type Located, locate, type Problem, sortProblems, textPosition } from './problems.ts';
import { labProblems } from './references.ts';
import { messageWords, placeholders } from './variables.ts';
import { complaints } from './zod-text.ts';

/** Lab files are small; more than this is a mistake or an attack. */
const maxFileChars = 512 * 1024;

export type Parsed<T> =
  | { ok: true; value: T; located: Located; problems: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] };

/**
 * Reads a lab definition.
 *
 * @param file Name for messages.
 * @returns The lab when its shape is right; `problems` then holds references that lead nowhere. Not `ok`: it can't be used.
 */
export function parseLab(yamlText: string, file: string): Parsed<Lab> {
  const parsed = parseYaml(yamlText, file, labSchema, migrate);
  if (!parsed.ok) return parsed;
  const problems = labProblems(parsed.value).map((problem) => ({
    file,
    ...parsed.located.at(problem.path),
    message: problem.message,
  }));
  return { ...parsed, problems: sortProblems([...problems, ...unknownVariables(yamlText, file, parsed.value)]) };
}

/** Reads any YAML file of a lab against a schema. */
export function parseYaml<S extends z.ZodType>(
  yamlText: string,
  file: string,
  schema: S,
  upgrade: (value: unknown) => ReturnType<typeof migrate> = (value) => ({ ok: true, value }),
): Parsed<z.output<S>> {
  const fail = (problems: Problem[]): Parsed<z.output<S>> => ({ ok: false, problems: sortProblems(problems) });
  const whole = (message: string) => fail([{ file, line: 1, column: 1, message }]);
  if (yamlText.length > maxFileChars) return whole(`is larger than ${maxFileChars / 1024} KiB`);
  try {
    const counter = new LineCounter();
    const document = parseDocument(yamlText, { lineCounter: counter, prettyErrors: false, strict: true });
    const located = locate(document, counter);
    const broken = [...document.errors, ...document.warnings].map((error) => {
      const { line, col } = counter.linePos(error.pos[0]);
      return { file, line: Math.max(line, 1), column: Math.max(col, 1), message: firstLine(error.message) };
    });
    if (broken.length > 0) return fail(broken);
    const dangling = danglingAliases(document, counter, file);
    if (dangling.length > 0) return fail(dangling);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    const upgraded = upgrade(value);
    if (!upgraded.ok) return fail([{ file, ...located.at(['version']), message: upgraded.message }]);
    const result = schema.safeParse(upgraded.value);
    if (result.success) return { ok: true, value: result.data, located, problems: [] };
    return fail(
      complaints(result.error.issues, upgraded.value).map((complaint) => ({
        file,
        ...located.at(complaint.path, complaint.onKey ? 'key' : 'value'),
        message: complaint.message,
      })),
    );
  } catch (error) {
    // Documents nested thousands deep, or with aliases that explode.
    return whole(`can't be read as YAML: ${firstLine(error instanceof Error ? error.message : String(error))}`);
  }
}

function danglingAliases(document: Document, counter: LineCounter, file: string): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document)) return;
      const { line, col } = counter.linePos(node.range?.[0] ?? 0);
      problems.push({ file, line, column: col, message: `there is no anchor &${node.source} before this` });
    },
  });
  return problems;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/:$/, '');
}

/** `{{name}}` of a variable that nobody declared, in any string of the file. */
function unknownVariables(yamlText: string, file: string, lab: Lab): Problem[] {
  const counter = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: counter });
  const known = new Set([...Object.keys(lab.variables), ...messageWords]);
  const problems: Problem[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      for (const use of placeholders(node.value)) {
        if (known.has(use.name)) continue;
        const [start, end] = node.range ?? [0, 0];
        const inSource = yamlText.slice(start, end).search(new RegExp(`\\{\\{\\s*${use.name}\\s*\\}\\}`));
        const { line, col } = counter.linePos(start + Math.max(inSource, 0));
        problems.push({ file, line, column: col, message: `variable "${use.name}" is not declared under variables` });
      }
    },
  });
  return problems;
}

/** The same for a file that is plain text. */
export function unknownVariablesInText(text: string, file: string, lab: Lab): Problem[] {
  const known = new Set(Object.keys(lab.variables));
  return placeholders(text)
    .filter((use) => !known.has(use.name))
    .map((use) => ({
      file,
      ...textPosition(text, use.at),
      message: `variable "${use.name}" is not declared under variables`,
    }));
}
