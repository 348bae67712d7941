import * as native from 'native';
import { broadcastOf, parseIpv4, parseIpv6 } from '../../../model/ip.ts';
import type { NetworkOperation } from '../../../model/network-state.ts';
import { SystemError } from '../../../model/system.ts';
import * as k from './constants.ts';
import { RequestBuilder } from './message.ts';
import type { NetlinkSocket } from './socket.ts';

const CHANGE = k.NLM_F_REQUEST | k.NLM_F_ACK;
const CREATE = CHANGE | k.NLM_F_CREATE | k.NLM_F_EXCL;

/** Carries out one operation (not `sysctl`). What is already so, or already gone, is fine. */
export function execute(socket: NetlinkSocket, operation: NetworkOperation): void {
  switch (operation.do) {
    case 'add-bridge':
      addBridge(socket, operation.name, operation.mac);
      return;
    case 'add-veth':
      addVeth(socket, operation.name, operation.peer, operation.mac);
      return;
    case 'add-vlan':
      addVlan(socket, operation);
      return;
    case 'delete-link':
      tolerate('ENODEV', () =>
        socket.change(link(k.RTM_DELLINK, CHANGE, indexOf(operation.name)), `deleting ${operation.name}`),
      );
      return;
    case 'rename-link':
      // Only a link that is down can be renamed.
      socket.change(link(k.RTM_NEWLINK, CHANGE, indexOf(operation.name), 0, k.IFF_UP), `stopping ${operation.name}`);
      socket.change(
        link(k.RTM_NEWLINK, CHANGE, indexOf(operation.name)).attrText(k.IFLA_IFNAME, operation.to),
        `renaming ${operation.name}`,
      );
      return;
    case 'set-link':
      setLink(socket, operation);
      return;
    case 'set-master':
      {
        const master = operation.master === null ? 0 : indexOf(operation.master);
        const request = link(k.RTM_NEWLINK, CHANGE, indexOf(operation.name)).attrU32(k.IFLA_MASTER, master);
        socket.change(request, `attaching ${operation.name}`);
      }
      return;
    case 'add-port-vlan':
      socket.change(portVlans(k.RTM_SETLINK, operation), `VLAN ${operation.from} on ${operation.name}`);
      return;
    case 'delete-port-vlan':
      socket.change(
        portVlans(k.RTM_DELLINK, { ...operation, pvid: false, untagged: false }),
        `VLAN ${operation.from} off ${operation.name}`,
      );
      return;
    case 'add-address':
    case 'delete-address':
      changeAddress(socket, operation);
      return;
    case 'add-route':
    case 'delete-route':
      changeRoute(socket, operation);
      return;
    case 'set-shaping':
      setShaping(socket, operation);
      return;
    default:
      throw new SystemError('EINVAL', `not a netlink operation: ${operation.do}`);
  }
}

function tolerate(errno: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === errno)) throw error;
  }
}

export function indexOf(name: string): number {
  try {
    return native.ifIndex(name);
  } catch {
    throw new SystemError('ENODEV', `${name}: no such interface`);
  }
}

function link(type: number, flags: number, index: number, changed = 0, mask = 0): RequestBuilder {
  return new RequestBuilder(type, flags).u8(0).u8(0).u16(0).u32(index).u32(changed).u32(mask);
}

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16));
}

function withMac(request: RequestBuilder, mac: string): RequestBuilder {
  return mac === '' ? request : request.attrBytes(k.IFLA_ADDRESS, macBytes(mac));
}

/** No spanning tree, no multicast snooping, and ports start in no VLAN at all. */
function addBridge(socket: NetlinkSocket, name: string, mac: string): void {
  const request = withMac(link(k.RTM_NEWLINK, CREATE, 0).attrText(k.IFLA_IFNAME, name), mac);
  request.nest(k.IFLA_LINKINFO, () => {
    request.attrText(k.IFLA_INFO_KIND, 'bridge').nest(k.IFLA_INFO_DATA, () => {
      request
        .attrU32(k.IFLA_BR_FORWARD_DELAY, 0)
        .attrU32(k.IFLA_BR_STP_STATE, 0)
        .attrU8(k.IFLA_BR_VLAN_FILTERING, 1)
        .attrU16(k.IFLA_BR_VLAN_DEFAULT_PVID, 0);
    });
  });
  tolerate('EEXIST', () => socket.change(request, `adding bridge ${name}`));
}

function addVeth(socket: NetlinkSocket, name: string, peer: string, mac: string): void {
  const request = withMac(link(k.RTM_NEWLINK, CREATE, 0).attrText(k.IFLA_IFNAME, name), mac);
  request.nest(k.IFLA_LINKINFO, () => {
    request.attrText(k.IFLA_INFO_KIND, 'veth').nest(k.IFLA_INFO_DATA, () => {
      request.nest(k.VETH_INFO_PEER, () => {
        request.u32(0).u32(0).u32(0).u32(0).attrText(k.IFLA_IFNAME, peer);
      });
    });
  });
  tolerate('EEXIST', () => socket.change(request, `adding interface ${name}`));
}

function addVlan(socket: NetlinkSocket, operation: NetworkOperation & { do: 'add-vlan' }): void {
  const request = withMac(
    link(k.RTM_NEWLINK, CREATE, 0)
      .attrText(k.IFLA_IFNAME, operation.name)
      .attrU32(k.IFLA_LINK, indexOf(operation.parent)),
    operation.mac,
  );
  request.nest(k.IFLA_LINKINFO, () => {
    request.attrText(k.IFLA_INFO_KIND, 'vlan').nest(k.IFLA_INFO_DATA, () => {
      request.attrU16(k.IFLA_VLAN_ID, operation.vlanId).attrBe16(k.IFLA_VLAN_PROTOCOL, k.ETH_P_8021AD);
    });
  });
  tolerate('EEXIST', () => socket.change(request, `adding adapter ${operation.name}`));
}

function setLink(socket: NetlinkSocket, operation: NetworkOperation & { do: 'set-link' }): void {
  let flags = 0;
  let mask = 0;
  if (operation.up !== undefined) {
    mask |= k.IFF_UP;
    if (operation.up) flags |= k.IFF_UP;
  }
  if (operation.promiscuous !== undefined) {
    mask |= k.IFF_PROMISC;
    if (operation.promiscuous) flags |= k.IFF_PROMISC;
  }
  const request = link(k.RTM_NEWLINK, CHANGE, indexOf(operation.name), flags, mask);
  if (operation.mtu !== undefined) request.attrU32(k.IFLA_MTU, operation.mtu);
  socket.change(withMac(request, operation.mac ?? ''), `changing ${operation.name}`);
}

interface PortVlans {
  name: string;
  from: number;
  to: number;
  pvid: boolean;
  untagged: boolean;
}

function portVlans(type: number, { name, from, to, pvid, untagged }: PortVlans): RequestBuilder {
  const request = new RequestBuilder(type, CHANGE).u8(k.AF_BRIDGE).u8(0).u16(0).u32(indexOf(name)).u32(0).u32(0);
  const flags = (pvid ? k.BRIDGE_VLAN_INFO_PVID : 0) | (untagged ? k.BRIDGE_VLAN_INFO_UNTAGGED : 0);
  const entry = (id: number, range: number): void => {
    request.attrU32(k.IFLA_BRIDGE_VLAN_INFO, flags | range | (id << 16));
  };
  return request.nest(k.IFLA_AF_SPEC, () => {
    if (from === to) entry(from, 0);
    else {
      entry(from, k.BRIDGE_VLAN_INFO_RANGE_BEGIN);
      entry(to, k.BRIDGE_VLAN_INFO_RANGE_END);
    }
  });
}

function addressBytes(family: 4 | 6, text: string): Uint8Array {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  if (family === 4) {
    const value = parseIpv4(text);
    if (value === null) throw new SystemError('EINVAL', `${text}: not an IPv4 address`);
    view.setUint32(0, value, false);
  } else {
    const groups = parseIpv6(text);
    if (groups === null) throw new SystemError('EINVAL', `${text}: not an IPv6 address`);
    for (let index = 0; index < 8; index++) view.setUint16(index * 2, groups[index]!, false);
  }
  return bytes;
}

function familyNumber(family: 4 | 6): number {
  return family === 4 ? k.AF_INET : k.AF_INET6;
}

function changeAddress(
  socket: NetlinkSocket,
  operation: NetworkOperation & { do: 'add-address' | 'delete-address' },
): void {
  const adding = operation.do === 'add-address';
  const { family, address, prefixLength } = operation;
  const bytes = addressBytes(family, address);
  const request = new RequestBuilder(adding ? k.RTM_NEWADDR : k.RTM_DELADDR, adding ? CREATE : CHANGE)
    .u8(familyNumber(family))
    .u8(prefixLength)
    .u8(0)
    .u8(0)
    .u32(indexOf(operation.link))
    .attrBytes(k.IFA_LOCAL, bytes)
    .attrBytes(k.IFA_ADDRESS, bytes);
  if (adding && family === 4 && prefixLength < 31) {
    request.attrBytes(k.IFA_BROADCAST, addressBytes(4, broadcastOf(address, prefixLength)));
  }
  const what = `${adding ? 'adding' : 'removing'} address ${address} on ${operation.link}`;
  tolerate(adding ? 'EEXIST' : 'EADDRNOTAVAIL', () => socket.change(request, what));
}

function changeRoute(socket: NetlinkSocket, operation: NetworkOperation & { do: 'add-route' | 'delete-route' }): void {
  const adding = operation.do === 'add-route';
  const { family, destination, prefixLength, gateway } = operation;
  const flags = adding ? CHANGE | k.NLM_F_CREATE | k.NLM_F_REPLACE : CHANGE;
  const request = new RequestBuilder(adding ? k.RTM_NEWROUTE : k.RTM_DELROUTE, flags)
    .u8(familyNumber(family))
    .u8(prefixLength)
    .u8(0)
    .u8(0)
    .u8(k.RT_TABLE_MAIN)
    // RTPROT_STATIC marks the routes as ours.
    .u8(4)
    .u8(0)
    .u8(k.RTN_UNICAST)
    .u32(0)
    .attrBytes(k.RTA_GATEWAY, addressBytes(family, gateway));
  if (prefixLength > 0) request.attrBytes(k.RTA_DST, addressBytes(family, destination));
  if (adding && operation.link !== undefined) request.attrU32(k.RTA_OIF, indexOf(operation.link));
  const what = `${adding ? 'adding' : 'removing'} route ${destination}/${prefixLength} via ${gateway}`;
  tolerate(adding ? 'EEXIST' : 'ESRCH', () => socket.change(request, what));
}

/** How long packets may wait before they are dropped. */
const SHAPING_WAIT_SECONDS = 0.4;

/** A token bucket at the root of the interface, or none. Linklayer given: the kernel needs no rate table. */
function setShaping(socket: NetlinkSocket, operation: NetworkOperation & { do: 'set-shaping' }): void {
  const { link: name, averageKbps, burstKiB } = operation;
  const root = (type: number, flags: number): RequestBuilder =>
    new RequestBuilder(type, flags).u32(0).u32(indexOf(name)).u32(0).u32(k.TC_H_ROOT).u32(0);
  if (averageKbps === 0) {
    tolerate('ENOENT', () => socket.change(root(k.RTM_DELQDISC, CHANGE), `unshaping ${name}`));
    return;
  }
  const rate = Math.round((averageKbps * 1000) / 8);
  const burst = burstKiB * 1024;
  const limit = Math.min(burst + Math.round(rate * SHAPING_WAIT_SECONDS), 0x7fffffff);
  const request = root(k.RTM_NEWQDISC, CHANGE | k.NLM_F_CREATE | k.NLM_F_REPLACE).attrText(k.TCA_KIND, 'tbf');
  request.nest(k.TCA_OPTIONS, () => {
    // struct tc_tbf_qopt: rate and peak rate (tc_ratespec, 12 bytes each), limit, buffer, mtu.
    const parameters = new Uint8Array(36);
    const view = new DataView(parameters.buffer);
    view.setUint8(1, k.TC_LINKLAYER_ETHERNET);
    view.setUint32(8, rate, true);
    view.setUint32(24, limit, true);
    request.attrBytes(k.TCA_TBF_PARMS, parameters).attrU32(k.TCA_TBF_BURST, burst);
  });
  socket.change(request, `shaping ${name}`);
}
