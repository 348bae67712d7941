import { powerOff } from '../../model/vm-power.ts';
import { isPoweredOn, listVms, VmError } from '../../model/vm-registry.ts';
import {
  CommandError,
  type EsxcliCommand,
  type EsxcliNamespace,
  integer,
  none,
  type ToolCommand,
  text,
} from '../framework/index.ts';

export const vmCommands: EsxcliCommand[] = [
  {
    path: 'vm process list',
    summary: 'List the running virtual machines.',
    output: {
      shape: 'keyed',
      struct: 'VirtualMachine',
      key: 'Display Name',
      fields: [
        integer('World ID'),
        integer('Process ID'),
        integer('VMX Cartel ID'),
        text('UUID'),
        text('Display Name'),
        text('Config File'),
      ],
    },
    run: (ctx) =>
      listVms(ctx.system)
        .filter(isPoweredOn)
        .map((vm) => ({
          'World ID': vm.state.worldId,
          'Process ID': 0,
          'VMX Cartel ID': vm.state.cartelId,
          UUID: vm.config.uuid,
          'Display Name': vm.config.name,
          'Config File': vm.vmxPath,
        })),
  },
  {
    path: 'vm process kill',
    summary: 'End a running virtual machine.',
    parameters: [
      {
        long: 'type',
        short: 't',
        type: 'enum',
        required: true,
        values: ['soft', 'hard', 'force'],
        description: 'How: try soft first, force last.',
      },
      {
        long: 'world-id',
        short: 'w',
        type: 'int',
        required: true,
        description: 'World ID of the machine, from vm process list.',
      },
    ],
    output: none,
    run(ctx, args) {
      const world = args.int('world-id');
      const vm = listVms(ctx.system).find((one) => isPoweredOn(one) && one.state.worldId === world);
      if (vm === undefined) throw new CommandError(`Unable to find a virtual machine with the world ID '${world}'`);
      try {
        powerOff(ctx.system, vm);
      } catch (error) {
        throw error instanceof VmError ? new CommandError(error.message) : error;
      }
      return undefined;
    },
  },
];

export const vmNamespaces: EsxcliNamespace[] = [
  { path: 'vm', summary: 'Virtual machines.' },
  { path: 'vm process', summary: 'Running virtual machines.' },
];

export const vmTools: ToolCommand[] = [];
