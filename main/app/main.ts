/** Electron's main process: one window, one session service, the settings. It hands out doors and does no work itself. */
import { watchFile } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, shell, type WebContents } from 'electron';
import { resolvePaths } from '../session/paths.ts';
import type { AppInfo } from '../shared/contracts/ipc.ts';
import { handleAll } from './handle.ts';
import { installMenu } from './menu.ts';
import { registerAppScheme, serveApp } from './protocol.ts';
import { SessionService } from './service.ts';
import { SettingsFile } from './settings-file.ts';
import { createWindow, denyPermissions, openExternal } from './window.ts';

/** The packaged app keeps what other processes read outside its archive. */
const root = app.getAppPath();
const unpackedRoot = root.replace(/app\.asar$/, 'app.asar.unpacked');
const usualPaths = resolvePaths(unpackedRoot);

// Root has to start the app without Chromium's sandbox; enabling it here would undo that and crash every helper process.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerAppScheme();
if (process.env['BOOTBANK_DATA']) app.setPath('userData', path.join(usualPaths.data, 'app'));
if (!app.requestSingleInstanceLock()) app.quit();
else void app.whenReady().then(start);

function start(): void {
  const settings = new SettingsFile(path.join(app.getPath('userData'), 'settings.json'));
  nativeTheme.themeSource = settings.value.theme;
  const dataFolder = () => settings.value.dataFolder ?? usualPaths.data;
  const service = new SessionService(path.join(unpackedRoot, 'dist/service.cjs'), () => ({
    BOOTBANK_DATA: dataFolder(),
    ...(app.isPackaged ? { BOOTBANK_IMAGES: path.join(process.resourcesPath, 'images') } : {}),
  }));

  const broadcast = (channel: string, value: unknown) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channel, value);
  };
  /** Windows whose preload script listens: one port each and service start, or calls on the first would be lost. */
  const listening = new Set<WebContents>();
  service.onStatus((status) => {
    broadcast('lab.service', status);
    if (status.state === 'ready') for (const contents of listening) service.connect(contents);
  });
  settings.onChange((value) => {
    nativeTheme.themeSource = value.theme;
  });

  const info = (): AppInfo => ({
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    platform: process.platform,
    dataFolder: dataFolder(),
    usualDataFolder: usualPaths.data,
    cacheFolder: usualPaths.cache,
    settingsFile: settings.file,
    settingsProblem: settings.problem,
  });

  handleAll({
    'app.info': info,
    'app.openExternal': openExternal,
    'app.showFolder': async (which) => {
      await shell.openPath(which === 'data' ? dataFolder() : usualPaths.cache);
      return undefined;
    },
    'settings.get': () => settings.value,
    'settings.set': async (patch) => {
      const before = dataFolder();
      const value = settings.set(patch);
      if (dataFolder() !== before) await service.restart();
      return value;
    },
    'settings.reset': async () => {
      const before = dataFolder();
      const value = settings.reset();
      if (dataFolder() !== before) await service.restart();
      return value;
    },
    'settings.chooseDataFolder': async () => {
      const chosen = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] });
      const folder = chosen.filePaths[0];
      if (chosen.canceled || folder === undefined) return settings.value;
      const value = settings.set({ dataFolder: folder });
      await service.restart();
      return value;
    },
    'service.connect': (_input, sender) => {
      if (!listening.has(sender)) sender.once('destroyed', () => listening.delete(sender));
      listening.add(sender);
      sender.send('lab.service', service.status);
      if (service.status.state === 'ready') service.connect(sender);
      return undefined;
    },
    'service.restart': async () => {
      await service.restart();
      return undefined;
    },
  });

  denyPermissions();
  serveApp(path.join(root, 'dist/renderer'));
  installMenu((command) => broadcast('lab.menu', command));
  service.start();
  openWindow();
  closeServiceOnQuit(service);
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && openWindow());
  if (process.env['BOOTBANK_DEV'] === '1') reloadWhenBuilt(path.join(root, 'dist/renderer-inputs.json'));
}

/** `npm run dev` writes this file after each build of the window. */
function reloadWhenBuilt(file: string): void {
  watchFile(file, { interval: 500 }, () => {
    for (const window of BrowserWindow.getAllWindows()) window.reload();
  });
}

function openWindow(): void {
  createWindow(path.join(root, 'dist/app/preload.cjs'), labToOpen());
}

/** `--lab=ID` or `--lab=first`; anything else is not a lab's name. */
function labToOpen(): string | undefined {
  const wanted = app.commandLine.getSwitchValue('lab');
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(wanted) ? wanted : undefined;
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) openWindow();
  else {
    if (window.isMinimized()) window.restore();
    window.focus();
  }
}

/** Quitting waits for the sessions to be saved; the windows are gone by then, so nobody looks at a frozen one. */
function closeServiceOnQuit(service: SessionService): void {
  let saved = false;
  let saving = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Started again while the last sessions are still being saved: a new start follows this one.
  app.on('second-instance', () => (saving ? app.relaunch() : focusWindow()));
  app.on('will-quit', (event) => {
    if (saved) return;
    event.preventDefault();
    if (saving) return;
    saving = true;
    void service.close().finally(() => {
      saved = true;
      app.quit();
    });
  });
}
