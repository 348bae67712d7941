import { spelling } from './args.ts';
import type { CommandTree } from './tree.ts';
import type { Output } from './types.ts';

/** One command and its options as FIDELITY.md lists them. */
export interface FidelityRow {
  /** `esxcli network nic list`, `esxcfg-nics`. */
  command: string;
  summary: string;
  shape: Output['shape'] | 'tool';
  /** Why it does nothing here; undefined: it works. */
  unsupported?: string;
  options: { usage: string; unsupported?: string }[];
}

export function fidelityRows(tree: CommandTree): FidelityRow[] {
  const esxcli = tree.commands.map(
    (command): FidelityRow => ({
      command: `esxcli ${command.path}`,
      summary: command.summary,
      shape: command.output.shape,
      ...(command.unsupported === undefined ? {} : { unsupported: command.unsupported }),
      options: (command.parameters ?? []).map((parameter) => ({
        usage: spelling(parameter) + (parameter.required ? ' (required)' : ''),
        ...(parameter.unsupported === undefined ? {} : { unsupported: parameter.unsupported }),
      })),
    }),
  );
  const tools = tree.tools.map(
    (tool): FidelityRow => ({
      command: tool.name,
      summary: tool.summary,
      shape: 'tool',
      ...(tool.unsupported === undefined ? {} : { unsupported: tool.unsupported }),
      options: [...(tool.options ?? [])],
    }),
  );
  return [...esxcli, ...tools].sort((a, b) => (a.command < b.command ? -1 : 1));
}

/** The command part of FIDELITY.md as Markdown. */
export function renderFidelity(rows: readonly FidelityRow[]): string {
  const works = rows.filter((row) => row.unsupported === undefined).length;
  const lines = [
    `${works} of ${rows.length} commands work; the others are listed, have help, and say so when run.`,
    '',
    '| Command | Options | State |',
    '| --- | --- | --- |',
  ];
  for (const row of rows) {
    const options = row.options.map((option) => `\`${escapeCell(option.usage)}\`${mark(option)}`).join('<br>');
    const state = row.unsupported === undefined ? 'works' : `not supported: ${escapeCell(row.unsupported)}`;
    lines.push(`| \`${row.command}\` | ${options} | ${state} |`);
  }
  return `${lines.join('\n')}\n`;
}

function mark(option: { unsupported?: string }): string {
  return option.unsupported === undefined ? '' : ` (not supported: ${escapeCell(option.unsupported)})`;
}

function escapeCell(content: string): string {
  return content.replaceAll('|', '\\|');
}
