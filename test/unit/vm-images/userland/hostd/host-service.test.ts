import { beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../../../../../vm-images/userland/commands/framework/errors.ts';
import { ESX_CONF, HostService } from '../../../../../vm-images/userland/hostd/host-service.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { parseEsxConf } from '../../../../../vm-images/userland/model/esx-conf/index.ts';
import { FakeSystem } from '../../../../helpers/fake-system.ts';

const nics = [{ name: 'vmnic0', mac: '00:50:56:00:00:11' }];
const fallback = () => freshConfig({ systemUuid: 'u', nics });
let system: FakeSystem;
let host: HostService;

beforeEach(async () => {
  system = new FakeSystem();
  host = new HostService({ system, fallback });
  await host.reapply();
});

const lease = {
  vmknic: 'vmk0',
  address: '10.20.0.50',
  netmask: '255.255.255.0',
  gateway: '10.20.0.1',
  dns: ['10.20.0.2', '10.20.0.3'],
  searchDomains: ['lab.local'],
  serverId: '10.20.0.1',
  leaseSeconds: 600,
  linkLocal: false,
};

const setName = (name: string) =>
  host.change('renamed', (draft) => {
    draft.hostName = name;
  });

describe('a change', () => {
  it('becomes the configuration, the system and the file', async () => {
    await host.change('MTU', (draft) => {
      draft.network.vswitches[0]!.mtu = 9000;
      draft.hostName = 'esx01';
    });
    expect(host.config.network.vswitches[0]!.mtu).toBe(9000);
    expect(system.network.link('vmnic0').mtu).toBe(9000);
    expect(system.hostName).toBe('esx01');
    expect(parseEsxConf(system.files.readText(ESX_CONF)!)).toEqual(host.config);
    expect(system.files.lstat(ESX_CONF)?.mode).toBe(0o600);
    expect(system.logged.at(-1)).toMatchObject({ ident: 'hostd', message: 'MTU' });
  });

  it('is refused as a whole when its rules refuse it', async () => {
    const before = host.config;
    const file = system.files.readText(ESX_CONF);
    const refused = host.change('x', (draft) => {
      draft.hostName = 'gone';
      throw new CommandError('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(host.config).toBe(before);
    expect(system.files.readText(ESX_CONF)).toBe(file);
  });

  it('is taken back when the system refuses it', async () => {
    system.network.refuse = 'add-bridge';
    const refused = host.change('x', (draft) => {
      draft.network.vswitches.push({ ...draft.network.vswitches[0]!, name: 'vSwitch1', uplinks: [], portgroups: [] });
      draft.network.vswitches[0]!.mtu = 9000;
    });
    await expect(refused).rejects.toThrow('add-bridge refused');
    expect(host.config.network.vswitches.length).toBe(1);
    expect(system.network.link('vmnic0').mtu).toBe(1500);
    system.network.refuse = null;
    await setName('esx02');
    expect(host.config.hostName).toBe('esx02');
  });

  it('sees what the one before it made', async () => {
    await Promise.all(
      ['a', 'ab', 'abc'].map((name) =>
        host.change('x', (draft) => {
          draft.advanced['/Annotations/WelcomeMessage'] =
            `${draft.advanced['/Annotations/WelcomeMessage'] ?? ''}${name},`;
        }),
      ),
    );
    expect(host.config.advanced['/Annotations/WelcomeMessage']).toBe('a,ab,abc,');
  });

  it('looks at the kernel only when the network is concerned', async () => {
    const { reads } = system.network;
    const loads = system.network.firewallLoads;
    await setName('esx03');
    expect(system.network.reads).toBe(reads);
    expect(system.network.firewallLoads).toBe(loads);
  });

  it('is not kept from being made by a firewall that cannot be loaded', async () => {
    system.network.refuse = 'firewall';
    await expect(
      host.change('x', (draft) => {
        draft.firewall.enabled = false;
      }),
    ).rejects.toThrow('iptables-restore: refused');
    await setName('esx04');
    expect(host.config.hostName).toBe('esx04');
    expect(host.config.firewall.enabled).toBe(true);
  });
});

describe('a lease', () => {
  it('gives address, route, name servers and the line in hosts', async () => {
    host.leaseChanged('vmk0', lease);
    await host.reapply();
    expect(system.network.state.addresses).toMatchObject([{ link: 'vmk0', address: '10.20.0.50', prefixLength: 24 }]);
    expect(system.network.state.routes.some((route) => route.gateway === '10.20.0.1')).toBe(true);
    expect(system.files.readText('/etc/resolv.conf')).toBe(
      'nameserver 10.20.0.2\nnameserver 10.20.0.3\nsearch lab.local\n',
    );
    expect(system.files.readText('/etc/hosts')).toContain('10.20.0.50\tlocalhost\t# this host\n');
  });

  it('of link-local kind leaves name servers alone', async () => {
    system.files.write('/etc/resolv.conf', 'nameserver 9.9.9.9\n');
    host.leaseChanged('vmk0', { ...lease, address: '169.254.3.4', gateway: '', dns: [], linkLocal: true });
    await host.reapply();
    expect(system.files.readText('/etc/resolv.conf')).toBe('nameserver 9.9.9.9\n');
  });

  it('ends with the wish for one', async () => {
    host.leaseChanged('vmk0', lease);
    await host.change('static', (draft) => {
      draft.network.vmknics[0]!.ipv4 = {
        type: 'static',
        address: '10.20.0.11',
        netmask: '255.255.255.0',
        dhcpDns: false,
      };
    });
    expect(host.runtime.leases).toEqual([]);
    expect(system.network.state.addresses.map((address) => address.address)).toEqual(['10.20.0.11']);
  });
});

describe('a restart of hostd', () => {
  it('loses nothing and changes nothing', async () => {
    host.leaseChanged('vmk0', lease);
    await host.change('x', (draft) => {
      draft.kernel.iovDisableIR = 'TRUE';
      draft.network.ipv6Enabled = false;
    });
    const operations = system.network.operations.length;
    const again = new HostService({ system, fallback });
    await again.reapply();
    expect(again.config).toEqual(host.config);
    expect(again.runtime).toEqual(host.runtime);
    expect(again.runtime.kernel).toEqual({});
    expect(again.runtime.ipv6Enabled).toBe(true);
    expect(system.network.operations.length).toBe(operations);
  });

  it('after a reboot takes what was set for the next boot', async () => {
    await host.change('x', (draft) => {
      draft.kernel.iovDisableIR = 'TRUE';
      draft.network.ipv6Enabled = false;
    });
    const rebooted = new FakeSystem({ [ESX_CONF]: system.files.readText(ESX_CONF)! });
    const after = new HostService({ system: rebooted, fallback });
    expect(after.runtime).toMatchObject({ kernel: { iovDisableIR: 'TRUE' }, ipv6Enabled: false, booted: false });
  });

  it('counts what the boot loader was given as in force, for this start', () => {
    system.files.write('/var/run/boot-options', 'bootUUID=1-2 iovDisableIR=true tty2Port=com9 maxVMs=7 maxVMs=9\n');
    const host = new HostService({ system, fallback });
    expect(host.runtime.kernel).toEqual({ iovDisableIR: 'TRUE', maxVMs: '9' });
    expect(host.config.kernel).toEqual({});
  });

  it('survives a damaged runtime file', () => {
    system.files.write('/var/run/hostd-runtime.json', '{"nics": [');
    expect(new HostService({ system, fallback }).runtime.nics).toMatchObject([{ name: 'vmnic0', up: true }]);
  });
});
