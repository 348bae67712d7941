import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogueProblems, formatProblem, instantiateLab, solutionSteps } from '../../../labs/schema/index.ts';
import { catalogueLabs, readCatalogueLab } from '../../helpers/catalogue.ts';

const labs = catalogueLabs();

describe('the catalogue', () => {
  it('has at least four labs', () => expect(labs.length).toBeGreaterThanOrEqual(4));

  it.each(labs)('%s is played by a test on real hosts', (lab) =>
    expect(existsSync(new URL(`../../labs/${lab}.test.ts`, import.meta.url))).toBe(true),
  );

  it.each(labs)('%s has files that fit together', (lab) => expect(readCatalogueLab(lab).problems).toEqual([]));

  it('has labs that fit together', () => {
    const bundles = labs.flatMap((lab) => readCatalogueLab(lab).bundle ?? []);
    expect(catalogueProblems(bundles).map(formatProblem)).toEqual([]);
  });
});

describe.each(labs)('%s', (lab) => {
  const bundle = readCatalogueLab(lab).bundle!;

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
