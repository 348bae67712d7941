import type { NetworkConfig } from '../../model/config.ts';
import { emptyPolicy } from '../../model/defaults.ts';
import { clientsOf, findPortgroup } from '../../model/network-rules.ts';
import { type VmPort, vmPorts } from '../../model/vm-registry.ts';
import { CommandError, type EsxcliCommand, integer, none, type Parameter, text } from '../framework/index.ts';
import { checkPortgroupName, requirePortgroup, requireVswitch } from './checks.ts';
import { vswitchParameter } from './vswitch.ts';

export const portgroupParameter: Parameter = {
  long: 'portgroup-name',
  short: 'p',
  type: 'string',
  required: true,
  description: 'The name of the port group.',
};

export const portgroupCommands: EsxcliCommand[] = [
  {
    path: 'network vswitch standard portgroup list',
    summary: 'List the port groups of all standard virtual switches.',
    output: {
      shape: 'table',
      struct: 'PortGroup',
      fields: [text('Name'), text('Virtual Switch'), integer('Active Clients'), integer('VLAN ID')],
    },
    run({ host, system }) {
      const { network } = host.config;
      const machines = vmPorts(system);
      const clients = (name: string): number =>
        clientsOf(network, name).length + machines.filter((port) => port.portgroup === name).length;
      return network.vswitches
        .flatMap((vswitch) =>
          vswitch.portgroups.map((portgroup) => ({
            Name: portgroup.name,
            'Virtual Switch': vswitch.name,
            'Active Clients': clients(portgroup.name),
            'VLAN ID': portgroup.vlanId,
          })),
        )
        .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    },
  },
  {
    path: 'network vswitch standard portgroup add',
    summary: 'Add a port group to a standard virtual switch.',
    parameters: [portgroupParameter, vswitchParameter],
    output: none,
    async run(ctx, args) {
      const [name, vswitch] = [args.string('portgroup-name'), args.string('vswitch-name')];
      checkPortgroupName(name);
      await ctx.host.change(`Added port group ${name} to ${vswitch}`, ({ network }) =>
        addPortgroup(network, vswitch, name),
      );
      return undefined;
    },
  },
  {
    path: 'network vswitch standard portgroup remove',
    summary: 'Remove a port group from a standard virtual switch.',
    parameters: [portgroupParameter, vswitchParameter],
    output: none,
    async run(ctx, args) {
      const [name, vswitch] = [args.string('portgroup-name'), args.string('vswitch-name')];
      await ctx.host.change(`Removed port group ${name} from ${vswitch}`, ({ network }) =>
        removePortgroup(network, vswitch, name, vmPorts(ctx.system)),
      );
      return undefined;
    },
  },
  {
    path: 'network vswitch standard portgroup set',
    summary: 'Set the VLAN of a port group.',
    parameters: [
      portgroupParameter,
      {
        long: 'vlan-id',
        short: 'v',
        type: 'int',
        description: 'VLAN of the port group: 0 none, 1 to 4094 tagged, 4095 all VLANs passed through.',
      },
    ],
    output: none,
    async run(ctx, args) {
      const name = args.string('portgroup-name');
      const vlanId = args.optionalInt('vlan-id');
      if (vlanId !== undefined) checkVlan(vlanId);
      await ctx.host.change(`Set the VLAN of port group ${name} to ${vlanId}`, ({ network }) => {
        const { portgroup } = requirePortgroup(network, name);
        if (vlanId !== undefined) portgroup.vlanId = vlanId;
      });
      return undefined;
    },
  },
];

export function checkVlan(vlanId: number): void {
  if (vlanId < 0 || vlanId > 4095) {
    throw new CommandError(`Invalid VLAN ID ${vlanId}: it must be between 0 and 4095`);
  }
}

export function addPortgroup(network: NetworkConfig, vswitchName: string, name: string): void {
  const vswitch = requireVswitch(network, vswitchName);
  if (findPortgroup(network, name) !== undefined) {
    throw new CommandError(`A portgroup with the name ${name} already exists`);
  }
  vswitch.portgroups.push({ name, vlanId: 0, policy: emptyPolicy() });
}

/** @param machines Ports of running virtual machines. */
export function removePortgroup(
  network: NetworkConfig,
  vswitchName: string,
  name: string,
  machines: readonly VmPort[] = [],
): void {
  const vswitch = requireVswitch(network, vswitchName);
  if (!vswitch.portgroups.some((portgroup) => portgroup.name === name)) {
    throw new CommandError(`No portgroup with the name ${name} was found on virtual switch ${vswitchName}`);
  }
  const clients = [
    ...clientsOf(network, name).map((vmknic) => vmknic.name),
    ...machines.filter((port) => port.portgroup === name).map((port) => port.vm),
  ];
  if (clients.length > 0) {
    throw new CommandError(`Unable to remove portgroup ${name}: it is in use by ${clients.join(', ')}`);
  }
  vswitch.portgroups = vswitch.portgroups.filter((portgroup) => portgroup.name !== name);
}
