import type {
  FailoverPolicy,
  LoadBalancing,
  NetworkConfig,
  NetworkPolicy,
  PnicConfig,
  PortgroupConfig,
  SecurityPolicy,
  ShapingPolicy,
  VmknicConfig,
  VmknicTag,
  VswitchConfig,
} from '../config.ts';
import { defaultSwitchPolicy, MAX_TSO_MSS } from '../defaults.ts';
import type { ConfReader, ConfWriter } from './node.ts';

export function readNetwork(net: ConfReader, adv: ConfReader): NetworkConfig {
  const vmknics = net.at('vmkernelnic').children().map(readVmknic);
  readTags(vmknics, net, adv);
  return {
    ipv6Enabled: net.boolean('tcpip/ipv6', true),
    pnics: net.at('pnic').children().map(readPnic),
    vswitches: net.at('vswitch').children().map(readVswitch),
    vmknics,
    defaultGateway: net.string('routes/kernel/gateway', ''),
    defaultGateway6: net.string('routes/kernel6/gateway', ''),
    routes: net
      .at('routes/kernel')
      .children()
      .map((route) => ({ network: route.string('network', ''), gateway: route.string('gateway', '') })),
  };
}

export function writeNetwork(config: NetworkConfig, net: ConfWriter, adv: ConfWriter): void {
  net.at('pnic').children(config.pnics, writePnic);
  net.putUnless('routes/kernel/gateway', config.defaultGateway, '');
  net.at('routes/kernel').children(config.routes, (route, writer) => {
    writer.put('network', route.network);
    writer.put('gateway', route.gateway);
  });
  net.putUnless('routes/kernel6/gateway', config.defaultGateway6, '');
  net.putUnless('tcpip/ipv6', config.ipv6Enabled, true);
  net.at('vmkernelnic').children(config.vmknics, writeVmknic);
  net.at('vswitch').children(config.vswitches, writeVswitch);
  writeTags(config.vmknics, adv);
}

function readPnic(node: ConfReader): PnicConfig {
  const mac = node.string('mac', '');
  const extra = (): PnicConfig['extra'] => node.rest();
  const pnic: PnicConfig = {
    name: node.string('name', ''),
    mac,
    virtualMac: node.string('virtualMac', mac),
    up: node.boolean('enable', true),
    autoNegotiate: node.boolean('autoNegotiate', true),
    speed: node.number('speed', 1000),
    duplex: node.string('duplex', 'full') === 'half' ? 'half' : 'full',
    wakeOnLan: node.string('wakeOnLan', ''),
  };
  return withExtra(pnic, extra());
}

function writePnic(pnic: PnicConfig, node: ConfWriter): void {
  node.put('mac', pnic.mac);
  node.put('name', pnic.name);
  node.put('virtualMac', pnic.virtualMac);
  node.putUnless('enable', pnic.up, true);
  if (!pnic.autoNegotiate) {
    node.put('autoNegotiate', false);
    node.put('speed', pnic.speed);
    node.put('duplex', pnic.duplex);
  }
  node.putUnless('wakeOnLan', pnic.wakeOnLan, '');
  node.putAll(pnic.extra);
}

function withExtra<T extends { extra?: Record<string, string> }>(
  item: T,
  extra: Record<string, string> | undefined,
): T {
  if (extra !== undefined) item.extra = extra;
  return item;
}

function readVswitch(node: ConfReader): VswitchConfig {
  const uplinks = node
    .at('uplinks')
    .children()
    .map((child) => child.string('pnic', ''))
    .filter((name) => name !== '');
  const defaults = defaultSwitchPolicy([]);
  const own = readPolicy(node);
  const vswitch: VswitchConfig = {
    name: node.string('name', ''),
    numPorts: node.number('numPorts', 128),
    mtu: node.number('mtu', 1500),
    cdp: cdpOf(node.string('cdp/status', 'listen')),
    beacon: {
      enabled: node.boolean('beaconing/enable', false),
      interval: node.number('beaconing/interval', 1),
      threshold: node.number('beaconing/threshold', 3),
    },
    uplinks,
    policy: {
      failover: { ...defaults.failover, ...own.failover },
      security: { ...defaults.security, ...own.security },
      shaping: { ...defaults.shaping, ...own.shaping },
    },
    portgroups: node.at('portgroup').children().map(readPortgroup),
  };
  return withExtra(vswitch, node.rest());
}

function writeVswitch(vswitch: VswitchConfig, node: ConfWriter): void {
  node.putUnless('beaconing/enable', vswitch.beacon.enabled, false);
  node.putUnless('beaconing/interval', vswitch.beacon.interval, 1);
  node.putUnless('beaconing/threshold', vswitch.beacon.threshold, 3);
  node.put('cdp/status', vswitch.cdp);
  node.put('mtu', vswitch.mtu);
  node.put('name', vswitch.name);
  node.put('numPorts', vswitch.numPorts);
  node.at('portgroup').children(vswitch.portgroups, writePortgroup);
  writePolicy(vswitch.policy, node);
  node.at('uplinks').children(vswitch.uplinks, (uplink, child) => child.put('pnic', uplink));
  node.putAll(vswitch.extra);
}

function cdpOf(value: string): VswitchConfig['cdp'] {
  return value === 'down' || value === 'advertise' || value === 'both' ? value : 'listen';
}

function readPortgroup(node: ConfReader): PortgroupConfig {
  const portgroup: PortgroupConfig = {
    name: node.string('name', ''),
    vlanId: node.number('vlanId', 0),
    policy: readPolicy(node),
  };
  return withExtra(portgroup, node.rest());
}

function writePortgroup(portgroup: PortgroupConfig, node: ConfWriter): void {
  node.put('name', portgroup.name);
  writePolicy(portgroup.policy, node);
  node.put('vlanId', portgroup.vlanId);
  node.putAll(portgroup.extra);
}

function readPolicy(node: ConfReader): NetworkPolicy {
  return { failover: readFailover(node.at('teamPolicy')), security: readSecurity(node), shaping: readShaping(node) };
}

const TEAM_NAMES: Record<LoadBalancing, string> = {
  portid: 'loadbalance_srcid',
  iphash: 'loadbalance_ip',
  mac: 'loadbalance_srcmac',
  explicit: 'failover_explicit',
};

function readFailover(team: ConfReader): FailoverPolicy {
  const policy: FailoverPolicy = {};
  const algorithm = team.take('algorithm');
  for (const [name, value] of Object.entries(TEAM_NAMES)) {
    if (value === algorithm) policy.loadBalancing = name as LoadBalancing;
  }
  const beacon = team.optionalBoolean('checkBeacon');
  if (beacon !== undefined) policy.failureDetection = beacon ? 'beacon' : 'link';
  const notify = team.optionalBoolean('notifySwitches');
  if (notify !== undefined) policy.notifySwitches = notify;
  const failback = team.optionalBoolean('rollingRestoration');
  if (failback !== undefined) policy.failback = !failback;
  const order = team.take('order');
  if (order !== undefined) {
    const [active = '', standby = ''] = order.split('|');
    policy.activeUplinks = names(active);
    policy.standbyUplinks = names(standby);
  }
  return policy;
}

function names(joined: string): string[] {
  return joined.split(',').filter((name) => name !== '');
}

function readSecurity(node: ConfReader): SecurityPolicy {
  const security = node.at('securityPolicy');
  const policy: SecurityPolicy = {};
  const promiscuous = security.optionalBoolean('promiscuous');
  if (promiscuous !== undefined) policy.promiscuous = promiscuous;
  const macChange = security.optionalBoolean('macChange');
  if (macChange !== undefined) policy.macChange = macChange;
  const forged = security.optionalBoolean('forgedTx');
  if (forged !== undefined) policy.forgedTransmits = forged;
  return policy;
}

function readShaping(node: ConfReader): ShapingPolicy {
  const shaping = node.at('shapingPolicy');
  const policy: ShapingPolicy = {};
  const enabled = shaping.optionalBoolean('enabled');
  if (enabled !== undefined) policy.enabled = enabled;
  const average = shaping.optionalNumber('average');
  if (average !== undefined) policy.averageKbps = average;
  const peak = shaping.optionalNumber('peak');
  if (peak !== undefined) policy.peakKbps = peak;
  const burst = shaping.optionalNumber('burst');
  if (burst !== undefined) policy.burstKiB = burst;
  return policy;
}

function writePolicy({ failover, security, shaping }: NetworkPolicy, node: ConfWriter): void {
  const secure = node.at('securityPolicy');
  secure.put('forgedTx', security.forgedTransmits);
  secure.put('macChange', security.macChange);
  secure.put('promiscuous', security.promiscuous);
  const shape = node.at('shapingPolicy');
  shape.put('average', shaping.averageKbps);
  shape.put('burst', shaping.burstKiB);
  shape.put('enabled', shaping.enabled);
  shape.put('peak', shaping.peakKbps);
  const team = node.at('teamPolicy');
  if (failover.loadBalancing !== undefined) team.put('algorithm', TEAM_NAMES[failover.loadBalancing]);
  if (failover.failureDetection !== undefined) team.put('checkBeacon', failover.failureDetection === 'beacon');
  team.put('notifySwitches', failover.notifySwitches);
  if (failover.activeUplinks !== undefined || failover.standbyUplinks !== undefined) {
    team.put('order', `${(failover.activeUplinks ?? []).join(',')}|${(failover.standbyUplinks ?? []).join(',')}`);
  }
  if (failover.failback !== undefined) team.put('rollingRestoration', !failover.failback);
}

function readVmknic(node: ConfReader): VmknicConfig {
  const dhcp = node.boolean('dhcp', false);
  const address = node.string('ipv4address', '');
  const vmknic: VmknicConfig = {
    name: node.string('name', ''),
    mac: node.string('mac', ''),
    portgroup: node.string('portgroup', ''),
    enabled: node.boolean('enable', true),
    mtu: node.number('mtu', 1500),
    tsoMss: node.number('tsoMss', MAX_TSO_MSS),
    ipv4: {
      type: dhcp ? 'dhcp' : address === '' ? 'none' : 'static',
      address,
      netmask: node.string('ipv4netmask', ''),
      dhcpDns: node.boolean('dhcpDns', false),
    },
    ipv6: {
      dhcp: node.boolean('dhcpv6', false),
      routerAdvertised: node.boolean('ipv6RouterAdv', false),
      addresses: names(node.string('ipv6addresses', '')),
      dhcpDns: node.boolean('dhcpv6Dns', false),
    },
    tags: [],
  };
  return withExtra(vmknic, node.rest());
}

function writeVmknic(vmknic: VmknicConfig, node: ConfWriter): void {
  node.put('dhcp', vmknic.ipv4.type === 'dhcp');
  node.put('dhcpDns', vmknic.ipv4.dhcpDns);
  node.putUnless('dhcpv6', vmknic.ipv6.dhcp, false);
  node.putUnless('dhcpv6Dns', vmknic.ipv6.dhcpDns, false);
  node.put('enable', vmknic.enabled);
  if (vmknic.ipv4.type === 'static') {
    node.put('ipv4address', vmknic.ipv4.address);
    node.put('ipv4netmask', vmknic.ipv4.netmask);
  }
  node.putUnless('ipv6RouterAdv', vmknic.ipv6.routerAdvertised, false);
  node.putUnless('ipv6addresses', vmknic.ipv6.addresses.join(','), '');
  node.put('mac', vmknic.mac);
  node.putUnless('mtu', vmknic.mtu, 1500);
  node.put('name', vmknic.name);
  node.put('portgroup', vmknic.portgroup);
  node.putUnless('tsoMss', vmknic.tsoMss, MAX_TSO_MSS);
  node.putAll(vmknic.extra);
}

/** Tags of the kind only one interface can have are kept where ESXi keeps them; the others as a list. */
const TAG_KEYS: readonly [VmknicTag, string][] = [
  ['VMotion', 'Migrate/Vmknic'],
  ['faultToleranceLogging', 'FT/Vmknic'],
];
const LIST_KEYS: readonly [VmknicTag, string][] = [
  ['Management', 'Net/ManagementIface'],
  ['vSphereReplication', 'Net/ReplicationIface'],
  ['vSphereReplicationNFC', 'Net/ReplicationNfcIface'],
];

function readTags(vmknics: VmknicConfig[], _net: ConfReader, adv: ConfReader): void {
  for (const [tag, key] of [...LIST_KEYS, ...TAG_KEYS]) {
    for (const name of names(adv.string(key, ''))) {
      vmknics.find((vmknic) => vmknic.name === name)?.tags.push(tag);
    }
  }
}

function writeTags(vmknics: readonly VmknicConfig[], adv: ConfWriter): void {
  for (const [tag, key] of [...LIST_KEYS, ...TAG_KEYS]) {
    const tagged = vmknics.filter((vmknic) => vmknic.tags.includes(tag)).map((vmknic) => vmknic.name);
    if (tagged.length > 0) adv.put(key, tagged.join(','));
  }
}
