import type { DesiredLink, NetworkPlan } from './network-plan.ts';
import { WIRE_LINK } from './network-plan.ts';
import type { LinkState, NetworkOperation, NetworkState, VlanRange } from './network-state.ts';

/**
 * The steps from what the kernel has to what the plan wants; none when they agree. Only links of our own kinds are
 * ever deleted: bridges, veth pairs, VLAN devices on the wire link.
 *
 * @param sysctl Reads one kernel parameter.
 */
export function diffNetwork(
  state: NetworkState,
  plan: NetworkPlan,
  sysctl: (name: string) => string | null,
): NetworkOperation[] {
  const current = new Map(state.links.map((link) => [link.name, link]));
  const operations: NetworkOperation[] = [];
  deleteStale(state.links, plan, current, operations);
  for (const link of plan.links) createMissing(link, current, operations);
  for (const link of plan.links) placePort(link, current.get(link.name), operations);
  for (const link of plan.links) adjust(link, current.get(link.name), operations);
  for (const [name, value] of Object.entries(plan.sysctls)) {
    if (sysctl(name) !== value) operations.push({ do: 'sysctl', name, value });
  }
  diffAddresses(state, plan, current, operations);
  diffRoutes(state, plan, operations);
  return operations;
}

function isOurs(link: LinkState): boolean {
  return (
    (link.kind === 'bridge' || link.kind === 'veth' || (link.kind === 'vlan' && link.parent === WIRE_LINK)) &&
    link.name !== WIRE_LINK
  );
}

function fits(link: LinkState, wanted: DesiredLink): boolean {
  return link.kind === wanted.kind && (wanted.vlanId === undefined || link.vlanId === wanted.vlanId);
}

function deleteStale(
  links: readonly LinkState[],
  plan: NetworkPlan,
  current: Map<string, LinkState>,
  operations: NetworkOperation[],
): void {
  for (const link of links) {
    if (!isOurs(link) || !current.has(link.name)) continue;
    const wanted = plan.links.find((candidate) => candidate.name === link.name);
    if (wanted !== undefined && fits(link, wanted)) continue;
    operations.push({ do: 'delete-link', name: link.name });
    current.delete(link.name);
    // The other end of a veth pair goes with it.
    const peer = link.kind === 'veth' ? (link.peer ?? peerName(link.name)) : undefined;
    if (peer !== undefined) current.delete(peer);
  }
}

function peerName(name: string): string {
  return name.startsWith('p.') ? name.slice(2) : `p.${name}`;
}

function createMissing(link: DesiredLink, current: Map<string, LinkState>, operations: NetworkOperation[]): void {
  if (current.has(link.name)) return;
  const fresh = (name: string, mac: string): void => {
    current.set(name, {
      index: 0,
      name,
      kind: link.kind,
      mac,
      // Not known yet: a VLAN device starts with its parent's.
      mtu: 0,
      up: false,
      running: false,
      promiscuous: false,
      vlans: [],
    });
  };
  if (link.kind === 'bridge') operations.push({ do: 'add-bridge', name: link.name, mac: link.mac });
  else if (link.kind === 'vlan') {
    operations.push({ do: 'add-vlan', name: link.name, parent: WIRE_LINK, vlanId: link.vlanId ?? 0, mac: link.mac });
  } else {
    operations.push({ do: 'add-veth', name: link.name, peer: link.peer ?? '', mac: link.mac });
    fresh(link.peer ?? '', '');
  }
  fresh(link.name, link.mac);
}

function placePort(link: DesiredLink, now: LinkState | undefined, operations: NetworkOperation[]): void {
  if (link.kind === 'bridge') return;
  let vlans = now?.vlans ?? [];
  if (now?.master !== link.master) {
    operations.push({ do: 'set-master', name: link.name, master: link.master ?? null });
    vlans = [];
  }
  if (link.vlans === undefined) return;
  const same = (a: VlanRange, b: VlanRange): boolean =>
    a.from === b.from && a.to === b.to && a.pvid === b.pvid && a.untagged === b.untagged;
  for (const range of vlans) {
    if (link.vlans.some((wanted) => same(wanted, range))) continue;
    operations.push({ do: 'delete-port-vlan', name: link.name, from: range.from, to: range.to });
  }
  for (const range of link.vlans) {
    if (vlans.some((present) => same(present, range))) continue;
    operations.push({ do: 'add-port-vlan', name: link.name, ...range });
  }
}

function adjust(link: DesiredLink, now: LinkState | undefined, operations: NetworkOperation[]): void {
  const change: NetworkOperation = { do: 'set-link', name: link.name };
  if (now?.mtu !== link.mtu) change.mtu = link.mtu;
  if (link.mac !== '' && now?.mac !== link.mac) change.mac = link.mac;
  if (now?.up !== link.up) change.up = link.up;
  if (Object.keys(change).length > 2) operations.push(change);
}

function diffAddresses(
  state: NetworkState,
  plan: NetworkPlan,
  current: ReadonlyMap<string, LinkState>,
  operations: NetworkOperation[],
): void {
  const key = (item: { link: string; address: string; prefixLength: number }): string =>
    `${item.link} ${item.address}/${item.prefixLength}`;
  const wanted = new Set(plan.addresses.map(key));
  const present = new Set<string>();
  const managed = new Set(plan.links.filter((link) => link.name.startsWith('vmk')).map((link) => link.name));
  for (const address of state.addresses) {
    // Addresses of a deleted link are gone with it.
    if (!managed.has(address.link) || current.get(address.link)?.index === 0) continue;
    if (address.dynamic || (address.family === 6 && address.scope === 'link')) continue;
    if (wanted.has(key(address))) present.add(key(address));
    else {
      const { link, family, prefixLength } = address;
      operations.push({ do: 'delete-address', link, family, address: address.address, prefixLength });
    }
  }
  for (const address of plan.addresses) {
    if (!present.has(key(address))) operations.push({ do: 'add-address', ...address });
  }
}

/** Any change of links or addresses may have cost routes, so ours are compared after them by asking for all again. */
function diffRoutes(state: NetworkState, plan: NetworkPlan, operations: NetworkOperation[]): void {
  const disturbed = operations.some(
    (operation) =>
      operation.do === 'delete-link' ||
      operation.do === 'delete-address' ||
      (operation.do === 'set-link' && operation.up === false),
  );
  const matches = (route: NetworkState['routes'][number], wanted: NetworkPlan['routes'][number]): boolean =>
    route.family === wanted.family &&
    route.destination === wanted.destination &&
    route.prefixLength === wanted.prefixLength &&
    route.gateway === wanted.gateway &&
    (wanted.link === undefined || route.link === wanted.link);
  const ours = state.routes.filter((route) => route.protocol === 'static' && route.gateway !== undefined);
  for (const route of ours) {
    if (plan.routes.some((wanted) => matches(route, wanted))) continue;
    const { family, destination, prefixLength, gateway = '' } = route;
    operations.push({ do: 'delete-route', family, destination, prefixLength, gateway });
  }
  for (const wanted of plan.routes) {
    if (!disturbed && ours.some((route) => matches(route, wanted))) continue;
    operations.push({ do: 'add-route', ...wanted });
  }
}
