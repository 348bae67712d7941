import { beforeEach, describe, expect, it } from 'vitest';
import { readFacts } from '../../../../../vm-images/userland/dcui/host/readers.ts';
import { serve } from '../../../../../vm-images/userland/dcui/host/requests.ts';
import type { Request } from '../../../../../vm-images/userland/dcui/state.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { serializeEsxConf } from '../../../../../vm-images/userland/model/esx-conf/index.ts';
import { FakeHost } from './fake-host.ts';

let host: FakeHost;
const config = () => {
  const nics = [
    { name: 'vmnic0', mac: '00:0c:29:00:00:11' },
    { name: 'vmnic1', mac: '00:0c:29:00:00:12' },
  ];
  return { ...freshConfig({ systemUuid: 'u', nics }), hostName: 'esx01', domain: 'lab.local' };
};
const ask = async (request: Request) => (await serve(host, request, () => {})).output;

beforeEach(() => {
  host = new FakeHost();
  host.files.set('/etc/vmware/esx.conf', serializeEsxConf(config()));
  host.files.set('/etc/resolv.conf', 'search lab.local\nnameserver 10.20.0.2\nnameserver 10.20.0.3\n');
  host.files.set('/proc/cpuinfo', 'processor : 0\nmodel name\t: Some  CPU @ 2GHz\n');
  host.files.set('/proc/meminfo', 'MemTotal:         119000 kB\n');
  host.files.set(
    '/proc/net/route',
    'Iface\tDestination\tGateway\nvmk0\t00000000\t0100140A\nvmk0\t0000140A\t00000000\n',
  );
  host.files.set(
    '/proc/net/if_inet6',
    'fe80000000000000025056fffe000011 05 40 20 80     vmk0\n00000000000000000000000000000001 01 80 10 80 lo\n',
  );
  host.files.set('/var/run/hostd-runtime.json', JSON.stringify({ nics: [{ name: 'vmnic0', mac: '', up: true }] }));
  host.links.set('vmk0', { running: true, ipv4: { address: '10.20.0.11', netmask: '255.255.255.0' } });
});

describe('facts', () => {
  it('of the front page come from files and the kernel', async () => {
    const { front } = await readFacts(host, ['front']);
    expect(front).toMatchObject({
      hostname: 'esx01',
      addresses: [
        { address: '10.20.0.11', origin: 'DHCP' },
        { address: 'fe80::250:56ff:fe00:11', origin: 'STATIC' },
      ],
      waitingForDhcp: false,
      warnings: [],
    });
    expect(front?.hardware.slice(-2)).toEqual(['1 x Some CPU @ 2GHz', '128 MiB Memory']);
    expect(front?.product).toMatch(/^VMware ESXi 5\.5\.0 \(VMKernel Release Build \d+\)$/);
  });

  it('tell of a host without a link, without a lease, in lockdown', async () => {
    host.files.set('/etc/vmware/esx.conf', serializeEsxConf({ ...config(), lockdownMode: true }));
    host.files.set('/var/run/hostd-runtime.json', JSON.stringify({ nics: [{ name: 'vmnic0', mac: '', up: false }] }));
    host.links.set('vmk0', { running: true, ipv4: { address: '169.254.3.4', netmask: '255.255.0.0' } });
    const { front } = await readFacts(host, ['front']);
    expect(front?.warnings).toHaveLength(3);
    host.links.set('vmk0', { running: true, ipv4: null });
    expect((await readFacts(host, ['front'])).front).toMatchObject({ waitingForDhcp: true });
  });

  it('fill the welcome message in', async () => {
    const advanced = { '/Annotations/WelcomeMessage': '{color:yellow}{hostname} at {ip}{/color}' };
    host.files.set('/etc/vmware/esx.conf', serializeEsxConf({ ...config(), advanced }));
    expect((await readFacts(host, ['front'])).front?.welcome).toBe('esx01 at 10.20.0.11');
  });

  it('of the network show what DHCP gave, and what adapters say of themselves', async () => {
    host.answers.set('esxcli --formatter=csv network nic list', {
      stdout:
        'Description,Driver,Duplex,Link,MACAddress,MTU,Name,PCIDevice,Speed,\n' +
        '"Virtio, network",virtio_net,Full,Up,00:0c:29:00:00:11,1500,vmnic0,0000:000:05.0,1000,\n' +
        'Virtio,virtio_net,Half,Down,00:0c:29:00:00:12,1500,vmnic1,0000:000:06.0,0,\n',
    });
    const { network } = await readFacts(host, ['network']);
    expect(network).toMatchObject({
      interface: 'vmk0',
      vswitch: 'vSwitch0',
      vlan: 0,
      ipv4: { mode: 'dhcp', address: '10.20.0.11', netmask: '255.255.255.0', gateway: '10.20.0.1' },
      dns: { automatic: true, primary: '10.20.0.2', alternate: '10.20.0.3', hostname: 'esx01.lab.local' },
      suffixes: ['lab.local'],
      adapters: [
        { name: 'vmnic0', connected: true, selected: true, speed: '1000 Mbps, Full', description: 'Virtio, network' },
        { name: 'vmnic1', connected: false, selected: false, usedBy: '' },
      ],
    });
  });

  it('of the network are there without hostd', async () => {
    host.answers.set('esxcli', { status: 1, stderr: 'gone' });
    const { network } = await readFacts(host, ['network']);
    expect(network?.adapters).toMatchObject([{ connected: true }, { connected: false }]);
  });

  it('are left out, with a line in the log, when they cannot be read', async () => {
    const { vmknics: _gone, ...rest } = config().network;
    host.files.set('/etc/vmware/esx.conf', serializeEsxConf({ ...config(), network: { ...rest, vmknics: [] } }));
    expect(await readFacts(host, ['network'])).toEqual({});
    expect(host.logged[0]).toContain('cannot read network');
  });

  it('of support hold fingerprints of what is there', async () => {
    host.answers.set('esxcli --formatter=csv hardware platform get', {
      stdout: 'ProductName,SerialNumber,\nX,BB-7,\n',
    });
    host.answers.set('vim-cmd vimsvc/license --show', {
      stdout: '[200] License:\nserial: 00000-00000-00000-00000-00000\n',
    });
    host.files.set('/etc/vmware/ssl/rui.crt', '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n');
    host.files.set('/etc/ssh/ssh_host_rsa_key.pub', 'ssh-rsa YWJj root@localhost\n');
    expect((await readFacts(host, ['support'])).support).toEqual({
      serial: 'BB-7',
      licence: '00000-00000-00000-00000-00000',
      fingerprints: [
        { name: 'SSL Thumbprint (SHA1)', value: 'A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D' },
        { name: 'SSH RSA Host Key (MD5)', value: '90:01:50:98:3c:d2:4f:b0:d6:96:3f:7d:28:e1:7f:72' },
      ],
    });
  });
});

describe('requests', () => {
  it('stop at the first command that fails and say what it said', async () => {
    host.answers.set('vim-cmd hostsvc/start_ssh', { status: 1, stderr: 'no server here\n' });
    expect(await ask({ name: 'service.set', input: { service: 'ssh', enabled: true } })).toEqual({
      problem: 'no server here',
    });
    expect(host.ran).toEqual(['vim-cmd hostsvc/enable_ssh', 'vim-cmd hostsvc/start_ssh']);
  });

  it('test the network with real answers', async () => {
    host.alive.add('10.20.0.1');
    host.servers.add('10.20.0.3');
    host.names.set('esx01.lab.local', ['10.20.0.11']);
    const input = { addresses: ['10.20.0.1', '10.20.0.9'], names: ['esx01', 'other'] };
    const seen: string[][] = [];
    const answer = await serve(host, { name: 'network.test', input }, (lines) => seen.push(lines));
    expect(answer.output).toMatchObject({ lines: [{ ok: true }, { ok: false }, { ok: true }, { ok: false }] });
    expect(seen.at(-1)).toHaveLength(4);
  });

  it('restart the management interface by taking it down and up', async () => {
    expect(await ask({ name: 'network.restart', input: {} })).toEqual({ problem: '' });
    expect(host.ran).toEqual([
      'esxcli network ip interface set -e false -i vmk0',
      'esxcli network ip interface set -e true -i vmk0',
    ]);
  });

  it('restart the agents and wait until hostd answers', async () => {
    host.programs.set('/sbin/services.sh restart', {});
    let tried = 0;
    host.ask = async () => ({ status: ++tried < 4 ? 1 : 0, stdout: '', stderr: '' });
    expect(await ask({ name: 'agents.restart', input: {} })).toEqual({ problem: '' });
    expect(tried).toBe(4);
    host.ask = async () => ({ status: 1, stdout: '', stderr: '' });
    expect(await ask({ name: 'agents.restart', input: {} })).toMatchObject({
      problem: expect.stringContaining('hostd'),
    });
  });

  it('shut the host down by its own scripts, without hostd', async () => {
    host.programs.set('/sbin/poweroff', { status: 0 });
    expect(await ask({ name: 'power', input: { action: 'poweroff' } })).toEqual({ problem: '' });
    expect(await ask({ name: 'power', input: { action: 'reboot' } })).toEqual({
      problem: '/sbin/reboot could not be started.',
    });
  });

  it('read logs to their last line', async () => {
    host.files.set('/var/log/syslog.log', 'one\ntwo\n');
    expect(await ask({ name: 'log.read', input: { path: '/var/log/syslog.log' } })).toEqual({
      lines: ['one', 'two'],
      missing: false,
    });
    expect(await ask({ name: 'log.read', input: { path: '/no' } })).toEqual({ lines: [], missing: true });
  });

  it('say that a standard switch needs no restoring', async () => {
    expect(await ask({ name: 'network.restore', input: { what: 'switch' } })).toEqual({
      problem: expect.stringContaining('already'),
    });
  });

  it('list keyboard layouts', async () => {
    expect(await ask({ name: 'keyboard.list', input: {} })).toMatchObject({
      layouts: expect.arrayContaining(['US Default', 'German']),
    });
  });
});
