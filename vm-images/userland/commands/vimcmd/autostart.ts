import { child, childrenOf, childText, element, parseXml, serializeXml } from '../../model/software/xml-tree.ts';
import { powerOff, powerOn } from '../../model/vm-power.ts';
import { isPoweredOn, listVms, requireVm } from '../../model/vm-registry.ts';
import { type CommandContext, CommandError } from '../framework/index.ts';
import { array, object, printValue, ref } from './data-object.ts';
import { booleanArgument, required, type VimCommand } from './types.ts';

/** Which machines start and stop with the host; `/etc/vmware/hostd/vmAutoStart.xml`. */
const FILE = '/etc/vmware/hostd/vmAutoStart.xml';

interface Entry {
  id: number;
  startAction: string;
  startDelay: number;
  startOrder: number;
  stopAction: string;
  stopDelay: number;
  waitForHeartbeat: string;
}

interface AutoStart {
  enabled: boolean;
  startDelay: number;
  stopDelay: number;
  stopAction: string;
  waitForHeartbeat: boolean;
  entries: Entry[];
}

function read(ctx: Pick<CommandContext, 'system'>): AutoStart {
  const text = ctx.system.files.readText(FILE) ?? '';
  if (text.trim() === '')
    return {
      enabled: false,
      startDelay: 120,
      stopDelay: 120,
      stopAction: 'PowerOff',
      waitForHeartbeat: false,
      entries: [],
    };
  const root = parseXml(text);
  const defaults = child(root, 'defaults');
  return {
    enabled: childText(defaults, 'enabled') === 'true',
    startDelay: Number(childText(defaults, 'startDelay', '120')),
    stopDelay: Number(childText(defaults, 'stopDelay', '120')),
    stopAction: childText(defaults, 'stopAction', 'PowerOff'),
    waitForHeartbeat: childText(defaults, 'waitForHeartbeat') === 'true',
    entries: childrenOf(root, 'AutoStartOrder').map((one) => ({
      id: Number(childText(one, 'objID', '0')),
      startAction: childText(one, 'startAction', 'None'),
      startDelay: Number(childText(one, 'startDelay', '-1')),
      startOrder: Number(childText(one, 'startOrder', '-1')),
      stopAction: childText(one, 'stopAction', 'systemDefault'),
      stopDelay: Number(childText(one, 'stopDelay', '-1')),
      waitForHeartbeat: childText(one, 'waitForHeartbeat', 'systemDefault'),
    })),
  };
}

function write(ctx: CommandContext, value: AutoStart): void {
  const leaf = (name: string, text: string | number | boolean) => element(name, String(text));
  const root = element('ConfigRoot', [
    element('defaults', [
      leaf('enabled', value.enabled),
      leaf('startDelay', value.startDelay),
      leaf('stopDelay', value.stopDelay),
      leaf('stopAction', value.stopAction),
      leaf('waitForHeartbeat', value.waitForHeartbeat),
    ]),
    ...value.entries.map((one) =>
      element('AutoStartOrder', [
        leaf('objID', one.id),
        leaf('startAction', one.startAction),
        leaf('startDelay', one.startDelay),
        leaf('startOrder', one.startOrder),
        leaf('stopAction', one.stopAction),
        leaf('stopDelay', one.stopDelay),
        leaf('waitForHeartbeat', one.waitForHeartbeat),
      ]),
    ),
  ]);
  ctx.system.files.mkdir('/etc/vmware/hostd', { parents: true });
  ctx.system.files.write(FILE, serializeXml(root), { atomic: true, mode: 0o600 });
}

/** Starts what is to start with the host, in its order; hostd calls it when the boot is done. Delays are not waited for. */
export function autostart(ctx: Pick<CommandContext, 'host' | 'system'>): string[] {
  const settings = read(ctx);
  if (!settings.enabled || ctx.host.config.maintenanceMode) return [];
  const wanted = settings.entries
    .filter((one) => /^powerOn$/i.test(one.startAction))
    .sort((one, other) => rank(one.startOrder) - rank(other.startOrder));
  const started: string[] = [];
  for (const entry of wanted) {
    const vm = listVms(ctx.system).find((one) => one.id === entry.id && !isPoweredOn(one));
    if (vm === undefined) continue;
    try {
      powerOn(ctx.system, vm, { maintenanceMode: false });
      started.push(vm.config.name);
    } catch (error) {
      // One that cannot start does not hold up the others.
      ctx.system.log(
        'hostd',
        'warning',
        `autostart of ${vm.config.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return started;
}

/** -1 means any order: after those that have one. */
function rank(order: number): number {
  return order < 0 ? Number.MAX_SAFE_INTEGER : order;
}

export const autostartCommands: VimCommand[] = [
  {
    path: 'hostsvc/autostartmanager/enable_autostart',
    usage: 'enabled',
    summary: 'Let machines start with the host, or not.',
    run(call) {
      write(call.ctx, {
        ...read(call.ctx),
        enabled: booleanArgument(required(call, 0, 'enabled (true or false)'), 'enabled'),
      });
      return undefined;
    },
  },
  {
    path: 'hostsvc/autostartmanager/get_defaults',
    usage: '',
    summary: 'Show what holds for machines without settings of their own.',
    run({ ctx }) {
      const { entries, ...defaults } = read(ctx);
      void entries;
      return `${printValue(object('vim.host.AutoStartManager.SystemDefaults', defaults))}\n`;
    },
  },
  {
    path: 'hostsvc/autostartmanager/update_defaults',
    usage: '[startDelay] [stopDelay] [stopAction] [waitForHeartbeat]',
    summary: 'Change what holds for machines without settings of their own.',
    run(call) {
      const present = read(call.ctx);
      const [startDelay, stopDelay, stopAction, heartbeat] = call.args;
      write(call.ctx, {
        ...present,
        startDelay: seconds(startDelay, present.startDelay),
        stopDelay: seconds(stopDelay, present.stopDelay),
        stopAction: stopAction ?? present.stopAction,
        waitForHeartbeat:
          heartbeat === undefined ? present.waitForHeartbeat : booleanArgument(heartbeat, 'waitForHeartbeat'),
      });
      return undefined;
    },
  },
  {
    path: 'hostsvc/autostartmanager/get_autostartseq',
    usage: '',
    summary: 'Show which machines start with the host.',
    run({ ctx }) {
      const entries = read(ctx).entries.map(({ id, ...rest }) =>
        object('vim.host.AutoStartManager.AutoPowerInfo', { key: ref(`vim.VirtualMachine:${id}`), ...rest }),
      );
      return `${printValue(array('vim.host.AutoStartManager.AutoPowerInfo', entries))}\n`;
    },
  },
  {
    path: 'hostsvc/autostartmanager/update_autostartentry',
    usage: 'vmid startAction startDelay startOrder stopAction stopDelay waitForHeartbeat',
    summary: 'Say whether and how a machine starts and stops with the host.',
    run(call) {
      const vm = requireVm(call.ctx.system, required(call, 0, 'the number of the virtual machine'));
      const startAction = required(call, 1, 'the start action (PowerOn or None)');
      if (!/^(powerOn|none)$/i.test(startAction))
        throw new CommandError(`Unknown start action '${startAction}': expected PowerOn or None.`);
      const entry: Entry = {
        id: vm.id,
        startAction,
        startDelay: seconds(call.args[2], -1),
        startOrder: Number(call.args[3] ?? '-1'),
        stopAction: call.args[4] ?? 'systemDefault',
        stopDelay: seconds(call.args[5], -1),
        waitForHeartbeat: call.args[6] ?? 'systemDefault',
      };
      const present = read(call.ctx);
      write(call.ctx, { ...present, entries: [...present.entries.filter((one) => one.id !== vm.id), entry] });
      return undefined;
    },
  },
  {
    path: 'hostsvc/autostartmanager/autostart',
    usage: '',
    summary: 'Start now what is to start with the host.',
    run: ({ ctx }) =>
      autostart(ctx)
        .map((name) => `Powering on ${name}\n`)
        .join(''),
  },
  {
    path: 'hostsvc/autostartmanager/autostop',
    usage: '',
    summary: 'Stop all machines as the end of the host does.',
    run({ ctx }) {
      const running = listVms(ctx.system).filter(isPoweredOn);
      for (const vm of running) powerOff(ctx.system, vm);
      return running.map((vm) => `Powering off ${vm.config.name}\n`).join('');
    },
  },
];

function seconds(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^-?\d+$/.test(text)) throw new CommandError(`'${text}' is no number of seconds.`);
  return Number(text);
}
