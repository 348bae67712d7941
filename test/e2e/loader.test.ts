import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppUnderTest,
  launchApp,
  openLab,
  runInShell,
  showDrawer,
  showTab,
  waitForHost,
  waitForText,
} from './helpers/app.ts';

const LAB = 'esxi-shell-first-steps';
const HOST = 'esx01';
let app: AppUnderTest;

beforeAll(async () => {
  app = await launchApp();
});
afterAll(() => app.close());

/** As a screen reader says it: `was empty (3), now valid (0)`. */
async function waitForBank(row: string, text: string | RegExp): Promise<void> {
  await app.page.getByTestId(`bank-6-${row}`).filter({ hasText: text }).waitFor({ timeout: 15_000 });
}

describe('the boot loader in the app', () => {
  it('has both banks in the drawer, and nothing changed at first', async () => {
    await openLab(app.page, LAB);
    await waitForHost(app.page, HOST, 'ready');
    await showDrawer(app.page, 'banks');
    await waitForBank('state', 'empty (3)');
    await app.page.getByTestId('bank-running').getByText('Bank 1').waitFor();
    await app.page.getByTestId('bank-changes').getByText('unchanged').waitFor();
  });

  it('says what has changed in a bank soon after it did', async () => {
    await showTab(app.page, HOST, 'shell-1');
    await waitForText(app.page, HOST, 'shell-1', '~ #');
    await runInShell(app.page, HOST, 'cp /bootbank/* /altbootbank/; sync');
    await waitForBank('state', /was empty \(3\).*now valid \(0\)/);
    await waitForBank('build', /now 5\.5\.0-/);
  });

  it('shows the loader after a reset, and takes Shift+O, Shift+R and N there', async () => {
    const { page } = app;
    await showTab(page, HOST, 'console');
    await page.getByTestId('power-menu').click();
    await page.getByTestId('power-reset').click();
    await page.getByTestId(`terminal-${HOST}/vga`).click();
    await waitForText(page, HOST, 'console', '<SHIFT+O: Edit boot options>');
    await page.keyboard.press('Shift+O');
    await waitForText(page, HOST, 'console', '> bootUUID=');
    await page.keyboard.type(' noiommu');
    await waitForText(page, HOST, 'console', / noiommu/);
    await page.keyboard.press('Escape');
    await waitForText(page, HOST, 'console', '<SHIFT+R: Recovery mode>');
    await page.keyboard.press('Shift+R');
    await waitForText(page, HOST, 'console', 'ROLL BACK?');
    // The disk is read without the host.
    await page.getByTestId('bank-running').getByText('is not up').waitFor();
    await page.keyboard.press('n');
    await waitForText(page, HOST, 'console', 'Booting default hypervisor in');
    await page.keyboard.press('Enter');
    await waitForHost(page, HOST, 'ready');
    await page.getByTestId('bank-running').getByText('Bank 1').waitFor();
  });

  it('opens a shell again once the host is up, and tells of a bank that was marked bad', async () => {
    await showTab(app.page, HOST, 'shell-1');
    await waitForText(app.page, HOST, 'shell-1', /with the host\.\][\s\S]*~ #/);
    await runInShell(app.page, HOST, 'sed -i s/bootstate=0/bootstate=3/ /altbootbank/boot.cfg; sync');
    await waitForBank('state', /was empty \(3\).*now bad \(3\)/);
    expect(app.pageErrors).toEqual([]);
  });
});
