import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from '../framework/index.ts';
import { claimCommands } from './claims.ts';
import { coreCommands } from './core.ts';
import { deviceDetailCommands } from './device-details.ts';
import { deviceCommands } from './devices.ts';
import { filesystemCommands, vmfsCommands } from './filesystem.ts';
import { nmpCommands } from './nmp.ts';
import { remoteCommands } from './remote.ts';

export const storageNamespaces: EsxcliNamespace[] = [
  { path: 'storage', summary: 'Adapters, devices, paths, volumes.' },
  { path: 'storage core', summary: 'Adapters, devices, paths and the plug-ins that claim them.' },
  { path: 'storage core adapter', summary: 'Storage adapters.' },
  { path: 'storage core adapter stats', summary: 'Counters of storage adapters.' },
  { path: 'storage core claiming', summary: 'Claiming of paths by hand.' },
  { path: 'storage core claimrule', summary: 'Rules that say which plug-in claims a path.' },
  { path: 'storage core device', summary: 'Devices behind the adapters.' },
  { path: 'storage core device detached', summary: 'Devices detached by hand.' },
  { path: 'storage core device partition', summary: 'Partitions of disks.' },
  { path: 'storage core device physical', summary: 'Where disks sit.' },
  { path: 'storage core device smart', summary: 'Health of disks.' },
  { path: 'storage core device stats', summary: 'Counters of devices.' },
  { path: 'storage core device vaai', summary: 'Off-loads of arrays.' },
  { path: 'storage core device vaai status', summary: 'Which off-loads a device supports.' },
  { path: 'storage core device world', summary: 'Worlds that use a device.' },
  { path: 'storage core path', summary: 'Paths to devices.' },
  { path: 'storage core path stats', summary: 'Counters of paths.' },
  { path: 'storage core plugin', summary: 'Storage plug-ins.' },
  { path: 'storage core plugin registration', summary: 'Registered storage plug-ins.' },
  { path: 'storage filesystem', summary: 'Volumes of the host.' },
  { path: 'storage nfs', summary: 'NFS datastores.' },
  { path: 'storage nfs param', summary: 'Limits of NFS datastores.' },
  { path: 'storage nmp', summary: 'The native multipathing plug-in.' },
  { path: 'storage nmp device', summary: 'Devices it claimed.' },
  { path: 'storage nmp path', summary: 'Paths it claimed.' },
  { path: 'storage nmp psp', summary: 'Path selection plug-ins.' },
  { path: 'storage nmp psp fixed', summary: 'Fixed path selection.' },
  { path: 'storage nmp psp fixed deviceconfig', summary: 'Fixed path selection of one device.' },
  { path: 'storage nmp psp roundrobin', summary: 'Round robin path selection.' },
  { path: 'storage nmp psp roundrobin deviceconfig', summary: 'Round robin path selection of one device.' },
  { path: 'storage nmp satp', summary: 'Array type plug-ins.' },
  { path: 'storage nmp satp rule', summary: 'Rules that choose an array type.' },
  { path: 'storage san', summary: 'Adapters for storage networks.' },
  ...['fc', 'fcoe', 'iscsi', 'sas'].flatMap((kind) => [
    { path: `storage san ${kind}`, summary: `${kind} adapters.` },
    { path: `storage san ${kind} stats`, summary: `Counters of ${kind} adapters.` },
  ]),
  { path: 'storage vflash', summary: 'Virtual flash.' },
  { path: 'storage vflash cache', summary: 'Virtual flash caches.' },
  { path: 'storage vflash device', summary: 'Disks for virtual flash.' },
  { path: 'storage vflash module', summary: 'Virtual flash modules.' },
  { path: 'storage vmfs', summary: 'Datastores.' },
  { path: 'storage vmfs extent', summary: 'Partitions of datastores.' },
  { path: 'storage vmfs snapshot', summary: 'Datastores found on copied disks.' },
  { path: 'storage vmfs snapshot extent', summary: 'Partitions of datastores found on copied disks.' },
];

export const storageCommands: EsxcliCommand[] = [
  ...coreCommands,
  ...deviceCommands,
  ...deviceDetailCommands,
  ...claimCommands,
  ...filesystemCommands,
  ...vmfsCommands,
  ...nmpCommands,
  ...remoteCommands,
];

export const storageTools: ToolCommand[] = [];
