import type { EsxcliCommand, EsxcliNamespace, ToolCommand } from './types.ts';

export interface TreeEntry {
  name: string;
  summary: string;
}

/** All commands of one program set, looked up by path. Namespaces exist through their commands. */
export class CommandTree {
  readonly commands: readonly EsxcliCommand[];
  readonly tools: readonly ToolCommand[];
  private readonly byPath = new Map<string, EsxcliCommand>();
  private readonly toolByName = new Map<string, ToolCommand>();
  private readonly summaries: readonly EsxcliNamespace[];

  constructor(
    commands: readonly EsxcliCommand[],
    namespaces: readonly EsxcliNamespace[],
    tools: readonly ToolCommand[],
  ) {
    this.commands = commands;
    this.summaries = namespaces;
    this.tools = tools;
    for (const command of commands) this.byPath.set(command.path, command);
    for (const tool of tools) this.toolByName.set(tool.name, tool);
  }

  command(path: string): EsxcliCommand | undefined {
    return this.byPath.get(path);
  }

  tool(name: string): ToolCommand | undefined {
    return this.toolByName.get(name);
  }

  isNamespace(path: string): boolean {
    if (path === '') return true;
    const prefix = `${path} `;
    return this.commands.some((command) => command.path.startsWith(prefix));
  }

  /** What is directly under a namespace (`''` is the root), by name. */
  children(path: string): { namespaces: TreeEntry[]; commands: TreeEntry[] } {
    const prefix = path === '' ? '' : `${path} `;
    const namespaces = new Map<string, TreeEntry>();
    const commands: TreeEntry[] = [];
    for (const command of this.commands) {
      if (!command.path.startsWith(prefix)) continue;
      const rest = command.path.slice(prefix.length);
      const space = rest.indexOf(' ');
      if (space < 0) commands.push({ name: rest, summary: command.summary });
      else {
        const name = rest.slice(0, space);
        if (!namespaces.has(name)) namespaces.set(name, { name, summary: this.summaryOf(prefix + name) });
      }
    }
    return { namespaces: [...namespaces.values()].sort(byEntryName), commands: commands.sort(byEntryName) };
  }

  private summaryOf(path: string): string {
    return this.summaries.find((entry) => entry.path === path)?.summary ?? '';
  }
}

function byEntryName(a: TreeEntry, b: TreeEntry): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}
