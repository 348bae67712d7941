import type { System } from './system.ts';
import { readVmConfig, type VmxFile } from './vm-config.ts';
import { invalidPowerState, isPoweredOn, saveVmx, type Vm, VmError } from './vm-registry.ts';
import { endVmWorlds, startVmWorlds } from './vm-states.ts';

/**
 * Power states are modelled: files, worlds, switch ports and states behave, but no guest runs in a machine.
 *
 * @param options.maintenanceMode The host refuses to start machines in it.
 */
export function powerOn(system: System, vm: Vm, options: { maintenanceMode: boolean }): void {
  if (isPoweredOn(vm)) throw invalidPowerState(vm);
  if (options.maintenanceMode)
    throw new VmError(
      'vim.fault.InvalidState',
      'The operation is not allowed in the current state of the host: it is in maintenance mode.',
    );
  if (vm.file === null) throw new VmError('vim.fault.FileNotFound', `File ${vm.datastorePath} was not found`);
  for (const disk of vm.config.disks) {
    const path = disk.fileName.startsWith('/') ? disk.fileName : `${vm.folder}/${disk.fileName}`;
    if (system.files.stat(path) === null)
      throw new VmError('vim.fault.FileNotFound', `Cannot open the disk '${path}': the file was not found`);
  }
  if (vm.state.power !== 'suspended') saveVmx(system, vm, (file) => fillIdentity(system, vm, file));
  const swap = swapPath(vm);
  system.files.write(swap, '');
  system.files.truncate(swap, vm.config.memoryMiB * 1048576);
  system.files.write(`${vm.vmxPath}.lck`, '');
  const nvram = `${vm.folder}/${vm.file.get('nvram', `${vm.config.name}.nvram`)}`;
  if (system.files.stat(nvram) === null) system.files.write(nvram, new Uint8Array(8684));
  if (vm.state.power === 'suspended') dropSuspendState(system, vm);
  startVmWorlds(system.files, vm.id, system.clock.nowMs());
  note(system, vm, 'Powered on');
}

/** Ends a machine at once, as pulling the plug. */
export function powerOff(system: System, vm: Vm): void {
  if (vm.state.power === 'suspended') {
    dropSuspendState(system, vm);
    note(system, vm, 'Powered off');
    return;
  }
  if (!isPoweredOn(vm)) throw invalidPowerState(vm);
  stopWorlds(system, vm);
  note(system, vm, 'Powered off');
}

export function reset(system: System, vm: Vm): void {
  if (!isPoweredOn(vm)) throw invalidPowerState(vm);
  startVmWorlds(system.files, vm.id, system.clock.nowMs());
  note(system, vm, 'Reset');
}

/** Writes a (sparse) memory file and stops the worlds. */
export function suspend(system: System, vm: Vm): void {
  if (!isPoweredOn(vm)) throw invalidPowerState(vm);
  const name = `${baseName(vm)}.vmss`;
  system.files.write(`${vm.folder}/${name}`, '');
  system.files.truncate(`${vm.folder}/${name}`, vm.config.memoryMiB * 1048576);
  saveVmx(system, vm, (file) => file.set('checkpoint.vmState', name));
  stopWorlds(system, vm);
  note(system, vm, 'Suspended');
}

/** Guest operations need VMware Tools in a running guest, and no guest runs here. */
export function toolsUnavailable(): VmError {
  return new VmError(
    'vim.fault.ToolsUnavailable',
    'Cannot complete operation because VMware Tools is not running in this virtual machine.',
  );
}

/** Name of the machine's files without extension. */
export function baseName(vm: Vm): string {
  return vm.vmxPath.slice(vm.folder.length + 1).replace(/\.vmx$/, '');
}

function swapPath(vm: Vm): string {
  return `${vm.folder}/${baseName(vm)}-${(vm.id * 2654435761).toString(16).slice(-8).padStart(8, '0')}.vswp`;
}

function stopWorlds(system: System, vm: Vm): void {
  endVmWorlds(system.files, vm.id);
  system.files.remove(swapPath(vm));
  system.files.remove(`${vm.vmxPath}.lck`);
}

function dropSuspendState(system: System, vm: Vm): void {
  const name = vm.file?.get('checkpoint.vmState') ?? '';
  if (name !== '') system.files.remove(`${vm.folder}/${name}`);
  saveVmx(system, vm, (file) => file.delete('checkpoint.vmState'));
}

function note(system: System, vm: Vm, what: string): void {
  const at = new Date(system.clock.nowMs()).toISOString();
  system.files.append(
    `${vm.folder}/vmware.log`,
    `${at}| vmx| I120: ${what}: ${vm.config.name} (modelled, no guest runs)\n`,
  );
  system.log('hostd', 'info', `${what} virtual machine ${vm.id} ${vm.vmxPath}`);
}

/** A machine gets its UUIDs and MAC addresses at its first start, and keeps them. */
function fillIdentity(system: System, vm: Vm, file: VmxFile): void {
  const uuid = (): string => {
    const pairs = [...system.files.randomBytes(16)].map((byte) => byte.toString(16).padStart(2, '0'));
    return `56 4d ${pairs.slice(2, 8).join(' ')}-${pairs.slice(8).join(' ')}`;
  };
  if (!file.has('uuid.bios')) file.set('uuid.bios', uuid());
  if (!file.has('uuid.location')) file.set('uuid.location', file.get('uuid.bios'));
  if (!file.has('vc.uuid')) file.set('vc.uuid', uuid().replace('56 4d', '52 1a'));
  const tail = file.get('uuid.bios').replace(/[ -]/g, '').slice(-6);
  for (const [index, nic] of readVmConfig(file).nics.entries()) {
    if (nic.mac !== '') continue;
    const last = ((Number.parseInt(tail.slice(4), 16) + index * 10) & 0xff).toString(16).padStart(2, '0');
    file.set(`${nic.node}.addressType`, 'generated');
    file.set(`${nic.node}.generatedAddress`, `00:0c:29:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${last}`);
  }
  file.set('cleanShutdown', 'FALSE');
  file.set('sched.swap.derivedName', swapPath(vm));
}
