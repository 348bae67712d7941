import { beforeEach, describe, expect, it } from 'vitest';
import { CommandBench } from '../../../../../helpers/command-bench.ts';

let bench: CommandBench;
beforeEach(async () => {
  bench = await CommandBench.booted();
});

const STANDARD = 'esxcli network vswitch standard';

describe('esxcli network vswitch standard', () => {
  it('lists switches as ESXi does', async () => {
    expect(await bench.ok(`${STANDARD} list`)).toBe(
      [
        'vSwitch0',
        '   Name: vSwitch0',
        '   Class: etherswitch',
        '   Num Ports: 128',
        '   Used Ports: 4',
        '   Configured Ports: 128',
        '   MTU: 1500',
        '   CDP Status: listen',
        '   Beacon Enabled: false',
        '   Beacon Interval: 1',
        '   Beacon Threshold: 3',
        '   Beacon Required By: ',
        '   Uplinks: vmnic0',
        '   Portgroups: VM Network, Management Network',
        '',
      ].join('\n'),
    );
    expect(await bench.refused(`${STANDARD} list -v nope`)).toBe('No virtual switch with the name nope was found\n');
  });

  it('adds and removes a switch and its bridge', async () => {
    expect(await bench.ok(`${STANDARD} add -v vSwitch1 -P 64`)).toBe('');
    expect(bench.system.network.link('vSwitch1').kind).toBe('bridge');
    expect(await bench.ok(`${STANDARD} list -v vSwitch1`)).toContain('   Num Ports: 64\n');
    expect(await bench.refused(`${STANDARD} add -v vSwitch1`)).toContain('already exists');
    await bench.ok(`${STANDARD} remove -v vSwitch1`);
    expect(() => bench.system.network.link('vSwitch1')).toThrow();
    expect(await bench.refused(`${STANDARD} remove -v vSwitch1`)).toContain('was found');
  });

  it.each(['A name longer than thirty-two characters', "' '", 'a/b'])('refuses the name %s', async (name) => {
    expect(await bench.refused(`${STANDARD} add -v "${name.replaceAll("'", '')}"`)).toContain(
      'Invalid virtual switch name',
    );
  });

  it('takes names the kernel does not', async () => {
    await bench.ok(`${STANDARD} add -v "Storage Switch (10G)"`);
    expect(await bench.ok(`${STANDARD} list -v "Storage Switch (10G)"`)).toMatch(/^Storage Switch \(10G\)\n/);
    expect(bench.system.network.state.links.some((link) => link.name.startsWith('vs.'))).toBe(true);
  });

  it('refuses to remove a switch in use', async () => {
    expect(await bench.refused(`${STANDARD} remove -v vSwitch0`)).toBe(
      'Unable to remove virtual switch vSwitch0: it is in use by vmk0\n',
    );
  });

  it('sets MTU within its limits, and CDP', async () => {
    await bench.ok(`${STANDARD} set -v vSwitch0 -m 9000 --cdp-status=both`);
    expect(bench.system.network.link('vmnic0').mtu).toBe(9000);
    expect(await bench.ok(`${STANDARD} list`)).toMatch(/MTU: 9000\n {3}CDP Status: both\n/);
    for (const mtu of [1279, 9001]) {
      expect(await bench.refused(`${STANDARD} set -v vSwitch0 -m ${mtu}`)).toContain('between 1280 and 9000');
    }
    expect(await bench.refused(`${STANDARD} set -v vSwitch0 -c maybe`)).toBe(
      "Invalid data constraint for parameter 'cdp-status'.\n",
    );
  });

  it('links each adapter once', async () => {
    await bench.ok(`${STANDARD} add -v vSwitch1`);
    expect(await bench.refused(`${STANDARD} uplink add -u vmnic0 -v vSwitch1`)).toBe(
      'Uplink vmnic0 is in use by virtual switch vSwitch0\n',
    );
    expect(await bench.refused(`${STANDARD} uplink add -u vmnic9 -v vSwitch1`)).toContain('No physical adapter');
    await bench.ok(`${STANDARD} uplink add -u vmnic1 -v vSwitch1`);
    expect(bench.system.network.link('vmnic1').master).toBe('vSwitch1');
    expect(await bench.refused(`${STANDARD} uplink add -u vmnic1 -v vSwitch1`)).toContain('already connected');
    await bench.ok(`${STANDARD} uplink remove -u vmnic1 -v vSwitch1`);
    expect(bench.system.network.link('vmnic1').master).toBeUndefined();
    expect(await bench.refused(`${STANDARD} uplink remove -u vmnic1 -v vSwitch1`)).toContain('not connected');
  });
});

describe('esxcli network vswitch standard portgroup', () => {
  it('lists port groups as ESXi does', async () => {
    await bench.ok(`${STANDARD} portgroup set -p "VM Network" -v 20`);
    expect(await bench.ok(`${STANDARD} portgroup list`)).toBe(
      [
        'Name                Virtual Switch  Active Clients  VLAN ID',
        '------------------  --------------  --------------  -------',
        'Management Network  vSwitch0                     1        0',
        'VM Network          vSwitch0                     0       20',
        '',
      ].join('\n'),
    );
  });

  it('adds and removes port groups, each name once on the host', async () => {
    await bench.ok(`${STANDARD} add -v vSwitch1`);
    await bench.ok(`${STANDARD} portgroup add -p Storage -v vSwitch1`);
    expect(await bench.refused(`${STANDARD} portgroup add -p Storage -v vSwitch0`)).toContain('already exists');
    expect(await bench.refused(`${STANDARD} portgroup remove -p Storage -v vSwitch0`)).toContain(
      'on virtual switch vSwitch0',
    );
    await bench.ok(`${STANDARD} portgroup remove -p Storage -v vSwitch1`);
    expect(await bench.refused(`${STANDARD} portgroup remove -p 'Management Network' -v vSwitch0`)).toContain(
      'in use by vmk0',
    );
  });

  it('tags frames of a VLAN on port and uplink', async () => {
    await bench.ok(`${STANDARD} portgroup set -p "Management Network" -v 30`);
    expect(bench.system.network.link('p.vmk0').vlans).toEqual([{ from: 30, to: 30, pvid: true, untagged: true }]);
    expect(bench.system.network.link('vmnic0').vlans).toContainEqual({
      from: 30,
      to: 30,
      pvid: false,
      untagged: false,
    });
    for (const vlan of [-1, 4096]) {
      expect(await bench.refused(`${STANDARD} portgroup set -p "VM Network" --vlan-id=${vlan}`)).toContain(
        'between 0 and 4095',
      );
    }
    expect(await bench.refused(`${STANDARD} portgroup set -p Nope -v 1`)).toContain('No portgroup with the name Nope');
  });
});

describe('policies', () => {
  const POLICY = `${STANDARD} policy`;

  it('of a fresh switch', async () => {
    expect(await bench.ok(`${POLICY} failover get -v vSwitch0`)).toBe(
      [
        '   Load Balancing: srcport',
        '   Network Failure Detection: link',
        '   Notify Switches: true',
        '   Failback: true',
        '   Active Adapters: vmnic0',
        '   Standby Adapters: ',
        '   Unused Adapters: ',
        '',
      ].join('\n'),
    );
    expect(await bench.ok(`${POLICY} security get -v vSwitch0`)).toBe(
      '   Allow Promiscuous: false\n   Allow MAC Address Change: true\n   Allow Forged Transmits: true\n',
    );
    expect(await bench.ok(`${POLICY} shaping get -v vSwitch0`)).toBe(
      '   Enabled: false\n   Average Bandwidth: 0 Kbps\n   Peak Bandwidth: 0 Kbps\n   Burst Size: 0 KB\n',
    );
  });

  it('move uplinks between active, standby and unused', async () => {
    await bench.ok(`${STANDARD} uplink add -u vmnic1 -v vSwitch0`);
    await bench.ok(`${POLICY} failover set -v vSwitch0 -s vmnic0 -l explicit`);
    expect(await bench.ok(`${POLICY} failover get -v vSwitch0`)).toMatch(
      /Balancing: explicit\n[\s\S]*Active Adapters: vmnic1\n {3}Standby Adapters: vmnic0\n/,
    );
    expect(bench.system.network.link('vmnic1').vlans?.length).toBe(1);
    expect(bench.system.network.link('vmnic0').vlans).toEqual([]);
    await bench.ok(`${POLICY} failover set -v vSwitch0 -a vmnic1`);
    await bench.ok(`${POLICY} failover set -v vSwitch0 -s ''`);
    expect(await bench.refused(`${POLICY} failover set -v vSwitch0 -a vmnic5`)).toContain('is not connected');
    expect(await bench.refused(`${POLICY} failover set -v vSwitch0 -a vmnic1 -s vmnic1`)).toContain('both active and');
  });

  it('of a port group follow the switch until overridden, and again when reset', async () => {
    const group = `${STANDARD} portgroup policy security`;
    await bench.ok(`${group} set -p "VM Network" -o true`);
    const text = await bench.ok(`${group} get -p "VM Network"`);
    expect(text).toContain('   Allow Promiscuous: true\n   Allow MAC Address Change: true\n');
    expect(text).toContain('   Override Vswitch Allow Promiscuous: true\n');
    expect(text).toContain('   Override Vswitch Allow MAC Address Change: false\n');
    await bench.ok(`${POLICY} security set -v vSwitch0 -m false`);
    expect(await bench.ok(`${group} get -p "VM Network"`)).toContain('   Allow MAC Address Change: false\n');
    await bench.ok(`${group} set -p "VM Network" -u`);
    expect(await bench.ok(`${group} get -p "VM Network"`)).toContain('   Allow Promiscuous: false\n');
    expect(await bench.refused(`${group} set -p "VM Network" -u -o true`)).toContain('excludes the other options');
  });

  it('refuse shaping without its three figures', async () => {
    expect(await bench.refused(`${POLICY} shaping set -v vSwitch0 -e true`)).toContain('must be set');
    expect(await bench.refused(`${POLICY} shaping set -v vSwitch0 -e true -b 200 -k 100 -t 10`)).toContain('less than');
    await bench.ok(`${POLICY} shaping set -v vSwitch0 -e true -b 100 -k 200 -t 10`);
    expect(await bench.ok(`${POLICY} shaping get -v vSwitch0`)).toContain('   Peak Bandwidth: 200 Kbps\n');
  });

  it('shape what interfaces of the switch send, until disabled or overridden', async () => {
    const { shaped } = bench.system.network;
    await bench.ok(`${POLICY} shaping set -v vSwitch0 -e true -b 1000 -k 2000 -t 64`);
    expect([...shaped]).toEqual([['vmk0', 1000]]);
    const group = `${STANDARD} portgroup policy shaping set -p 'Management Network'`;
    await bench.ok(`${group} -b 500`);
    expect([...shaped]).toEqual([['vmk0', 500]]);
    await bench.ok(`${group} -e false`);
    expect([...shaped]).toEqual([]);
    await bench.ok(`${group} -u`);
    expect([...shaped]).toEqual([['vmk0', 1000]]);
    await bench.ok(`${POLICY} shaping set -v vSwitch0 -e false`);
    expect([...shaped]).toEqual([]);
  });
});
