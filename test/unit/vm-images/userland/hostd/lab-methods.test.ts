import { beforeEach, describe, expect, it } from 'vitest';
import { HostService } from '../../../../../vm-images/userland/hostd/host-service.ts';
import { createLabMethods, type LabMethods } from '../../../../../vm-images/userland/hostd/lab-methods.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

let system: FakeSystem;
let host: HostService;
let methods: LabMethods;

beforeEach(async () => {
  system = new FakeSystem({
    '/etc/shadow': 'root:$6$old$hash:16325:0:99999:7:::\ndcui:*:16325:0:99999:7:::\n',
    '/sbin/auto-backup.sh': '#!/bin/sh\n',
  });
  const nics = [{ name: 'vmnic0', mac: '00:50:56:aa:00:01' }];
  host = new HostService({ system, fallback: () => freshConfig({ systemUuid: 'old', nics }) });
  await host.reapply();
  methods = createLabMethods(host, system);
});

const call = (name: string, params: Record<string, unknown> = {}) => methods[name]!(params);

describe('the lab', () => {
  it('plugs in adapters and cables', async () => {
    await call('hardware.set', {
      nics: [
        { name: 'vmnic0', mac: '00:50:56:00:00:11', up: true },
        { name: 'vmnic1', mac: '00:50:56:00:00:12', up: false },
      ],
    });
    expect(host.runtime.nics.map((nic) => nic.up)).toEqual([true, false]);
    expect(host.config.network.pnics.map((pnic) => [pnic.name, pnic.mac])).toEqual([
      ['vmnic0', '00:50:56:00:00:11'],
      ['vmnic1', '00:50:56:00:00:12'],
    ]);
    expect(system.network.link('vmnic1').up).toBe(false);
    expect(system.network.link('vmnic0').mac).toBe('02:50:56:00:00:11');
    expect(system.files.readText('/etc/vmware/esx.conf')).toContain('"00:50:56:00:00:12"');
  });

  it.each([
    [{}, 'nics: expected a list'],
    [{ nics: [{ name: 'eth0', mac: '00:50:56:00:00:11' }] }, 'nics[0].name'],
    [{ nics: [{ name: 'vmnic0', mac: 'x' }] }, 'nics[0].mac'],
  ])('is told what is wrong with %j', async (params, message) => {
    await expect(call('hardware.set', params)).rejects.toThrow(message);
    expect(host.runtime.nics.length).toBe(1);
  });

  it('gives a fresh machine its identity and saves it', async () => {
    const nics = [{ name: 'vmnic0', mac: '00:50:56:00:00:11', up: true }];
    await call('identity.set', { uuid: 'new-uuid', nics, rootPassword: 'secret1!' });
    expect(host.config.network.pnics[0]!.mac).toBe('00:50:56:00:00:11');
    expect(host.config.systemUuid).toBe('new-uuid');
    expect(host.config.network.vmknics[0]!.mac).toBe('00:50:56:00:00:11');
    expect(system.network.link('vmk0').mac).toBe('00:50:56:00:00:11');
    const [root, dcui] = system.files.readText('/etc/shadow')!.split('\n');
    const [, hash = ''] = root!.split(':');
    expect(hash).toBe(system.files.crypt('secret1!', hash));
    expect(dcui).toBe('dcui:*:16325:0:99999:7:::');
    expect(system.processes.ran).toContain('/sbin/auto-backup.sh');
  });

  it('hears that the host is ready when start-up is finished', async () => {
    expect(await call('state.get')).toMatchObject({ ready: false });
    await call('boot.done');
    expect(await call('state.get')).toMatchObject({ ready: true, hostName: 'localhost' });
  });

  it('hears when saving failed', async () => {
    system.processes.results.set('/sbin/auto-backup.sh', { exitCode: 1, stderr: 'no space\n' });
    await expect(call('backup.save')).rejects.toThrow('auto-backup.sh: no space');
  });
});
