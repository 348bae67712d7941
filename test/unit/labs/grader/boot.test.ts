/** What the grader does about boot loaders and boot banks. */
import { describe, expect, it } from 'vitest';
import { gradeLab } from '../../../../labs/grader/index.ts';
import type { LabInstance } from '../../../../labs/schema/index.ts';
import type { BankView } from '../../../../main/shared/contracts/banks.ts';
import { sampleLab } from '../sample-lab.ts';
import { type FakeHost, fakeHosts, fakeTarget } from './fake-host.ts';

const fake = fakeHosts();

function labOf(...checks: string[]): LabInstance {
  const yaml = `tasks:\n  - id: first\n    title: First\n    checks:\n${checks.map((check) => `      - ${check}\n`).join('')}  - id: second\n    title: Second\n    checks:\n      - { host: esx01, probe: exec, args: { command: "true" }, expect: { equals: "" } }\n# {{vlan}}\n`;
  return sampleLab('1', (text) => text.slice(0, text.indexOf('tasks:')) + yaml);
}

async function grade(host: FakeHost, ...checks: string[]) {
  const target = fakeTarget(host);
  const report = await gradeLab(labOf(...checks), target, { tasks: ['first'] });
  return { checks: report.tasks[0]!.checks, target };
}

const bank = (partition: number, rest: Partial<BankView> = {}): BankView => ({
  partition,
  state: 'valid',
  build: '5.5.0-1',
  updated: partition,
  profile: 'p',
  isNext: false,
  isRunning: false,
  notes: [],
  modules: [
    { file: 's.v00', sizeBytes: 10, state: 'ok' },
    { file: 'x.v00', sizeBytes: 10, state: 'damaged' },
  ],
  vibs: [{ name: 'esx-base', version: `5.5.0-0.0.${partition}`, vendor: 'Bootbank', level: 'VMwareCertified' }],
  freeBytes: 0,
  savedAt: null,
  ...rest,
});

const rollback = 'boot: [{ wait: "SHIFT+R", keys: "<Shift+R>" }, { wait: "ROLL BACK?", keys: "y" }]';
const build = '{ host: esx01, probe: exec, args: { command: "echo 1" }, expect: { equals: "1" }, after: power-cycle';

describe('keys at the boot loader', () => {
  it('are typed on a fork of their own, after the plain power-cycle', async () => {
    const host = await fake();
    const { checks, target } = await grade(host, `${build} }`, `${build}, ${rollback} }`, `${build}, ${rollback} }`);
    expect(checks.map((check) => check.outcome)).toEqual(['pass', 'pass', 'pass']);
    expect(host.log.filter((entry) => entry.startsWith('power-cycle'))).toEqual([
      'power-cycle',
      'power-cycle <Shift+R> y',
    ]);
    expect(target).toMatchObject({ forks: 2, open: 0 });
    expect(checks[1]!.where).toBe('esx01, echo 1, after power-cycle, with <Shift+R> y at the boot loader');
  });

  it('are typed on the first fork when nothing else is asked of it', async () => {
    const { checks, target } = await grade(await fake(), `${build}, ${rollback} }`);
    expect(checks[0]!.outcome).toBe('pass');
    expect(target.forks).toBe(1);
  });

  it('need no host that comes up when it is the screen that is looked at', async () => {
    const host = await fake({ rows: ['   BANK5: 5.5.0-1', 'ROLL BACK?'] });
    const check = `{ host: esx01, probe: console, args: {}, expect: { contains: "BANK5" }, after: power-cycle, ${rollback} }`;
    const { checks } = await grade(host, check);
    expect(checks[0]!.outcome).toBe('pass');
    expect(host.power).toBe('starting');
  });
});

describe('a host that has not started', () => {
  const screen = '{ host: esx01, probe: console, args: {}, expect: { contains: "Fatal error" } }';
  const command = '{ host: esx01, probe: exec, args: { command: "echo 1" }, expect: { equals: "1" } }';

  it('is looked at on its console and disk without waiting', async () => {
    const host = await fake({ power: 'starting', rows: ['Fatal error: 33'], banks: [bank(5, { isNext: true })] });
    const disk = '{ host: esx01, probe: bootbank, args: { bank: next, vib: esx-base }, expect: { exists: true } }';
    const { checks } = await grade(host, screen, disk);
    expect(checks.map((check) => check.outcome)).toEqual(['pass', 'pass']);
    expect(host.log).toEqual(['banks']);
  });

  it('is waited for when its services are asked, and passed over when it stands still', async () => {
    const late = await fake({ power: 'starting', comesUp: true });
    expect((await grade(late, command)).checks[0]!.outcome).toBe('pass');
    const stuck = await fake({ power: 'starting' });
    expect((await grade(stuck, command)).checks[0]).toMatchObject({
      outcome: 'skip',
      message: 'Not looked at: esx01 has not started: look at its console.',
    });
  });
});

describe('banks from the disk', () => {
  const ask = (args: string, expectation: string) =>
    `{ host: esx01, probe: bootbank, args: { ${args} }, expect: ${expectation} }`;
  const disk = {
    '5:/boot.cfg': 'bootstate=0\nupdated=5\n',
    '6:/boot.cfg': 'bootstate=3\nupdated=6\n',
    'saved 6:/etc/motd': 'hello = "there"\n',
  };

  it('are found by partition, by what starts next, and by what runs', async () => {
    const banks = [bank(5, { isNext: true }), bank(6, { isRunning: true })];
    const { checks } = await grade(
      await fake({ banks, disk }),
      ask('bank: bank6, key: updated', '{ equals: "6" }'),
      ask('bank: next, key: updated', '{ equals: "5" }'),
      ask('bank: spare, key: bootstate', '{ equals: "3" }'),
      ask('bank: active, vib: esx-base', '{ equals: "5.5.0-0.0.6" }'),
      ask('bank: other, vib: esx-base', '{ equals: "5.5.0-0.0.5" }'),
      ask('bank: bank5, vib: nothing', '{ exists: false }'),
      ask('bank: bank5, modules: damaged', '{ sameAs: [x.v00] }'),
      ask('bank: bank5, modules: missing', '{ count: 0 }'),
      ask('bank: bank6, saved: /etc/motd, savedKey: hello', '{ equals: there }'),
      ask('bank: bank5, saved: /etc/motd', '{ exists: false }'),
    );
    expect(checks.map((check) => `${check.outcome} ${check.where}`)).toEqual([
      'pass esx01, boot bank 6/boot.cfg, updated',
      'pass esx01, the bank that starts next/boot.cfg, updated',
      'pass esx01, the bank that does not start next/boot.cfg, bootstate',
      'pass esx01, /bootbank, VIB esx-base',
      'pass esx01, /altbootbank, VIB esx-base',
      'pass esx01, boot bank 5, VIB nothing',
      'pass esx01, boot bank 5, damaged modules',
      'pass esx01, boot bank 5, missing modules',
      'pass esx01, boot bank 6/state.tgz, /etc/motd, hello',
      'pass esx01, boot bank 5/state.tgz, /etc/motd',
    ]);
  });

  it('have no active one while nothing runs', async () => {
    const banks = [bank(5, { isRunning: null }), bank(6, { isRunning: null })];
    const { checks } = await grade(
      await fake({ power: 'off', banks }),
      ask('bank: active, vib: esx-base', '{ exists: true }'),
    );
    expect(checks[0]).toMatchObject({ outcome: 'skip' });
  });
});
