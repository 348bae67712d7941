import { formatIpv4, formatIpv6 } from '../../../model/ip.ts';
import type {
  AddressState,
  LinkKind,
  LinkState,
  LinkStats,
  NeighbourState,
  RouteState,
  VlanRange,
} from '../../../model/network-state.ts';
import * as k from './constants.ts';
import { eachAttribute, macAt, type Reply, RequestBuilder, textAt } from './message.ts';
import type { NetlinkSocket } from './socket.ts';

const DUMP = k.NLM_F_REQUEST | k.NLM_F_DUMP;

/** Links by index, with the VLANs of bridge ports. */
export function dumpLinks(socket: NetlinkSocket): Map<number, LinkState> {
  const links = new Map<number, LinkState>();
  const raw = new Map<number, { parent: number; master: number }>();
  const request = linkQuery(DUMP, k.AF_UNSPEC, 0).attrU32(k.IFLA_EXT_MASK, k.RTEXT_FILTER_SKIP_STATS);
  socket.query(request, 'listing links', (reply) => {
    if (reply.type !== k.RTM_NEWLINK) return;
    const parent = { parent: 0, master: 0 };
    const link = readLink(reply, parent);
    links.set(link.index, link);
    raw.set(link.index, parent);
  });
  for (const [index, { parent, master }] of raw) {
    const link = links.get(index)!;
    const masterLink = links.get(master);
    if (masterLink !== undefined) link.master = masterLink.name;
    const parentLink = links.get(parent);
    if (parentLink === undefined) continue;
    if (link.kind === 'veth') link.peer = parentLink.name;
    else if (link.kind === 'vlan') link.parent = parentLink.name;
  }
  if ([...links.values()].some((link) => link.kind === 'bridge')) dumpVlans(socket, links);
  return links;
}

function linkQuery(flags: number, family: number, index: number): RequestBuilder {
  return new RequestBuilder(k.RTM_GETLINK, flags).u8(family).u8(0).u16(0).u32(index).u32(0).u32(0);
}

function readLink({ view, start, end }: Reply, refs: { parent: number; master: number }): LinkState {
  const flags = view.getUint32(start + 8, true);
  const link: LinkState = {
    index: view.getInt32(start + 4, true),
    name: '',
    // ARPHRD_LOOPBACK
    kind: view.getUint16(start + 2, true) === 772 ? 'loopback' : 'other',
    mac: '',
    mtu: 0,
    up: (flags & k.IFF_UP) !== 0,
    running: (flags & k.IFF_RUNNING) !== 0,
    promiscuous: (flags & k.IFF_PROMISC) !== 0,
  };
  eachAttribute(view, start + 16, end, (type, at, length) => {
    if (type === k.IFLA_IFNAME) link.name = textAt(view, at, length);
    else if (type === k.IFLA_ADDRESS) link.mac = macAt(view, at, length);
    else if (type === k.IFLA_MTU) link.mtu = view.getUint32(at, true);
    else if (type === k.IFLA_LINK) refs.parent = view.getUint32(at, true);
    else if (type === k.IFLA_MASTER) refs.master = view.getUint32(at, true);
    else if (type === k.IFLA_LINKINFO) readLinkInfo(view, at, at + length, link);
  });
  return link;
}

const KINDS: readonly LinkKind[] = ['bridge', 'veth', 'vlan', 'dummy'];

function readLinkInfo(view: DataView, start: number, end: number, link: LinkState): void {
  eachAttribute(view, start, end, (type, at, length) => {
    if (type === k.IFLA_INFO_KIND) {
      const kind = textAt(view, at, length);
      link.kind = KINDS.find((candidate) => candidate === kind) ?? 'other';
    } else if (type === k.IFLA_INFO_DATA && link.kind === 'vlan') {
      eachAttribute(view, at, at + length, (inner, innerAt) => {
        if (inner === k.IFLA_VLAN_ID) link.vlanId = view.getUint16(innerAt, true);
        else if (inner === k.IFLA_VLAN_PROTOCOL) {
          link.vlanProtocol = view.getUint16(innerAt, false) === k.ETH_P_8021AD ? '802.1ad' : '802.1q';
        }
      });
    }
  });
}

function dumpVlans(socket: NetlinkSocket, links: Map<number, LinkState>): void {
  const mask = k.RTEXT_FILTER_BRVLAN_COMPRESSED | k.RTEXT_FILTER_SKIP_STATS;
  const request = linkQuery(DUMP, k.AF_BRIDGE, 0).attrU32(k.IFLA_EXT_MASK, mask);
  socket.query(request, 'listing bridge ports', ({ view, start, end }) => {
    const link = links.get(view.getInt32(start + 4, true));
    if (link === undefined || link.kind === 'bridge') return;
    const vlans: VlanRange[] = [];
    eachAttribute(view, start + 16, end, (type, at, length) => {
      if (type === k.IFLA_AF_SPEC) readVlans(view, at, at + length, vlans);
    });
    link.vlans = vlans;
  });
}

function readVlans(view: DataView, start: number, end: number, out: VlanRange[]): void {
  let begin = 0;
  eachAttribute(view, start, end, (type, at) => {
    if (type !== k.IFLA_BRIDGE_VLAN_INFO) return;
    const flags = view.getUint16(at, true);
    const id = view.getUint16(at + 2, true);
    if (flags & k.BRIDGE_VLAN_INFO_RANGE_BEGIN) {
      begin = id;
      return;
    }
    out.push({
      from: flags & k.BRIDGE_VLAN_INFO_RANGE_END ? begin : id,
      to: id,
      pvid: (flags & k.BRIDGE_VLAN_INFO_PVID) !== 0,
      untagged: (flags & k.BRIDGE_VLAN_INFO_UNTAGGED) !== 0,
    });
  });
}

export function dumpAddresses(socket: NetlinkSocket, links: ReadonlyMap<number, LinkState>): AddressState[] {
  const out: AddressState[] = [];
  const request = new RequestBuilder(k.RTM_GETADDR, DUMP).u8(0).u8(0).u8(0).u8(0).u32(0);
  socket.query(request, 'listing addresses', ({ view, start, end }) => {
    const family = familyOf(view.getUint8(start));
    const link = links.get(view.getUint32(start + 4, true));
    if (family === null || link === undefined) return;
    const scope = view.getUint8(start + 3);
    let flags = view.getUint8(start + 2);
    let address = '';
    let local = '';
    eachAttribute(view, start + 8, end, (type, at) => {
      if (type === k.IFA_ADDRESS) address = addressAt(view, at, family);
      else if (type === k.IFA_LOCAL) local = addressAt(view, at, family);
      else if (type === k.IFA_FLAGS) flags = view.getUint32(at, true);
    });
    out.push({
      link: link.name,
      family,
      address: local || address,
      prefixLength: view.getUint8(start + 1),
      scope: scope === 0 ? 'global' : scope === 253 ? 'link' : 'host',
      dynamic: (flags & k.IFA_F_PERMANENT) === 0,
      tentative: (flags & (k.IFA_F_TENTATIVE | k.IFA_F_DADFAILED)) !== 0,
    });
  });
  return out;
}

export function dumpRoutes(socket: NetlinkSocket, links: ReadonlyMap<number, LinkState>): RouteState[] {
  const out: RouteState[] = [];
  const request = new RequestBuilder(k.RTM_GETROUTE, DUMP).u32(0).u32(0).u32(0);
  socket.query(request, 'listing routes', ({ view, start, end }) => {
    const family = familyOf(view.getUint8(start));
    const isOurs = view.getUint8(start + 4) === k.RT_TABLE_MAIN && view.getUint8(start + 7) === k.RTN_UNICAST;
    if (family === null || !isOurs) return;
    const route: RouteState = {
      family,
      destination: family === 4 ? '0.0.0.0' : '::',
      prefixLength: view.getUint8(start + 1),
      link: '',
      protocol: protocolOf(view.getUint8(start + 5)),
      metric: 0,
    };
    eachAttribute(view, start + 12, end, (type, at) => {
      if (type === k.RTA_DST) route.destination = addressAt(view, at, family);
      else if (type === k.RTA_GATEWAY) route.gateway = addressAt(view, at, family);
      else if (type === k.RTA_OIF) route.link = links.get(view.getUint32(at, true))?.name ?? '';
      else if (type === k.RTA_PRIORITY) route.metric = view.getUint32(at, true);
    });
    out.push(route);
  });
  return out;
}

function protocolOf(value: number): RouteState['protocol'] {
  switch (value) {
    case 2:
      return 'kernel';
    case 3:
      return 'boot';
    case 4:
      return 'static';
    case 9:
      return 'ra';
    default:
      return 'other';
  }
}

export function dumpNeighbours(socket: NetlinkSocket, links: ReadonlyMap<number, LinkState>): NeighbourState[] {
  const out: NeighbourState[] = [];
  const request = new RequestBuilder(k.RTM_GETNEIGH, DUMP).u32(0).u32(0).u32(0);
  socket.query(request, 'listing neighbours', ({ view, start, end }) => {
    const family = familyOf(view.getUint8(start));
    const link = links.get(view.getInt32(start + 4, true));
    if (family === null || link === undefined) return;
    const neighbour: NeighbourState = {
      link: link.name,
      family,
      address: '',
      mac: '',
      state: neighbourState(view.getUint16(start + 8, true)),
      ageSeconds: 0,
    };
    eachAttribute(view, start + 12, end, (type, at, length) => {
      if (type === k.NDA_DST) neighbour.address = addressAt(view, at, family);
      else if (type === k.NDA_LLADDR) neighbour.mac = macAt(view, at, length);
      // ndm_confirmed, in USER_HZ ticks of 10 ms.
      else if (type === k.NDA_CACHEINFO) neighbour.ageSeconds = Math.floor(view.getUint32(at, true) / 100);
    });
    out.push(neighbour);
  });
  return out;
}

function neighbourState(value: number): NeighbourState['state'] {
  if (value & 0x01) return 'incomplete';
  if (value & 0x02) return 'reachable';
  if (value & 0x04) return 'stale';
  if (value & 0x08) return 'delay';
  if (value & 0x10) return 'probe';
  if (value & 0x20) return 'failed';
  return value & 0x80 ? 'permanent' : 'noarp';
}

function familyOf(value: number): 4 | 6 | null {
  return value === k.AF_INET ? 4 : value === k.AF_INET6 ? 6 : null;
}

function addressAt(view: DataView, at: number, family: 4 | 6): string {
  if (family === 4) return formatIpv4(view.getUint32(at, false));
  const groups: number[] = [];
  for (let index = 0; index < 8; index++) groups.push(view.getUint16(at + index * 2, false));
  return formatIpv6(groups);
}

/** Members of `struct rtnl_link_stats64` in order. */
const STATS = [
  'rxPackets',
  'txPackets',
  'rxBytes',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
  'multicast',
  'collisions',
  'rxLengthErrors',
  'rxOverErrors',
  'rxCrcErrors',
  'rxFrameErrors',
  'rxFifoErrors',
  'rxMissedErrors',
  'txAbortedErrors',
  'txCarrierErrors',
  'txFifoErrors',
  'txHeartbeatErrors',
  'txWindowErrors',
] as const satisfies readonly (keyof LinkStats)[];

export function readStats(socket: NetlinkSocket, index: number): LinkStats | null {
  let stats: LinkStats | null = null;
  socket.query(linkQuery(k.NLM_F_REQUEST, k.AF_UNSPEC, index), 'reading statistics', ({ view, start, end }) => {
    eachAttribute(view, start + 16, end, (type, at) => {
      if (type !== k.IFLA_STATS64) return;
      stats = Object.fromEntries(
        STATS.map((name, position) => [
          name,
          view.getUint32(at + position * 8, true) + view.getUint32(at + position * 8 + 4, true) * 2 ** 32,
        ]),
      ) as unknown as LinkStats;
    });
  });
  return stats;
}
