import { beforeEach, describe, expect, it } from 'vitest';
import { CommandBench } from '../../../../../helpers/command-bench.ts';

let bench: CommandBench;
beforeEach(async () => {
  bench = await CommandBench.booted();
});

const IP = 'esxcli network ip';
const static11 = `${IP} interface ipv4 set -i vmk0 -t static -I 10.20.0.11 -N 255.255.255.0`;

async function addVmk1(): Promise<void> {
  await bench.ok('esxcli network vswitch standard portgroup add -p Storage -v vSwitch0');
  await bench.ok(`${IP} interface add -p Storage -m 9000`);
}

describe('esxcli network ip interface', () => {
  it('lists interfaces as ESXi does', async () => {
    expect(await bench.ok(`${IP} interface list`)).toBe(
      [
        'vmk0',
        '   Name: vmk0',
        '   MAC Address: 00:50:56:00:00:11',
        '   Enabled: true',
        '   Portset: vSwitch0',
        '   Portgroup: Management Network',
        '   Netstack Instance: defaultTcpipStack',
        '   VDS Name: N/A',
        '   VDS UUID: N/A',
        '   VDS Port: N/A',
        '   VDS Connection: -1',
        '   MTU: 1500',
        '   TSO MSS: 65535',
        '   Port ID: 16777219',
        '',
      ].join('\n'),
    );
  });

  it('adds the first free interface, without an address', async () => {
    await addVmk1();
    expect(await bench.ok(`${IP} interface list`)).toMatch(/\nvmk1\n {3}Name: vmk1\n {3}MAC Address: 00:50:56:[67]/);
    expect(bench.system.network.link('vmk1')).toMatchObject({ mtu: 9000, up: true });
    expect(await bench.ok(`${IP} interface ipv4 get -i vmk1`)).toMatch(
      /\nvmk1 +0\.0\.0\.0 +0\.0\.0\.0 +0\.0\.0\.0 +NONE +false\n$/,
    );
  });

  it.each([
    ['-p Nope', 'No portgroup with the name Nope was found'],
    ['-p "Management Network"', 'already has the vmkernel network interface vmk0'],
    ['-p "VM Network" -i vmk0', 'Interface vmk0 already exists'],
    ['-p "VM Network" -i eth0', 'Invalid interface name eth0'],
    ['-p "VM Network" -m 100', 'between 1280 and 9000'],
    ['-p "VM Network" -M 00:50:56:00:00:11', 'already in use by vmk0'],
    ['-p "VM Network" -M 01:00:5e:00:00:01', 'Invalid MAC address'],
    ['-p "VM Network" -N other', 'no TCP/IP stack instance with the name other'],
    ['-s dvs -P 3 -p "VM Network"', 'is not supported here'],
  ])('refuses to add with %s', async (options, message) => {
    expect(await bench.refused(`${IP} interface add ${options}`)).toContain(message);
    expect(bench.host.config.network.vmknics.length).toBe(1);
  });

  it('disables, enables, resizes and removes', async () => {
    await addVmk1();
    await bench.ok(`${IP} interface set -i vmk1 -e false -m 1500`);
    expect(bench.system.network.link('vmk1')).toMatchObject({ up: false, mtu: 1500 });
    await bench.ok(`${IP} interface set -i vmk1 -e true`);
    expect(bench.system.network.link('vmk1').up).toBe(true);
    await bench.ok(`${IP} interface remove -i vmk1`);
    expect(() => bench.system.network.link('vmk1')).toThrow();
    expect(await bench.refused(`${IP} interface remove -i vmk1`)).toContain(
      'Unable to find vmkernel network interface',
    );
  });

  it('tags interfaces; vMotion has one', async () => {
    await addVmk1();
    expect(await bench.ok(`${IP} interface tag get -i vmk0`)).toBe('   Tags: Management\n');
    await bench.ok(`${IP} interface tag add -i vmk0 -t VMotion`);
    await bench.ok(`${IP} interface tag add -i vmk1 -t vmotion`);
    expect(await bench.ok(`${IP} interface tag get -i vmk0`)).toBe('   Tags: Management\n');
    expect(await bench.ok(`${IP} interface tag get -i vmk1`)).toBe('   Tags: VMotion\n');
    expect(await bench.refused(`${IP} interface tag add -i vmk1 -t Coffee`)).toBe(
      "Invalid data constraint for parameter 'tagname'.\n",
    );
    await bench.ok(`${IP} interface tag remove -i vmk1 -t VMotion`);
    expect(await bench.refused(`${IP} interface tag remove -i vmk1 -t VMotion`)).toContain('is not tagged');
  });
});

describe('esxcli network ip interface ipv4', () => {
  it('shows a static address as ESXi does', async () => {
    await bench.ok(static11);
    expect(await bench.ok(`${IP} interface ipv4 get`)).toBe(
      [
        'Name  IPv4 Address  IPv4 Netmask   IPv4 Broadcast  Address Type  DHCP DNS',
        '----  ------------  -------------  --------------  ------------  --------',
        'vmk0  10.20.0.11    255.255.255.0  10.20.0.255     STATIC           false',
        '',
      ].join('\n'),
    );
    expect(bench.system.network.state.addresses).toMatchObject([{ link: 'vmk0', address: '10.20.0.11' }]);
    expect(bench.system.files.readText('/etc/hosts')).toContain('10.20.0.11\tlocalhost');
  });

  it.each([
    ['-t static -I 10.20.0.11', 'both required'],
    ['-t static -I 10.20.0.300 -N 255.255.255.0', 'Invalid IPv4 address: 10.20.0.300'],
    ['-t static -I 10.20.0.11 -N 255.0.255.0', 'Invalid IPv4 netmask'],
    ['-t static -I 10.20.0.0 -N 255.255.255.0', 'is not an address an interface can have'],
    ['-t static -I 127.0.0.1 -N 255.0.0.0', 'is not an address an interface can have'],
    ['-t dhcp -I 10.20.0.11', 'only be given with type static'],
    ['-t none -P true', 'only be given with type dhcp'],
    ['-t magic', "Invalid data constraint for parameter 'type'."],
  ])('refuses %s', async (options, message) => {
    expect(await bench.refused(`${IP} interface ipv4 set -i vmk0 ${options}`)).toContain(message);
  });

  it('refuses an address another interface has', async () => {
    await bench.ok(static11);
    await addVmk1();
    expect(await bench.refused(`${IP} interface ipv4 set -i vmk1 -t static -I 10.20.0.11 -N 255.255.255.0`)).toBe(
      'The IP address 10.20.0.11 is already in use by vmk0\n',
    );
  });

  it('goes back to DHCP', async () => {
    await bench.ok(static11);
    await bench.ok(`${IP} interface ipv4 set -i vmk0 -t dhcp -P yes`);
    expect(bench.system.network.state.addresses).toEqual([]);
    expect(await bench.ok(`${IP} interface ipv4 get`)).toMatch(/vmk0 .* DHCP +true\n$/);
  });
});

describe('esxcli network ip interface ipv6', () => {
  it('adds, lists and removes static addresses', async () => {
    await bench.ok(`${IP} interface ipv6 address add -i vmk0 -I FD00:9::5/64`);
    expect(await bench.ok(`${IP} interface ipv6 address list`)).toMatch(/vmk0 +fd00:9::5 +64 +STATIC +PREFERRED/);
    expect(await bench.refused(`${IP} interface ipv6 address add -i vmk0 -I fd00:9::5/64`)).toContain('already in use');
    await bench.ok(`${IP} interface ipv6 address remove -i vmk0 -I fd00:9:0::5/64`);
    expect(bench.system.network.state.addresses).toEqual([]);
    expect(await bench.refused(`${IP} interface ipv6 address add -i vmk0 -I fd00::5`)).toContain('address/prefix');
  });

  it('turns router advertisements on in the kernel', async () => {
    await bench.ok(`${IP} interface ipv6 set -i vmk0 -r true`);
    expect(bench.system.network.sysctls.get('net/ipv6/conf/vmk0/accept_ra')).toBe('1');
    expect(await bench.ok(`${IP} interface ipv6 get`)).toMatch(/vmk0 +false +true +false\n$/);
  });

  it('turns IPv6 off from the next boot on', async () => {
    await bench.ok(`${IP} set -e false`);
    expect(await bench.ok(`${IP} get`)).toBe('   IPv6 Enabled: false\n');
    expect(bench.system.network.sysctls.get('net/ipv6/conf/vmk0/disable_ipv6')).toBe('0');
  });
});

describe('esxcli network ip route', () => {
  it('lists routes in force', async () => {
    await bench.ok(static11);
    await bench.ok(`${IP} route ipv4 add -n default -g 10.20.0.1`);
    await bench.ok(`${IP} route ipv4 add -n 10.9.3.7/16 -g 10.20.0.2`);
    expect(await bench.ok(`${IP} route ipv4 list`)).toBe(
      [
        'Network    Netmask        Gateway    Interface  Source',
        '---------  -------------  ---------  ---------  ------',
        'default    0.0.0.0        10.20.0.1  vmk0       MANUAL',
        '10.9.0.0   255.255.0.0    10.20.0.2  vmk0       MANUAL',
        '10.20.0.0  255.255.255.0  0.0.0.0    vmk0       MANUAL',
        '',
      ].join('\n'),
    );
    await bench.ok(`${IP} route ipv4 remove -n 10.9.0.0/16 -g 10.20.0.2`);
    await bench.ok(`${IP} route ipv4 remove -n default -g 10.20.0.1`);
    expect(bench.system.network.state.routes.filter((route) => route.gateway !== undefined)).toEqual([]);
  });

  it.each([
    ['add -n default -g 172.16.0.1', 'no vmkernel network interface is in the subnet of gateway 172.16.0.1'],
    ['add -n default -g 10.20.0', 'Invalid gateway address'],
    ['add -n 10.9.0/16 -g 10.20.0.1', 'expected address/prefix or default'],
    ['remove -n default -g 10.20.0.1', 'No route to default via 10.20.0.1 was found'],
  ])('refuses %s', async (words, message) => {
    await bench.ok(static11);
    expect(await bench.refused(`${IP} route ipv4 ${words}`)).toContain(message);
  });
});

describe('esxcli network ip dns', () => {
  it('lists, adds and removes servers in resolv.conf', async () => {
    await bench.ok(`${IP} dns server add -s 10.20.0.2`);
    await bench.ok(`${IP} dns server add --server=10.20.0.3`);
    expect(await bench.ok(`${IP} dns server list`)).toBe('   DNSServers: 10.20.0.2, 10.20.0.3\n');
    expect(bench.system.files.readText('/etc/resolv.conf')).toBe('nameserver 10.20.0.2\nnameserver 10.20.0.3\n');
    expect(await bench.refused(`${IP} dns server add -s 10.20.0.3`)).toContain('already configured');
    expect(await bench.refused(`${IP} dns server add -s nas`)).toContain('Invalid DNS server address');
    await bench.ok(`${IP} dns server remove -s 10.20.0.2`);
    expect(await bench.refused(`${IP} dns server remove -s 10.20.0.2`)).toContain('not configured');
    await bench.ok(`${IP} dns server remove -a`);
    expect(await bench.ok(`${IP} dns server list`)).toBe('   DNSServers: \n');
  });

  it('keeps search domains beside them', async () => {
    await bench.ok(`${IP} dns server add -s 10.20.0.2`);
    await bench.ok(`${IP} dns search add -d lab.local`);
    expect(await bench.ok(`${IP} dns search list`)).toBe('   DNSSearch Domains: lab.local\n');
    expect(await bench.refused(`${IP} dns search add -d "not a name"`)).toContain('Invalid domain name');
    expect(bench.system.files.readText('/etc/resolv.conf')).toBe('nameserver 10.20.0.2\nsearch lab.local\n');
  });
});

describe('neighbours and connections', () => {
  it('are listed as ESXi does', async () => {
    bench.system.network.addNeighbour({
      link: 'vmk0',
      family: 4,
      address: '10.20.0.1',
      mac: '00:50:56:aa:bb:01',
      state: 'reachable',
      ageSeconds: 17,
    });
    bench.system.network.addNeighbour({
      link: 'vmk0',
      family: 4,
      address: '10.20.0.9',
      mac: '',
      state: 'incomplete',
      ageSeconds: 0,
    });
    expect(await bench.ok(`${IP} neighbor list`)).toBe(
      [
        'Neighbor   Mac Address        Vmknic  Expiry    State',
        '---------  -----------------  ------  --------  -----',
        '10.20.0.1  00:50:56:aa:bb:01  vmk0    1183 sec       ',
        '',
      ].join('\n'),
    );
  });

  it('show sockets with the process that has them', async () => {
    const { files, processes } = bench.system;
    files.mkdir('/proc/net', { parents: true });
    files.mkdir('/proc/812/fd', { parents: true });
    files.symlink('socket:[4242]', '/proc/812/fd/3');
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
    const line = '   0: 0B00140A:0016 0100140A:C350 01 00000000:00000005 00:00000000 00000000 0 0 4242 1\n';
    files.write('/proc/net/tcp', head + line);
    const base = { parent: 1, state: 'S', residentKiB: 0, cpuTicks: 0, session: 1, group: 1 };
    processes.processes = [{ pid: 812, name: 'sshd', command: '/usr/sbin/sshd', ...base }];
    expect(await bench.ok(`${IP} connection list -t tcp`)).toMatch(
      /\ntcp +5 +0 +10\.20\.0\.11:22 +10\.20\.0\.1:50000 +ESTABLISHED +812 +newreno +sshd *\n$/,
    );
    expect(await bench.ok(`${IP} connection list -t udp`)).toBe('');
  });
});

describe('esxcli network diag ping', () => {
  it('reports answers and the summary', async () => {
    bench.system.network.alive.add('10.20.0.1');
    const text = await bench.ok('esxcli network diag ping -H 10.20.0.1 -c 1 -s 1472 -d');
    expect(text).toContain('         Received Bytes: 1480\n         Host: 10.20.0.1\n         ICMP Seq: 0\n');
    expect(text).toContain('         Packet Lost: 0\n         Round-trip Min: 337 us\n');
    expect(await bench.ok('esxcli network diag ping -H 10.20.0.99')).toContain('         Packet Lost: 100\n');
  });

  it('refuses unknown names and interfaces', async () => {
    expect(await bench.refused('esxcli network diag ping -H nowhere')).toBe('Unknown host: nowhere\n');
    expect(await bench.refused('esxcli network diag ping -H 10.20.0.1 -I vmk7')).toContain('Unable to find');
  });
});
