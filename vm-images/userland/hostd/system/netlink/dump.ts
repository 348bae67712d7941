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
import { contentLength, indexAttributes, macAt, type Reply, RequestBuilder, textAt, type Words } from './message.ts';
import type { NetlinkSocket } from './socket.ts';

const DUMP = k.NLM_F_REQUEST | k.NLM_F_DUMP;

/** Reused for every message: positions of the attributes we look at. */
const attributes = new Int32Array(32);
const nested = new Int32Array(8);
const innermost = new Int32Array(8);

/** Links by index, with the VLANs of bridge ports. */
export function dumpLinks(socket: NetlinkSocket): Map<number, LinkState> {
  const links = new Map<number, LinkState>();
  const refs: { link: LinkState; parent: number; master: number }[] = [];
  const request = linkQuery(DUMP, k.AF_UNSPEC, 0).attrU32(k.IFLA_EXT_MASK, k.RTEXT_FILTER_SKIP_STATS);
  socket.query(request, 'listing links', (reply) => {
    if (reply.type !== k.RTM_NEWLINK) return;
    const found = readLink(reply);
    links.set(found.link.index, found.link);
    refs.push(found);
  });
  let bridges = false;
  for (const { link, parent, master } of refs) {
    if (master !== 0) link.master = links.get(master)?.name ?? '';
    if (link.kind === 'bridge') bridges = true;
    else if (link.kind === 'veth') link.peer = links.get(parent)?.name ?? '';
    else if (link.kind === 'vlan') link.parent = links.get(parent)?.name ?? '';
  }
  if (bridges) dumpVlans(socket, links);
  return links;
}

function linkQuery(flags: number, family: number, index: number): RequestBuilder {
  return new RequestBuilder(k.RTM_GETLINK, flags).u8(family).u8(0).u16(0).u32(index).u32(0).u32(0);
}

function readLink({ words, start, end }: Reply): { link: LinkState; parent: number; master: number } {
  const { u16, u32 } = words;
  const flags = u32[(start + 8) >> 2]!;
  const at = indexAttributes(words, start + 16, end, attributes);
  const name = at[k.IFLA_IFNAME]!;
  const mac = at[k.IFLA_ADDRESS]!;
  const link: LinkState = {
    index: u32[(start + 4) >> 2]!,
    name: textAt(words, name, contentLength(words, name)),
    // ARPHRD_LOOPBACK
    kind: u16[(start + 2) >> 1] === 772 ? 'loopback' : 'other',
    mac: mac < 0 || contentLength(words, mac) !== 6 ? '' : macAt(words, mac),
    mtu: number(words, at[k.IFLA_MTU]!),
    up: (flags & k.IFF_UP) !== 0,
    running: (flags & k.IFF_RUNNING) !== 0,
    promiscuous: (flags & k.IFF_PROMISC) !== 0,
  };
  const parent = number(words, at[k.IFLA_LINK]!);
  const master = number(words, at[k.IFLA_MASTER]!);
  const info = at[k.IFLA_LINKINFO]!;
  if (info >= 0) readLinkInfo(words, info, link);
  return { link, parent, master };
}

function number({ u32 }: Words, at: number): number {
  return at < 0 ? 0 : u32[at >> 2]!;
}

const KINDS: readonly LinkKind[] = ['bridge', 'veth', 'vlan', 'dummy'];

function readLinkInfo(words: Words, start: number, link: LinkState): void {
  const at = indexAttributes(words, start, start + contentLength(words, start), nested);
  const kindAt = at[k.IFLA_INFO_KIND]!;
  if (kindAt < 0) return;
  const kind = textAt(words, kindAt, contentLength(words, kindAt));
  link.kind = KINDS.find((candidate) => candidate === kind) ?? 'other';
  const data = at[k.IFLA_INFO_DATA]!;
  if (link.kind !== 'vlan' || data < 0) return;
  const inner = indexAttributes(words, data, data + contentLength(words, data), innermost);
  link.vlanId = words.u16[inner[k.IFLA_VLAN_ID]! >> 1]!;
  const protocol = inner[k.IFLA_VLAN_PROTOCOL]!;
  const value = (words.u8[protocol]! << 8) | words.u8[protocol + 1]!;
  link.vlanProtocol = value === k.ETH_P_8021AD ? '802.1ad' : '802.1q';
}

function dumpVlans(socket: NetlinkSocket, links: Map<number, LinkState>): void {
  const mask = k.RTEXT_FILTER_BRVLAN_COMPRESSED | k.RTEXT_FILTER_SKIP_STATS;
  const request = linkQuery(DUMP, k.AF_BRIDGE, 0).attrU32(k.IFLA_EXT_MASK, mask);
  socket.query(request, 'listing bridge ports', ({ words, start, end }) => {
    const link = links.get(words.u32[(start + 4) >> 2]!);
    if (link === undefined || link.kind === 'bridge') return;
    const spec = indexAttributes(words, start + 16, end, attributes)[k.IFLA_AF_SPEC]!;
    link.vlans = spec < 0 ? [] : readVlans(words, spec, spec + contentLength(words, spec));
  });
}

/** The same attribute repeated: flags and VLAN, a range as its two ends. */
function readVlans({ u16 }: Words, start: number, end: number): VlanRange[] {
  const vlans: VlanRange[] = [];
  let begin = 0;
  for (let at = start; at + 8 <= end; at += (u16[at >> 1]! + 3) & ~3) {
    if (u16[at >> 1]! < 4) break;
    if ((u16[(at >> 1) + 1]! & 0x3fff) !== k.IFLA_BRIDGE_VLAN_INFO) continue;
    const flags = u16[(at >> 1) + 2]!;
    const id = u16[(at >> 1) + 3]!;
    if (flags & k.BRIDGE_VLAN_INFO_RANGE_BEGIN) {
      begin = id;
      continue;
    }
    vlans.push({
      from: flags & k.BRIDGE_VLAN_INFO_RANGE_END ? begin : id,
      to: id,
      pvid: (flags & k.BRIDGE_VLAN_INFO_PVID) !== 0,
      untagged: (flags & k.BRIDGE_VLAN_INFO_UNTAGGED) !== 0,
    });
  }
  return vlans;
}

export function dumpAddresses(socket: NetlinkSocket, links: ReadonlyMap<number, LinkState>): AddressState[] {
  const out: AddressState[] = [];
  const request = new RequestBuilder(k.RTM_GETADDR, DUMP).u8(0).u8(0).u8(0).u8(0).u32(0);
  socket.query(request, 'listing addresses', ({ words, start, end }) => {
    const { u8 } = words;
    const family = familyOf(u8[start]!);
    const link = links.get(words.u32[(start + 4) >> 2]!);
    if (family === null || link === undefined) return;
    const at = indexAttributes(words, start + 8, end, attributes);
    const flags = at[k.IFA_FLAGS]! < 0 ? u8[start + 2]! : number(words, at[k.IFA_FLAGS]!);
    const local = at[k.IFA_LOCAL]!;
    const scope = u8[start + 3]!;
    out.push({
      link: link.name,
      family,
      address: addressAt(words, local < 0 ? at[k.IFA_ADDRESS]! : local, family),
      prefixLength: u8[start + 1]!,
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
  socket.query(request, 'listing routes', ({ words, start, end }) => {
    const { u8 } = words;
    if (u8[start + 4] !== k.RT_TABLE_MAIN || u8[start + 7] !== k.RTN_UNICAST) return;
    const family = familyOf(u8[start]!);
    if (family === null) return;
    const at = indexAttributes(words, start + 12, end, attributes);
    const any = family === 4 ? '0.0.0.0' : '::';
    const gateway = at[k.RTA_GATEWAY]!;
    out.push({
      family,
      destination: at[k.RTA_DST]! < 0 ? any : addressAt(words, at[k.RTA_DST]!, family),
      prefixLength: u8[start + 1]!,
      link: links.get(number(words, at[k.RTA_OIF]!))?.name ?? '',
      protocol: PROTOCOLS[u8[start + 5]!] ?? 'other',
      metric: number(words, at[k.RTA_PRIORITY]!),
      ...(gateway < 0 ? {} : { gateway: addressAt(words, gateway, family) }),
    });
  });
  return out;
}

/** rtm_protocol */
const PROTOCOLS: Record<number, RouteState['protocol']> = { 2: 'kernel', 3: 'boot', 4: 'static', 9: 'ra' };

export function dumpNeighbours(socket: NetlinkSocket, links: ReadonlyMap<number, LinkState>): NeighbourState[] {
  const out: NeighbourState[] = [];
  const request = new RequestBuilder(k.RTM_GETNEIGH, DUMP).u32(0).u32(0).u32(0);
  socket.query(request, 'listing neighbours', ({ words, start, end }) => {
    const family = familyOf(words.u8[start]!);
    const link = links.get(words.u32[(start + 4) >> 2]!);
    if (family === null || link === undefined) return;
    const at = indexAttributes(words, start + 12, end, attributes);
    const mac = at[k.NDA_LLADDR]!;
    out.push({
      link: link.name,
      family,
      address: at[k.NDA_DST]! < 0 ? '' : addressAt(words, at[k.NDA_DST]!, family),
      mac: mac < 0 ? '' : macAt(words, mac),
      state: neighbourState(words.u16[(start + 8) >> 1]!),
      // ndm_confirmed, in USER_HZ ticks of 10 ms.
      ageSeconds: Math.floor(number(words, at[k.NDA_CACHEINFO]!) / 100),
    });
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

function addressAt({ u8 }: Words, at: number, family: 4 | 6): string {
  if (family === 4) {
    return formatIpv4(((u8[at]! << 24) | (u8[at + 1]! << 16) | (u8[at + 2]! << 8) | u8[at + 3]!) >>> 0);
  }
  const groups: number[] = [];
  for (let index = at; index < at + 16; index += 2) groups.push((u8[index]! << 8) | u8[index + 1]!);
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
  socket.query(linkQuery(k.NLM_F_REQUEST, k.AF_UNSPEC, index), 'reading statistics', ({ words, start, end }) => {
    const at = indexAttributes(words, start + 16, end, attributes)[k.IFLA_STATS64]!;
    if (at < 0) return;
    const { u32 } = words;
    const counter = (position: number): number => {
      const word = (at >> 2) + position * 2;
      return u32[word]! + u32[word + 1]! * 2 ** 32;
    };
    stats = Object.fromEntries(STATS.map((name, position) => [name, counter(position)])) as unknown as LinkStats;
  });
  return stats;
}
