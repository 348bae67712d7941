import { CommandError, type EsxcliCommand, integer, list, text } from '../framework/index.ts';

/** Power states are modelled, guests are not run: no virtual machine has a port on a switch. */
export const vmNetworkCommands: EsxcliCommand[] = [
  {
    path: 'network vm list',
    summary: 'List virtual machines with ports on virtual switches.',
    output: {
      shape: 'table',
      struct: 'VirtualMachineNetwork',
      fields: [integer('World ID'), text('Name'), integer('Num Ports'), list('Networks')],
    },
    run: () => [],
  },
  {
    path: 'network vm port list',
    summary: 'List the switch ports of a virtual machine.',
    parameters: [
      { long: 'world-id', short: 'w', type: 'int', required: true, description: 'World ID of the virtual machine.' },
    ],
    output: {
      shape: 'keyed',
      struct: 'VirtualMachinePort',
      key: 'Port ID',
      fields: [integer('Port ID'), text('vSwitch'), text('Portgroup'), text('MAC Address'), text('IP Address')],
    },
    run(_ctx, args): never {
      throw new CommandError(`No virtual machine with the world ID ${args.int('world-id')} has ports`);
    },
  },
];
