import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantiateLab } from '../../labs/schema/index.ts';
import { createLabLibrary } from '../../main/session/lab-library.ts';
import { readSessionFile } from '../../main/session/session-file.ts';
import { projectRoot } from '../helpers/session.ts';
import {
  type AppUnderTest,
  checkTask,
  launchApp,
  openLab,
  runInShell,
  showTab,
  waitForHost,
  waitForText,
} from './helpers/app.ts';

const LAB = 'standard-switches';
const HOST = 'esx01';
let dataDir: string;
let app: AppUnderTest;

/** The solution of the lab as its seed has it, a command a line. */
async function solutionLines(): Promise<string[]> {
  const kept = await readSessionFile(path.join(dataDir, 'sessions', LAB));
  const bundle = await createLabLibrary(path.join(projectRoot, 'labs/catalog')).get(LAB);
  const script = instantiateLab(bundle, kept!.seed).solution.scripts[HOST]!;
  return script.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

async function shellIsOpen(): Promise<void> {
  await waitForHost(app.page, HOST, 'ready');
  await showTab(app.page, HOST, 'shell-1');
  await waitForText(app.page, HOST, 'shell-1', '~ #');
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'bootbank-e2e-'));
  app = await launchApp({ dataDir });
});
afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the app', () => {
  it('opens a lab from the catalogue, with a shell on its host', async () => {
    await openLab(app.page, LAB);
    await shellIsOpen();
    expect(await runInShell(app.page, HOST, 'vmware -v')).toContain('VMware ESXi 5.5.0');
  });

  it('says what is not done yet', async () => {
    const bundle = await createLabLibrary(path.join(projectRoot, 'labs/catalog')).get(LAB);
    expect(await checkTask(app.page, bundle.lab.tasks[0]!.id)).toBe('fail');
  });

  it('takes the solution typed into its terminal, and passes the first task', async () => {
    const bundle = await createLabLibrary(path.join(projectRoot, 'labs/catalog')).get(LAB);
    for (const line of await solutionLines()) await runInShell(app.page, HOST, line, { timeoutMs: 60_000 });
    expect(await checkTask(app.page, bundle.lab.tasks[0]!.id)).toBe('pass');
  });

  it('checks a task for which a copy of the host is restarted', async () => {
    const bundle = await createLabLibrary(path.join(projectRoot, 'labs/catalog')).get(LAB);
    const task = bundle.lab.tasks.find(({ checks }) => checks.some((check) => check.after !== 'now'))!;
    expect(await checkTask(app.page, task.id)).toBe('pass');
  });

  it('loses nothing when it is killed in the middle of a lab', async () => {
    const before = await runInShell(app.page, HOST, 'esxcli network vswitch standard list');
    // A save follows within seconds of the last change.
    await expect
      .poll(async () => (await readSessionFile(path.join(dataDir, 'sessions', LAB)))?.savedAt ?? '', {
        timeout: 20_000,
      })
      .not.toBe('');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await app.kill();
    app = await launchApp({ dataDir });
    // What was open when the app ended is open again.
    await app.page.getByTestId('lab-view').waitFor({ timeout: 60_000 });
    await shellIsOpen();
    expect(await runInShell(app.page, HOST, 'esxcli network vswitch standard list')).toBe(before);
    expect(app.pageErrors).toEqual([]);
  });

  it("shows the host's console and gives it the keys", async () => {
    await showTab(app.page, HOST, 'console');
    await waitForText(app.page, HOST, 'console', '<F2>');
    await app.page.keyboard.press('F2');
    await waitForText(app.page, HOST, 'console', 'Login Name');
    await app.page.keyboard.press('Escape');
    await waitForText(app.page, HOST, 'console', '<F2>');
  });
});
