import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  assembleLab,
  catalogueProblems,
  formatProblem,
  instantiateLab,
  type LabBundle,
  solutionSteps,
} from '../../../labs/schema/index.ts';

const root = fileURLToPath(new URL('../../../labs/catalog', import.meta.url));
const labs = readdirSync(root).filter((name) => statSync(path.join(root, name)).isDirectory());

function read(lab: string): { bundle: LabBundle | null; problems: string[] } {
  const folder = path.join(root, lab);
  const names = readdirSync(folder, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  const content = new Map(
    files.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(folder, name), 'utf8')]),
  );
  const { bundle, problems } = assembleLab(content, { prefix: `labs/catalog/${lab}/`, folder: lab });
  return { bundle, problems: problems.map(formatProblem) };
}

describe('the catalogue', () => {
  it('has at least four labs', () => expect(labs.length).toBeGreaterThanOrEqual(4));

  it.each(labs)('%s has files that fit together', (lab) => expect(read(lab).problems).toEqual([]));

  it('has labs that fit together', () => {
    const bundles = labs.flatMap((lab) => read(lab).bundle ?? []);
    expect(catalogueProblems(bundles).map(formatProblem)).toEqual([]);
  });
});

describe.each(labs)('%s', (lab) => {
  const bundle = read(lab).bundle!;

  it('has five to eight tasks with hints, an after-text and an outro', () => {
    expect(bundle.lab.tasks.length).toBeGreaterThanOrEqual(5);
    expect(bundle.lab.tasks.length).toBeLessThanOrEqual(8);
    for (const task of bundle.lab.tasks) {
      expect(task.hints.length).toBeGreaterThanOrEqual(2);
      expect(task.hints[0]!.cost).toBe(0);
      expect(bundle.instructions.tasks[task.id]!.after).not.toBeNull();
    }
    expect(bundle.instructions.outro).not.toBeNull();
  });

  it('tells nobody the commands that the hints lead to', () => {
    const text = JSON.stringify(bundle.instructions);
    for (const step of Object.values(bundle.solution.scripts).flatMap(solutionSteps)) {
      const command = step.text.split('\n').find((line) => line.startsWith('esxcli'));
      if (command !== undefined) expect(text).not.toContain(command.trim());
    }
  });

  it('leaves no variable unfilled, for any seed', () => {
    for (const seed of ['1', '2', '99', 'Lena']) {
      const { tasks, instructions, solution, setup } = instantiateLab(bundle, seed);
      const text = JSON.stringify({ tasks, instructions, solution, setup }).replace(/\{\{(found|expected)\}\}/g, '');
      expect(text).not.toMatch(/\{\{\w/);
    }
  });

  it('answers every failure in words of its own', () => {
    for (const check of bundle.lab.tasks.flatMap((task) => task.checks)) {
      expect(check.message, JSON.stringify(check)).toBeDefined();
      const { message } = check;
      if (typeof message === 'object') expect(message.fail ?? message.absent).toBeDefined();
    }
  });
});
