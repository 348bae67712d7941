import type { ToolCommand } from '../framework/index.ts';
import { absentTools, chkconfigTool, ethtoolTool, lspciTool, vdfTool, vmkchdevTool, vmkloadTool } from './basics.ts';
import { esxtopTool } from './esxtop/index.ts';
import { partedUtilTool } from './partedutil.ts';
import { unameTool, vmwareTool } from './version.ts';
import { vmSupportTool } from './vm-support.ts';
import { vmkfstoolsTool } from './vmkfstools.ts';
import { vmkpingTool } from './vmkping.ts';

export const toolsTools: ToolCommand[] = [
  chkconfigTool,
  esxtopTool,
  ethtoolTool,
  lspciTool,
  partedUtilTool,
  unameTool,
  vdfTool,
  vmSupportTool,
  vmkchdevTool,
  vmkfstoolsTool,
  vmkloadTool,
  vmkpingTool,
  vmwareTool,
  ...absentTools,
];
