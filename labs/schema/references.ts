/** What a lab says about itself must fit together: names used are declared, nothing is there twice, nothing goes in circles. */
import { LabError } from '../../main/shared/errors.ts';
import type { Lab } from './lab.ts';
import { duplicates, type ReferenceProblem, topologyProblems } from './topology.ts';
import { drawVariables } from './variables.ts';

export function labProblems(lab: Lab): ReferenceProblem[] {
  return [
    ...topologyProblems(lab),
    ...duplicates(
      lab.tasks.map((task) => task.id),
      (index) => ['tasks', index, 'id'],
      'task',
    ),
    ...duplicates(
      lab.faults.map((fault) => fault.id),
      (index) => ['faults', index, 'id'],
      'fault',
    ),
    ...duplicateChecks(lab),
    ...unknownHosts(lab),
    ...unknownNics(lab),
    ...unknownNetworks(lab),
    ...unknownTasks(lab),
    ...taskCircles(lab),
    ...hintCosts(lab),
    ...exhaustedRanges(lab),
    ...(lab.requires.includes(lab.id)
      ? [{ path: ['requires', lab.requires.indexOf(lab.id)], message: 'a lab can’t require itself' }]
      : []),
  ];
}

/** Ids as the report shows them: given, or task-id.number. */
export function checkId(task: { id: string }, check: { id?: string | undefined }, index: number): string {
  return check.id ?? `${task.id}.${index + 1}`;
}

function duplicateChecks(lab: Lab): ReferenceProblem[] {
  const all = lab.tasks.flatMap((task, at) =>
    task.checks.map((check, index) => ({
      id: checkId(task, check, index),
      path: ['tasks', at, 'checks', index, ...(check.id === undefined ? [] : ['id'])],
    })),
  );
  return duplicates(
    all.map((check) => check.id),
    (index) => all[index]!.path,
    'check',
  );
}

function unknownHosts(lab: Lab): ReferenceProblem[] {
  const hosts = new Set(lab.hosts.map((host) => host.name));
  const uses = [
    ...lab.setup.map((step, at) => ({ host: step.host, path: ['setup', at, 'host'] })),
    ...lab.faults.map((fault, at) => ({ host: fault.host, path: ['faults', at, 'host'] })),
    ...lab.tasks.flatMap((task, at) =>
      task.checks.flatMap((check, index) => [
        { host: check.host, path: ['tasks', at, 'checks', index, 'host'] },
        ...(check.links ?? []).map((link, number) => ({
          host: link.host,
          path: ['tasks', at, 'checks', index, 'links', number, 'host'],
        })),
      ]),
    ),
  ];
  return uses
    .filter((use) => !hosts.has(use.host))
    .map((use) => ({ path: use.path, message: `host "${use.host}" is not declared under hosts` }));
}

function unknownNics(lab: Lab): ReferenceProblem[] {
  const counts = new Map(lab.hosts.map((host) => [host.name, host.nics?.length ?? 1]));
  const uses = [
    ...lab.setup.map((step, at) => ({ host: step.host, nic: step.link, path: ['setup', at, 'link'] })),
    ...lab.faults.map((fault, at) => ({
      host: fault.host,
      nic: fault.kind === 'link' ? fault.nic : undefined,
      path: ['faults', at, 'nic'],
    })),
    ...lab.tasks.flatMap((task, at) =>
      task.checks.flatMap((check, index) =>
        (check.links ?? []).map(({ host, nic }, number) => ({
          host,
          nic,
          path: ['tasks', at, 'checks', index, 'links', number, 'nic'],
        })),
      ),
    ),
  ];
  return uses.flatMap(({ host, nic, path }) =>
    nic === undefined || nic.startsWith('{{') || Number(nic.slice('vmnic'.length)) < (counts.get(host) ?? 10)
      ? []
      : [{ path, message: `${host} has no ${nic}` }],
  );
}

function unknownNetworks(lab: Lab): ReferenceProblem[] {
  const networks = new Set(['mgmt', ...lab.networks.map(({ name }) => name)]);
  return lab.tasks.flatMap((task, at) =>
    task.checks.flatMap((check, index) =>
      check.probe !== 'wire' || networks.has(check.args.network)
        ? []
        : [
            {
              path: ['tasks', at, 'checks', index, 'args', 'network'],
              message: `network "${check.args.network}" is not declared under networks`,
            },
          ],
    ),
  );
}

function unknownTasks(lab: Lab): ReferenceProblem[] {
  const tasks = new Set(lab.tasks.map((task) => task.id));
  return lab.tasks.flatMap((task, at) =>
    task.requires.flatMap((id, index) =>
      tasks.has(id) ? [] : [{ path: ['tasks', at, 'requires', index], message: `task "${id}" is not in this lab` }],
    ),
  );
}

function taskCircles(lab: Lab): ReferenceProblem[] {
  const circle = findCircle(new Map(lab.tasks.map((task) => [task.id, task.requires])));
  if (!circle) return [];
  const at = lab.tasks.findIndex((task) => task.id === circle[0]);
  return [{ path: ['tasks', at, 'requires'], message: `tasks require each other in a circle: ${circle.join(' → ')}` }];
}

/** @returns The names along a circle, the first one again at the end; null when there is none. */
export function findCircle(requires: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]): string[] | null => {
    const seenAt = trail.indexOf(name);
    if (seenAt >= 0) return [...trail.slice(seenAt), name];
    if (done.has(name)) return null;
    for (const next of requires.get(name) ?? []) {
      const circle = walk(next, [...trail, name]);
      if (circle) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of requires.keys()) {
    const circle = walk(name, []);
    if (circle) return circle;
  }
  return null;
}

function hintCosts(lab: Lab): ReferenceProblem[] {
  return lab.tasks.flatMap((task, at) => {
    const cost = task.hints.reduce((sum, hint) => sum + hint.cost, 0);
    return cost <= task.points
      ? []
      : [{ path: ['tasks', at, 'hints'], message: `hints cost ${cost} points together; the task has ${task.points}` }];
  });
}

function exhaustedRanges(lab: Lab): ReferenceProblem[] {
  try {
    drawVariables(lab.variables, 'validate');
    return [];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return [{ path: ['variables', String(error.details.variable)], message: error.message }];
  }
}
