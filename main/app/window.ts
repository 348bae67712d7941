import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, session, shell } from 'electron';
import { appOrigin, isAppUrl } from './app-url.ts';

interface Bounds {
  x?: number;
  y?: number;
  width: number;
  height: number;
  maximized?: boolean;
}

/** Opens a link in the desktop's browser. Only https leaves the app. */
export function openExternal(address: string): boolean {
  try {
    if (new URL(address).protocol !== 'https:') return false;
  } catch {
    return false;
  }
  void shell.openExternal(address);
  return true;
}

/**
 * The one window: sandboxed, isolated, unable to navigate away or to open others.
 *
 * @param lab What to open at once: a lab's id, or `first`.
 */
export function createWindow(preload: string, lab: string | undefined): BrowserWindow {
  const bounds = readBounds();
  const testing = process.env['BOOTBANK_TEST'] === '1';
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 860,
    minHeight: 560,
    show: false,
    title: 'Bootbank',
    // The palette has all that the menu has; Alt shows it.
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      devTools: !app.isPackaged,
      additionalArguments: [...(testing ? ['--bootbank-test'] : []), ...(lab ? [`--bootbank-lab=${lab}`] : [])],
    },
  });
  if (bounds.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => saveBounds(window));
  guardContents(window);
  if (testing)
    window.webContents.on('console-message', (_event, _level, message) => process.stdout.write(`${message}\n`));
  void window.loadURL(`${appOrigin}/`);
  return window;
}

function guardContents(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event, url) => {
    if (isAppUrl(url)) return;
    event.preventDefault();
    openExternal(url);
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
}

/** No camera, no location, no clipboard reading: the app needs none of what a page may ask for. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}

const boundsFile = () => path.join(app.getPath('userData'), 'window.json');

function readBounds(): Bounds {
  const usual = { width: 1360, height: 860 };
  try {
    const saved = JSON.parse(readFileSync(boundsFile(), 'utf8')) as Bounds & { x: number; y: number };
    const area = screen.getDisplayMatching(saved).workArea;
    const visible = saved.x < area.x + area.width - 80 && saved.y < area.y + area.height - 80 && saved.y >= area.y;
    return visible ? saved : { ...usual, maximized: saved.maximized === true };
  } catch {
    return usual;
  }
}

function saveBounds(window: BrowserWindow): void {
  try {
    writeFileSync(boundsFile(), JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  } catch {
    // Where the window stood is a comfort; a full disk must not keep it from closing.
  }
}
