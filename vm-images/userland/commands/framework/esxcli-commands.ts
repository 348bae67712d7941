import type { CommandTree } from './tree.ts';
import { type EsxcliCommand, text } from './types.ts';

/** `esxcli esxcli …`: the tree about itself. @param tree Asked when a command runs, so the tree may hold these rows. */
export function esxcliCommands(tree: () => CommandTree): EsxcliCommand[] {
  return [
    {
      path: 'esxcli command list',
      summary: 'List every command of this program.',
      output: { shape: 'table', struct: 'Command', fields: [text('Namespace'), text('Command')] },
      run: () =>
        tree()
          .commands.map(({ path }) => {
            const space = path.lastIndexOf(' ');
            return { Namespace: path.slice(0, space).replaceAll(' ', '.'), Command: path.slice(space + 1), path };
          })
          .sort((a, b) => (a.path < b.path ? -1 : 1)),
    },
  ];
}
