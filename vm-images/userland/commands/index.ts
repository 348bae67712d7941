import { esxcliCommands } from './framework/esxcli-commands.ts';
import { CommandTree } from './framework/tree.ts';
import { networkCommands, networkNamespaces, networkTools } from './network/index.ts';
import { systemCommands, systemNamespaces, systemTools } from './system/index.ts';

/** Every command of the host. Each folder exports its tables; this is the only place that names the folders. */
export function createCommandTree(): CommandTree {
  const tree: CommandTree = new CommandTree(
    [...systemCommands, ...networkCommands, ...esxcliCommands(() => tree)],
    [{ path: 'esxcli', summary: 'Commands about this program itself.' }, ...systemNamespaces, ...networkNamespaces],
    [...systemTools, ...networkTools],
  );
  return tree;
}
