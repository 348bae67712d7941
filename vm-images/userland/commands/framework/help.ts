import type { CommandTree, TreeEntry } from './tree.ts';
import type { EsxcliCommand, Parameter } from './types.ts';

const COLUMN = 24;
const WIDTH = 80;

/** Help of the whole program: `esxcli` alone, or `--help`. */
export function rootUsage(tree: CommandTree, program: string): string {
  return (
    `Usage: ${program} [options] {namespace}+ {cmd} [cmd options]\n\nOptions:\n` +
    entry(
      '--formatter=FORMATTER',
      'Print results in another form: csv, keyvalue or xml. Without it a command uses its own.',
    ) +
    entry('--format-param=fields=A,B', 'With csv: print these fields only, in this order.') +
    entry('--screen-width=SIZE', 'Accepted and ignored: tables are as wide as their content.') +
    entry('--debug', 'Print more about an error when there is more.') +
    entry('--version', 'Print the version of this program.') +
    entry('-?, --help', 'Print this text.') +
    `\n${listing('Available Namespaces:', tree.children('').namespaces)}`
  );
}

export function namespaceUsage(tree: CommandTree, program: string, path: string): string {
  const { namespaces, commands } = tree.children(path);
  return [
    `Usage: ${program} ${path} {cmd} [cmd options]\n`,
    ...(namespaces.length > 0 ? [listing('Available Namespaces:', namespaces)] : []),
    ...(commands.length > 0 ? [listing('Available Commands:', commands)] : []),
  ].join('\n');
}

export function commandUsage(program: string, command: EsxcliCommand): string {
  const name = command.path.slice(command.path.lastIndexOf(' ') + 1);
  const note = command.unsupported === undefined ? '' : ` (not supported on this host: ${command.unsupported})`;
  let out = `Usage: ${program} ${command.path} [cmd options]\n\nDescription: \n${entry(name, command.summary + note)}`;
  const parameters = command.parameters ?? [];
  out += '\nCmd options:\n';
  for (const parameter of parameters) out += entry(optionHead(parameter), optionText(parameter));
  return parameters.length === 0 ? out + entry('-?, --help', 'Print this text.') : out;
}

function optionHead(parameter: Parameter): string {
  const names = parameter.short === undefined ? `--${parameter.long}` : `-${parameter.short}|--${parameter.long}`;
  switch (parameter.type) {
    case 'int':
      return `${names}=<long>`;
    case 'list':
      return `${names}=[ <str> ... ]`;
    case 'bool':
    case 'flag':
      return names;
    default:
      return `${names}=<str>`;
  }
}

function optionText(parameter: Parameter): string {
  let out = parameter.description;
  if (parameter.values !== undefined) out += ` One of: ${parameter.values.join(', ')}.`;
  if (parameter.type === 'bool') out += ' Takes true or false.';
  if (parameter.unsupported !== undefined) out += ` Not supported on this host: ${parameter.unsupported}`;
  return parameter.required ? `${out} (required)` : out;
}

function listing(title: string, entries: readonly TreeEntry[]): string {
  return `${title}\n${entries.map(({ name, summary }) => entry(name, summary)).join('')}`;
}

/** Name in the left column, text wrapped in the right one; a long name gets a line of its own. */
function entry(name: string, description: string): string {
  const lines = wrap(description, WIDTH - COLUMN);
  const head = `  ${name}`;
  const gap = ' '.repeat(COLUMN);
  if (head.length >= COLUMN) return `${head}\n${lines.map((line) => `${gap}${line}\n`).join('')}`;
  return lines.map((line, index) => `${(index === 0 ? head : '').padEnd(COLUMN)}${line}\n`).join('') || `${head}\n`;
}

function wrap(content: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of content.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  if (current !== '') lines.push(current);
  return lines;
}
