import { beforeEach, describe, expect, it } from 'vitest';
import { figuresBetween } from '../../../../../vm-images/userland/commands/tools/esxtop/figures.ts';
import { parseProcess, type Sample } from '../../../../../vm-images/userland/commands/tools/esxtop/sample.ts';
import { LabHost } from './lab-host.ts';

let host: LabHost;
beforeEach(() => {
  host = new LabHost();
});

describe('esxcfg network tools', () => {
  it('vswitch lists switches and port groups in the tool’s columns', async () => {
    await host.run('esxcfg-vswitch -p "VM Network" -v 20 vSwitch0');
    expect((await host.run('esxcfg-vswitch -l')).out).toBe(
      [
        'Switch Name      Num Ports   Used Ports  Configured Ports  MTU     Uplinks   ',
        'vSwitch0         128         4           128               1500    vmnic0    ',
        '',
        '  PortGroup Name        VLAN ID  Used Ports  Uplinks   ',
        '  Management Network    0        1           vmnic0    ',
        '  VM Network            20       0           vmnic0    ',
        '',
        '',
      ].join('\n'),
    );
  });

  it('vswitch changes the one model', async () => {
    await host.run('esxcfg-vswitch -a vSwitch1:64');
    await host.run('esxcfg-vswitch -A Storage vSwitch1');
    await host.run('esxcfg-vswitch -p Storage -v 20 vSwitch1');
    await host.run('esxcfg-vswitch -m 9000 vSwitch1');
    expect(host.config.network.vswitches[1]).toMatchObject({
      name: 'vSwitch1',
      numPorts: 64,
      mtu: 9000,
      portgroups: [{ name: 'Storage', vlanId: 20 }],
    });
    expect((await host.run('esxcfg-vswitch -c vSwitch1')).out).toBe('1\n');
    expect((await host.run('esxcfg-vswitch -C Nope vSwitch1')).out).toBe('0\n');
    await host.run('esxcfg-vswitch -D Storage vSwitch1');
    await host.run('esxcfg-vswitch -d vSwitch1');
    expect(host.config.network.vswitches.map((one) => one.name)).toEqual(['vSwitch0']);
  });

  it.each([
    ['esxcfg-vswitch -d vSwitch9', 'No such virtual switch : vSwitch9\n'],
    ['esxcfg-vswitch -L vmnic9 vSwitch0', 'No such uplink : vmnic9\n'],
    ['esxcfg-vswitch -p Nope -v 5 vSwitch0', 'Port Group Nope on VSwitch vSwitch0 is not found\n'],
    ['esxcfg-vswitch -B maybe vSwitch0', 'Error: Invalid CDP status string maybe\n'],
    ['esxcfg-vswitch -P vmnic0 -V 1 dvs', 'esxcfg-vswitch: distributed switches need vCenter Server\n'],
  ])('%s is refused', async (line, message) => {
    const before = JSON.stringify(host.config);
    expect(await host.run(line)).toMatchObject({ status: 1, err: message });
    expect(JSON.stringify(host.config)).toBe(before);
  });

  it('vmknic adds an interface with its address, or nothing at all', async () => {
    await host.run('esxcfg-vswitch -A Storage vSwitch0');
    expect((await host.run('esxcfg-vmknic -a -i 10.1.1.300 -n 255.255.255.0 Storage')).status).toBe(1);
    expect(host.config.network.vmknics).toHaveLength(1);
    expect((await host.run('esxcfg-vmknic -a -i 10.1.1.5 -n 255.255.255.0 Storage')).status).toBe(0);
    expect(host.config.network.vmknics[1]).toMatchObject({
      name: 'vmk1',
      portgroup: 'Storage',
      ipv4: { type: 'static', address: '10.1.1.5', netmask: '255.255.255.0' },
    });
    const { out } = await host.run('esxcfg-vmknic -l');
    expect(out).toMatch(
      /^Interface {2}Port Group\/DVPort {3}IP Family IP Address {5}Netmask {9}Broadcast {7}MAC Address {7}MTU {5}TSO MSS {3}Enabled Type/,
    );
    expect(out).toMatch(/^vmk1 {7}Storage {13}IPv4 {6}10\.1\.1\.5 {7}255\.255\.255\.0 {3}10\.1\.1\.255 /m);
    await host.run('esxcfg-vmknic -d Storage');
    expect(host.config.network.vmknics).toHaveLength(1);
  });

  it('route sets the default gateway and static routes', async () => {
    await host.run('esxcfg-vmknic -i 10.20.0.11 -n 255.255.255.0 "Management Network"');
    expect((await host.run('esxcfg-route 10.20.0.1')).out).toBe('VMkernel default gateway set to 10.20.0.1\n');
    expect(host.config.network.defaultGateway).toBe('10.20.0.1');
    expect((await host.run('esxcfg-route -a 10.12.10.0 255.255.255.0 10.20.0.2')).out).toBe(
      'Adding static route 10.12.10.0/24 to VMkernel\n',
    );
    expect(host.config.network.routes).toEqual([{ network: '10.12.10.0/24', gateway: '10.20.0.2' }]);
    expect((await host.run('esxcfg-route -d 10.12.10.0/24 10.20.0.2')).out).toBe(
      'Deleting static route 10.12.10.0/24 from VMkernel\n',
    );
    expect(host.config.network.routes).toEqual([]);
  });

  it('nics sets speed and lists it', async () => {
    await host.run('esxcfg-nics -s 100 -d full vmnic0');
    expect((await host.run('esxcfg-nics -l')).out).toMatch(
      /^vmnic0 {2}0000:02:00\.00 virtio_net {2}Up {3}100Mbps {3}Full {3}00:50:56:00:00:11 1500/m,
    );
    expect((await host.run('esxcfg-nics -s 100 vmnic0')).status).toBe(1);
  });

  it('advcfg reads and writes options in its own words', async () => {
    expect((await host.run('esxcfg-advcfg -g /UserVars/ESXiShellTimeOut')).out).toBe(
      'Value of ESXiShellTimeOut is 0\n',
    );
    expect((await host.run('esxcfg-advcfg -s 300 /UserVars/ESXiShellTimeOut')).out).toBe(
      'Value of ESXiShellTimeOut is 300\n',
    );
    expect(host.config.advanced['/UserVars/ESXiShellTimeOut']).toBe('300');
    expect((await host.run('esxcfg-advcfg -l')).out).toMatch(/^\/UserVars\/ESXiShellTimeOut \[Integer\] : /m);
    expect((await host.run('esxcfg-advcfg -s x /UserVars/ESXiShellTimeOut')).status).toBe(1);
    expect((await host.run('esxcfg-advcfg -k TRUE iovDisableIR')).status).toBe(0);
    expect((await host.run('esxcfg-advcfg -j iovDisableIR')).out).toBe('iovDisableIR = TRUE\n');
  });

  it('info prints facts as a tree', async () => {
    expect((await host.run('esxcfg-info -w')).out).toMatch(/^\+Hardware Info : \n {3}\|----BIOS UUID\.+0x4f 0xf3/);
    expect((await host.run('esxcfg-info -u')).out).toBe('4FF35A91-AB62-FC60-8199-005056000011\n');
    expect((await host.run('esxcfg-info -F xml -y')).out).toMatch(/^<\?xml version="1.0"\?>\n<system-info>\n/);
  });
});

describe('other tools', () => {
  it('vmkping prints what ping prints', async () => {
    expect(await host.run('vmkping -c 1 -I vmk0 10.0.0.1')).toEqual({
      status: 0,
      err: '',
      out: 'PING 10.0.0.1 (10.0.0.1): 56 data bytes\n64 bytes from 10.0.0.1: icmp_seq=0 ttl=64 time=0.337 ms\n\n--- 10.0.0.1 ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.337/0.337/0.337 ms\n',
    });
    expect(host.pings[0]).toMatchObject({ vmknic: 'vmk0', count: 1, payloadBytes: 56, timeoutMs: 1000 });
  });

  it('vmkping -d reports what does not fit', async () => {
    const ran = await host.run('vmkping -d -s 8972 10.0.0.1');
    expect(ran.status).toBe(1);
    expect(ran.out).toContain('sendto() failed (Message too long)\n');
    expect(host.pings[0]).toMatchObject({ dontFragment: true, payloadBytes: 8972 });
    expect((await host.run('vmkping -I vmk9 10.0.0.1')).err).toContain("unknown interface 'vmk9'");
  });

  it('vmware shows version and level', async () => {
    expect((await host.run('vmware -v')).out).toMatch(/^VMware ESXi 5\.5\.0 build-\d+\n$/);
    expect((await host.run('vmware -l')).out).toBe('VMware ESXi 5.5.0 GA\n');
    expect((await host.run('vmware')).status).toBe(1);
  });

  it('esxtop -b writes one header and a line an interval', async () => {
    host.put('/proc/stat', 'cpu  10 0 10 80 0 0 0 0\ncpu0 10 0 10 80 0 0 0 0\n');
    host.put('/proc/77/stat', '77 (hostd (x)) S 1 77 77 0 -1 0 0 0 0 0 5 6 0 0 20 0 3 0 100 4096000 500');
    const lines = (await host.run('esxtop -b -n 2 -d 2')).out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^"\(PDH-CSV 4\.0\) \(UTC\)\(0\)","\\\\localhost\\Memory\\/);
    expect(lines[0]).toContain('"\\\\localhost\\Group Cpu(77:hostd (x))\\% Used"');
    expect(lines[1]?.split(',')).toHaveLength(lines[0]?.split(',').length ?? 0);
    expect((await host.run('esxtop')).err).toContain('a terminal is needed');
  });

  it('lists the owner of PCI devices', async () => {
    expect((await host.run('vmkchdev -l')).out).toBe('0000:00:01.1 8086:7010 0000:0000 vmkernel vmhba0\n');
  });

  it('programs that are not here say so', async () => {
    for (const line of ['vsish', 'tcpdump-uw -i vmk0', 'esxcfg-fcoe -l', 'esxcfg-ipsec']) {
      expect(await host.run(line)).toMatchObject({
        status: 1,
        err: expect.stringContaining('not supported on this host'),
      });
    }
  });
});

describe('esxtop figures', () => {
  const sample = (atMs: number, userMs: number, readyMs: number): Sample => ({
    atMs,
    uptimeSeconds: 1,
    load: [0, 0, 0],
    cpus: [{ busyMs: userMs, idleMs: atMs - userMs, systemMs: 0 }],
    processes: [{ pid: 7, name: 'a', threads: 2, userMs, systemMs: 0, readyMs, residentKiB: 2048, virtualKiB: 4096 }],
    memory: {},
    disks: new Map([
      [
        'sda',
        {
          reads: atMs / 10,
          sectorsRead: (atMs / 10) * 8,
          readMs: atMs / 5,
          writes: 0,
          sectorsWritten: 0,
          writeMs: 0,
          inFlight: 0,
        },
      ],
    ]),
    links: new Map([
      ['vmnic0', { rxBytes: atMs * 125, rxPackets: atMs, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 }],
    ]),
  });

  it('are rates over the time between two samples', () => {
    const figures = figuresBetween(sample(1000, 100, 0), sample(3000, 600, 200));
    expect(figures.groups.find((one) => one.id === 7)).toMatchObject({ used: 25, ready: 10, wait: 165 });
    expect(figures.groups.find((one) => one.name === 'idle')?.used).toBe(75);
    expect(figures.cpus[0]?.used).toBe(25);
    expect(figures.disks[0]).toMatchObject({ reads: 100, latencyMs: 2 });
    expect(figures.links[0]).toMatchObject({ rxPackets: 1000, rxMbits: 1 });
  });

  it('read a process whose name holds blanks and parentheses', () => {
    expect(
      parseProcess('77 (a (b) c) S 1 77 77 0 -1 0 0 0 0 0 5 6 0 0 20 0 3 0 100 4096000 500', '0 2000000 0'),
    ).toEqual({
      pid: 77,
      name: 'a (b) c',
      threads: 3,
      userMs: 50,
      systemMs: 60,
      readyMs: 2,
      virtualKiB: 4000,
      residentKiB: 2000,
    });
    expect(parseProcess('', '')).toBeNull();
  });
});

describe('the tables', () => {
  it('have a summary for every namespace and no command twice', () => {
    const paths = host.tree.commands.map((command) => command.path);
    expect(new Set(paths).size).toBe(paths.length);
    const names = host.tree.tools.map((tool) => tool.name);
    expect(new Set(names).size).toBe(names.length);
    for (const command of host.tree.commands)
      expect(command.unsupported !== undefined || command.run !== undefined, command.path).toBe(true);
  });
});
