import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../shared/contracts/bridge.ts';

/**
 * Accelerators shown here are acted on by the window, which knows whether a console has the focus;
 * `registerAccelerator: false` keeps the menu from taking keys away from it.
 */
export function installMenu(send: (command: MenuCommand) => void): void {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item('Catalogue', 'catalogue'),
        item('Settings', 'settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        mac ? { role: 'close', accelerator: 'Cmd+Shift+W' } : { label: 'Quit', click: () => app.quit() },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        item('Command palette', 'palette', 'Ctrl+P'),
        item('Instructions', 'toggle-instructions'),
        item('Drawer', 'toggle-drawer', 'Ctrl+J'),
        { type: 'separator' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { label: '&Lab', submenu: [item('Check task', 'check', 'Ctrl+Enter'), item('Check all', 'check-all')] },
    { label: '&Help', submenu: [item('Keyboard shortcuts', 'keys')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
