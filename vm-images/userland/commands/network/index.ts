import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';
import { absentNetworkCommands } from './absent.ts';
import { addressCommands } from './address.ts';
import { diagCommands } from './diag.ts';
import { dnsCommands } from './dns.ts';
import { firewallCommands } from './firewall.ts';
import { interfaceCommands } from './interface.ts';
import { neighborCommands } from './neighbor.ts';
import { nicCommands } from './nic.ts';
import { policyCommands } from './policy.ts';
import { portgroupCommands } from './portgroup.ts';
import { routeCommands } from './route.ts';
import { vmNetworkCommands } from './vm.ts';
import { vswitchCommands } from './vswitch.ts';

const NAMESPACES: readonly [path: string, summary: string][] = [
  ['', 'Adapters, switches, VMkernel interfaces, firewall.'],
  ['diag', 'Diagnosis of the network.'],
  ['fence', 'Fenced networks.'],
  ['fence network', 'Fenced networks.'],
  ['fence network bte', 'Bridge tables of fenced networks.'],
  ['fence network port', 'Ports of fenced networks.'],
  ['firewall', 'The firewall in front of the management interfaces.'],
  ['firewall ruleset', 'Rulesets: the ports a service needs.'],
  ['firewall ruleset allowedip', 'Addresses a ruleset is open to.'],
  ['firewall ruleset client', 'Users of a ruleset.'],
  ['firewall ruleset rule', 'Ports of a ruleset.'],
  ['ip', 'TCP/IP of the VMkernel.'],
  ['ip connection', 'Sockets.'],
  ['ip dns', 'Name resolution.'],
  ['ip dns search', 'Search domains.'],
  ['ip dns server', 'DNS servers.'],
  ['ip interface', 'VMkernel network interfaces.'],
  ['ip interface ipv4', 'Their IPv4 addresses.'],
  ['ip interface ipv6', 'Their IPv6 settings.'],
  ['ip interface ipv6 address', 'Their IPv6 addresses.'],
  ['ip interface tag', 'What traffic they are for.'],
  ['ip ipsec', 'IPsec.'],
  ['ip ipsec sa', 'Security associations.'],
  ['ip ipsec sp', 'Security policies.'],
  ['ip neighbor', 'ARP and neighbour discovery.'],
  ['ip netstack', 'TCP/IP stacks.'],
  ['ip route', 'Routes.'],
  ['ip route ipv4', 'IPv4 routes.'],
  ['ip route ipv6', 'IPv6 routes.'],
  ['nic', 'Physical network adapters.'],
  ['nic stats', 'Their counters.'],
  ['nic vlan', 'Their VLANs.'],
  ['nic vlan stats', 'Counters of their VLANs.'],
  ['port', 'Ports of virtual switches.'],
  ['port filter', 'Packet filters of ports.'],
  ['port filter stats', 'Counters of packet filters.'],
  ['port stats', 'Counters of ports.'],
  ['sriovnic', 'Adapters with virtual functions.'],
  ['sriovnic vf', 'Virtual functions.'],
  ['vm', 'Networks of virtual machines.'],
  ['vm port', 'Switch ports of virtual machines.'],
  ['vswitch', 'Virtual switches.'],
  ['vswitch dvs', 'Distributed switches.'],
  ['vswitch dvs vmware', "VMware's distributed switches."],
  ['vswitch dvs vmware lacp', 'Link aggregation.'],
  ['vswitch dvs vmware lacp config', 'Settings of link aggregation.'],
  ['vswitch dvs vmware lacp stats', 'Counters of link aggregation.'],
  ['vswitch dvs vmware lacp status', 'State of link aggregation.'],
  ['vswitch standard', 'Standard virtual switches.'],
  ['vswitch standard policy', 'Policies of a virtual switch.'],
  ['vswitch standard policy failover', 'Teaming and failover.'],
  ['vswitch standard policy security', 'Promiscuous mode, MAC changes, forged transmits.'],
  ['vswitch standard policy shaping', 'Traffic shaping.'],
  ['vswitch standard portgroup', 'Port groups.'],
  ['vswitch standard portgroup policy', 'Policies of a port group.'],
  ['vswitch standard portgroup policy failover', 'Teaming and failover.'],
  ['vswitch standard portgroup policy security', 'Promiscuous mode, MAC changes, forged transmits.'],
  ['vswitch standard portgroup policy shaping', 'Traffic shaping.'],
  ['vswitch standard uplink', 'Physical adapters of a virtual switch.'],
];

export const networkNamespaces: EsxcliNamespace[] = NAMESPACES.map(([path, summary]) => ({
  path: path === '' ? 'network' : `network ${path}`,
  summary,
}));

export const networkCommands: EsxcliCommand[] = [
  ...vswitchCommands,
  ...portgroupCommands,
  ...policyCommands,
  ...interfaceCommands,
  ...addressCommands,
  ...routeCommands,
  ...dnsCommands,
  ...neighborCommands,
  ...nicCommands,
  ...firewallCommands,
  ...diagCommands,
  ...vmNetworkCommands,
  ...absentNetworkCommands,
];

export const networkTools: ToolCommand[] = [];
