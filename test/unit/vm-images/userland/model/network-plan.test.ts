import { beforeEach, describe, expect, it } from 'vitest';
import type { HostConfig } from '../../../../../vm-images/userland/model/config.ts';
import { emptyPolicy, freshConfig } from '../../../../../vm-images/userland/model/defaults.ts';
import type { Runtime } from '../../../../../vm-images/userland/model/host.ts';
import { diffNetwork } from '../../../../../vm-images/userland/model/network-diff.ts';
import { bridgeName, planNetwork, plumbingMac } from '../../../../../vm-images/userland/model/network-plan.ts';
import { FakeNetwork } from '../../../../helpers/fake-network.ts';

const nics = [
  { name: 'vmnic0', mac: '00:50:56:00:00:11', up: true },
  { name: 'vmnic1', mac: '00:50:56:00:00:12', up: true },
];
let config: HostConfig;
let runtime: Runtime;

beforeEach(() => {
  config = freshConfig({ systemUuid: 'u', nics });
  runtime = { nics: structuredClone(nics), leases: [], kernel: {}, ipv6Enabled: true, booted: true };
});

const link = (name: string) => planNetwork(config, runtime).links.find((candidate) => candidate.name === name);
const vswitch0 = () => config.network.vswitches[0]!;
const untaggedOn = (id: number) => [{ from: id, to: id, pvid: true, untagged: true }];
const tagged = (id: number) => ({ from: id, to: id, pvid: false, untagged: false });

function addUplink(name: string): void {
  vswitch0().uplinks.push(name);
  vswitch0().policy.failover.activeUplinks!.push(name);
}

describe('the network plan', () => {
  it('makes adapters 802.1ad VLANs of the wire and bridges of switches', () => {
    expect(link('vmnic0')).toMatchObject({ kind: 'vlan', vlanId: 4000, mtu: 1500, up: true, master: 'vSwitch0' });
    expect(link('vmnic1')).toMatchObject({ kind: 'vlan', vlanId: 4001 });
    expect(link('vmnic1')?.master).toBeUndefined();
    expect(link('vSwitch0')).toMatchObject({ kind: 'bridge', up: true });
  });

  it("gives an adapter's link another address than vmk0's", () => {
    expect(plumbingMac('00:50:56:00:00:11')).toBe('02:50:56:00:00:11');
    expect(link('vmnic0')?.mac).not.toBe(link('vmk0')?.mac);
  });

  it('carries untagged port groups untagged and others with their tag', () => {
    expect(link('p.vmk0')?.vlans).toEqual(untaggedOn(4094));
    expect(link('vmnic0')?.vlans).toEqual(untaggedOn(4094));
    vswitch0().portgroups[1]!.vlanId = 20;
    expect(link('p.vmk0')?.vlans).toEqual(untaggedOn(20));
    expect(link('vmnic0')?.vlans).toEqual([tagged(20), ...untaggedOn(4094)]);
  });

  it('keeps the VLAN for untagged frames apart from one a port group uses', () => {
    vswitch0().portgroups[1]!.vlanId = 4094;
    expect(link('vmnic0')?.vlans).toEqual([...untaggedOn(4093), tagged(4094)]);
  });

  it('passes untagged frames and the VLANs in use to a trunk', () => {
    vswitch0().portgroups[0]!.vlanId = 20;
    vswitch0().portgroups[1]!.vlanId = 4095;
    expect(link('p.vmk0')?.vlans).toEqual([tagged(20), ...untaggedOn(4094)]);
    expect(link('vmnic0')?.vlans).toEqual([tagged(20), ...untaggedOn(4094)]);
  });

  it('lets one uplink carry a VLAN, the next when it fails, and it again when it is back', () => {
    addUplink('vmnic1');
    expect(link('vmnic1')?.vlans).toEqual([]);
    runtime.nics[0]!.up = false;
    expect(link('vmnic0')).toMatchObject({ up: false, vlans: [] });
    expect(link('vmnic1')?.vlans).toEqual(untaggedOn(4094));
    runtime.nics[0]!.up = true;
    config.network.pnics[0]!.up = false;
    expect(link('vmnic1')?.vlans).toEqual(untaggedOn(4094));
  });

  it('follows a port group that prefers another uplink', () => {
    addUplink('vmnic1');
    const { portgroups } = vswitch0();
    portgroups.push({ name: 'Storage', vlanId: 30, policy: emptyPolicy() });
    portgroups[2]!.policy.failover = { activeUplinks: ['vmnic1'], standbyUplinks: ['vmnic0'] };
    expect(link('vmnic0')?.vlans).toEqual(untaggedOn(4094));
    expect(link('vmnic1')?.vlans).toEqual([tagged(30)]);
    runtime.nics[1]!.up = false;
    expect(link('vmnic0')?.vlans).toEqual([tagged(30), ...untaggedOn(4094)]);
  });

  it("limits frames by the switch's MTU on uplinks and ports, by its own on an interface", () => {
    vswitch0().mtu = 9000;
    config.network.vmknics[0]!.mtu = 4000;
    expect(link('vmnic0')?.mtu).toBe(9000);
    expect(link('p.vmk0')?.mtu).toBe(9000);
    expect(link('vmk0')?.mtu).toBe(4000);
  });

  it('gives addresses and routes only to enabled interfaces', () => {
    const vmk0 = config.network.vmknics[0]!;
    vmk0.ipv4 = { type: 'static', address: '10.20.0.11', netmask: '255.255.255.0', dhcpDns: false };
    config.network.defaultGateway = '10.20.0.1';
    config.network.routes = [
      { network: '10.9.0.0/16', gateway: '10.20.0.2' },
      { network: '10.8.0.0/16', gateway: '172.16.0.1' },
    ];
    const plan = planNetwork(config, runtime);
    expect(plan.addresses).toEqual([{ link: 'vmk0', family: 4, address: '10.20.0.11', prefixLength: 24 }]);
    expect(plan.routes.map((route) => `${route.destination}/${route.prefixLength} ${route.gateway}`)).toEqual([
      '0.0.0.0/0 10.20.0.1',
      '10.9.0.0/16 10.20.0.2',
    ]);
    vmk0.enabled = false;
    expect(planNetwork(config, runtime)).toMatchObject({ addresses: [], routes: [] });
  });

  it('uses a lease, and its gateway when none is configured', () => {
    runtime.leases.push({
      vmknic: 'vmk0',
      address: '10.20.0.50',
      netmask: '255.255.255.0',
      gateway: '10.20.0.1',
      dns: [],
      searchDomains: [],
      serverId: '10.20.0.1',
      leaseSeconds: 600,
      linkLocal: false,
    });
    expect(planNetwork(config, runtime).routes).toMatchObject([{ gateway: '10.20.0.1' }]);
    config.network.defaultGateway = '10.20.0.254';
    expect(planNetwork(config, runtime).routes).toMatchObject([{ gateway: '10.20.0.254' }]);
  });

  it.each([
    ['vSwitch1', 'vSwitch1'],
    ['a.b-c_d', 'a.b-c_d'],
  ])('names the bridge of %s %s', (name, bridge) => expect(bridgeName(name)).toBe(bridge));

  it.each(['A switch', 'a-name-of-sixteen', 'lo', 'vmnic7', 'vmk0', 'p.vmk0', 'vs.12345678', '..', 'é'])(
    'names the bridge of %s by a hash the kernel takes',
    (name) => expect(bridgeName(name)).toMatch(/^vs\.[0-9a-f]{8}$/),
  );
});

describe('bringing the kernel to the plan', () => {
  const network = () => {
    const sysctls = new Map<string, string>();
    return { fake: new FakeNetwork(sysctls), sysctls };
  };
  async function bring({ fake, sysctls }: ReturnType<typeof network>): Promise<number> {
    const plan = planNetwork(config, runtime);
    const operations = diffNetwork(await fake.read(), plan, (name) => sysctls.get(name) ?? null);
    await fake.apply(operations);
    return operations.length;
  }

  it('takes no step when nothing differs', async () => {
    const kernel = network();
    expect(await bring(kernel)).toBeGreaterThan(5);
    expect(await bring(kernel)).toBe(0);
  });

  it('reaches any configuration from any other, and stays there', async () => {
    const kernel = network();
    await bring(kernel);
    config.network.vmknics.push({
      ...structuredClone(config.network.vmknics[0]!),
      name: 'vmk1',
      mac: '00:50:56:60:00:01',
      ipv4: { type: 'static', address: '10.30.0.5', netmask: '255.255.255.0', dhcpDns: false },
    });
    vswitch0().portgroups.push({ name: 'Extra', vlanId: 7, policy: emptyPolicy() });
    config.network.vmknics[1]!.portgroup = 'Extra';
    addUplink('vmnic1');
    vswitch0().mtu = 9000;
    await bring(kernel);
    expect(await bring(kernel)).toBe(0);
    expect(kernel.fake.link('vmk1').up).toBe(true);
    expect(kernel.fake.state.addresses.map((address) => address.address)).toEqual(['10.30.0.5']);
    expect(kernel.fake.link('vmnic1').mtu).toBe(9000);
    config.network.vmknics.pop();
    config.network.vswitches = [];
    await bring(kernel);
    expect(await bring(kernel)).toBe(0);
    expect(kernel.fake.state.links.map((item) => item.name).sort()).toEqual([
      'lo',
      'p.vmk0',
      'vmk0',
      'vmlink0',
      'vmnic0',
      'vmnic1',
    ]);
    expect(kernel.fake.link('vmnic0').master).toBeUndefined();
    expect(kernel.fake.state.addresses).toEqual([]);
  });

  it('adds routes again that went with an address', async () => {
    const kernel = network();
    const { ipv4 } = config.network.vmknics[0]!;
    Object.assign(ipv4, { type: 'static', address: '10.20.0.11', netmask: '255.255.255.0' });
    config.network.defaultGateway = '10.20.0.1';
    await bring(kernel);
    ipv4.address = '10.20.0.12';
    await bring(kernel);
    expect(kernel.fake.state.routes.some((route) => route.gateway === '10.20.0.1')).toBe(true);
    expect(await bring(kernel)).toBe(0);
  });

  it('leaves links of others alone', async () => {
    const kernel = network();
    kernel.fake.state.links.push({ ...kernel.fake.link('lo'), name: 'dummy0', kind: 'dummy' });
    await bring(kernel);
    expect(kernel.fake.link('dummy0').name).toBe('dummy0');
    expect(kernel.fake.link('vmlink0').mtu).toBe(9216);
  });
});
