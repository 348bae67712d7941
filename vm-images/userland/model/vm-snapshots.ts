import type { System } from './system.ts';
import { readVmConfig, VmxFile } from './vm-config.ts';
import { diskSectors, parseDiskDescriptor, serializeDiskDescriptor } from './vm-disk.ts';
import { parseSnapshots, type SnapshotFile, serializeSnapshots, type VmSnapshot } from './vm-inventory.ts';
import { baseName } from './vm-power.ts';
import { isPoweredOn, saveVmx, type Vm, VmError } from './vm-registry.ts';

/**
 * Snapshots as files: a chain of disk descriptors, the `.vmsd` list and a `.vmsn` per snapshot. Nothing ever runs in a
 * machine, so the delta disks stay empty and folding a chain is a change of descriptors alone.
 */
export function readSnapshots(system: System, vm: Vm): SnapshotFile {
  return parseSnapshots(system.files.readText(listPath(vm)) ?? '');
}

export function createSnapshot(
  system: System,
  vm: Vm,
  name: string,
  description: string,
  withMemory: boolean,
): VmSnapshot {
  const list = readSnapshots(system, vm);
  const uid = list.lastUid + 1;
  const disks = vm.config.disks.map((disk) => ({ node: disk.node, fileName: disk.fileName }));
  const hasMemory = withMemory && isPoweredOn(vm);
  const memoryFile = `${baseName(vm)}-Snapshot${uid}.vmsn`;
  system.files.write(`${vm.folder}/${memoryFile}`, '');
  if (hasMemory) system.files.truncate(`${vm.folder}/${memoryFile}`, vm.config.memoryMiB * 1048576);
  const snapshot: VmSnapshot = {
    uid,
    parent: list.current,
    displayName: name,
    description,
    createdUs: Math.floor(system.clock.nowMs() * 1000),
    type: hasMemory ? 1 : 0,
    memoryFile,
    disks,
  };
  growChains(system, vm, disks);
  write(system, vm, { current: uid, lastUid: uid, snapshots: [...list.snapshots, snapshot] });
  return snapshot;
}

/** Back to a snapshot: new empty deltas on its disks, the present ones are dropped. */
export function revertToSnapshot(system: System, vm: Vm, uid: number): void {
  const list = readSnapshots(system, vm);
  const snapshot = requireSnapshot(list, uid);
  const present = vm.config.disks.map((disk) => disk.fileName);
  growChains(system, vm, snapshot.disks);
  write(system, vm, { ...list, current: uid });
  for (const file of present) removeIfUnused(system, vm, file);
}

/** @param withChildren Also the snapshots taken after it. */
export function removeSnapshot(system: System, vm: Vm, uid: number, withChildren: boolean): void {
  const list = readSnapshots(system, vm);
  const doomed = new Set([requireSnapshot(list, uid).uid]);
  if (withChildren) {
    // Children are listed after their parents.
    for (const one of list.snapshots) if (doomed.has(one.parent)) doomed.add(one.uid);
  }
  dropSnapshots(system, vm, list, doomed);
}

export function removeAllSnapshots(system: System, vm: Vm): void {
  const list = readSnapshots(system, vm);
  dropSnapshots(system, vm, list, new Set(list.snapshots.map((one) => one.uid)));
}

/** Snapshots with how deep in the tree they are, parents before children. */
export function snapshotTree(list: SnapshotFile): { snapshot: VmSnapshot; depth: number }[] {
  const below = (parent: number, depth: number): { snapshot: VmSnapshot; depth: number }[] =>
    list.snapshots
      .filter((one) => one.parent === parent)
      .flatMap((snapshot) => [{ snapshot, depth }, ...below(snapshot.uid, depth + 1)]);
  return below(0, 0);
}

function dropSnapshots(system: System, vm: Vm, list: SnapshotFile, doomed: ReadonlySet<number>): void {
  const parentOf = (uid: number): number => {
    const parent = list.snapshots.find((one) => one.uid === uid)?.parent ?? 0;
    return doomed.has(parent) ? parentOf(parent) : parent;
  };
  const left = list.snapshots
    .filter((one) => !doomed.has(one.uid))
    .map((one) => ({ ...one, parent: parentOf(one.uid) }));
  const gone = list.snapshots.filter((one) => doomed.has(one.uid));
  write(system, vm, {
    ...list,
    current: doomed.has(list.current) ? parentOf(list.current) : list.current,
    snapshots: left,
  });
  for (const one of gone) system.files.remove(`${vm.folder}/${one.memoryFile}`);
  for (const disk of gone.flatMap((one) => one.disks)) removeIfUnused(system, vm, disk.fileName);
  foldChains(system, vm);
}

/** Puts a new empty delta on top of each disk and points the machine at it. */
function growChains(system: System, vm: Vm, disks: readonly { node: string; fileName: string }[]): void {
  for (const disk of disks) {
    const parent = descriptor(system, vm, disk.fileName);
    const name = nextDeltaName(system, vm, disk.fileName);
    const flat = name.replace(/\.vmdk$/, '-delta.vmdk');
    system.files.write(`${vm.folder}/${flat}`, new Uint8Array(512));
    const extents = [{ access: 'RW' as const, sectors: diskSectors(parent), type: 'VMFSSPARSE', fileName: flat }];
    const text = serializeDiskDescriptor({
      ...parent,
      parentCid: parent.cid,
      createType: 'vmfsSparse',
      parentFileName: disk.fileName,
      extents,
    });
    system.files.write(`${vm.folder}/${name}`, text);
    saveVmx(system, vm, (file) => file.set(`${disk.node}.fileName`, name));
  }
}

function nextDeltaName(system: System, vm: Vm, fileName: string): string {
  const base = (fileName.split('/').pop() ?? '').replace(/(-\d{6})?\.vmdk$/, '');
  for (let number = 1; ; number += 1) {
    const name = `${base}-${String(number).padStart(6, '0')}.vmdk`;
    if (system.files.stat(`${vm.folder}/${name}`) === null) return name;
  }
}

/** Merges deltas that no snapshot needs any more into what they stand on. */
function foldChains(system: System, vm: Vm): void {
  const list = readSnapshots(system, vm);
  const kept = new Set(list.snapshots.flatMap((one) => one.disks.map((disk) => disk.fileName)));
  for (const disk of currentDisks(system, vm)) {
    let top = disk.fileName;
    for (;;) {
      const one = descriptor(system, vm, top);
      if (one.parentFileName === '' || kept.has(one.parentFileName)) break;
      const parent = one.parentFileName;
      saveVmx(system, vm, (file) => file.set(`${disk.node}.fileName`, parent));
      removeDelta(system, vm, top);
      top = parent;
    }
  }
}

/** Drops a delta nobody stands on or uses. */
function removeIfUnused(system: System, vm: Vm, fileName: string): void {
  const path = `${vm.folder}/${fileName}`;
  if (fileName.startsWith('/') || system.files.stat(path) === null) return;
  const one = descriptor(system, vm, fileName);
  if (one.parentFileName === '') return;
  const list = readSnapshots(system, vm);
  const used = [
    ...currentDisks(system, vm).map((disk) => disk.fileName),
    ...list.snapshots.flatMap((each) => each.disks.map((disk) => disk.fileName)),
  ];
  const chains = used.flatMap((name) => chainOf(system, vm, name));
  if (!chains.includes(fileName)) removeDelta(system, vm, fileName);
}

function chainOf(system: System, vm: Vm, fileName: string): string[] {
  if (system.files.stat(pathOf(vm, fileName)) === null) return [fileName];
  const { parentFileName } = descriptor(system, vm, fileName);
  return parentFileName === '' ? [fileName] : [fileName, ...chainOf(system, vm, parentFileName)];
}

function removeDelta(system: System, vm: Vm, fileName: string): void {
  for (const extent of descriptor(system, vm, fileName).extents) system.files.remove(`${vm.folder}/${extent.fileName}`);
  system.files.remove(`${vm.folder}/${fileName}`);
}

function currentDisks(system: System, vm: Vm): { node: string; fileName: string }[] {
  return readVmConfig(VmxFile.parse(system.files.readText(vm.vmxPath) ?? '')).disks;
}

function descriptor(system: System, vm: Vm, fileName: string) {
  const text = system.files.readText(pathOf(vm, fileName));
  if (text === null)
    throw new VmError('vim.fault.FileNotFound', `Cannot open the disk '${fileName}': the file was not found`);
  return parseDiskDescriptor(text);
}

function pathOf(vm: Vm, fileName: string): string {
  return fileName.startsWith('/') ? fileName : `${vm.folder}/${fileName}`;
}

function requireSnapshot(list: SnapshotFile, uid: number): VmSnapshot {
  const found = list.snapshots.find((one) => one.uid === uid);
  if (found === undefined) throw new VmError('vim.fault.NotFound', `Unable to find a snapshot with id ${uid}`);
  return found;
}

function listPath(vm: Vm): string {
  return vm.vmxPath.replace(/\.vmx$/, '.vmsd');
}

function write(system: System, vm: Vm, list: SnapshotFile): void {
  system.files.write(listPath(vm), serializeSnapshots(list), { atomic: true });
}
