import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type GradeClock, type GradeOptions, gradeLab, type Restart } from '../../../../labs/grader/index.ts';
import type { LabInstance } from '../../../../labs/schema/index.ts';
import { labReport } from '../../../../main/shared/contracts/report.ts';
import { sampleLab } from '../sample-lab.ts';
import { type FakeHost, fakeHosts, fakeTarget } from './fake-host.ts';

const fake = fakeHosts();

/** A lab whose checks are these lines of YAML, one task each unless indented further. */
function labOf(...tasks: string[][]): LabInstance {
  const yaml = tasks.map(
    (checks, index) =>
      `  - id: ${['first', 'second'][index]}\n    title: Task ${index + 1}\n    points: 2\n    checks:\n${checks.map((check) => `      - ${check}\n`).join('')}`,
  );
  return sampleLab('1', (text) => `${text.slice(0, text.indexOf('tasks:'))}tasks:\n${yaml.join('')}\n# {{vlan}}\n`);
}

const unused = ['{ host: esx01, probe: exec, args: { command: "true" }, expect: { equals: "" } }'];
const exec = (command: string, expectation: string, more = '') =>
  `{ host: esx01, probe: exec, args: { command: ${JSON.stringify(command)} }, expect: ${expectation}${more} }`;

async function gradeOne(check: string, host: FakeHost, options: GradeOptions = {}) {
  const report = await gradeLab(labOf([check], unused), fakeTarget(host), { tasks: ['first'], ...options });
  expect(labReport.safeParse(report).error).toBeUndefined();
  return report.tasks[0]!.checks[0]!;
}

describe('one batch a host', () => {
  it('keeps outputs, errors and statuses apart, whatever they hold', async () => {
    const lab = labOf(
      [
        exec('printf one', '{ equals: one }'),
        exec('printf ""', '{ equals: "" }'),
        exec('echo a; echo; echo b', '{ sameAs: [a, b] }'),
        `{ host: esx01, probe: exec, args: { command: "echo oops >&2; exit 3", select: stderr }, expect: { equals: oops } }`,
        `{ host: esx01, probe: exec, args: { command: "exit 7", select: exitCode }, expect: { equals: 7 } }`,
        `{ host: esx01, probe: exec, args: { command: "cat", stdin: "it's fed" }, expect: { equals: "it's fed" } }`,
        exec("echo 'it''s' \"$(printf '%s' quoted)\"", '{ equals: "its quoted" }'),
        exec('if then', '{ equals: "" }'),
        exec('echo last', '{ equals: last }'),
      ],
      unused,
    );
    const host = await fake();
    const report = await gradeLab(lab, fakeTarget(host), { tasks: ['first'] });
    expect(report.tasks[0]!.checks.map((check) => check.outcome)).toEqual(Array(9).fill('pass'));
    expect(host.log).toEqual(['exec']);
  });

  it('asks the same command once for several checks', async () => {
    const host = await fake({ esxcli: { 'network vswitch standard list': '<list type="structure"></list>' } });
    const list = (select: string) =>
      `{ host: esx01, probe: esxcli, args: { command: network vswitch standard list, select: ${select} }, expect: { exists: false } }`;
    const report = await gradeLab(labOf([list('a.MTU'), list('b.MTU')], [list('c.MTU')]), fakeTarget(host));
    expect(report.passed).toBe(true);
    expect(await readFile(`${host.folder}/asked`, 'utf8')).toBe('--formatter=xml network vswitch standard list\n');
  });

  it('loses only the check whose command hangs', async () => {
    const slow = `{ host: esx01, probe: exec, args: { command: sleep 30, timeoutSeconds: 0.3 }, expect: { equals: "" } }`;
    const host = await fake();
    const patient = host.exec.bind(host);
    host.exec = (command, limits) => patient(command, { ...limits, timeoutMs: Math.min(limits.timeoutMs, 500) });
    const report = await gradeLab(
      labOf([exec('echo a', '{ equals: a }'), slow, exec('echo b', '{ equals: b }')], unused),
      fakeTarget(host),
      { tasks: ['first'] },
    );
    expect(report.tasks[0]!.checks.map((check) => check.outcome)).toEqual(['pass', 'error', 'pass']);
    expect(report.tasks[0]!.outcome).toBe('error');
    expect(report.tasks[0]!.checks[1]!.message).toContain('did not answer in time');
  });

  it('asks again when the output of the batch was cut off', async () => {
    const host = await fake();
    const whole = host.exec.bind(host);
    host.exec = async (command, limits) => {
      const outcome = await whole(command, limits);
      return host.scripts.length === 1 ? { ...outcome, stdout: outcome.stdout.slice(0, 30) } : outcome;
    };
    const report = await gradeLab(
      labOf([exec('echo a', '{ equals: a }'), exec('echo b', '{ equals: b }')], unused),
      fakeTarget(host),
    );
    expect(report.passed).toBe(true);
  });
});

describe('probes', () => {
  it('file: reads text, keys, existence, mode, size and type', async () => {
    const host = await fake();
    const at = (name: string) => `${host.folder}/${name}`;
    await writeFile(at("a 'file'"), '# c = 0\nname = "value"\nother=2\n', { mode: 0o640 });
    const file = (args: string, expectation: string) =>
      `{ host: esx01, probe: file, args: { path: ${JSON.stringify(at("a 'file'"))}${args} }, expect: ${expectation} }`;
    const missing = (args: string, expectation: string) =>
      `{ host: esx01, probe: file, args: { path: ${at('none')}${args} }, expect: ${expectation} }`;
    const lab = labOf(
      [
        file('', '{ line: other=2 }'),
        file(', key: name', '{ equals: value }'),
        file(', key: c', '{ exists: false }'),
        file(', select: exists', '{ equals: true }'),
        file(', select: mode', '{ equals: 640 }'),
        file(', select: size', '{ equals: 31 }'),
        file(', select: type', '{ equals: file }'),
        missing('', '{ exists: false }'),
        missing(', select: exists', '{ exists: false }'),
        `{ host: esx01, probe: file, args: { path: ${host.folder}, select: type }, expect: { equals: directory } }`,
      ],
      unused,
    );
    const report = await gradeLab(lab, fakeTarget(host), { tasks: ['first'] });
    expect(report.tasks[0]!.checks.map((check) => [check.outcome, check.found])).toEqual(
      expect.arrayContaining([['pass', 'value']]),
    );
    expect(report.tasks[0]!.outcome).toBe('pass');
  });

  it('file: is an error when it is there and cannot be read', async () => {
    const host = await fake();
    const check = await gradeOne(
      `{ host: esx01, probe: file, args: { path: ${host.folder} }, expect: { contains: x } }`,
      host,
    );
    expect(check.outcome).toBe('error');
  });

  it('esxcli: is an error, in its own words, when the command fails', async () => {
    const check = await gradeOne(
      '{ host: esx01, probe: esxcli, args: { command: network foo }, expect: { exists: false } }',
      await fake(),
    );
    expect(check).toMatchObject({
      outcome: 'error',
      message: 'This could not be read: esxcli network foo failed: Error: Unknown command or namespace network foo.',
    });
  });

  it('esxcli: is an error when the output is no XML of ours', async () => {
    const host = await fake({ esxcli: { 'system x get': '<list type="structure">' } });
    const check = await gradeOne(
      '{ host: esx01, probe: esxcli, args: { command: system x get }, expect: { exists: true } }',
      host,
    );
    expect(check.outcome).toBe('error');
  });

  it('disk: syncs the guest, then reads behind its back', async () => {
    const host = await fake({ disk: { '5:/boot.cfg': 'updated=2\nbuild=5.5.0-1\n' } });
    const check = await gradeOne(
      '{ host: esx01, probe: disk, args: { partition: 5, path: /boot.cfg, key: updated }, expect: { equals: 2 } }',
      host,
    );
    expect(check).toMatchObject({ outcome: 'pass', where: 'esx01, partition 5, /boot.cfg, updated' });
    expect(host.log).toEqual(['exec', 'disk 5:/boot.cfg']);
    expect(host.scripts[0]).toContain('sync');
  });

  it('disk: works on a host that is off, other probes are skipped', async () => {
    const host = await fake({ power: 'off', disk: { '5:/boot.cfg': 'updated=2\n' } });
    const disk =
      '{ host: esx01, probe: disk, args: { partition: 5, path: /boot.cfg, key: updated }, expect: { equals: 2 } }';
    const report = await gradeLab(labOf([disk], [exec('true', '{ equals: "" }')]), fakeTarget(host));
    expect(report.tasks.map((task) => task.outcome)).toEqual(['pass', 'skip']);
    expect(report.tasks[1]!.checks[0]!.message).toBe('Not looked at: esx01 is powered off.');
    expect(host.log).toEqual(['disk 5:/boot.cfg']);
  });

  it('console: types, waits and reads; a text that never comes is a wrong answer', async () => {
    const host = await fake({ rows: ['System Customization', 'Configure Password'] });
    const screen = (wait: string) =>
      `{ host: esx01, probe: console, args: { keys: "<F2>", wait: ${wait} }, expect: { contains: Customization } }`;
    expect((await gradeOne(screen('Configure'), host)).outcome).toBe('pass');
    expect(host.log).toEqual(['type <F2>', 'wait Configure']);
    expect(
      await gradeOne('{ host: esx01, probe: console, args: { wait: Lockdown }, expect: { contains: Lockdown } }', host),
    ).toMatchObject({ outcome: 'fail', found: 'System Customization ⏎ Configure Password' });
  });

  it('bootbank: reads boot.cfg and what is saved in state.tgz', async () => {
    const host = await fake();
    const real = host.exec.bind(host);
    host.exec = (command, limits) => real(command.replaceAll('/bootbank/', `${host.folder}/bank/`), limits);
    await real(
      'mkdir -p bank etc && echo build=5.5.0-7 >bank/boot.cfg && echo "server 10.0.0.1" >etc/ntp.conf && tar czf local.tgz etc && tar czf bank/state.tgz local.tgz',
      { timeoutMs: 5000, signal: undefined },
    );
    const bank = (args: string, expectation: string) =>
      `{ host: esx01, probe: bootbank, args: { ${args} }, expect: ${expectation} }`;
    const lab = labOf(
      [
        bank('key: build', '{ equals: 5.5.0-7 }'),
        bank('saved: /etc/ntp.conf', '{ line: server 10.0.0.1 }'),
        bank('saved: /etc/hosts', '{ exists: false }'),
        bank('bank: other, key: build', '{ exists: false }'),
      ],
      unused,
    );
    const report = await gradeLab(lab, fakeTarget(host), { tasks: ['first'] });
    expect(report.tasks[0]!.checks.map((check) => check.outcome)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(report.tasks[0]!.checks[1]!.where).toBe('esx01, /bootbank/state.tgz, /etc/ntp.conf');
  });
});

describe('restarts', () => {
  const now = exec('cat "$ROOT/mark" 2>/dev/null', '{ line: set }');
  const cycled = exec('cat "$ROOT/mark" 2>/dev/null', '{ line: set }', ', after: power-cycle');
  const rebooted = exec('cat "$ROOT/mark" 2>/dev/null', '{ line: set }', ', after: reboot');

  it('power-cycle the same fork once for all checks that ask for it', async () => {
    const onRestart = async (_how: Restart, self: FakeHost) => {
      await rm(`${self.folder}/mark`, { force: true });
      return undefined;
    };
    const host = await fake({ onRestart });
    await writeFile(`${host.folder}/mark`, 'set\n');
    const target = fakeTarget(host);
    const report = await gradeLab(labOf([now, cycled], [cycled]), target);
    expect(host.log).toEqual(['exec', 'power-cycle', 'exec']);
    expect(target).toMatchObject({ forks: 1, open: 0 });
    expect(report.tasks.flatMap((task) => task.checks.map((check) => check.outcome))).toEqual(['pass', 'fail', 'fail']);
    expect(report.tasks[0]!.checks[1]!.where).toMatch(/, after power-cycle$/);
  });

  it('reboot a second fork when there is a power-cycle too', async () => {
    const host = await fake();
    await writeFile(`${host.folder}/mark`, 'set\n');
    const target = fakeTarget(host);
    const report = await gradeLab(labOf([now, rebooted], [cycled]), target);
    expect(host.log).toEqual(['exec', 'power-cycle', 'exec', 'reboot', 'exec']);
    expect(target).toMatchObject({ forks: 2, open: 0 });
    expect(report.passed).toBe(true);
  });

  it('are spared when what is looked at now is wrong already', async () => {
    const host = await fake();
    const report = await gradeLab(labOf([now, cycled], [rebooted]), fakeTarget(host));
    expect(report.tasks[0]).toMatchObject({
      outcome: 'fail',
      checks: [
        { outcome: 'fail' },
        { outcome: 'skip', message: 'Not looked at: the checks before it have not passed yet.' },
      ],
    });
    expect(host.log).toEqual(['exec', 'reboot', 'exec']);
  });

  it('that fail are errors of the checks that needed them', async () => {
    const host = await fake({
      onRestart: () => {
        throw new Error('no answer for 120 seconds');
      },
    });
    await writeFile(`${host.folder}/mark`, 'set\n');
    const report = await gradeLab(labOf([now], [cycled]), fakeTarget(host));
    expect(report.tasks[1]!.checks[0]).toMatchObject({
      outcome: 'error',
      message: 'This could not be read: esx01 did not come back after the power-cycle: no answer for 120 seconds.',
    });
  });

  it('that a host does not get through are failures, with what its screen says', async () => {
    const host = await fake({
      onRestart: () => ({
        missed: null,
        rows: ['', '   ░░░░', '  Error 33 while loading module: /s.v00', 'Fatal error: 33', ''],
      }),
    });
    await writeFile(`${host.folder}/mark`, 'set\n');
    const report = await gradeLab(labOf([now], [cycled]), fakeTarget(host));
    expect(report.tasks[1]!.checks[0]).toMatchObject({
      outcome: 'fail',
      message:
        'After the power-cycle esx01 did not come up. Its screen: Error 33 while loading module: /s.v00 ⏎ Fatal error: 33',
      found: 'Error 33 while loading module: /s.v00 ⏎ Fatal error: 33',
    });
  });

  it('start a host that was off', async () => {
    const host = await fake({ power: 'off' });
    await writeFile(`${host.folder}/mark`, 'set\n');
    const report = await gradeLab(labOf([cycled], [cycled]), fakeTarget(host));
    expect(report.passed).toBe(true);
  });
});

describe('the report', () => {
  it('adds up points, takes off hints, and has the shape others rely on', async () => {
    const lab = labOf(
      [exec('echo 1', '{ equals: 1 }')],
      [exec('echo 1', '{ equals: 2 }', ', message: "It is {{found}}; {{expected}} was asked."')],
    );
    const report = await gradeLab(lab, fakeTarget(await fake()), { hintCosts: { first: 1 } });
    expect(labReport.parse(report)).toMatchObject({
      lab: 'sample',
      version: 1,
      seed: '1',
      passed: false,
      score: 1,
      maxScore: 4,
    });
    expect(report.tasks[1]!.checks).toEqual([
      {
        id: 'second.1',
        outcome: 'fail',
        message: 'It is 1; 2 was asked.',
        expected: '2',
        found: '1',
        where: 'esx01, echo 1',
      },
    ]);
  });

  it('keeps the answer to itself when it is for the learner to find', async () => {
    const check = await gradeOne(
      exec(
        'echo 10.0.0.1',
        '{ equals: 10.0.0.9 }',
        ', secret: true, about: the address in the note, message: "It says {{found}}, {{expected}} is another."',
      ),
      await fake(),
    );
    expect(check).toEqual({
      id: 'first.1',
      outcome: 'fail',
      message: 'It says 10.0.0.1, the right answer is another.',
      expected: 'the right answer',
      found: '10.0.0.1',
      where: 'esx01, the address in the note',
    });
  });

  it('counts a task only once those it requires have passed', async () => {
    const host = await fake({ esxcli: { 'network vswitch standard list': '<list type="structure"></list>' } });
    const report = await gradeLab(sampleLab(), fakeTarget(host));
    expect(report.tasks[1]!.outcome).toBe('skip');
    expect(report.tasks[1]!.checks[0]!.message).toBe('This counts once “First” has passed.');
    const alone = await gradeLab(sampleLab(), fakeTarget(host), { tasks: ['second'], passed: new Set(['first']) });
    expect(alone.tasks[0]!.outcome).toBe('fail');
  });

  it('skips a host that is not there', async () => {
    const report = await gradeLab(labOf(unused, unused), fakeTarget(await fake({}, 'esx99')));
    expect(report.tasks[0]!.checks[0]).toMatchObject({
      outcome: 'skip',
      message: 'Not looked at: esx01 is not there.',
    });
    expect(report).toMatchObject({ passed: false, score: 0 });
  });

  it('tells how far it is', async () => {
    const steps: string[] = [];
    const cycled = exec('true', '{ equals: "" }', ', after: power-cycle');
    await gradeLab(labOf(unused, [cycled]), fakeTarget(await fake()), {
      onProgress: ({ step, steps: all, text }) => steps.push(`${step}/${all} ${text}`),
    });
    expect(steps).toEqual([
      '1/4 Copying the hosts',
      '2/4 Looking at 1 thing',
      '3/4 Power-cycling a copy of esx01',
      '4/4 Looking at 1 thing after the power-cycle',
    ]);
  });

  it('refuses a task that is not in the lab', async () => {
    await expect(gradeLab(sampleLab(), fakeTarget(), { tasks: ['third'] })).rejects.toMatchObject({
      code: 'grader.unknown-task',
    });
  });
});

describe('bounds', () => {
  it('ends at an abort and closes the fork', async () => {
    const abort = new AbortController();
    const host = await fake({
      exec: () =>
        new Promise((_resolve, reject) => abort.signal.addEventListener('abort', () => reject(new Error('aborted')))),
    });
    const target = fakeTarget(host);
    const graded = gradeLab(labOf(unused, unused), target, { signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 10));
    abort.abort(new Error('the learner closed the lab'));
    await expect(graded).rejects.toThrow('the learner closed the lab');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(target.open).toBe(0);
  });

  it('ends at the deadline even when a host never answers', async () => {
    const host = await fake({ exec: () => new Promise(() => undefined) });
    let ring = () => {};
    const clock: GradeClock = {
      now: () => 0,
      after: (_ms, callback) => {
        ring = callback;
        return () => {};
      },
    };
    const graded = gradeLab(labOf(unused, unused), fakeTarget(host), { clock });
    await new Promise((resolve) => setTimeout(resolve, 5));
    ring();
    await expect(graded).rejects.toMatchObject({ code: 'grader.timeout' });
  });

  it('passes on why there is no fork', async () => {
    const target = { fork: () => Promise.reject(new Error('the disk is full')) };
    await expect(gradeLab(labOf(unused, unused), target)).rejects.toThrow('the disk is full');
  });

  it('shows long findings shortened', async () => {
    const host = await fake();
    await appendFile(`${host.folder}/long`, 'x'.repeat(200_000));
    const check = await gradeOne(
      `{ host: esx01, probe: file, args: { path: ${host.folder}/long }, expect: { contains: y } }`,
      host,
    );
    expect(check.found.length).toBeLessThan(300);
  });
});
