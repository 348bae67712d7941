import type { NetworkPolicy } from '../../model/config.ts';
import type { CommandContext } from '../framework/index.ts';
import { array, type DataObject, object } from './data-object.ts';

const TEAMING: Readonly<Record<string, string>> = {
  portid: 'loadbalance_srcid',
  iphash: 'loadbalance_ip',
  mac: 'loadbalance_srcmac',
  explicit: 'failover_explicit',
};

function policyObject(policy: NetworkPolicy): DataObject {
  const { failover, security, shaping } = policy;
  return object('vim.host.NetworkPolicy', {
    security: object('vim.host.NetworkPolicy.SecurityPolicy', {
      allowPromiscuous: security.promiscuous ?? null,
      macChanges: security.macChange ?? null,
      forgedTransmits: security.forgedTransmits ?? null,
    }),
    nicTeaming: object('vim.host.NetworkPolicy.NicTeamingPolicy', {
      policy: failover.loadBalancing === undefined ? null : (TEAMING[failover.loadBalancing] ?? null),
      reversePolicy: true,
      notifySwitches: failover.notifySwitches ?? null,
      rollingOrder: failover.failback === undefined ? null : !failover.failback,
      failureCriteria: object('vim.host.NetworkPolicy.NicFailureCriteria', {
        checkBeacon: failover.failureDetection === undefined ? null : failover.failureDetection === 'beacon',
      }),
      nicOrder:
        failover.activeUplinks === undefined && failover.standbyUplinks === undefined
          ? null
          : object('vim.host.NetworkPolicy.NicOrderPolicy', {
              activeNic: array('string', failover.activeUplinks ?? []),
              standbyNic: array('string', failover.standbyUplinks ?? []),
            }),
    }),
    offloadPolicy: null,
    shapingPolicy: object('vim.host.NetworkPolicy.TrafficShapingPolicy', {
      enabled: shaping.enabled ?? null,
      averageBandwidth: shaping.averageKbps === undefined ? null : shaping.averageKbps * 1000,
      peakBandwidth: shaping.peakKbps === undefined ? null : shaping.peakKbps * 1000,
      burstSize: shaping.burstKiB === undefined ? null : shaping.burstKiB * 1024,
    }),
  });
}

/** The network as the API describes it. */
export function networkInfo(ctx: CommandContext): DataObject {
  const { network } = ctx.host.config;
  return object('vim.host.NetworkInfo', {
    vswitch: array(
      'vim.host.VirtualSwitch',
      network.vswitches.map((vswitch) =>
        object('vim.host.VirtualSwitch', {
          name: vswitch.name,
          key: `key-vim.host.VirtualSwitch-${vswitch.name}`,
          numPorts: vswitch.numPorts,
          mtu: vswitch.mtu,
          portgroup: array(
            'string',
            vswitch.portgroups.map((one) => `key-vim.host.PortGroup-${one.name}`),
          ),
          pnic: array(
            'string',
            vswitch.uplinks.map((one) => `key-vim.host.PhysicalNic-${one}`),
          ),
          spec: object('vim.host.VirtualSwitch.Specification', {
            numPorts: vswitch.numPorts,
            bridge:
              vswitch.uplinks.length === 0
                ? null
                : object('vim.host.VirtualSwitch.BondBridge', {
                    nicDevice: array('string', vswitch.uplinks),
                    linkDiscoveryProtocolConfig: object('vim.host.LinkDiscoveryProtocolConfig', {
                      protocol: 'cdp',
                      operation: vswitch.cdp,
                    }),
                  }),
            policy: policyObject(vswitch.policy),
            mtu: vswitch.mtu,
          }),
        }),
      ),
    ),
    portgroup: array(
      'vim.host.PortGroup',
      network.vswitches.flatMap((vswitch) =>
        vswitch.portgroups.map((portgroup) =>
          object('vim.host.PortGroup', {
            key: `key-vim.host.PortGroup-${portgroup.name}`,
            vswitch: `key-vim.host.VirtualSwitch-${vswitch.name}`,
            spec: object('vim.host.PortGroup.Specification', {
              name: portgroup.name,
              vlanId: portgroup.vlanId,
              vswitchName: vswitch.name,
              policy: policyObject(portgroup.policy),
            }),
          }),
        ),
      ),
    ),
    pnic: array(
      'vim.host.PhysicalNic',
      network.pnics.map((pnic) => pnicObject(ctx, pnic.name)),
    ),
    vnic: array(
      'vim.host.VirtualNic',
      network.vmknics.map((vmknic) => vnicObject(ctx, vmknic.name)),
    ),
    dnsConfig: dnsObject(ctx),
    ipRouteConfig: object('vim.host.IpRouteConfig', {
      defaultGateway: gatewayOf(ctx),
      ipV6DefaultGateway: network.defaultGateway6 === '' ? null : network.defaultGateway6,
    }),
    ipV6Enabled: ctx.host.runtime.ipv6Enabled,
    atBootIpV6Enabled: network.ipv6Enabled,
  });
}

export function pnicObject(ctx: CommandContext, name: string): DataObject {
  const pnic = ctx.host.config.network.pnics.find((one) => one.name === name);
  const up = ctx.host.runtime.nics.find((one) => one.name === name)?.up === true && pnic?.up !== false;
  return object('vim.host.PhysicalNic', {
    key: `key-vim.host.PhysicalNic-${name}`,
    device: name,
    driver: 'virtio_net',
    linkSpeed: up
      ? object('vim.host.PhysicalNic.LinkSpeedDuplex', {
          speedMb: pnic?.speed ?? 1000,
          duplex: pnic?.duplex !== 'half',
        })
      : null,
    mac: pnic?.mac ?? '',
    autoNegotiateSupported: true,
    resourcePoolSchedulerAllowed: true,
  });
}

export function vnicObject(ctx: CommandContext, name: string): DataObject {
  const vmknic = ctx.host.config.network.vmknics.find((one) => one.name === name);
  const lease = ctx.host.runtime.leases.find((one) => one.vmknic === name);
  const isDhcp = vmknic?.ipv4.type === 'dhcp';
  return object('vim.host.VirtualNic', {
    device: name,
    key: `key-vim.host.VirtualNic-${name}`,
    portgroup: vmknic?.portgroup ?? '',
    spec: object('vim.host.VirtualNic.Specification', {
      ip: object('vim.host.IpConfig', {
        dhcp: isDhcp,
        ipAddress: (isDhcp ? lease?.address : vmknic?.ipv4.address) || null,
        subnetMask: (isDhcp ? lease?.netmask : vmknic?.ipv4.netmask) || null,
        ipV6Config: null,
      }),
      mac: vmknic?.mac ?? '',
      distributedVirtualPort: null,
      portgroup: vmknic?.portgroup ?? '',
      mtu: vmknic?.mtu ?? 1500,
      tsoEnabled: true,
    }),
  });
}

export function dnsObject(ctx: CommandContext): DataObject {
  const resolv = ctx.system.files.readText('/etc/resolv.conf') ?? '';
  const words = (key: string): string[] =>
    [...resolv.matchAll(new RegExp(`^${key}\\s+(.*)$`, 'gm'))].flatMap((found) => (found[1] ?? '').trim().split(/\s+/));
  const dhcp = ctx.host.config.network.vmknics.find((one) => one.ipv4.type === 'dhcp' && one.ipv4.dhcpDns);
  return object('vim.host.DnsConfig', {
    dhcp: dhcp !== undefined,
    virtualNicDevice: dhcp?.name ?? null,
    hostName: ctx.host.config.hostName,
    domainName: ctx.host.config.domain,
    address: array('string', words('nameserver')),
    searchDomain: array('string', words('search')),
  });
}

/** The default gateway in force: configured, or from a lease. */
export function gatewayOf(ctx: CommandContext): string | null {
  const { network } = ctx.host.config;
  if (network.defaultGateway !== '') return network.defaultGateway;
  return ctx.host.runtime.leases.find((one) => one.gateway !== '')?.gateway ?? null;
}
