import {
  adapterName,
  devfsPath,
  deviceId,
  displayName,
  pathUid,
  runtimeName,
  sizeMiB,
} from '../../model/storage-devices.ts';
import { adapterOf, readDeviceSettings, readStorage } from '../../model/storage-inventory.ts';
import { createVolume, listVolumes, renameVolume, unmountVolume } from '../../model/storage-mounts.ts';
import { rescanAdapters } from '../../model/storage-rescan.ts';
import { type Volume, volumeDevice } from '../../model/storage-volumes.ts';
import { listVms } from '../../model/vm-registry.ts';
import { CommandError } from '../framework/index.ts';
import { automount, rememberMount } from '../storage/filesystem.ts';
import { array, type DataObject, object, printValue, ref } from './data-object.ts';
import { required, type VimCall, type VimCommand } from './types.ts';

function datastores(call: VimCall): Volume[] {
  return listVolumes(call.ctx.system).filter((volume) => volume.type === 'VMFS-5' && volume.isMounted);
}

function datastoreOf(call: VimCall, index = 0): Volume {
  const name = required(call, index, 'the name of the datastore');
  const volume = datastores(call).find((one) => one.label === name || one.uuid === name);
  if (volume === undefined) throw new CommandError(`(vim.fault.NotFound) There is no datastore '${name}'.`);
  return volume;
}

function datastoreSummary(volume: Volume): DataObject {
  return object('vim.Datastore.Summary', {
    datastore: ref(`vim.Datastore:${volume.uuid}`),
    name: volume.label,
    url: volume.mountPoint,
    capacity: volume.sizeBytes,
    freeSpace: volume.freeBytes,
    uncommitted: null,
    accessible: true,
    multipleHostAccess: false,
    type: 'VMFS',
    maintenanceMode: null,
  });
}

export const storageCommands: VimCommand[] = [
  {
    path: 'hostsvc/datastore/listsummary',
    usage: '',
    summary: 'Show the summary of every datastore.',
    run: (call) => `${printValue(array('vim.Datastore.Summary', datastores(call).map(datastoreSummary)))}\n`,
  },
  {
    path: 'hostsvc/datastore/summary',
    usage: 'datastore',
    summary: 'Show the summary of a datastore.',
    run: (call) => `${printValue(datastoreSummary(datastoreOf(call)))}\n`,
  },
  {
    path: 'hostsvc/datastore/info',
    usage: 'datastore',
    summary: 'Show everything about a datastore.',
    run(call) {
      const volume = datastoreOf(call);
      return `${printValue(
        object('vim.host.VmfsDatastoreInfo', {
          name: volume.label,
          url: volume.mountPoint,
          freeSpace: volume.freeBytes,
          maxFileSize: 2 * 1024 ** 4 - 512,
          vmfs: object('vim.host.VmfsVolume', {
            type: 'VMFS',
            name: volume.label,
            capacity: volume.sizeBytes,
            blockSizeMb: 1,
            maxBlocks: 63963136,
            majorVersion: 5,
            version: '5.60',
            uuid: volume.uuid,
            extent: array('vim.host.ScsiDisk.Partition', [
              object('vim.host.ScsiDisk.Partition', { diskName: deviceId(volume.device), partition: volume.partition }),
            ]),
            vmfsUpgradable: false,
          }),
        }),
      )}\n`;
    },
  },
  {
    path: 'hostsvc/datastore/vmlist',
    usage: 'datastore',
    summary: 'List the machines on a datastore.',
    run(call) {
      const volume = datastoreOf(call);
      const vms = listVms(call.ctx.system).filter((vm) => vm.vmxPath.startsWith(`${volume.mountPoint}/`));
      return `${printValue(
        array(
          'ManagedObjectReference',
          vms.map((vm) => ref(`vim.VirtualMachine:${vm.id}`)),
        ),
      )}\n`;
    },
  },
  {
    path: 'hostsvc/datastore/rename',
    usage: 'datastore new-name',
    summary: 'Give a datastore another name.',
    run(call) {
      const volume = datastoreOf(call);
      renameVolume(call.ctx.system, volume, required(call, 1, 'the new name'));
      call.ctx.system.log('hostd', 'info', `Datastore ${volume.label} renamed to ${call.args[1]}`);
      return undefined;
    },
  },
  {
    path: 'hostsvc/datastore/vmfs_create',
    usage: 'name device partition',
    summary: 'Make a datastore on an empty partition.',
    async run(call) {
      const name = required(call, 0, 'the name');
      const inventory = readStorage(call.ctx.system.files);
      const wanted = required(call, 1, 'the device');
      const device = inventory.devices.find((one) => deviceId(one) === wanted || devfsPath(one) === wanted);
      if (device === undefined) throw new CommandError(`There is no device '${wanted}'.`);
      await createVolume(call.ctx.system, device, Number(required(call, 2, 'the partition')), name);
      return undefined;
    },
  },
  {
    path: 'hostsvc/datastore/refresh',
    usage: 'datastore',
    summary: 'Read the state of a datastore again; it is read at every use.',
    run(call) {
      datastoreOf(call);
      return undefined;
    },
  },
  {
    path: 'hostsvc/datastore/remove',
    usage: 'datastore',
    summary: 'Unmount a datastore for good. Its data stays on the disk.',
    async run(call) {
      const volume = datastoreOf(call);
      await unmountVolume(call.ctx.system, volume);
      await rememberMount(call.ctx, volume, false);
      return undefined;
    },
  },
  ...['nas_create', 'local_create'].map((name) => ({
    path: `hostsvc/datastore/${name}`,
    usage: '',
    summary: 'Make a datastore of another kind.',
    unsupported: 'NFS and local datastores come with a later release of this lab host',
  })),
  {
    path: 'hostsvc/datastorebrowser/search',
    usage: 'datastore-path',
    summary: 'List the files of a folder: [datastore1] or [datastore1] folder.',
    run(call) {
      const [, name = '', folder = ''] = /^\[([^\]]+)\] ?(.*)$/.exec(call.args.join(' ')) ?? [];
      const volume = datastores(call).find((one) => one.label === name || one.uuid === name);
      if (volume === undefined)
        throw new CommandError(`(vim.fault.InvalidDatastorePath) Invalid datastore path '${call.args.join(' ')}'.`);
      const path = folder === '' ? volume.mountPoint : `${volume.mountPoint}/${folder}`;
      const names = call.ctx.system.files.list(path);
      if (names === null) throw new CommandError(`(vim.fault.FileNotFound) File [${name}] ${folder} was not found`);
      const files = names.map((one) => {
        const stat = call.ctx.system.files.stat(`${path}/${one}`);
        return object('vim.host.DatastoreBrowser.FileInfo', {
          path: one,
          fileSize: stat?.sizeBytes ?? 0,
          modification: new Date(stat?.modifiedMs ?? 0).toISOString(),
          owner: null,
        });
      });
      return `${printValue(
        object('vim.host.DatastoreBrowser.SearchResults', {
          datastore: ref(`vim.Datastore:${volume.uuid}`),
          folderPath: `[${name}] ${folder}`,
          file: array('vim.host.DatastoreBrowser.FileInfo', files),
        }),
      )}\n`;
    },
  },
  {
    path: 'hostsvc/storage/info',
    usage: '',
    summary: 'Show adapters, devices, paths and volumes.',
    run: (call) => `${printValue(storageInfo(call))}\n`,
  },
  {
    path: 'hostsvc/storage/refresh',
    usage: '',
    summary: 'Look for new devices and volumes.',
    async run({ ctx }) {
      rescanAdapters(ctx.system, readStorage(ctx.system.files).adapters);
      await automount(ctx);
      return undefined;
    },
  },
  ...['iscsi_enable_sw', 'iscsi_disable_sw', 'iscsi_rescan'].map((name) => ({
    path: `hostsvc/storage/${name}`,
    usage: '',
    summary: 'Software iSCSI.',
    unsupported: 'software iSCSI comes with a later release of this lab host',
  })),
];

function storageInfo(call: VimCall): DataObject {
  const inventory = readStorage(call.ctx.system.files);
  return object('vim.host.StorageDeviceInfo', {
    hostBusAdapter: array(
      'vim.host.HostBusAdapter',
      inventory.adapters.map((adapter) =>
        object('vim.host.BlockHba', {
          key: `key-vim.host.BlockHba-${adapterName(adapter.host)}`,
          device: adapterName(adapter.host),
          bus: 0,
          status: 'unknown',
          model: adapter.pciId,
          driver: adapter.driver,
          pci: adapter.pciAddress,
        }),
      ),
    ),
    scsiLun: array(
      'vim.host.ScsiLun',
      inventory.devices.map((device) =>
        object(device.kind === 'disk' ? 'vim.host.ScsiDisk' : 'vim.host.ScsiLun', {
          deviceName: devfsPath(device),
          deviceType: device.kind === 'disk' ? 'disk' : 'cdrom',
          key: `key-vim.host.ScsiDisk-${deviceId(device)}`,
          uuid: deviceId(device),
          canonicalName: deviceId(device),
          displayName: displayName(device, readDeviceSettings(call.ctx.host.config, device)),
          lunType: device.kind === 'disk' ? 'disk' : 'cdrom',
          vendor: device.vendor,
          model: device.model,
          revision: device.revision,
          operationalState: array('string', ['ok']),
          capacity: object('vim.host.DiskDimensions.Lba', { blockSize: 512, block: device.sectors }),
          localDisk: true,
          ssd: device.kind === 'disk' && !device.isRotational,
          sizeMB: sizeMiB(device),
        }),
      ),
    ),
    multipathInfo: object('vim.host.MultipathInfo', {
      lun: array(
        'vim.host.MultipathInfo.LogicalUnit',
        inventory.devices.map((device) =>
          object('vim.host.MultipathInfo.LogicalUnit', {
            key: `key-vim.host.MultipathInfo.LogicalUnit-${deviceId(device)}`,
            id: deviceId(device),
            path: array('vim.host.MultipathInfo.Path', [
              object('vim.host.MultipathInfo.Path', {
                key: `key-vim.host.MultipathInfo.Path-${runtimeName(device)}`,
                name: pathUid(device, adapterOf(inventory, device)),
                pathState: 'active',
                state: 'active',
                isWorkingPath: true,
              }),
            ]),
          }),
        ),
      ),
    }),
    fileSystem: array(
      'vim.host.FileSystemMountInfo',
      listVolumes(call.ctx.system).map((volume) =>
        object('vim.host.FileSystemMountInfo', {
          path: volume.mountPoint,
          type: volume.type,
          name: volume.label,
          uuid: volume.uuid,
          partition: volumeDevice(volume),
        }),
      ),
    ),
    softwareInternetScsiEnabled: false,
  });
}
