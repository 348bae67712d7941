/** What the 5.5 tree has and this host cannot do: listed with help, refused when run. */
import { type EsxcliCommand, none } from '../framework/index.ts';

const NO_IPSEC = 'IPsec is not part of the lab';
const NO_DVS = 'distributed switches come with vCenter, which this lab does not have';
const NO_FENCE = 'fenced networks come with Lab Manager or vCloud, which this lab does not have';
const NO_SRIOV = 'the adapters have no virtual functions';
const NO_PORTS = 'virtual machines do not run in this lab, so there are no ports with counters';

const PATHS: readonly [path: string, summary: string, why: string][] = [
  ['network ip ipsec sa add', 'Add a security association.', NO_IPSEC],
  ['network ip ipsec sa list', 'List security associations.', NO_IPSEC],
  ['network ip ipsec sa remove', 'Remove a security association.', NO_IPSEC],
  ['network ip ipsec sp add', 'Add a security policy.', NO_IPSEC],
  ['network ip ipsec sp list', 'List security policies.', NO_IPSEC],
  ['network ip ipsec sp remove', 'Remove a security policy.', NO_IPSEC],
  ['network ip netstack add', 'Add a TCP/IP stack.', 'the host has one TCP/IP stack'],
  ['network ip netstack remove', 'Remove a TCP/IP stack.', 'the host has one TCP/IP stack'],
  ['network vswitch dvs vmware list', 'List distributed switches.', NO_DVS],
  ['network vswitch dvs vmware lacp config get', 'Show LACP settings.', NO_DVS],
  ['network vswitch dvs vmware lacp stats get', 'Show LACP counters.', NO_DVS],
  ['network vswitch dvs vmware lacp status get', 'Show LACP state.', NO_DVS],
  ['network fence list', 'List fenced networks.', NO_FENCE],
  ['network fence network bte list', 'List bridge tables of fenced networks.', NO_FENCE],
  ['network fence network port list', 'List ports of fenced networks.', NO_FENCE],
  ['network sriovnic list', 'List adapters with virtual functions in use.', NO_SRIOV],
  ['network sriovnic vf list', 'List virtual functions.', NO_SRIOV],
  ['network sriovnic vf stats', 'Show counters of virtual functions.', NO_SRIOV],
  ['network port filter stats get', 'Show filter counters of a port.', NO_PORTS],
  ['network port stats get', 'Show counters of a port.', NO_PORTS],
  ['network nic vlan stats get', 'Show VLAN counters of an adapter.', 'the adapters keep no counters per VLAN'],
  ['network nic vlan stats set', 'Turn VLAN counters on.', 'the adapters keep no counters per VLAN'],
];

export const absentNetworkCommands: EsxcliCommand[] = PATHS.map(([path, summary, unsupported]) => ({
  path,
  summary,
  output: none,
  unsupported,
}));
