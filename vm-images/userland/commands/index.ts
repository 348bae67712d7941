import { esxcfgTools } from './esxcfg/index.ts';
import { esxcliCommands } from './framework/esxcli-commands.ts';
import { CommandTree } from './framework/tree.ts';
import { hardwareCommands, hardwareNamespaces, hardwareTools } from './hardware/index.ts';
import { networkCommands, networkNamespaces, networkTools } from './network/index.ts';
import { softwareCommands, softwareNamespaces, softwareTools } from './software/index.ts';
import { storageCommands, storageNamespaces, storageTools } from './storage/index.ts';
import { systemCommands, systemNamespaces, systemTools } from './system/index.ts';
import { toolsTools } from './tools/index.ts';
import { vimcmdTools } from './vimcmd/index.ts';
import { vmCommands, vmNamespaces, vmTools } from './vm/index.ts';

/** Every command of the host. Each folder exports its tables; this is the only place that names the folders. */
export function createCommandTree(): CommandTree {
  const tree: CommandTree = new CommandTree(
    [
      ...systemCommands,
      ...networkCommands,
      ...storageCommands,
      ...softwareCommands,
      ...hardwareCommands,
      ...vmCommands,
      ...esxcliCommands(() => tree),
    ],
    [
      { path: 'esxcli', summary: 'Commands about this program itself.' },
      { path: 'esxcli command', summary: 'Its commands.' },
      { path: 'esxcli command', summary: 'Commands of this program.' },
      ...systemNamespaces,
      ...networkNamespaces,
      ...storageNamespaces,
      ...softwareNamespaces,
      ...hardwareNamespaces,
      ...vmNamespaces,
    ],
    [
      ...systemTools,
      ...networkTools,
      ...storageTools,
      ...softwareTools,
      ...hardwareTools,
      ...vmTools,
      ...esxcfgTools,
      ...vimcmdTools,
      ...toolsTools,
    ],
  );
  return tree;
}
