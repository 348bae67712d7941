import type { CommandContext } from './context.ts';
import { report, runEsxcli } from './esxcli.ts';
import type { CommandTree } from './tree.ts';

/** Runs the program named by `ctx.name`: esxcli, localcli or a tool. @returns exit status. */
export async function runProgram(tree: CommandTree, ctx: CommandContext, argv: readonly string[]): Promise<number> {
  if (ctx.name === 'esxcli' || ctx.name === 'localcli') return runEsxcli(tree, ctx, argv);
  const tool = tree.tool(ctx.name);
  if (tool === undefined) {
    await ctx.err(`${ctx.name}: not a command of the host agent\n`);
    return 127;
  }
  try {
    return await tool.run(ctx, argv);
  } catch (error) {
    return report(ctx, error);
  }
}
