import type { ToolCommand } from './types.ts';

/** A tool for what this host does not have: it is there and says why it does nothing, so that nobody looks for a fault of his own. */
export function absentTool(name: string, summary: string, reason: string): ToolCommand {
  return {
    name,
    summary,
    unsupported: reason,
    async run(ctx) {
      await ctx.err(`${name}: not supported on this host: ${reason}\n`);
      return 1;
    },
  };
}
