import { resolveVolumePath } from '../../model/storage-inventory.ts';
import { listVolumes } from '../../model/storage-mounts.ts';
import { createDisk, DiskError, deleteDisk, readDisk } from '../../model/vm-disk-files.ts';
import { baseName } from '../../model/vm-power.ts';
import { requireVm, resolveDatastorePath, saveVmx, type Vm, VmError } from '../../model/vm-registry.ts';
import { CommandError } from '../framework/index.ts';
import { array, printValue } from './data-object.ts';
import { required, type VimCall, type VimCommand } from './types.ts';
import { vmDevices } from './vm-objects.ts';

const vmOf = (call: VimCall): Vm =>
  requireVm(call.ctx.system, required(call, 0, 'the number of the virtual machine (vmid)'));

function nodeOf(call: VimCall, controllerAt: number, unitAt: number): string {
  const controller = required(call, controllerAt, 'the controller number');
  const unit = required(call, unitAt, 'the unit number');
  if (!/^[0-3]$/.test(controller) || !/^\d{1,2}$/.test(unit) || unit === '7' || Number(unit) > 15) {
    throw new CommandError(
      `No device can be at scsi${controller}:${unit}: controllers are 0 to 3, units 0 to 15 without 7.`,
    );
  }
  return `scsi${controller}:${unit}`;
}

function attach(call: VimCall, vm: Vm, node: string, fileName: string): void {
  if (vm.file?.get(`${node}.present`, 'FALSE').toUpperCase() === 'TRUE') {
    throw new VmError('vim.fault.InvalidDeviceSpec', `Invalid configuration for device '${node}': the unit is taken.`);
  }
  saveVmx(call.ctx.system, vm, (file) => {
    const controller = node.split(':')[0] ?? 'scsi0';
    if (!file.has(`${controller}.present`)) {
      file.set(`${controller}.present`, 'TRUE');
      file.set(`${controller}.virtualDev`, 'lsilogic');
    }
    file.set(`${node}.present`, 'TRUE');
    file.set(`${node}.fileName`, fileName);
    file.set(`${node}.deviceType`, 'scsi-hardDisk');
  });
}

async function asFault<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DiskError ? new VmError('vim.fault.FileFault', error.message) : error;
  }
}

export const deviceCommands: VimCommand[] = [
  {
    path: 'vmsvc/device.getdevices',
    usage: 'vmid',
    summary: 'Show the virtual devices.',
    run: (call) => `Devices:\n\n${printValue(array('vim.vm.device.VirtualDevice', vmDevices(call.ctx, vmOf(call))))}\n`,
  },
  {
    path: 'vmsvc/device.diskadd',
    usage: 'vmid size controllerNumber unitNumber datastore',
    summary: 'Make a disk and attach it. The size is in KB.',
    async run(call) {
      const vm = vmOf(call);
      const kib = Number(required(call, 1, 'the size in KB'));
      if (!Number.isInteger(kib) || kib <= 0) throw new CommandError(`Invalid disk size '${call.args[1]}'.`);
      const node = nodeOf(call, 2, 3);
      const datastore = call.args[4];
      const folder = datastore === undefined ? vm.folder : datastoreFolder(call, vm, datastore);
      const { files } = call.ctx.system;
      files.mkdir(folder, { parents: true });
      let number = 0;
      const nameAt = (): string => `${baseName(vm)}${number === 0 ? '' : `_${number}`}.vmdk`;
      while (files.lstat(`${folder}/${nameAt()}`) !== null) number += 1;
      await asFault(() =>
        createDisk(call.ctx.system, `${folder}/${nameAt()}`, kib * 1024, {
          format: 'zeroedthick',
          adapter: 'lsilogic',
        }),
      );
      attach(call, vm, node, folder === vm.folder ? nameAt() : `${folder}/${nameAt()}`);
      return undefined;
    },
  },
  {
    path: 'vmsvc/device.diskaddexisting',
    usage: 'vmid diskFile controllerNumber unitNumber',
    summary: 'Attach a disk that exists.',
    async run(call) {
      const vm = vmOf(call);
      const path = resolveDatastorePath(listVolumes(call.ctx.system), required(call, 1, 'the disk file'));
      const absolute = path.startsWith('/') ? path : `${vm.folder}/${path}`;
      await asFault(() => readDisk(call.ctx.system, absolute));
      attach(
        call,
        vm,
        nodeOf(call, 2, 3),
        absolute.startsWith(`${vm.folder}/`) ? absolute.slice(vm.folder.length + 1) : absolute,
      );
      return undefined;
    },
  },
  {
    path: 'vmsvc/device.diskremove',
    usage: 'vmid controllerNumber unitNumber deleteFile',
    summary: 'Detach a disk, and delete its files when asked to (y).',
    async run(call) {
      const vm = vmOf(call);
      const node = nodeOf(call, 1, 2);
      const disk = vm.config.disks.find((one) => one.node === node);
      if (disk === undefined) throw new VmError('vim.fault.InvalidDeviceSpec', `No disk is at ${node}.`);
      saveVmx(call.ctx.system, vm, (file) => {
        for (const key of file.keys()) if (key.toLowerCase().startsWith(`${node}.`)) file.delete(key);
      });
      if (/^(y|yes|true|1)$/i.test(call.args[3] ?? 'n')) {
        await asFault(() =>
          deleteDisk(call.ctx.system, disk.fileName.startsWith('/') ? disk.fileName : `${vm.folder}/${disk.fileName}`),
        );
      }
      return undefined;
    },
  },
  {
    path: 'vmsvc/device.ctlradd',
    usage: 'vmid type busNumber',
    summary: 'Add a SCSI controller: lsilogic, lsisas1068, buslogic or pvscsi.',
    run(call) {
      const vm = vmOf(call);
      const type = required(call, 1, 'the type of the controller');
      const bus = required(call, 2, 'the bus number');
      if (!['lsilogic', 'lsisas1068', 'buslogic', 'pvscsi'].includes(type))
        throw new CommandError(`Unknown controller type '${type}'.`);
      if (!/^[0-3]$/.test(bus)) throw new CommandError(`Bus numbers are 0 to 3, not '${bus}'.`);
      saveVmx(call.ctx.system, vm, (file) => {
        file.set(`scsi${bus}.present`, 'TRUE');
        file.set(`scsi${bus}.virtualDev`, type);
      });
      return undefined;
    },
  },
  {
    path: 'vmsvc/devices.createnic',
    usage: 'vmid nicType networkName',
    summary: 'Add a network adapter: e1000, vmxnet3 or vlance.',
    run(call) {
      const vm = vmOf(call);
      const type = required(call, 1, 'the type of the adapter');
      const network = required(call, 2, 'the name of the network');
      if (!['e1000', 'vmxnet3', 'vlance'].includes(type)) throw new CommandError(`Unknown adapter type '${type}'.`);
      const known = call.ctx.host.config.network.vswitches.some((vswitch) =>
        vswitch.portgroups.some((one) => one.name === network),
      );
      if (!known) throw new VmError('vim.fault.InvalidDeviceSpec', `There is no network '${network}' on this host.`);
      saveVmx(call.ctx.system, vm, (file) => {
        let number = 0;
        while (file.has(`ethernet${number}.present`)) number += 1;
        file.set(`ethernet${number}.present`, 'TRUE');
        file.set(`ethernet${number}.virtualDev`, type);
        file.set(`ethernet${number}.networkName`, network);
        file.set(`ethernet${number}.addressType`, 'generated');
      });
      return undefined;
    },
  },
  {
    path: 'vmsvc/device.connection',
    usage: 'vmid deviceKey connected',
    summary: 'Plug or unplug a network adapter of a machine.',
    run(call) {
      const vm = vmOf(call);
      const nic = vm.config.nics[Number(required(call, 1, 'the key of the device')) - 4000];
      if (nic === undefined)
        throw new VmError('vim.fault.InvalidDeviceSpec', `No network adapter has the key ${call.args[1]}.`);
      const on = /^(1|true|on|connected)$/i.test(required(call, 2, 'connected (true or false)'));
      saveVmx(call.ctx.system, vm, (file) => file.set(`${nic.node}.startConnected`, on ? 'TRUE' : 'FALSE'));
      return undefined;
    },
  },
];

/** Folder for a new disk on another datastore: the machine's name. */
function datastoreFolder(call: VimCall, vm: Vm, datastore: string): string {
  const volumes = listVolumes(call.ctx.system);
  const name = /^\[?([^\]]+)\]?$/.exec(datastore)?.[1] ?? datastore;
  const volume = volumes.find((one) => one.label === name || one.uuid === name);
  if (volume === undefined) throw new VmError('vim.fault.InvalidDatastore', `There is no datastore '${name}'.`);
  const own = resolveVolumePath(volumes, vm.folder);
  return own?.volume.uuid === volume.uuid ? vm.folder : `${volume.mountPoint}/${vm.config.name}`;
}
