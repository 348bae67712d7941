import { describe, expect, it } from 'vitest';
import { instantiateLab, type Lab, type LabInstance } from '../../../labs/schema/index.ts';
import { parseArgs } from '../../../vm-images/userland/commands/framework/args.ts';
import { createCommandTree } from '../../../vm-images/userland/commands/index.ts';
import { catalogueLabs, readCatalogueLab } from '../../helpers/catalogue.ts';

const tree = createCommandTree();

/** Words of one simple command, quotes taken off; enough for how the labs write `esxcli`. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:"([^"]*)"|'([^']*)'|([^\s"']+))+/g)].map(([whole]) => whole.replace(/["']/g, ''));
}

/** @returns What is wrong with a call, null when the host would run it. */
function problemOf(call: string): string | null {
  const given = words(call)
    .slice(1)
    .filter((word) => !/^--format/.test(word));
  const first = given.findIndex((word) => word.startsWith('-'));
  const [path, args] = first < 0 ? [given, []] : [given.slice(0, first), given.slice(first)];
  const command = tree.command(path.join(' '));
  if (!command) return `${call}: no such command`;
  if (command.unsupported !== undefined) return `${call}: ${command.unsupported}`;
  try {
    parseArgs(command.parameters ?? [], args);
    return null;
  } catch (error) {
    return `${call}: ${(error as Error).message}`;
  }
}

function callsIn(text: string): string[] {
  // A function's arguments and text for people are no calls.
  return [...text.matchAll(/\besxcli (?=[a-z-])(?:"[^"\n]*"|'[^'\n]*'|[^|;&`<>\n)"'])*/g)]
    .map(([call]) => call.trim())
    .filter((call) => !/[$]/.test(call));
}

function allCalls(lab: LabInstance): string[] {
  const { solution, setup, tasks } = lab;
  const scripts = [
    ...Object.values(solution.scripts),
    ...solution.console.flatMap((step) => step.run ?? []),
    ...[...solution.variants.ways, ...solution.variants.mistakes].flatMap(({ run, steps }) =>
      [run, ...steps.map((step) => step.run)].flatMap((script) => script ?? []),
    ),
    ...setup.flatMap((action) => (action.kind === 'run' ? action.command : [])),
  ];
  const checks: Lab['tasks'][number]['checks'] = tasks.flatMap((task) => task.checks);
  const asked = checks.flatMap((check) => {
    if (check.probe === 'esxcli') return `esxcli ${check.args.command}`;
    return check.probe === 'exec' ? callsIn(check.args.command) : [];
  });
  const hinted = tasks.flatMap((task) =>
    task.hints.flatMap((hint) => [...hint.text.matchAll(/`(esxcli [^`>|]*[^`>|\s])/g)].map(([, call]) => call!)),
  );
  return [
    ...scripts.flatMap(callsIn),
    ...asked,
    ...hinted.filter((call) => /--?[a-z]/.test(call) && !/--help|…|\.\.\./.test(call) && !/ NAME/.test(call)),
  ];
}

describe.each(catalogueLabs())('%s', (id) => {
  it('uses only commands and options that the host has', () => {
    const calls = allCalls(instantiateLab(readCatalogueLab(id).bundle!, '1'));
    expect(calls.length).toBeGreaterThan(3);
    expect([...new Set(calls)].flatMap((call) => problemOf(call) ?? [])).toEqual([]);
  });
});
