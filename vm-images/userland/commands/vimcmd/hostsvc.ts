import { isPoweredOn, listVms, VmError } from '../../model/vm-registry.ts';
import { esxcli } from '../esxcfg/esxcli-call.ts';
import { CommandError } from '../framework/index.ts';
import { array, object, printValue } from './data-object.ts';
import { cpuPackages, hardwareInfo, hostConfigInfo, hostRuntime, hostSummary } from './host-objects.ts';
import { runTask } from './tasks.ts';
import { required, type VimCommand } from './types.ts';

const NO_VCENTER = 'needs other hosts, which vCenter Server brings together';

export const hostsvcCommands: VimCommand[] = [
  {
    path: 'hostsvc/hostsummary',
    usage: '',
    summary: 'Show the summary of the host.',
    run: ({ ctx }) => `${printValue(hostSummary(ctx))}\n`,
  },
  {
    path: 'hostsvc/hosthardware',
    usage: '',
    summary: 'Show the hardware of the host.',
    run: ({ ctx }) => `${printValue(hardwareInfo(ctx))}\n`,
  },
  {
    path: 'hostsvc/runtimeinfo',
    usage: '',
    summary: 'Show the state of the host at run time.',
    run: ({ ctx }) => `${printValue(hostRuntime(ctx))}\n`,
  },
  {
    path: 'hostsvc/hostconfig',
    usage: '',
    summary: 'Show the configuration of the host.',
    run: async ({ ctx }) => `${printValue(await hostConfigInfo(ctx))}\n`,
  },
  {
    path: 'hostsvc/cpuinfo',
    usage: '',
    summary: 'Show the processors.',
    run: ({ ctx }) => `${printValue(cpuPackages(ctx))}\n`,
  },
  {
    path: 'hostsvc/summary/refresh',
    usage: '',
    summary: 'Work out the summary again; it is read at every use.',
    run: () => undefined,
  },
  {
    path: 'hostsvc/maintenance_mode_enter',
    usage: '[timeout]',
    summary: 'Enter maintenance mode.',
    async run(call) {
      const running = listVms(call.ctx.system).find(isPoweredOn);
      if (running !== undefined)
        throw new VmError(
          'vim.fault.InvalidState',
          `Virtual machine ${running.config.name} is running: power it off first.`,
        );
      return await runTask(call.ctx, 'ha-host', 'vim.HostSystem.enterMaintenanceMode', () =>
        esxcli(call.ctx, 'system maintenanceMode set', ['-e', 'true']),
      );
    },
  },
  {
    path: 'hostsvc/maintenance_mode_exit',
    usage: '',
    summary: 'Leave maintenance mode.',
    run: (call) =>
      runTask(call.ctx, 'ha-host', 'vim.HostSystem.exitMaintenanceMode', () =>
        esxcli(call.ctx, 'system maintenanceMode set', ['-e', 'false']),
      ),
  },
  ...['standby_mode_enter', 'standby_mode_exit'].map((name) => ({
    path: `hostsvc/${name}`,
    usage: '',
    summary: 'Standby mode of the host.',
    unsupported: 'the machine cannot sleep',
  })),
  ...['pci_add', 'pci_remove'].map((name) => ({
    path: `hostsvc/${name}`,
    usage: 'device',
    summary: 'Give a PCI device to virtual machines.',
    unsupported: 'the machine has no I/O memory management unit',
  })),
  {
    path: 'hostsvc/set_hostid',
    usage: 'id',
    summary: 'Set the number of the host in vCenter Server.',
    unsupported: NO_VCENTER,
  },
  {
    path: 'hostsvc/vmotion/netconfig_get',
    usage: '',
    summary: 'Show which VMkernel interface carries vMotion.',
    run({ ctx }) {
      const selected = ctx.host.config.network.vmknics.filter((one) => one.tags.includes('VMotion'));
      return `${printValue(
        object('vim.host.VMotionSystem.NetConfig', {
          candidateVnic: array(
            'vim.host.VirtualNic',
            ctx.host.config.network.vmknics.map((one) =>
              object('vim.host.VirtualNic', {
                device: one.name,
                key: `VMotionConfig.vmotion.key-vim.host.VirtualNic-${one.name}`,
                portgroup: one.portgroup,
              }),
            ),
          ),
          selectedVnic:
            selected[0] === undefined ? null : `VMotionConfig.vmotion.key-vim.host.VirtualNic-${selected[0].name}`,
        }),
      )}\n`;
    },
  },
  {
    path: 'hostsvc/vmotion/vnic_set',
    usage: 'vnic',
    summary: 'Let a VMkernel interface carry vMotion.',
    async run(call) {
      await esxcli(call.ctx, 'network ip interface tag add', [
        '-i',
        required(call, 0, 'the VMkernel interface'),
        '-t',
        'VMotion',
      ]);
      return undefined;
    },
  },
  {
    path: 'hostsvc/vmotion/vnic_unset',
    usage: '',
    summary: 'Let no VMkernel interface carry vMotion.',
    async run({ ctx }) {
      for (const one of ctx.host.config.network.vmknics.filter((each) => each.tags.includes('VMotion'))) {
        await esxcli(ctx, 'network ip interface tag remove', ['-i', one.name, '-t', 'VMotion']);
      }
      return undefined;
    },
  },
  ...['create', 'destroy', 'rename', 'pool_config_get', 'pool_config_set', 'perf_info'].map((name) => ({
    path: `hostsvc/rsrc/${name}`,
    usage: '',
    summary: 'Resource pools.',
    unsupported: 'resource pools are not modelled: no machine uses processor or memory',
  })),
  ...advancedOptions(),
];

/** `UserVars.SuppressShellWarning` ↔ `/UserVars/SuppressShellWarning`. */
function advancedOptions(): VimCommand[] {
  const dotted = (path: unknown): string => String(path).slice(1).replaceAll('/', '.');
  const slashed = (name: string): string => (name.startsWith('/') ? name : `/${name.replaceAll('.', '/')}`);
  const rowsOf = async (ctx: Parameters<typeof esxcli>[0], name: string | undefined) => {
    const rows = (await esxcli(
      ctx,
      'system settings advanced list',
      name === undefined ? [] : ['-o', slashed(name)],
    )) as Record<string, string | number>[];
    return Array.isArray(rows) ? rows : [rows];
  };
  const optionValue = (row: Record<string, string | number>) =>
    row.Type === 'integer' ? Number(row['Int Value']) : String(row['String Value'] ?? '');
  const view: VimCommand['run'] = async ({ ctx, args }) => {
    const rows = await rowsOf(ctx, args[0]);
    const values = rows.map((row) =>
      object('vim.option.OptionValue', { key: dotted(row.Path), value: optionValue(row) }),
    );
    return `${printValue(array('vim.option.OptionValue', values))}\n`;
  };
  return [
    { path: 'hostsvc/advopt/view', usage: '[option]', summary: 'Show advanced options with their values.', run: view },
    { path: 'hostsvc/advopt/settings', usage: '', summary: 'Show all advanced options with their values.', run: view },
    {
      path: 'hostsvc/advopt/options',
      usage: '[option]',
      summary: 'Show what advanced options can be.',
      async run({ ctx, args }) {
        const rows = await rowsOf(ctx, args[0]);
        const definitions = rows.map((row) =>
          object('vim.option.OptionDef', {
            label: dotted(row.Path),
            summary: String(row.Description ?? ''),
            key: dotted(row.Path),
            optionType:
              row.Type === 'integer'
                ? object('vim.option.LongOption', {
                    valueIsReadonly: false,
                    min: Number(row['Min Value']),
                    max: Number(row['Max Value']),
                    defaultValue: Number(row['Default Int Value']),
                  })
                : object('vim.option.StringOption', {
                    valueIsReadonly: false,
                    defaultValue: String(row['Default String Value'] ?? ''),
                    validCharacters: String(row['Valid Characters'] ?? ''),
                  }),
          }),
        );
        return `${printValue(array('vim.option.OptionDef', definitions))}\n`;
      },
    },
    {
      path: 'hostsvc/advopt/update',
      usage: 'option type value',
      summary: 'Set an advanced option; type is long, int, string or bool.',
      async run(call) {
        const name = required(call, 0, 'the option');
        const type = required(call, 1, 'the type (long, int, string or bool)');
        const value = required(call, 2, 'the value');
        if (!['long', 'int', 'string', 'bool'].includes(type))
          throw new CommandError(`Unknown type '${type}': expected long, int, string or bool.`);
        if (type !== 'string' && type !== 'bool' && !/^-?\d+$/.test(value))
          throw new CommandError(`'${value}' is no number.`);
        const [row] = await rowsOf(call.ctx, name);
        if ((row?.Type === 'integer') === (type === 'string'))
          throw new VmError(
            'vmodl.fault.InvalidArgument',
            `A specified parameter was not correct: ${name} is of type ${row?.Type}.`,
          );
        const given = type === 'bool' ? (/^(true|1)$/i.test(value) ? '1' : '0') : value;
        await esxcli(call.ctx, 'system settings advanced set', [
          '-o',
          slashed(name),
          `${type === 'string' ? '-s' : '-i'}=${given}`,
        ]);
        return undefined;
      },
    },
  ];
}
