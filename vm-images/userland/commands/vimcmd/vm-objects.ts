import { diskSectors, parseDiskDescriptor } from '../../model/vm-disk.ts';
import { type Vm, vmFiles } from '../../model/vm-registry.ts';
import { readSnapshots } from '../../model/vm-snapshots.ts';
import type { CommandContext } from '../framework/index.ts';
import { array, type DataObject, object, ref } from './data-object.ts';

const GUEST_NAMES: Readonly<Record<string, string>> = {
  otherGuest: 'Other (32-bit)',
  otherGuest64: 'Other (64-bit)',
  rhel6_64Guest: 'Red Hat Enterprise Linux 6 (64-bit)',
  debian6_64Guest: 'Debian GNU/Linux 6 (64-bit)',
  ubuntu64Guest: 'Ubuntu Linux (64-bit)',
  windows7Server64Guest: 'Microsoft Windows Server 2008 R2 (64-bit)',
};

export function guestName(id: string): string {
  return GUEST_NAMES[id] ?? id;
}

/** `564d1122-3344-…` of the vmx spelling with blanks. */
export function vmUuid(spaced: string): string {
  const digits = spaced.replace(/[ -]/g, '');
  return digits === ''
    ? ''
    : `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

export function vmSummary(ctx: CommandContext, vm: Vm): DataObject {
  const storage = vmStorage(ctx, vm);
  const uptime = vm.state.startedMs === 0 ? 0 : Math.floor((ctx.system.clock.nowMs() - vm.state.startedMs) / 1000);
  return object('vim.vm.Summary', {
    vm: ref(`vim.VirtualMachine:${vm.id}`),
    runtime: runtimeInfo(ctx, vm),
    guest: object('vim.vm.Summary.GuestSummary', {
      guestId: null,
      guestFullName: null,
      toolsStatus: 'toolsNotInstalled',
      toolsVersionStatus: 'guestToolsNotInstalled',
      toolsRunningStatus: 'guestToolsNotRunning',
      hostName: null,
      ipAddress: null,
    }),
    config: object('vim.vm.Summary.ConfigSummary', {
      name: vm.config.name,
      template: false,
      vmPathName: vm.datastorePath,
      memorySizeMB: vm.config.memoryMiB,
      cpuReservation: 0,
      memoryReservation: 0,
      numCpu: vm.config.cpus,
      numEthernetCards: vm.config.nics.length,
      numVirtualDisks: vm.config.disks.length,
      uuid: vmUuid(vm.config.uuid),
      instanceUuid: vmUuid(vm.config.instanceUuid),
      guestId: vm.config.guestOs,
      guestFullName: guestName(vm.config.guestOs),
      annotation: vm.config.annotation,
      product: null,
      installBootRequired: null,
      ftInfo: null,
    }),
    storage: object('vim.vm.Summary.StorageSummary', {
      committed: storage.committed,
      uncommitted: storage.uncommitted,
      unshared: storage.committed,
      timestamp: new Date(ctx.system.clock.nowMs()).toISOString(),
    }),
    quickStats: object('vim.vm.Summary.QuickStats', {
      overallCpuUsage: 0,
      overallCpuDemand: 0,
      guestMemoryUsage: 0,
      hostMemoryUsage: 0,
      guestHeartbeatStatus: 'gray',
      uptimeSeconds: uptime,
    }),
    overallStatus: 'green',
    customValue: null,
  });
}

export function runtimeInfo(_ctx: CommandContext, vm: Vm): DataObject {
  return object('vim.vm.RuntimeInfo', {
    device: null,
    host: ref('vim.HostSystem:ha-host'),
    connectionState: vm.file === null ? 'inaccessible' : 'connected',
    powerState: vm.state.power,
    faultToleranceState: 'notConfigured',
    dasVmProtection: null,
    toolsInstallerMounted: false,
    suspendTime: null,
    bootTime: vm.state.startedMs === 0 ? null : new Date(vm.state.startedMs).toISOString(),
    suspendInterval: 0,
    question: null,
    memoryOverhead: null,
    maxCpuUsage: null,
    maxMemoryUsage: null,
    numMksConnections: 0,
    recordReplayState: 'inactive',
    cleanPowerOff: null,
    needSecondaryReason: null,
    onlineStandby: false,
    minRequiredEVCModeKey: null,
    consolidationNeeded: false,
  });
}

export function guestInfo(vm: Vm): DataObject {
  return object('vim.vm.GuestInfo', {
    toolsStatus: 'toolsNotInstalled',
    toolsVersionStatus: 'guestToolsNotInstalled',
    toolsRunningStatus: 'guestToolsNotRunning',
    toolsVersion: '0',
    guestId: null,
    guestFamily: null,
    guestFullName: null,
    hostName: null,
    ipAddress: null,
    net: array('vim.vm.GuestInfo.NicInfo', []),
    disk: array('vim.vm.GuestInfo.DiskInfo', []),
    guestState: vm.state.power === 'poweredOn' ? 'unknown' : 'notRunning',
    appHeartbeatStatus: 'appStatusGray',
  });
}

export function configInfo(ctx: CommandContext, vm: Vm): DataObject {
  const folder = vm.datastorePath.slice(0, vm.datastorePath.lastIndexOf('/') + 1);
  return object('vim.vm.ConfigInfo', {
    changeVersion: new Date(ctx.system.files.stat(vm.vmxPath)?.modifiedMs ?? 0).toISOString(),
    modified: '1970-01-01T00:00:00Z',
    name: vm.config.name,
    guestFullName: guestName(vm.config.guestOs),
    version: vm.config.hardwareVersion,
    uuid: vmUuid(vm.config.uuid),
    instanceUuid: vmUuid(vm.config.instanceUuid),
    template: false,
    guestId: vm.config.guestOs,
    alternateGuestName: '',
    annotation: vm.config.annotation,
    files: object('vim.vm.FileInfo', {
      vmPathName: vm.datastorePath,
      snapshotDirectory: folder,
      suspendDirectory: folder,
      logDirectory: folder,
    }),
    tools: null,
    flags: null,
    hardware: object('vim.vm.VirtualHardware', {
      numCPU: vm.config.cpus,
      numCoresPerSocket: 1,
      memoryMB: vm.config.memoryMiB,
      virtualICH7MPresent: false,
      virtualSMCPresent: false,
      device: array('vim.vm.device.VirtualDevice', vmDevices(ctx, vm)),
    }),
    cpuAllocation: null,
    memoryAllocation: null,
    latencySensitivity: null,
    extraConfig: array(
      'vim.option.OptionValue',
      (vm.file?.keys() ?? []).map((key) => object('vim.option.OptionValue', { key, value: vm.file?.get(key) ?? '' })),
    ),
  });
}

/** Devices with the keys the API gives them: controllers by hundred, disks from 2000, NICs from 4000. */
export function vmDevices(ctx: CommandContext, vm: Vm): DataObject[] {
  const label = (text: string, summary: string): DataObject => object('vim.Description', { label: text, summary });
  const fixed: DataObject[] = [
    object('vim.vm.device.VirtualIDEController', { key: 200, deviceInfo: label('IDE 0', 'IDE 0'), busNumber: 0 }),
    object('vim.vm.device.VirtualIDEController', { key: 201, deviceInfo: label('IDE 1', 'IDE 1'), busNumber: 1 }),
    object('vim.vm.device.VirtualPCIController', {
      key: 100,
      deviceInfo: label('PCI controller 0', 'PCI controller 0'),
      busNumber: 0,
    }),
    object('vim.vm.device.VirtualKeyboard', { key: 600, deviceInfo: label('Keyboard ', 'Keyboard') }),
  ];
  if (vm.file?.get('scsi0.present', 'FALSE').toUpperCase() === 'TRUE') {
    fixed.push(
      object('vim.vm.device.VirtualLsiLogicController', {
        key: 1000,
        deviceInfo: label('SCSI controller 0', vm.file.get('scsi0.virtualDev', 'lsilogic')),
        busNumber: 0,
      }),
    );
  }
  const disks = vm.config.disks.map((disk, index) => {
    const [controller = '0', unit = '0'] = disk.node.replace(/^[a-z]+/, '').split(':');
    const isIde = disk.node.startsWith('ide');
    return object('vim.vm.device.VirtualDisk', {
      key: isIde ? 3000 + Number(controller) * 10 + Number(unit) : 2000 + Number(controller) * 16 + Number(unit),
      deviceInfo: label(`Hard disk ${index + 1}`, `${grouped(diskKiB(ctx, vm, disk.fileName))} KB`),
      backing: object('vim.vm.device.VirtualDisk.FlatVer2BackingInfo', {
        fileName: diskPath(vm, disk.fileName),
        diskMode: vm.file?.get(`${disk.node}.mode`, 'persistent') ?? 'persistent',
      }),
      controllerKey: isIde ? 200 + Number(controller) : 1000 + Number(controller),
      unitNumber: Number(unit),
      capacityInKB: diskKiB(ctx, vm, disk.fileName),
    });
  });
  const cdroms = vm.config.cdroms.map((drive, index) =>
    object('vim.vm.device.VirtualCdrom', {
      key: 3002 + index,
      deviceInfo: label(`CD/DVD drive ${index + 1}`, drive.fileName === '' ? 'Remote device' : drive.fileName),
      unitNumber: Number(drive.node.split(':')[1] ?? '0'),
    }),
  );
  const nics = vm.config.nics.map((nic, index) =>
    object(NIC_TYPES[nic.model] ?? 'vim.vm.device.VirtualPCNet32', {
      key: 4000 + index,
      deviceInfo: label(`Network adapter ${index + 1}`, nic.portgroup),
      backing: object('vim.vm.device.VirtualEthernetCard.NetworkBackingInfo', { deviceName: nic.portgroup }),
      connectable: object('vim.vm.device.VirtualDevice.ConnectInfo', {
        startConnected: nic.connected,
        connected: vm.state.power === 'poweredOn' && nic.connected,
      }),
      controllerKey: 100,
      unitNumber: 7 + index,
      addressType: 'generated',
      macAddress: nic.mac,
      wakeOnLanEnabled: true,
    }),
  );
  return [...fixed, ...disks, ...cdroms, ...nics];
}

const NIC_TYPES: Readonly<Record<string, string>> = {
  e1000: 'vim.vm.device.VirtualE1000',
  vmxnet3: 'vim.vm.device.VirtualVmxnet3',
  vlance: 'vim.vm.device.VirtualPCNet32',
};

export function fileLayout(ctx: CommandContext, vm: Vm): DataObject {
  const relative = (path: string): string => path.slice(vm.folder.length + 1);
  const files = vmFiles(ctx.system, vm).map(relative);
  return object('vim.vm.FileLayout', {
    configFile: array(
      'string',
      files.filter((name) => /\.(nvram|vmsd|vmxf)$/.test(name)),
    ),
    logFile: array(
      'string',
      files.filter((name) => name.endsWith('.log')),
    ),
    disk: array(
      'vim.vm.FileLayout.DiskLayout',
      vm.config.disks.map((disk, index) =>
        object('vim.vm.FileLayout.DiskLayout', {
          key: 2000 + index,
          diskFile: array('string', [diskPath(vm, disk.fileName)]),
        }),
      ),
    ),
    snapshot: array(
      'vim.vm.FileLayout.SnapshotLayout',
      readSnapshots(ctx.system, vm).snapshots.map((one) =>
        object('vim.vm.FileLayout.SnapshotLayout', {
          key: ref(`vim.vm.Snapshot:${vm.id}-snapshot-${one.uid}`),
          snapshotFile: array('string', [one.memoryFile, ...one.disks.map((disk) => disk.fileName)]),
        }),
      ),
    ),
    swapFile: files.find((name) => name.endsWith('.vswp')) ?? null,
  });
}

/** `20,971,520`: the guest's engine has no locales. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function diskPath(vm: Vm, fileName: string): string {
  return fileName.startsWith('/')
    ? fileName
    : `${vm.datastorePath.slice(0, vm.datastorePath.lastIndexOf('/') + 1)}${fileName}`;
}

function diskKiB(ctx: CommandContext, vm: Vm, fileName: string): number {
  const path = fileName.startsWith('/') ? fileName : `${vm.folder}/${fileName}`;
  try {
    return diskSectors(parseDiskDescriptor(ctx.system.files.readText(path) ?? '')) / 2;
  } catch {
    return 0;
  }
}

/** Bytes on the datastore, and what its thin disks could still grow by. */
function vmStorage(ctx: CommandContext, vm: Vm): { committed: number; uncommitted: number } {
  let committed = 0;
  for (const path of vmFiles(ctx.system, vm)) committed += ctx.system.files.stat(path)?.allocatedBytes ?? 0;
  const provisioned = vm.config.disks.reduce((sum, disk) => sum + diskKiB(ctx, vm, disk.fileName) * 1024, 0);
  return { committed, uncommitted: Math.max(0, provisioned - committed) };
}
