import type { ToolCommand } from '../framework/index.ts';
import { advcfgTool } from './advcfg.ts';
import { infoTool } from './info.ts';
import { nicsTool } from './nics.ts';
import { absentTools, dumppartTool, moduleTool, nasTool, resgrpTool, swiscsiTool, volumeTool } from './others.ts';
import { routeTool } from './route.ts';
import { mpathTool, rescanTool, scsidevsTool } from './scsidevs.ts';
import { vmknicTool } from './vmknic.ts';
import { vswitchTool } from './vswitch.ts';

export const esxcfgTools: ToolCommand[] = [
  vswitchTool,
  vmknicTool,
  nicsTool,
  routeTool,
  advcfgTool,
  infoTool,
  scsidevsTool,
  mpathTool,
  rescanTool,
  volumeTool,
  nasTool,
  moduleTool,
  dumppartTool,
  swiscsiTool,
  resgrpTool,
  ...absentTools,
];
