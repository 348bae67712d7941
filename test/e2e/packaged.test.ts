import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../helpers/session.ts';
import { type AppUnderTest, checkTask, launchApp, openLab, runInShell, showTab, waitForHost } from './helpers/app.ts';

const LAB = 'esxi-shell-first-steps';
const HOST = 'esx01';
let folder: string;
let app: AppUnderTest;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bootbank-packaged-'));
  const { findElectron } = (await import('../../main/build/electron.mjs' as string)) as {
    findElectron(): Promise<{ executable: string; version: string }>;
  };
  const { executable, version } = await findElectron();
  const given = ['--dir', path.dirname(executable), '--electron-version', version, '--output', folder];
  execFileSync(process.execPath, ['main/build/package.mjs', ...given], { cwd: projectRoot, stdio: 'pipe' });
  app = await launchApp({ packaged: path.join(folder, 'linux-unpacked/bootbank') });
}, 300_000);
afterAll(async () => {
  await app?.close();
  await rm(folder, { recursive: true, force: true });
});

it.runIf(process.platform === 'linux')(
  'the packaged app brings labs, images and engine along: a lab opens, a command runs, a check answers',
  async () => {
    await openLab(app.page, LAB);
    await waitForHost(app.page, HOST, 'ready');
    await showTab(app.page, HOST, 'shell-1');
    expect(await runInShell(app.page, HOST, 'vmware -v')).toContain('VMware ESXi 5.5.0');
    expect(await checkTask(app.page, 'name-the-host')).toBe('fail');
    expect(app.pageErrors).toEqual([]);
  },
);
