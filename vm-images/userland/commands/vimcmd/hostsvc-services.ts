import { esxcli } from '../esxcfg/esxcli-call.ts';
import { CommandError } from '../framework/index.ts';
import {
  findService,
  isOnAtBoot,
  isRunning,
  listServices,
  runScript,
  type ServiceInfo,
  setChkconfig,
} from '../tools/services.ts';
import { array, object, printValue } from './data-object.ts';
import { required, type VimCall, type VimCommand } from './types.ts';

function serviceOf(call: VimCall): ServiceInfo {
  const name = required(call, 0, 'the name of the service');
  const service = findService(call.ctx.system, name);
  if (service === undefined)
    throw new CommandError(
      `There is no service '${name}'. Services: ${listServices(call.ctx.system)
        .map((one) => one.key)
        .join(', ')}`,
    );
  return service;
}

async function control(call: VimCall, script: string, verb: 'start' | 'stop' | 'restart'): Promise<undefined> {
  const done = await runScript(call.ctx.system, script, verb);
  if (!done.ok) throw new CommandError(done.text === '' ? `${script} ${verb} failed.` : done.text);
  call.ctx.system.log('hostd', 'info', `Service ${script} ${verb} by ${call.user}`);
  return undefined;
}

function policy(call: VimCall, script: string, on: boolean): undefined {
  setChkconfig(call.ctx.system, script, on);
  call.ctx.system.log('hostd', 'info', `Service ${script} is ${on ? 'on' : 'off'} at boot, by ${call.user}`);
  return undefined;
}

/** `enable_ssh`, `start_ssh` and so on: enable and disable say what happens at boot, start and stop what happens now. */
function switches(name: string, title: string, script: string): VimCommand[] {
  return [
    {
      path: `hostsvc/enable_${name}`,
      usage: '',
      summary: `Start the ${title} with the host from now on.`,
      run: (call) => policy(call, script, true),
    },
    {
      path: `hostsvc/disable_${name}`,
      usage: '',
      summary: `Do not start the ${title} with the host any more.`,
      run: (call) => policy(call, script, false),
    },
    {
      path: `hostsvc/start_${name}`,
      usage: '',
      summary: `Start the ${title} now.`,
      run: (call) => control(call, script, 'start'),
    },
    {
      path: `hostsvc/stop_${name}`,
      usage: '',
      summary: `Stop the ${title} now.`,
      run: (call) => control(call, script, 'stop'),
    },
  ];
}

export const serviceCommands: VimCommand[] = [
  ...switches('esx_shell', 'ESXi Shell', 'ESXShell'),
  ...switches('ssh', 'SSH server', 'SSH'),
  {
    path: 'hostsvc/start_service',
    usage: 'service',
    summary: 'Start a service.',
    run: (call) => control(call, serviceOf(call).script, 'start'),
  },
  {
    path: 'hostsvc/stop_service',
    usage: 'service',
    summary: 'Stop a service.',
    run: (call) => control(call, serviceOf(call).script, 'stop'),
  },
  {
    path: 'hostsvc/reset_service',
    usage: 'service',
    summary: 'Stop and start a service.',
    run: (call) => control(call, serviceOf(call).script, 'restart'),
  },
  {
    path: 'hostsvc/get_service_status',
    usage: 'service',
    summary: 'Show whether a service runs.',
    async run(call) {
      const service = serviceOf(call);
      return `${service.key}: ${(await isRunning(call.ctx.system, service.script)) ? 'running' : 'stopped'}\n`;
    },
  },
  {
    path: 'hostsvc/refresh_services',
    usage: '',
    summary: 'Look at the services again, and show them.',
    async run({ ctx }) {
      const rows = [];
      for (const service of listServices(ctx.system)) {
        rows.push(
          object('vim.host.Service', {
            key: service.key,
            label: service.label,
            required: service.isRequired,
            uninstallable: false,
            running: await isRunning(ctx.system, service.script),
            ruleset: service.ruleset === '' ? null : array('string', [service.ruleset]),
            policy: isOnAtBoot(ctx.system, service.script) ? 'on' : 'off',
          }),
        );
      }
      return `${printValue(array('vim.host.Service', rows))}\n`;
    },
  },
  {
    path: 'hostsvc/firewall_enable_ruleset',
    usage: 'ruleset',
    summary: 'Open a ruleset of the firewall.',
    async run(call) {
      await esxcli(call.ctx, 'network firewall ruleset set', ['-r', required(call, 0, 'the ruleset'), '-e', 'true']);
      return undefined;
    },
  },
  {
    path: 'hostsvc/firewall_disable_ruleset',
    usage: 'ruleset',
    summary: 'Close a ruleset of the firewall.',
    async run(call) {
      await esxcli(call.ctx, 'network firewall ruleset set', ['-r', required(call, 0, 'the ruleset'), '-e', 'false']);
      return undefined;
    },
  },
  {
    path: 'hostsvc/refresh_firewall',
    usage: '',
    summary: 'Read the ruleset files again.',
    async run({ ctx }) {
      await esxcli(ctx, 'network firewall refresh');
      return undefined;
    },
  },
];
