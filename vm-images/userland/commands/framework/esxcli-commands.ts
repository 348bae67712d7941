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
          .commands.map((command) => {
            const space = command.path.lastIndexOf(' ');
            return {
              Namespace: command.path.slice(0, space).replaceAll(' ', '.'),
              Command: command.path.slice(space + 1),
            };
          })
          .sort((a, b) => (`${a.Namespace} ${a.Command}` < `${b.Namespace} ${b.Command}` ? -1 : 1)),
    },
  ];
}
