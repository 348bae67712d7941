/** Validation the network commands share; each throws the refusal. */
import type { HostConfig, NetworkConfig, PortgroupConfig, VmknicConfig, VswitchConfig } from '../../model/config.ts';
import { isHostAddress, isIpv4, prefixOfMask } from '../../model/ip.ts';
import { findPortgroup, findVmknic, findVswitch } from '../../model/network-rules.ts';
import { CommandError } from '../framework/index.ts';

export const MIN_MTU = 1280;
export const MAX_MTU = 9000;
const MAX_SWITCH_NAME = 32;
const MAX_PORTGROUP_NAME = 80;

export function requireVswitch(network: NetworkConfig, name: string): VswitchConfig {
  const found = findVswitch(network, name);
  if (found === undefined) throw new CommandError(`No virtual switch with the name ${name} was found`);
  return found;
}

export function requirePortgroup(
  network: NetworkConfig,
  name: string,
): { vswitch: VswitchConfig; portgroup: PortgroupConfig } {
  const found = findPortgroup(network, name);
  if (found === undefined) throw new CommandError(`No portgroup with the name ${name} was found`);
  return found;
}

export function requireVmknic(network: NetworkConfig, name: string): VmknicConfig {
  const found = findVmknic(network, name);
  if (found === undefined) throw new CommandError(`Unable to find vmkernel network interface ${name}`);
  return found;
}

export function checkSwitchName(name: string): void {
  if (name === '' || name.length > MAX_SWITCH_NAME || /[/%\\]/.test(name) || name.trim() !== name) {
    throw new CommandError(
      `Invalid virtual switch name '${name}': 1 to ${MAX_SWITCH_NAME} characters, none of / \\ %, no blank at either end`,
    );
  }
}

export function checkPortgroupName(name: string): void {
  if (name === '' || name.length > MAX_PORTGROUP_NAME || name.trim() !== name) {
    throw new CommandError(
      `Invalid portgroup name '${name}': 1 to ${MAX_PORTGROUP_NAME} characters, no blank at either end`,
    );
  }
}

export function checkMtu(mtu: number, what: string): void {
  if (mtu < MIN_MTU || mtu > MAX_MTU) {
    throw new CommandError(`Unable to set MTU to ${mtu} on ${what}: it must be between ${MIN_MTU} and ${MAX_MTU}`);
  }
}

/** Address and mask of a VMkernel interface; `own` is the interface they are for. */
export function checkStaticIpv4(config: HostConfig, own: string, address: string, netmask: string): void {
  if (!isIpv4(address)) throw new CommandError(`Invalid IPv4 address: ${address}`);
  const prefixLength = prefixOfMask(netmask);
  if (prefixLength === null || prefixLength < 1) throw new CommandError(`Invalid IPv4 netmask: ${netmask}`);
  if (!isHostAddress(address, prefixLength)) {
    throw new CommandError(`${address} with netmask ${netmask} is not an address an interface can have`);
  }
  const other = config.network.vmknics.find(
    (vmknic) => vmknic.name !== own && vmknic.ipv4.type === 'static' && vmknic.ipv4.address === address,
  );
  if (other !== undefined) throw new CommandError(`The IP address ${address} is already in use by ${other.name}`);
}
