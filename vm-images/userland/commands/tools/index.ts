import type { ToolCommand } from '../framework/index.ts';

export const toolsTools: ToolCommand[] = [];
