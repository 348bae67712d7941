import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../helpers/session.ts';
import { checkTask, launchApp, openLab, showTab, waitForHost, waitForText } from './helpers/app.ts';

const PICTURE = path.join(projectRoot, 'test/golden/app-lab.png');
const LAB = 'standard-switches';
const HOST = 'esx01';

it('README has a picture of the app', () => expect(existsSync(PICTURE)).toBe(true));

/** `npm run test:golden` takes it again. */
it.runIf(process.env.BOOTBANK_GOLDEN)('is taken', async () => {
  const app = await launchApp();
  const { page } = app;
  await openLab(page, LAB);
  await waitForHost(page, HOST, 'ready');
  await showTab(page, HOST, 'shell-1');
  await waitForText(page, HOST, 'shell-1', '~ #');
  for (const command of [
    'esxcli network nic list',
    'esxcli network vswitch standard add -v vSwitch1',
    'esxcli network vswitch standard list -v vSwitch1',
  ]) {
    await page.keyboard.type(`${command}\n`);
    await page.waitForTimeout(1500);
  }
  await checkTask(page, 'create-switch');
  await page.waitForTimeout(1000);
  await page.screenshot({ path: PICTURE });
  await app.close();
});
