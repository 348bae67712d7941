/** Drives the app through its window, as a learner would: clicks, keys, and what the terminals show. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { startXvfb, type VirtualDisplay } from './xvfb.ts';

const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const SCREEN = { width: 1600, height: 1000 };

declare global {
  interface Window {
    bootbankTest?: { read(key: string): string[] | null; terminals(): string[] };
  }
}

export interface AppUnderTest {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly dataDir: string;
  /** Errors that the window reported: a test looks at them at its end. */
  readonly pageErrors: string[];
  /** Ends it as a power failure would. The data folder stays. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Electron to run the project's sources in; found as `npm start` finds it when absent. */
  executable?: string | undefined;
  /** A packaged app's own executable: it brings its code along. */
  packaged?: string | undefined;
  /** Kept between launches when given; otherwise a fresh one that goes with the app. */
  dataDir?: string | undefined;
}

/**
 * Opens the app on this desktop's display, or on a virtual one. Works for root, whom Chromium refuses its sandbox.
 *
 * @throws Error when no Electron can be had or there is neither a display nor Xvfb.
 */
export async function launchApp(options: LaunchOptions = {}): Promise<AppUnderTest> {
  const own = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'bootbank-e2e-')));
  const display = await displayFor();
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const executablePath = options.packaged ?? options.executable ?? (await findExecutable());
  const electron = await _electron.launch({
    executablePath,
    args: [...(options.packaged === undefined ? [projectRoot] : []), ...sandbox],
    env: { ...definedEnv(), BOOTBANK_TEST: '1', BOOTBANK_DATA: dataDir, ...(display && { DISPLAY: display.name }) },
  });
  const page = await electron.firstWindow();
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  await page.setViewportSize({ width: 1440, height: 900 }).catch(() => undefined);
  return {
    electron,
    page,
    dataDir,
    pageErrors,
    async kill() {
      const gone = new Promise((resolve) => electron.process().once('exit', resolve));
      electron.process().kill('SIGKILL');
      await gone;
      await display?.stop();
    },
    async close() {
      await electron.close();
      await display?.stop();
      if (own) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function findExecutable(): Promise<string> {
  const { findElectron } = (await import('../../../main/build/electron.mjs' as string)) as {
    findElectron(): Promise<{ executable: string }>;
  };
  return (await findElectron()).executable;
}

function displayFor(): Promise<VirtualDisplay> | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY']) return undefined;
  return startXvfb(SCREEN);
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/**
 * Opens a lab from the catalogue and waits for its hosts; builds no image, that must be done before.
 *
 * @throws Error with what the window showed instead.
 */
export async function openLab(page: Page, lab: string, timeoutMs = 180_000): Promise<void> {
  await page.getByTestId('catalog').waitFor({ timeout: 30_000 });
  await page.getByTestId(`lab-${lab}`).click();
  const shown = page.locator('[data-testid="lab-view"], [data-testid="open-failed"]');
  await shown.waitFor({ timeout: timeoutMs }).catch(() => undefined);
  if (await page.getByTestId('lab-view').isVisible()) return;
  throw new Error(`${lab} did not open; the window shows:\n${await page.locator('.app-view').innerText()}`);
}

/** Waits until the status bar calls a host ready, off, or whatever is asked. */
export async function waitForHost(page: Page, host: string, state: string, timeoutMs = 120_000): Promise<void> {
  await page.locator(`[data-testid="status-${host}"][data-state="${state}"]`).waitFor({ timeout: timeoutMs });
}

/** Shows a tab (`console`, `shell-1`, `files`, `serial`) of a host in the focused pane and gives it the keyboard. */
export async function showTab(page: Page, host: string, tab: string): Promise<void> {
  await page.getByTestId(`machine-${host}`).click();
  await page.getByTestId(`tab-${tab}`).click();
  if (tab !== 'files') await page.getByTestId(`terminal-${terminalKey(host, tab)}`).click();
}

/** Unfolds the drawer and shows one of its views: `results`, `hosts`, `banks`. */
export async function showDrawer(page: Page, view: string): Promise<void> {
  const unfold = page.locator('.machine-actions').getByLabel('Show the drawer');
  if (await unfold.isVisible()) await unfold.click();
  await page.getByTestId(`drawer-${view}`).click();
}

function terminalKey(host: string, tab: string): string {
  return `${host}/${tab === 'console' ? 'vga' : tab}`;
}

/** @returns The lines a terminal holds, scrolled-off ones too, without trailing blanks. */
export async function readTerminal(page: Page, host: string, tab: string): Promise<string[]> {
  const lines = await page.evaluate((key) => window.bootbankTest?.read(key) ?? null, terminalKey(host, tab));
  if (lines === null) throw new Error(`no terminal ${terminalKey(host, tab)} is open`);
  return lines.map((line) => line.trimEnd());
}

/** Waits for text in a terminal. @throws Error with what it showed instead. */
export async function waitForText(
  page: Page,
  host: string,
  tab: string,
  text: string | RegExp,
  timeoutMs = 30_000,
): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lines = await readTerminal(page, host, tab);
    const all = lines.join('\n');
    if (typeof text === 'string' ? all.includes(text) : text.test(all)) return lines;
    if (Date.now() > deadline) throw new Error(`${host} ${tab} never showed ${text}; it shows:\n${all.trimEnd()}`);
    await page.waitForTimeout(100);
  }
}

/** Types a command into a shell of a host and waits for the prompt after it. @returns What the command wrote. */
export async function runInShell(
  page: Page,
  host: string,
  command: string,
  options: { tab?: string; timeoutMs?: number } = {},
): Promise<string> {
  const { tab = 'shell-1', timeoutMs = 30_000 } = options;
  const mark = `done-${Math.random().toString(36).slice(2, 8)}`;
  await page.getByTestId(`terminal-${terminalKey(host, tab)}`).click();
  // Split in two, so that the echo of the command is not taken for its end.
  await page.keyboard.type(`${command}; echo ${mark.slice(0, 5)}''${mark.slice(5)}\n`);
  const lines = await waitForText(page, host, tab, new RegExp(`^${mark}`, 'm'), timeoutMs);
  const end = lines.lastIndexOf(mark);
  const start = lines.findLastIndex((line, index) => index < end && line.includes(`''${mark.slice(5)}`));
  return lines.slice(start + 1, end).join('\n');
}

/** Checks the shown task (or all) and waits for the verdict. @returns `pass`, `fail`, `skip` or `error`. */
export async function checkTask(page: Page, task: string, timeoutMs = 180_000): Promise<string> {
  await page.getByTestId(`task-${task}`).click();
  await page.getByTestId('check').click();
  await page.getByTestId('checking').waitFor({ timeout: 10_000 });
  await page.getByTestId('checking').waitFor({ state: 'detached', timeout: timeoutMs });
  return (await page.getByTestId('verdict').getAttribute('data-outcome')) ?? 'none';
}
