import { findPortgroup } from '../../model/network-rules.ts';
import { vmPorts } from '../../model/vm-registry.ts';
import { CommandError, type EsxcliCommand, integer, list, text } from '../framework/index.ts';

/** Port numbers of machines are above those of VMkernel interfaces. */
const FIRST_VM_PORT = 50331648;

/** Power states are modelled: a machine that is on holds its ports, and no frame ever comes out of them. */
export const vmNetworkCommands: EsxcliCommand[] = [
  {
    path: 'network vm list',
    summary: 'List virtual machines with ports on virtual switches.',
    output: {
      shape: 'table',
      struct: 'VirtualMachineNetwork',
      fields: [integer('World ID'), text('Name'), integer('Num Ports'), list('Networks')],
    },
    run({ system }) {
      const ports = vmPorts(system);
      const worlds = [...new Set(ports.map((port) => port.worldId))];
      return worlds.map((worldId) => {
        const own = ports.filter((port) => port.worldId === worldId);
        return {
          'World ID': worldId,
          Name: own[0]?.vm ?? '',
          'Num Ports': own.length,
          Networks: own.map((port) => port.portgroup),
        };
      });
    },
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
    run({ host, system }, args) {
      const worldId = args.int('world-id');
      const own = vmPorts(system).filter((port) => port.worldId === worldId);
      if (own.length === 0) throw new CommandError(`No virtual machine with the world ID ${worldId} has ports`);
      return own.map((port, index) => ({
        'Port ID': FIRST_VM_PORT + worldId * 16 + index,
        vSwitch: findPortgroup(host.config.network, port.portgroup)?.vswitch.name ?? '',
        Portgroup: port.portgroup,
        'MAC Address': port.mac,
        'IP Address': '0.0.0.0',
      }));
    },
  },
];
