import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { solutionSteps } from '../../labs/schema/index.ts';
import { explain, LabUnderTest, type LeftOut, readBundle, tasksThatDidNotPass } from './lab-under-test.ts';

const seed = '20140607';

/**
 * What every lab promises: a fresh start fails each task, the solution passes all, other right ways do too, each step left
 * out and each usual mistake is noticed, and a reset is a fresh start again. A lab has a file of its own here, so that two run
 * side by side.
 */
export function testLab(id: string): void {
  const { solution } = readBundle(id);
  const steps: (LeftOut & { title: string })[] = [
    ...Object.entries(solution.scripts).flatMap(([host, script]) =>
      solutionSteps(script).map(({ line }) => ({ host, title: `${host}.sh:${line}`, line })),
    ),
    // Of the others, those that come after wait for them.
    ...solution.console.flatMap(({ run }, step) =>
      run === undefined ? [] : [{ title: `console.yaml, step ${step + 1}`, step }],
    ),
  ];
  let lab: LabUnderTest;

  beforeAll(async () => {
    lab = await LabUnderTest.open(id, seed);
    await lab.save('fresh');
  });
  afterAll(() => lab?.close());

  it('fails each task on a fresh start', async () => {
    const report = await lab.grade();
    expect(
      report.tasks.map((task) => `${task.id} ${task.outcome}`),
      explain(report),
    ).toEqual(lab.lab.tasks.map((task) => `${task.id} fail`));
    expect(report).toMatchObject({ passed: false, score: 0 });
  });

  it('gives all points for the solution', async () => {
    await lab.goBackTo('fresh');
    const output = await lab.solve();
    await lab.save('solved');
    const report = await lab.grade();
    expect(tasksThatDidNotPass(report), `${explain(report)}\n${output}`).toEqual([]);
    expect(report).toMatchObject({ passed: true, score: report.maxScore });
  });

  it.each(solution.variants.ways.map((way) => way.title))('accepts another right way: %s', async (title) => {
    const way = lab.lab.solution.variants.ways.find((item) => item.title === title)!;
    await lab.goBackTo('fresh');
    const output = await lab.playVariant(way);
    const report = await lab.grade();
    expect(tasksThatDidNotPass(report), `${explain(report)}\n${output}`).toEqual([]);
  });

  it.each(steps)('notices when step $title is left out', async (leftOut) => {
    await lab.goBackTo('fresh');
    // Steps that wait for what was left out come to nothing: as for somebody who forgot it.
    await lab.solve(leftOut).catch(() => '');
    const glance = await lab.glance();
    // Only what a look at the running host does not show needs the plug: the last tasks ask for it most.
    const reports = [glance];
    for (const task of lab.lab.tasks.toReversed()) {
      if (reports.some((report) => !report.passed)) break;
      if (lab.needsMoreThanAGlance(task)) reports.push(await lab.gradeTasks([task.id]));
    }
    expect(
      reports.some((report) => !report.passed),
      reports.map(explain).join('\n'),
    ).toBe(true);
  });

  it.each(solution.variants.mistakes.map((mistake) => mistake.title))('tells a mistake: %s', async (title) => {
    const mistake = lab.lab.solution.variants.mistakes.find((item) => item.title === title)!;
    await lab.goBackTo('solved');
    const output = await lab.playVariant(mistake);
    const glance = await lab.glance();
    const seen = tasksThatDidNotPass(glance);
    const unseen = mistake.fails.filter((task) => !seen.includes(task));
    const graded = unseen.length === 0 ? [] : [await lab.gradeTasks(unseen)];
    const told = [...graded, glance].map(explain).join('\n');
    const failed = new Set([...seen, ...graded.flatMap(tasksThatDidNotPass)]);
    expect([...failed].sort(), `${told}\n${output}`).toEqual([...mistake.fails].sort());
    const errors = [...graded, glance].flatMap((report) => report.tasks.filter((task) => task.outcome === 'error'));
    expect(
      errors.map((task) => task.id),
      told,
    ).toEqual([]);
  });

  it('is fresh again after a reset', async () => {
    await lab.goBackTo('solved');
    await lab.reset();
    const report = await lab.grade();
    expect(
      report.tasks.map((task) => `${task.id} ${task.outcome}`),
      explain(report),
    ).toEqual(lab.lab.tasks.map((task) => `${task.id} fail`));
    expect(report.score).toBe(0);
  });
}
