import { describe, expect, it } from 'vitest';
import { gradeLab } from '../../../../labs/grader/index.ts';
import { sampleLab } from '../sample-lab.ts';
import { fakeHosts, fakeTarget } from './fake-host.ts';

const fake = fakeHosts();

/** One task with one check after another, each as YAML. */
function labOf(...checks: string[]) {
  return sampleLab('1', (yaml) =>
    yaml.replace(
      /tasks:[\s\S]*/,
      `tasks:\n  - id: first\n    title: First\n    checks:\n${checks.map((check) => `      - { host: esx01, ${check} }\n`).join('')}` +
        '  - id: second\n    title: Second\n    checks: [{ host: esx01, probe: exec, args: { command: "true" }, expect: { count: 0 } }]\n',
    ),
  );
}

const yes = 'probe: exec, args: { command: echo yes }, expect: { equals: yes }';

describe('cables', () => {
  it('are pulled on a fork, which is looked at then', async () => {
    const host = await fake();
    const target = fakeTarget(host);
    const report = await gradeLab(labOf(yes, `${yes}, links: [{ host: esx01, nic: vmnic0, up: false }]`), target);
    expect(host.log).toEqual(['exec', 'vmnic0 pulled', 'exec']);
    expect(report.tasks[0]).toMatchObject({ outcome: 'pass' });
    expect(report.tasks[0]!.checks[1]!.where).toBe("esx01, echo yes, esx01's vmnic0 pulled");
  });

  it('are left alone when what is looked at now is wrong already', async () => {
    const host = await fake();
    const no = 'probe: exec, args: { command: echo no }, expect: { equals: yes }';
    const report = await gradeLab(
      labOf(no, `${yes}, links: [{ host: esx01, nic: vmnic0, up: false }]`),
      fakeTarget(host),
    );
    expect(host.log).toEqual(['exec']);
    expect(report.tasks[0]!.checks.map(({ outcome }) => outcome)).toEqual(['fail', 'skip']);
  });

  it('pulled one after another are looked at on forks of their own', async () => {
    const target = fakeTarget(await fake());
    const pulled = (nic: string) => `${yes}, links: [{ host: esx01, nic: ${nic}, up: false }]`;
    await gradeLab(labOf(pulled('vmnic0'), pulled('vmnic1')), target);
    expect(target).toMatchObject({ forks: 2, open: 0 });
  });
});

describe('frames', () => {
  const frames = [
    { protocol: 'icmp', line: 'vlan 142  10.0.0.1 > 10.0.0.2  icmp  echo request' },
    { protocol: 'udp', line: '10.0.0.1 > 10.0.0.9  udp' },
  ];
  const ping = 'args: { network: storage, run: echo, seconds: 0.01, protocol: icmp }';

  it('are listened to while a command runs, those of one protocol', async () => {
    const lab = labOf(`probe: wire, ${ping}, expect: { count: 1, matches: "^vlan 142 " }`);
    const report = await gradeLab(lab, fakeTarget(await fake({ frames })));
    expect(report.tasks[0]).toMatchObject({ outcome: 'pass' });
    expect(report.tasks[0]!.checks[0]!.where).toBe('esx01, frames on storage, icmp, echo');
  });

  it('that are missing are nothing', async () => {
    const lab = labOf(`probe: wire, ${ping}, expect: { matches: "^vlan 142 " }`);
    const report = await gradeLab(lab, fakeTarget(await fake()));
    expect(report.tasks[0]!.checks[0]).toMatchObject({ outcome: 'fail', found: 'none' });
  });
});
