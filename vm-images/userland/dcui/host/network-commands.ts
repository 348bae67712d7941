import type { HostConfig } from '../../model/config.ts';
import type { NetworkFacts, NetworkSettings } from '../facts.ts';

export type Argv = string[];

const esxcli = (...words: string[]): Argv => ['esxcli', ...words];
const ip = (...words: string[]): Argv => esxcli('network', 'ip', ...words);
const standard = (...words: string[]): Argv => esxcli('network', 'vswitch', 'standard', ...words);

/** The host agent's commands that turn `before` into `after`, in an order that cuts the host off as late as possible. */
export function applyCommands(before: NetworkFacts, after: NetworkSettings): Argv[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const links = adapterCommands(before, after);
  if (before.vlan !== after.vlan) {
    links.push(standard('portgroup', 'set', '-p', before.portgroup, '-v', String(after.vlan)));
  }
  return [
    ...hostnameCommands(before, after),
    ...links,
    ...(same(before.ipv6, after.ipv6) ? [] : ipv6Commands(before, after)),
    ...(same(before.ipv4, after.ipv4) && (before.dns.automatic || !after.dns.automatic)
      ? []
      : ipv4Commands(before, after)),
    // Behind the address: with DHCP still on, its servers would come back.
    ...dnsCommands(before, after),
    // On another wire an address from DHCP is worth nothing.
    ...(links.length > 0 && after.ipv4.mode === 'dhcp' ? restartCommands(before.interface) : []),
  ];
}

/** Down and up again: the classic way to renew a lease. */
export function restartCommands(vmknic: string): Argv[] {
  return ['false', 'true'].map((up) => ip('interface', 'set', '-e', up, '-i', vmknic));
}

function adapterCommands(before: NetworkFacts, after: NetworkSettings): Argv[] {
  const chosen = (settings: NetworkSettings) =>
    settings.adapters.filter((each) => each.selected).map((each) => each.name);
  const was = chosen(before);
  const wanted = chosen(after);
  if (was.join() === wanted.join()) return [];
  const active = wanted.join(',');
  return [
    ...wanted
      .filter((name) => !was.includes(name))
      .map((name) => standard('uplink', 'add', '-u', name, '-v', before.vswitch)),
    standard('policy', 'failover', 'set', '-v', before.vswitch, '-a', active),
    ...(before.portgroupTeams
      ? [standard('portgroup', 'policy', 'failover', 'set', '-p', before.portgroup, '-a', active)]
      : []),
    ...was
      .filter((name) => !wanted.includes(name))
      .map((name) => standard('uplink', 'remove', '-u', name, '-v', before.vswitch)),
  ];
}

function ipv4Commands(before: NetworkFacts, { ipv4, dns }: NetworkSettings): Argv[] {
  const set = (...words: string[]) => ip('interface', 'ipv4', 'set', '-i', before.interface, '-t', ...words);
  if (ipv4.mode === 'none') return [set('none')];
  if (ipv4.mode === 'dhcp') return [set('dhcp', '-P', String(dns.automatic))];
  const commands = [set('static', '-I', ipv4.address, '-N', ipv4.netmask)];
  if (ipv4.gateway !== '') commands.push(['esxcfg-route', ipv4.gateway]);
  else if (before.ipv4.mode === 'static' && before.ipv4.gateway !== '')
    commands.push(['esxcfg-route', '-d', 'default', before.ipv4.gateway]);
  return commands;
}

function ipv6Commands(before: NetworkFacts, { ipv6 }: NetworkSettings): Argv[] {
  const was = before.ipv6;
  const nic = before.interface;
  const commands: Argv[] = [];
  const flags = [
    ...(was.dhcp === ipv6.dhcp ? [] : ['-d', String(ipv6.dhcp)]),
    ...(was.routerAdvertised === ipv6.routerAdvertised ? [] : ['-r', String(ipv6.routerAdvertised)]),
  ];
  if (flags.length > 0) commands.push(ip('interface', 'ipv6', 'set', '-i', nic, ...flags));
  for (const address of was.statics.filter((each) => !ipv6.statics.includes(each))) {
    commands.push(ip('interface', 'ipv6', 'address', 'remove', '-i', nic, '-I', address));
  }
  for (const address of ipv6.statics.filter((each) => !was.statics.includes(each))) {
    commands.push(ip('interface', 'ipv6', 'address', 'add', '-i', nic, '-I', address));
  }
  if (was.gateway !== ipv6.gateway && ipv6.gateway !== '') commands.push(['esxcfg-route', '-f', 'V6', ipv6.gateway]);
  if (was.enabled !== ipv6.enabled) commands.push(ip('set', '-e', String(ipv6.enabled)));
  return commands;
}

function hostnameCommands(before: NetworkFacts, { dns }: NetworkSettings): Argv[] {
  if (before.dns.hostname === dns.hostname) return [];
  const flag = dns.hostname.includes('.') ? '--fqdn' : '--host';
  return [esxcli('system', 'hostname', 'set', `${flag}=${dns.hostname}`)];
}

function dnsCommands(before: NetworkFacts, after: NetworkSettings): Argv[] {
  const commands: Argv[] = [];
  const servers = ({ dns }: NetworkSettings) => [dns.primary, dns.alternate].filter((server) => server !== '');
  if (!after.dns.automatic && (before.dns.automatic || servers(before).join() !== servers(after).join())) {
    // Off first: servers from DHCP are not ours to remove.
    if (before.dns.automatic && after.ipv4.mode === 'dhcp') {
      commands.push(ip('interface', 'ipv4', 'set', '-i', before.interface, '-t', 'dhcp', '-P', 'false'));
    }
    commands.push(ip('dns', 'server', 'remove', '--all'));
    for (const server of servers(after)) commands.push(ip('dns', 'server', 'add', '-s', server));
  }
  for (const domain of before.suffixes.filter((each) => !after.suffixes.includes(each))) {
    commands.push(ip('dns', 'search', 'remove', '-d', domain));
  }
  for (const domain of after.suffixes.filter((each) => !before.suffixes.includes(each))) {
    commands.push(ip('dns', 'search', 'add', '-d', domain));
  }
  return commands;
}

/** Brings the network to what a new installation has: vSwitch0 on the first adapter, vmk0 asking DHCP. */
export function restoreCommands({ network }: HostConfig): Argv[] {
  const commands: Argv[] = [];
  const keep = network.vswitches.find((each) => each.name === 'vSwitch0');
  const first = network.pnics[0]?.name;
  for (const vmknic of network.vmknics.filter((each) => each.name !== 'vmk0')) {
    commands.push(ip('interface', 'remove', '-i', vmknic.name));
  }
  const home = keep?.portgroups.some((group) => group.name === 'Management Network') === true;
  const vmk0 = network.vmknics.find((each) => each.name === 'vmk0');
  const moved = vmk0 !== undefined && (vmk0.portgroup !== 'Management Network' || !home);
  if (moved) commands.push(ip('interface', 'remove', '-i', 'vmk0'));
  for (const vswitch of network.vswitches.filter((each) => each.name !== 'vSwitch0')) {
    commands.push(standard('remove', '-v', vswitch.name));
  }
  if (keep === undefined) commands.push(standard('add', '-v', 'vSwitch0'));
  commands.push(standard('set', '-v', 'vSwitch0', '-m', '1500', '-c', 'listen'));
  for (const group of keep?.portgroups ?? []) {
    if (group.name === 'Management Network' || group.name === 'VM Network') {
      commands.push(standard('portgroup', 'set', '-p', group.name, '-v', '0'));
      for (const policy of ['failover', 'security', 'shaping']) {
        commands.push(standard('portgroup', 'policy', policy, 'set', '-p', group.name, '-u'));
      }
    } else commands.push(standard('portgroup', 'remove', '-p', group.name, '-v', 'vSwitch0'));
  }
  for (const name of ['VM Network', 'Management Network']) {
    if (keep?.portgroups.some((group) => group.name === name)) continue;
    commands.push(standard('portgroup', 'add', '-p', name, '-v', 'vSwitch0'));
  }
  if (first !== undefined) commands.push(...uplinkCommands(keep?.uplinks ?? [], first));
  if (vmk0 === undefined || moved) commands.push(ip('interface', 'add', '-i', 'vmk0', '-p', 'Management Network'));
  commands.push(ip('interface', 'set', '-i', 'vmk0', '-m', '1500', '-e', 'true'));
  if (vmk0 === undefined || moved || !vmk0.tags.includes('Management')) {
    commands.push(ip('interface', 'tag', 'add', '-i', 'vmk0', '-t', 'Management'));
  }
  commands.push(ip('interface', 'ipv4', 'set', '-i', 'vmk0', '-t', 'dhcp', '-P', 'true'));
  return commands;
}

function uplinkCommands(uplinks: string[], first: string): Argv[] {
  return [
    ...(uplinks.includes(first) ? [] : [standard('uplink', 'add', '-u', first, '-v', 'vSwitch0')]),
    standard('policy', 'failover', 'set', '-v', 'vSwitch0', '-a', first, '-l', 'portid'),
    ...uplinks
      .filter((each) => each !== first)
      .map((each) => standard('uplink', 'remove', '-u', each, '-v', 'vSwitch0')),
  ];
}
