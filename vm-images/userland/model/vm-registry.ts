import { resolveVolumePath, VOLUMES } from './storage-inventory.ts';
import { listVolumes } from './storage-mounts.ts';
import type { Volume } from './storage-volumes.ts';
import type { System } from './system.ts';
import { readVmConfig, type VmConfig, VmxFile } from './vm-config.ts';
import {
  INVENTORY_FILE,
  type InventoryEntry,
  nextInventoryId,
  parseInventory,
  serializeInventory,
} from './vm-inventory.ts';
import { readVmStates, type VmState } from './vm-states.ts';

/** An operation on a virtual machine was refused; `fault` is the API's name for the reason. */
export class VmError extends Error {
  readonly fault: string;

  constructor(fault: string, message: string) {
    super(message);
    this.name = 'VmError';
    this.fault = fault;
  }
}

/** A registered machine with its files read. */
export interface Vm {
  id: number;
  vmxPath: string;
  /** Folder of the configuration. */
  folder: string;
  /** `[datastore1] web01/web01.vmx`. */
  datastorePath: string;
  /** Null when the configuration file is gone. */
  file: VmxFile | null;
  config: VmConfig;
  state: VmState;
}

export function listVms(system: System): Vm[] {
  const states = readVmStates(system.files);
  const volumes = listVolumes(system);
  return readInventory(system).map((entry) => readVm(system, entry, volumes, states.get(entry.id)));
}

/** @throws VmError when there is no machine of that number. */
export function requireVm(system: System, id: string): Vm {
  const vm = listVms(system).find((one) => String(one.id) === id.trim());
  if (vm === undefined) throw new VmError('vim.fault.NotFound', `Unable to find a VM corresponding to "${id}"`);
  return vm;
}

export function isPoweredOn(vm: Vm): boolean {
  return vm.state.power === 'poweredOn';
}

/**
 * Puts a machine in the inventory.
 *
 * @param path Absolute, or `[datastore1] web01/web01.vmx`.
 * @param name New display name, when given.
 * @returns Its number.
 */
export function registerVm(system: System, path: string, name?: string): number {
  const volumes = listVolumes(system);
  const absolute = resolveDatastorePath(volumes, path);
  const resolved = resolveVolumePath(volumes, absolute);
  if (resolved === undefined) throw new VmError('vim.fault.InvalidDatastorePath', `Invalid datastore path '${path}'.`);
  const vmxPath = `${resolved.volume.mountPoint}/${resolved.inside}`;
  const text = system.files.readText(vmxPath);
  if (text === null || !vmxPath.endsWith('.vmx'))
    throw new VmError('vim.fault.NotFound', `The object or item referred to could not be found: ${path}`);
  const entries = readInventory(system);
  if (entries.some((entry) => entry.vmxPath === vmxPath)) {
    throw new VmError('vim.fault.AlreadyExists', 'The specified key, name, or identifier already exists.');
  }
  if (name !== undefined) {
    const file = VmxFile.parse(text);
    file.set('displayName', name);
    system.files.write(vmxPath, file.serialize(), { atomic: true });
  }
  const id = nextInventoryId(entries);
  writeInventory(system, [...entries, { id, vmxPath }]);
  system.log('hostd', 'info', `Registered virtual machine ${id} ${vmxPath}`);
  return id;
}

/** Takes a machine out of the inventory; its files stay. */
export function unregisterVm(system: System, vm: Vm): void {
  if (isPoweredOn(vm)) throw invalidPowerState(vm);
  writeInventory(
    system,
    readInventory(system).filter((entry) => entry.id !== vm.id),
  );
  system.log('hostd', 'info', `Unregistered virtual machine ${vm.id} ${vm.vmxPath}`);
}

/** Unregisters a machine and removes its folder. */
export function destroyVm(system: System, vm: Vm): void {
  unregisterVm(system, vm);
  // A machine in the root of a datastore shares its folder with everything else: then only its own files go.
  const isOwnFolder = vm.folder.split('/').length > VOLUMES.split('/').length + 1;
  if (isOwnFolder) system.files.remove(vm.folder, { recursive: true });
  else for (const path of vmFiles(system, vm)) system.files.remove(path);
}

/** Files of a machine that lie in its folder, by the names its configuration gives them. */
export function vmFiles(system: System, vm: Vm): string[] {
  const base = vm.vmxPath.slice(vm.folder.length + 1).replace(/\.vmx$/, '');
  return (system.files.list(vm.folder) ?? [])
    .filter((name) => name.startsWith(base) || /^vmware(-\d+)?\.log$/.test(name))
    .map((name) => `${vm.folder}/${name}`);
}

export function saveVmx(system: System, vm: Vm, edit: (file: VmxFile) => void): void {
  const text = system.files.readText(vm.vmxPath);
  if (text === null) throw new VmError('vim.fault.NotFound', `The configuration file is missing: ${vm.vmxPath}`);
  const file = VmxFile.parse(text);
  edit(file);
  system.files.write(vm.vmxPath, file.serialize(), { atomic: true });
}

export function invalidPowerState(vm: Vm): VmError {
  const now = { poweredOn: 'Powered on', poweredOff: 'Powered off', suspended: 'Suspended' }[vm.state.power];
  return new VmError(
    'vim.fault.InvalidPowerState',
    `The attempted operation cannot be performed in the current state (${now}).`,
  );
}

/** `[datastore1] a/b.vmx` → `/vmfs/volumes/datastore1/a/b.vmx`; absolute paths stay. */
export function resolveDatastorePath(volumes: readonly Volume[], path: string): string {
  const found = /^\[([^\]]+)\] ?(.*)$/.exec(path);
  if (found === null) return path;
  const volume = volumes.find((one) => one.label === found[1] || one.uuid === found[1]);
  return `${volume?.mountPoint ?? `${VOLUMES}/${found[1]}`}/${found[2]}`;
}

/** The other way round; a path outside every volume stays as it is. */
export function datastorePath(volumes: readonly Volume[], path: string): string {
  const resolved = resolveVolumePath(volumes, path);
  return resolved === undefined ? path : `[${resolved.volume.label || resolved.volume.uuid}] ${resolved.inside}`;
}

/** Ports that running machines hold on the port groups. */
export interface VmPort {
  vm: string;
  worldId: number;
  portgroup: string;
  mac: string;
}

/** What `Active Clients`, `Used Ports` and `esxcli network vm list` count beside VMkernel interfaces. */
export function vmPorts(system: System): VmPort[] {
  const states = readVmStates(system.files);
  if (states.size === 0) return [];
  return listVms(system)
    .filter(isPoweredOn)
    .flatMap((vm) =>
      vm.config.nics
        .filter((nic) => nic.connected)
        .map((nic) => ({ vm: vm.config.name, worldId: vm.state.worldId, portgroup: nic.portgroup, mac: nic.mac })),
    );
}

function readVm(system: System, entry: InventoryEntry, volumes: readonly Volume[], state: VmState | undefined): Vm {
  const text = system.files.readText(entry.vmxPath);
  const file = text === null ? null : VmxFile.parse(text);
  const config = readVmConfig(file ?? VmxFile.parse(''));
  const folder = entry.vmxPath.slice(0, entry.vmxPath.lastIndexOf('/'));
  if (config.name === '') config.name = entry.vmxPath.slice(folder.length + 1).replace(/\.vmx$/, '');
  const suspended = file !== null && file.get('checkpoint.vmState') !== '';
  const off: VmState = { power: suspended ? 'suspended' : 'poweredOff', worldId: 0, cartelId: 0, startedMs: 0 };
  return {
    id: entry.id,
    vmxPath: entry.vmxPath,
    folder,
    datastorePath: datastorePath(volumes, entry.vmxPath),
    file,
    config,
    state: state ?? off,
  };
}

function readInventory(system: System): InventoryEntry[] {
  return parseInventory(system.files.readText(INVENTORY_FILE) ?? '');
}

function writeInventory(system: System, entries: readonly InventoryEntry[]): void {
  system.files.mkdir(INVENTORY_FILE.slice(0, INVENTORY_FILE.lastIndexOf('/')), { parents: true });
  system.files.write(INVENTORY_FILE, serializeInventory(entries), { atomic: true, mode: 0o600 });
}
