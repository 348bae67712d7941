import { type CommandContext, CommandError, type EsxcliCommand, none, type Parameter } from '../framework/index.ts';

const delayParameter: Parameter = {
  long: 'delay',
  short: 'd',
  type: 'int',
  min: 10,
  max: 4294967295,
  description: 'Seconds until it happens, at least 10. Without it: 10.',
};
const reasonParameter: Parameter = {
  long: 'reason',
  short: 'r',
  type: 'string',
  required: true,
  description: 'Why, for the log.',
};

export const powerCommands: EsxcliCommand[] = [
  {
    path: 'system maintenanceMode get',
    summary: 'Show whether the host is in maintenance mode.',
    output: { shape: 'scalar', type: 'string' },
    run: ({ host }) => (host.config.maintenanceMode ? 'Enabled' : 'Disabled'),
  },
  {
    path: 'system maintenanceMode set',
    summary: 'Enter or leave maintenance mode.',
    parameters: [
      { long: 'enable', short: 'e', type: 'bool', required: true, description: 'Whether to be in maintenance mode.' },
      {
        long: 'timeout',
        short: 't',
        type: 'int',
        min: 0,
        description: 'Seconds the change may take; it takes none here.',
      },
      {
        long: 'vsanmode',
        short: 'm',
        type: 'string',
        description: 'What happens to VSAN data.',
        unsupported: 'no VSAN',
      },
    ],
    output: none,
    async run(ctx, args) {
      await setMaintenanceMode(ctx, args.bool('enable'));
      return undefined;
    },
  },
  shutdownCommand('reboot', 'Restart the host.'),
  shutdownCommand('poweroff', 'Switch the host off.'),
];

/** vim-cmd and the client use the same. */
export async function setMaintenanceMode(ctx: CommandContext, enable: boolean): Promise<void> {
  await ctx.host.change(`${enable ? 'Entered' : 'Left'} maintenance mode`, (draft) => {
    if (draft.maintenanceMode === enable) {
      throw new CommandError(`Maintenance mode is already ${enable ? 'enabled' : 'disabled'}.`);
    }
    draft.maintenanceMode = enable;
  });
}

function shutdownCommand(action: 'reboot' | 'poweroff', summary: string): EsxcliCommand {
  return {
    path: `system shutdown ${action}`,
    summary,
    parameters: [delayParameter, reasonParameter],
    output: none,
    async run(ctx, args) {
      if (!ctx.host.config.maintenanceMode) {
        throw new CommandError('The host must be in maintenance mode to be shut down or restarted.');
      }
      if (args.string('reason').trim() === '') throw new CommandError('A reason must be given.');
      const seconds = args.optionalInt('delay') ?? 10;
      ctx.system.log('hostd', 'notice', `${action} in ${seconds} s: ${args.string('reason')}`);
      // The command returns at once; localcli's process would end with it, so it waits.
      const happens = ctx.system.clock.sleep(seconds * 1000).then(() => ctx.system.kernel.power(action));
      if (ctx.via === 'localcli') await happens;
      return undefined;
    },
  };
}
