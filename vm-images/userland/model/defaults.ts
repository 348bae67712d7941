import type { HostConfig, NetworkPolicy, PnicConfig } from './config.ts';

export const MAX_TSO_MSS = 65535;

/** A new switch's policy, complete: switches hold every value, port groups only what they override. */
export function defaultSwitchPolicy(uplinks: readonly string[]): NetworkPolicy {
  return {
    failover: {
      loadBalancing: 'portid',
      failureDetection: 'link',
      notifySwitches: true,
      failback: true,
      activeUplinks: [...uplinks],
      standbyUplinks: [],
    },
    security: { promiscuous: false, macChange: true, forgedTransmits: true },
    shaping: { enabled: false, averageKbps: 0, peakKbps: 0, burstKiB: 0 },
  };
}

export function emptyPolicy(): NetworkPolicy {
  return { failover: {}, security: {}, shaping: {} };
}

export function defaultPnic(name: string, mac: string): PnicConfig {
  return {
    name,
    mac,
    virtualMac: mac.startsWith('00:50:56:') ? mac : `00:50:56:${mac.slice(9)}`,
    up: true,
    autoNegotiate: true,
    speed: 1000,
    duplex: 'full',
    wakeOnLan: '',
  };
}

/**
 * What a fresh installation starts with: vSwitch0 on vmnic0, `VM Network`, `Management Network` with vmk0 on DHCP.
 *
 * @param nics Adapters the machine has, in order.
 */
export function freshConfig(identity: {
  systemUuid: string;
  nics: readonly { name: string; mac: string }[];
}): HostConfig {
  const pnics = identity.nics.map((nic) => defaultPnic(nic.name, nic.mac));
  const first = pnics[0];
  const uplinks = first === undefined ? [] : [first.name];
  return {
    systemUuid: identity.systemUuid,
    hostName: 'localhost',
    domain: '',
    advanced: {},
    kernel: {},
    keyboard: 'US Default',
    maintenanceMode: false,
    acceptanceLevel: 'partner',
    lockdownMode: false,
    network: {
      ipv6Enabled: true,
      pnics,
      vswitches: [
        {
          name: 'vSwitch0',
          numPorts: 128,
          mtu: 1500,
          cdp: 'listen',
          beacon: { enabled: false, interval: 1, threshold: 3 },
          uplinks,
          policy: defaultSwitchPolicy(uplinks),
          portgroups: [
            { name: 'VM Network', vlanId: 0, policy: emptyPolicy() },
            { name: 'Management Network', vlanId: 0, policy: emptyPolicy() },
          ],
        },
      ],
      vmknics: [
        {
          name: 'vmk0',
          mac: first?.virtualMac ?? '00:50:56:60:00:01',
          portgroup: 'Management Network',
          enabled: true,
          mtu: 1500,
          tsoMss: MAX_TSO_MSS,
          ipv4: { type: 'dhcp', address: '', netmask: '', dhcpDns: true },
          ipv6: { dhcp: false, routerAdvertised: false, addresses: [], dhcpDns: false },
          tags: ['Management'],
        },
      ],
      defaultGateway: '',
      defaultGateway6: '',
      routes: [],
    },
    firewall: { enabled: true, loaded: true, defaultAction: 'drop', rulesets: {} },
    modules: {},
    coredump: {
      partition: 'mpx.vmhba0:C0:T0:L0:7',
      partitionActive: true,
      network: { enabled: false, vmknic: '', serverIp: '', serverPort: 0 },
    },
    extra: {},
  };
}
