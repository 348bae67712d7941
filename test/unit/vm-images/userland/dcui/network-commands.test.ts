import { describe, expect, it } from 'vitest';
import type { NetworkSettings } from '../../../../../vm-images/userland/dcui/facts.ts';
import { applyCommands, restoreCommands } from '../../../../../vm-images/userland/dcui/host/network-commands.ts';
import { freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import { network } from './fake-desk.ts';

const lines = (after: Partial<NetworkSettings>, before = network) =>
  applyCommands(before, { ...before, ...after }).map((argv) => argv.join(' '));
const fixed = { mode: 'static', address: '10.20.0.50', netmask: '255.255.255.0', gateway: '10.20.0.1' } as const;

describe('commands that apply network settings', () => {
  it('are none without a change', () => {
    expect(lines({})).toEqual([]);
  });

  it('set a static address and the gateway', () => {
    expect(lines({ ipv4: fixed })).toEqual([
      'esxcli network ip interface ipv4 set -i vmk0 -t static -I 10.20.0.50 -N 255.255.255.0',
      'esxcfg-route 10.20.0.1',
    ]);
  });

  it('keep the DNS servers that DHCP gave, set after the address', () => {
    const dns = { ...network.dns, automatic: false };
    expect(lines({ ipv4: fixed, dns }).slice(2)).toEqual([
      'esxcli network ip dns server remove --all',
      'esxcli network ip dns server add -s 10.20.0.2',
    ]);
  });

  it('take a gateway away', () => {
    const before = { ...network, ipv4: fixed };
    expect(lines({ ipv4: { ...fixed, gateway: '' } }, before)).toContain('esxcfg-route -d default 10.20.0.1');
  });

  it('go back to DHCP, DNS included', () => {
    const before = { ...network, ipv4: fixed, dns: { ...network.dns, automatic: false } };
    expect(lines({ ipv4: { ...network.ipv4 }, dns: network.dns }, before)).toEqual([
      'esxcli network ip interface ipv4 set -i vmk0 -t dhcp -P true',
    ]);
  });

  it('set the VLAN and ask for a new lease', () => {
    expect(lines({ vlan: 20 })).toEqual([
      'esxcli network vswitch standard portgroup set -p Management Network -v 20',
      'esxcli network ip interface set -e false -i vmk0',
      'esxcli network ip interface set -e true -i vmk0',
    ]);
  });

  it('add an adapter before they take another away', () => {
    const adapters = network.adapters.map((each) => ({ ...each, selected: each.name === 'vmnic1' }));
    expect(lines({ adapters }).slice(0, 3)).toEqual([
      'esxcli network vswitch standard uplink add -u vmnic1 -v vSwitch0',
      'esxcli network vswitch standard policy failover set -v vSwitch0 -a vmnic1',
      'esxcli network vswitch standard uplink remove -u vmnic0 -v vSwitch0',
    ]);
  });

  it("set the port group's own teaming where it has one", () => {
    const adapters = network.adapters.map((each) => ({ ...each, selected: each.usedBy === '' }));
    expect(lines({ adapters }, { ...network, portgroupTeams: true })).toContain(
      'esxcli network vswitch standard portgroup policy failover set -p Management Network -a vmnic0,vmnic1',
    );
  });

  it('replace DNS servers and set the name, short or whole', () => {
    const dns = { automatic: false, primary: '10.0.0.8', alternate: '10.0.0.9', hostname: 'esx02.lab' };
    expect(lines({ dns })).toEqual([
      'esxcli system hostname set --fqdn=esx02.lab',
      'esxcli network ip interface ipv4 set -i vmk0 -t dhcp -P false',
      'esxcli network ip dns server remove --all',
      'esxcli network ip dns server add -s 10.0.0.8',
      'esxcli network ip dns server add -s 10.0.0.9',
    ]);
    expect(lines({ dns: { ...network.dns, hostname: 'esx02' } })).toEqual(['esxcli system hostname set --host=esx02']);
  });

  it('change IPv6 and suffixes item by item', () => {
    const before = { ...network, suffixes: ['a.lab', 'b.lab'] };
    const ipv6 = { enabled: true, dhcp: true, routerAdvertised: false, statics: ['fd00::1/64'], gateway: 'fd00::ff' };
    expect(lines({ ipv6, suffixes: ['b.lab', 'c.lab'] }, before)).toEqual([
      'esxcli network ip interface ipv6 set -i vmk0 -d true',
      'esxcli network ip interface ipv6 address add -i vmk0 -I fd00::1/64',
      'esxcfg-route -f V6 fd00::ff',
      'esxcli network ip dns search remove -d a.lab',
      'esxcli network ip dns search add -d c.lab',
    ]);
  });
});

describe('commands that restore the network', () => {
  const nics = [
    { name: 'vmnic0', mac: '00:0c:29:00:00:11' },
    { name: 'vmnic1', mac: '00:0c:29:00:00:12' },
  ];

  it('bring a fresh host nothing new but its own settings', () => {
    const commands = restoreCommands(freshConfig({ systemUuid: 'u', nics })).map((argv) => argv.join(' '));
    expect(commands.filter((line) => / (add|remove) /.test(line))).toEqual([]);
    expect(commands.at(-1)).toBe('esxcli network ip interface ipv4 set -i vmk0 -t dhcp -P true');
  });

  it('take away what was added', () => {
    const config = freshConfig({ systemUuid: 'u', nics });
    const [vswitch0] = config.network.vswitches;
    const [vmk0] = config.network.vmknics;
    if (vswitch0 === undefined || vmk0 === undefined) throw new Error('no vSwitch0');
    vswitch0.uplinks.push('vmnic1');
    vswitch0.portgroups.push({ name: 'Extra', vlanId: 5, policy: { failover: {}, security: {}, shaping: {} } });
    config.network.vswitches.push({ ...vswitch0, name: 'vSwitch1', uplinks: [], portgroups: [] });
    config.network.vmknics.push({ ...vmk0, name: 'vmk1', tags: [] });
    const commands = restoreCommands(config).map((argv) => argv.join(' '));
    for (const wanted of [
      'esxcli network ip interface remove -i vmk1',
      'esxcli network vswitch standard remove -v vSwitch1',
      'esxcli network vswitch standard portgroup remove -p Extra -v vSwitch0',
      'esxcli network vswitch standard uplink remove -u vmnic1 -v vSwitch0',
    ]) {
      expect(commands).toContain(wanted);
    }
  });

  it('make vSwitch0 and vmk0 again when they are gone', () => {
    const config = freshConfig({ systemUuid: 'u', nics });
    config.network.vswitches = [];
    config.network.vmknics = [];
    const commands = restoreCommands(config).map((argv) => argv.join(' '));
    const order = [
      'standard add -v vSwitch0',
      'portgroup add -p Management Network',
      'uplink add -u vmnic0',
      'interface add -i vmk0',
      'tag add -i vmk0',
    ];
    const found = order.map((part) => commands.findIndex((line) => line.includes(part)));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found).not.toContain(-1);
  });
});
