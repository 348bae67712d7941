import { describe, expect, it } from 'vitest';
import { prepareKernel, publishKernelSettings } from '../../../../../vm-images/userland/hostd/prepare.ts';
import type { Runtime } from '../../../../../vm-images/userland/model/host.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

describe('before the configuration is applied', () => {
  it('the wire link gets its name, is up and takes jumbo frames', async () => {
    const system = new FakeSystem();
    const wire = system.network.link('vmlink0');
    Object.assign(wire, { name: 'eth0', mtu: 1500, up: false });
    system.kernel.setSysctl('net/ipv6/conf/eth0/disable_ipv6', '0');
    expect(await prepareKernel(system)).toEqual([{ name: 'vmnic0', mac: '00:50:56:00:00:11' }]);
    expect(system.network.link('vmlink0')).toMatchObject({ mtu: 9216, up: true });
    expect(system.kernel.sysctl('net/ipv6/conf/eth0/disable_ipv6')).toBe('1');
    const { length } = system.network.operations;
    await prepareKernel(system);
    expect(system.network.operations.length).toBe(length);
  });

  it('a machine without a link is told about', async () => {
    const system = new FakeSystem();
    system.network.state.links.pop();
    expect(await prepareKernel(system)).toEqual([]);
    expect(system.logged[0]).toMatchObject({ priority: 'err' });
  });

  it('serial ports set as kernel settings reach the service scripts, once', () => {
    const system = new FakeSystem({ '/var/run/boot-options': 'bootUUID=1\n' });
    const kernel = { tty1Port: 'com2', iovDisableIR: 'TRUE' };
    const runtime: Runtime = { nics: [], leases: [], kernel, ipv6Enabled: true, booted: false };
    publishKernelSettings(system, runtime);
    publishKernelSettings(system, runtime);
    expect(system.files.readText('/var/run/boot-options')).toBe('bootUUID=1 tty1Port=com2\n');
  });
});
