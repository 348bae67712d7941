import type { ToolCommand } from '../framework/index.ts';
import { autostartCommands } from './autostart.ts';
import { deviceCommands } from './devices.ts';
import { hostsvcCommands } from './hostsvc.ts';
import { firmwareCommands } from './hostsvc-firmware.ts';
import { netCommands } from './hostsvc-net.ts';
import { serviceCommands } from './hostsvc-services.ts';
import { storageCommands } from './hostsvc-storage.ts';
import { internalsvcCommands } from './internalsvc.ts';
import { createVimCmd } from './run.ts';
import { createDummyVm, otherServices, soloCommands } from './solo.ts';
import { vimsvcCommands } from './vimsvc.ts';
import { vmsvcCommands } from './vmsvc.ts';

export const vimcmdTools: ToolCommand[] = [
  createVimCmd([
    ...hostsvcCommands,
    ...serviceCommands,
    ...netCommands,
    ...storageCommands,
    ...firmwareCommands,
    ...autostartCommands,
    ...vimsvcCommands,
    ...vmsvcCommands,
    ...deviceCommands,
    createDummyVm,
    ...soloCommands,
    ...internalsvcCommands,
    ...otherServices,
  ]),
];
