/** What command tables import. */
export { absentTool } from './absent-tool.ts';
export { CommandArgs, dataConstraint, parseBool } from './args.ts';
export { type CancelSignal, CancelSource, type CommandContext, type Terminal } from './context.ts';
export { CancelledError, CommandError } from './errors.ts';
export { getopt, type ParsedOptions } from './getopt.ts';
export { CommandTree } from './tree.ts';
export * from './types.ts';
