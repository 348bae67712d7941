import type { MenuId } from '../screens/types.ts';
import { logsMenu } from './logs.ts';
import { mainMenu } from './main.ts';
import { networkMenu } from './network.ts';
import { restoreMenu } from './restore.ts';
import { troubleshootingMenu } from './troubleshooting.ts';
import type { Menu } from './types.ts';

export const menus: Record<MenuId, Menu> = {
  main: mainMenu,
  network: networkMenu,
  troubleshooting: troubleshootingMenu,
  logs: logsMenu,
  restore: restoreMenu,
};
