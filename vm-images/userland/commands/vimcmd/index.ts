import type { ToolCommand } from '../framework/index.ts';

export const vimcmdTools: ToolCommand[] = [];
