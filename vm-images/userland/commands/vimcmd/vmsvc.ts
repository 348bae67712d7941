import { resolveVolumePath } from '../../model/storage-inventory.ts';
import { listVolumes } from '../../model/storage-mounts.ts';
import { powerOff, powerOn, reset, suspend, toolsUnavailable } from '../../model/vm-power.ts';
import { destroyVm, listVms, requireVm, saveVmx, unregisterVm, type Vm, VmError } from '../../model/vm-registry.ts';
import {
  createSnapshot,
  readSnapshots,
  removeAllSnapshots,
  removeSnapshot,
  revertToSnapshot,
  snapshotTree,
} from '../../model/vm-snapshots.ts';
import { CommandError } from '../framework/index.ts';
import { printValue } from './data-object.ts';
import { runTask } from './tasks.ts';
import { booleanArgument, required, type VimCall, type VimCommand } from './types.ts';
import { configInfo, fileLayout, guestInfo, runtimeInfo, vmSummary } from './vm-objects.ts';

const NO_GUEST = 'no guest runs in a virtual machine of a lab host';

const vmOf = (call: VimCall): Vm =>
  requireVm(call.ctx.system, required(call, 0, 'the number of the virtual machine (vmid)'));

/** A command on one machine. */
function onVm(
  path: string,
  summary: string,
  run: (call: VimCall, vm: Vm) => Promise<string | undefined> | string | undefined,
  more = '',
): VimCommand {
  return { path: `vmsvc/${path}`, usage: `vmid${more}`, summary, run: (call) => run(call, vmOf(call)) };
}

/** A power operation: a line saying what happens, then the operation as a task. */
function power(verb: string, title: string, method: string, work: (call: VimCall, vm: Vm) => void): VimCommand {
  return onVm(`power.${verb}`, `${title.replace(/:$/, '')}.`, async (call, vm) => {
    await call.ctx.out(`${title}\n`);
    await runTask(call.ctx, String(vm.id), `vim.VirtualMachine.${method}`, () => work(call, vm));
    return undefined;
  });
}

export const vmsvcCommands: VimCommand[] = [
  {
    path: 'vmsvc/getallvms',
    usage: '',
    summary: 'List the registered virtual machines.',
    run: ({ ctx }) => allVms(listVms(ctx.system)),
  },
  power('on', 'Powering on VM:', 'powerOn', ({ ctx }, vm) =>
    powerOn(ctx.system, vm, { maintenanceMode: ctx.host.config.maintenanceMode }),
  ),
  power('off', 'Powering off VM:', 'powerOff', ({ ctx }, vm) => powerOff(ctx.system, vm)),
  power('reset', 'Reset VM:', 'reset', ({ ctx }, vm) => reset(ctx.system, vm)),
  power('suspend', 'Suspending VM:', 'suspend', ({ ctx }, vm) => suspend(ctx.system, vm)),
  power('shutdown', 'Shutting down guest:', 'shutdownGuest', () => {
    throw toolsUnavailable();
  }),
  power('reboot', 'Rebooting guest:', 'rebootGuest', () => {
    throw toolsUnavailable();
  }),
  power('hibernate', 'Standing by guest:', 'standbyGuest', () => {
    throw toolsUnavailable();
  }),
  onVm('power.getstate', 'Show the power state.', (_call, vm) => {
    const state = { poweredOn: 'Powered on', poweredOff: 'Powered off', suspended: 'Suspended' }[vm.state.power];
    return `Retrieved runtime info\n${state}\n`;
  }),
  onVm('get.summary', 'Show the summary.', ({ ctx }, vm) => `Listsummary:\n\n${printValue(vmSummary(ctx, vm))}\n`),
  onVm(
    'get.config',
    'Show the configuration.',
    ({ ctx }, vm) => `Configuration:\n\n${printValue(configInfo(ctx, vm))}\n`,
  ),
  onVm(
    'get.runtime',
    'Show the state at run time.',
    ({ ctx }, vm) => `Runtime information\n\n${printValue(runtimeInfo(ctx, vm))}\n`,
  ),
  onVm(
    'get.guest',
    'Show what the guest reports.',
    (_call, vm) => `Guest information:\n\n${printValue(guestInfo(vm))}\n`,
  ),
  onVm('get.filelayout', 'Show the files.', ({ ctx }, vm) => `${printValue(fileLayout(ctx, vm))}\n`),
  onVm('get.datastores', 'Show the datastores it is on.', ({ ctx }, vm) => datastores(ctx.system, vm)),
  onVm('get.networks', 'Show the networks it is on.', ({ ctx }, vm) => {
    const names = [...new Set(vm.config.nics.map((nic) => nic.portgroup))];
    const known = ctx.host.config.network.vswitches.flatMap((vswitch) => vswitch.portgroups.map((one) => one.name));
    return `Networks:\n\n${names.map((name) => `Name              ${name}\nAccessible        ${known.includes(name)}\n`).join('\n')}`;
  }),
  onVm('get.snapshotinfo', 'Show the snapshots.', ({ ctx }, vm) => snapshotText(ctx.system, vm)),
  onVm(
    'get.tasklist',
    'Show the running tasks of the machine; tasks here end with their command.',
    () => '(ManagedObjectReference) []\n',
  ),
  onVm('get.managedentitystatus', 'Show the alarm state.', () => '"green"\n'),
  onVm('get.capability', 'Show what the machine can do.', () => {
    throw new CommandError(`get.capability: ${NO_GUEST}`);
  }),
  onVm('snapshot.get', 'Show the snapshots.', ({ ctx }, vm) => snapshotText(ctx.system, vm)),
  {
    path: 'vmsvc/snapshot.create',
    usage: 'vmid [snapshotName] [snapshotDescription] [includeMemory] [quiesced]',
    summary: 'Take a snapshot.',
    async run(call) {
      const vm = vmOf(call);
      await call.ctx.out('Create Snapshot:\n');
      const memory = call.args[3] === undefined ? false : booleanArgument(call.args[3], 'includeMemory');
      await runTask(call.ctx, String(vm.id), 'vim.VirtualMachine.createSnapshot', () =>
        createSnapshot(call.ctx.system, vm, call.args[1] ?? 'Snapshot', call.args[2] ?? '', memory),
      );
      return undefined;
    },
  },
  {
    path: 'vmsvc/snapshot.revert',
    usage: 'vmid snapshotId [suppressPowerOff]',
    summary: 'Go back to a snapshot.',
    async run(call) {
      const vm = vmOf(call);
      const id = Number(required(call, 1, 'the id of the snapshot'));
      await call.ctx.out('Revert Snapshot:\n');
      await runTask(call.ctx, String(vm.id), 'vim.vm.Snapshot.revert', () => {
        if (vm.state.power !== 'poweredOff') powerOff(call.ctx.system, vm);
        revertToSnapshot(call.ctx.system, requireVm(call.ctx.system, String(vm.id)), id);
      });
      return snapshotText(call.ctx.system, vm);
    },
  },
  {
    path: 'vmsvc/snapshot.remove',
    usage: 'vmid snapshotId [removeChildren]',
    summary: 'Remove a snapshot.',
    async run(call) {
      const vm = vmOf(call);
      const id = Number(required(call, 1, 'the id of the snapshot'));
      const children = call.args[2] === undefined ? false : booleanArgument(call.args[2], 'removeChildren');
      await call.ctx.out('Remove Snapshot:\n');
      await runTask(call.ctx, String(vm.id), 'vim.vm.Snapshot.remove', () =>
        removeSnapshot(call.ctx.system, vm, id, children),
      );
      return snapshotText(call.ctx.system, vm);
    },
  },
  onVm('snapshot.removeall', 'Remove all snapshots.', async (call, vm) => {
    await call.ctx.out('Remove All Snapshots:\n');
    await runTask(call.ctx, String(vm.id), 'vim.VirtualMachine.removeAllSnapshots', () =>
      removeAllSnapshots(call.ctx.system, vm),
    );
    return undefined;
  }),
  onVm('reload', 'Read the configuration file again; it is read at every use.', () => undefined),
  onVm('unregister', 'Take the machine out of the inventory.', ({ ctx }, vm) => {
    unregisterVm(ctx.system, vm);
    return undefined;
  }),
  onVm('destroy', 'Take the machine out of the inventory and delete its files.', async ({ ctx }, vm) => {
    await ctx.out('Destroy:\n');
    await runTask(ctx, String(vm.id), 'vim.ManagedEntity.destroy', () => destroyVm(ctx.system, vm));
    return undefined;
  }),
  {
    path: 'vmsvc/upgrade',
    usage: 'vmid vmx-NN',
    summary: 'Raise the hardware version.',
    run(call) {
      const vm = vmOf(call);
      const wanted = Number(/^vmx-(\d+)$/.exec(required(call, 1, 'the hardware version'))?.[1] ?? '0');
      const present = Number(vm.config.hardwareVersion.slice(4));
      if (vm.state.power !== 'poweredOff')
        throw new VmError('vim.fault.InvalidPowerState', 'The machine must be powered off.');
      if (wanted > 10 || wanted === 0)
        throw new VmError(
          'vim.fault.NotSupported',
          `This host knows hardware versions up to vmx-10, not '${call.args[1]}'.`,
        );
      if (wanted <= present)
        throw new VmError('vim.fault.AlreadyUpgraded', `The machine has ${vm.config.hardwareVersion} already.`);
      saveVmx(call.ctx.system, vm, (file) => file.set('virtualHW.version', String(wanted)));
      return undefined;
    },
  },
  ...['tools.install', 'tools.upgrade', 'tools.cancelinstall', 'get.screen', 'setscreenres'].map((name) => ({
    path: `vmsvc/${name}`,
    usage: 'vmid',
    summary: 'Works on the guest inside a machine.',
    unsupported: NO_GUEST,
  })),
  onVm('message', 'Show or answer a question the machine asks.', () => 'No message.\n', ' [messageId] [answer]'),
];

function allVms(vms: readonly Vm[]): string {
  const rows = vms.map((vm) => [
    String(vm.id),
    vm.config.name,
    vm.datastorePath,
    vm.file === null ? '' : vm.config.guestOs,
    vm.file === null ? '' : vm.config.hardwareVersion,
    vm.config.annotation.replaceAll('\n', ' '),
  ]);
  const header = ['Vmid', 'Name', 'File', 'Guest OS', 'Version', 'Annotation'];
  const widths = header.map((label, column) =>
    Math.max(label.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows]
    .map((row) => `${row.map((one, column) => one.padEnd(widths[column] ?? 0)).join('   ')}\n`)
    .join('');
}

function datastores(system: VimCall['ctx']['system'], vm: Vm): string {
  const resolved = resolveVolumePath(listVolumes(system), vm.folder);
  if (resolved === undefined) return '';
  const { volume } = resolved;
  return [
    `Name                 ${volume.label}`,
    `url                  ${volume.mountPoint}`,
    `capacity             ${volume.sizeBytes}`,
    `freespace            ${volume.freeBytes}`,
    'accessible           <unset>',
    `type                 ${volume.type.replace('-5', '')}`,
    'multipleHostAccess   <unset>',
    '',
  ].join('\n');
}

/** The tree, two dashes a level, as `snapshot.get` draws it. */
function snapshotText(system: VimCall['ctx']['system'], vm: Vm): string {
  const tree = snapshotTree(readSnapshots(system, vm));
  const lines = tree.flatMap(({ snapshot, depth }) => {
    const dashes = '--'.repeat(depth + 1);
    return [
      depth === 0 ? '|-ROOT' : `${'--'.repeat(depth)}|-CHILD`,
      `${dashes}Snapshot Name        : ${snapshot.displayName}`,
      `${dashes}Snapshot Id        : ${snapshot.uid}`,
      `${dashes}Snapshot Desciption  : ${snapshot.description}`,
      `${dashes}Snapshot Created On  : ${createdOn(snapshot.createdUs / 1000)}`,
      `${dashes}Snapshot State       : ${snapshot.type === 1 ? 'powered on' : 'powered off'}`,
    ];
  });
  return `Get Snapshot:\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** `6/7/2014 10:11:12`. */
function createdOn(ms: number): string {
  const at = new Date(ms);
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${at.getUTCHours()}:${at.getUTCMinutes()}:${at.getUTCSeconds()}`;
}
