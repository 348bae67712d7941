import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NEW_BUILD, OLD_BUILD, UpdatedHost } from '../helpers/updated-host.ts';

const GIVEN_UP = 'BANK6: its first start was not finished; it is given up.';

let host: UpdatedHost;
beforeAll(async () => {
  host = await UpdatedHost.open();
});
afterAll(() => host?.close());
beforeEach(() => host.again());

describe('a new image with', () => {
  it('a damaged module stops the start with its name, and is given up at the next', async () => {
    await host.break({ kind: 'damaged-module', bank: 'other', module: 's.v00' });
    expect((await host.banks()).bank6).toMatchObject({
      isNext: true,
      modules: expect.arrayContaining([expect.objectContaining({ file: 's.v00', state: 'damaged' })]),
    });
    await host.reset();
    expect(await host.bootAtOnce()).toContainEqual(
      expect.stringContaining('Please wait while VMware Hypervisor is initializing...'),
    );
    const rows = await host.shows('Fatal error: 33 (Inconsistent data)');
    const at = rows.indexOf('Error 33 (Inconsistent data) while loading module: /s.v00');
    expect(rows.slice(at - 3, at)).toEqual(['Loading /b.b00', 'Loading /k.b00', 'Loading /s.v00']);
    await host.reset();
    expect(await host.shows('<ENTER: Boot>')).toContain(GIVEN_UP);
    expect((await host.banks()).bank6).toMatchObject({ state: 'invalid', isNext: false });
  });

  it('a damaged module is rolled back from with Shift+R while the countdown runs', async () => {
    await host.break({ kind: 'damaged-module', bank: 'other', module: 's.v00' });
    await host.reset();
    await host.shows('<SHIFT+R: Recovery mode>');
    await host.type('<Shift+R>');
    const rows = await host.shows('<Y: Roll back>');
    expect(rows).toContain(`   BANK5: ${OLD_BUILD}`);
    expect(rows).toContain(`   BANK6: ${NEW_BUILD} (Upgrading...)`);
    await host.type('y');
    expect(await host.comesUp()).toBe(OLD_BUILD);
    expect((await host.banks()).bank6).toMatchObject({ state: 'invalid', isNext: false });
    expect(await host.out('cat /var/run/boot-options')).toMatch(/(^| )rollback /);
  });

  it('a first start that the power ended is given up', async () => {
    await host.break({ kind: 'interrupted-first-boot', bank: 'other' });
    await host.reset();
    expect(await host.bootAtOnce()).toContain(GIVEN_UP);
    expect(await host.comesUp()).toBe(OLD_BUILD);
    expect((await host.banks()).bank6).toMatchObject({ state: 'invalid', build: NEW_BUILD, notes: [] });
  });

  it('a counter that is none is not started, and the host is told that it was rolled back', async () => {
    await host.break({ kind: 'wrong-counter', bank: 'other', updated: 0 });
    expect((await host.banks()).bank6.notes).toEqual(['invalid update counter.', 'system has failed to upgrade.']);
    await host.reset();
    const rows = await host.bootAtOnce();
    expect(rows).toContain('BANK6: invalid update counter.');
    expect(rows).toContain('BANK6: system has failed to upgrade.');
    expect(await host.comesUp()).toBe(OLD_BUILD);
    expect(await host.out('cat /var/run/boot-options')).toMatch(/(^| )rollback /);
    expect((await host.banks()).bank6).toMatchObject({ state: 'invalid' });
  });

  it('a service that never ends hangs with its name on the screen, and is given up at the next start', async () => {
    await host.break({ kind: 'hanging-start', bank: 'other', service: 'probe-hw' });
    await host.reset();
    await host.bootAtOnce();
    await host.shows('Running probe-hw start');
    expect((await host.banks()).bank6).toMatchObject({ state: 'dirty', isNext: false, isRunning: null });
    await host.reset();
    expect(await host.shows('<ENTER: Boot>')).toContain(GIVEN_UP);
    expect((await host.banks()).bank5).toMatchObject({ isNext: true });
  });
});

describe('a host with one bank that is left', () => {
  it('and a damaged kernel has nothing to roll back to, and says what it can not load', async () => {
    await host.break({ kind: 'damaged-module', bank: 'active', module: 'b.b00' });
    await host.break({ kind: 'interrupted-first-boot', bank: 'other' });
    await host.reset();
    await host.shows('<SHIFT+R: Recovery mode>');
    await host.type('<Shift+R>');
    expect(await host.shows('No alternate hypervisor to roll back to.')).toContain(`   BANK5: ${OLD_BUILD} (Default)`);
    await host.shows('<ENTER: Boot default hypervisor>');
    await host.type('<Enter>');
    await host.shows('Error 33 (Inconsistent data) while loading kernel: /b.b00');
  });
});
