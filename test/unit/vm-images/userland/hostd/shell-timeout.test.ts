import { beforeEach, describe, expect, it } from 'vitest';
import { HostService } from '../../../../../vm-images/userland/hostd/host-service.ts';
import { ShellTimeout } from '../../../../../vm-images/userland/hostd/shell-timeout.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

const SEAT = '/var/run/terminals/tty1';
let system: FakeSystem;
let host: HostService;
let shell: ShellTimeout;

beforeEach(async () => {
  system = new FakeSystem({ [SEAT]: 'getty\n' });
  host = new HostService({ system, fallback: () => freshConfig({ systemUuid: 'u', nics: [] }) });
  shell = new ShellTimeout(host, system);
});

const setOption = (name: string, value: string) =>
  host.change('x', (draft) => {
    draft.advanced[`/UserVars/${name}`] = value;
  });
async function pass(seconds: number): Promise<void> {
  system.clock.up += seconds * 1000;
  await shell.tick();
}

describe('the ESXi Shell', () => {
  it('is disabled once its time is over', async () => {
    await setOption('ESXiShellTimeOut', '60');
    await shell.tick();
    await pass(59);
    expect(system.processes.ran).toEqual([]);
    await pass(2);
    await pass(100);
    expect(system.processes.ran).toEqual(['/etc/init.d/ESXShell stop']);
  });

  it('keeps the time it was started with', async () => {
    await shell.tick();
    await setOption('ESXiShellTimeOut', '60');
    await pass(100);
    expect(system.processes.ran).toEqual([]);
    system.files.remove(SEAT);
    await shell.tick();
    system.files.write(SEAT, 'getty\n');
    await pass(1);
    await pass(61);
    expect(system.processes.ran).toEqual(['/etc/init.d/ESXShell stop']);
  });

  it('tells new shells after how long idle ones end', async () => {
    await setOption('ESXiShellInteractiveTimeOut', '900');
    expect(system.files.readText('/var/run/shell-idle-timeout')).toBe('900\n');
    await setOption('ESXiShellInteractiveTimeOut', '0');
    expect(system.files.readText('/var/run/shell-idle-timeout')).toBeNull();
  });
});
