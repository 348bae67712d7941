import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NEW_BUILD, OLD_BUILD, UpdatedHost } from '../helpers/updated-host.ts';

const OLD = '/bootbank/boot.cfg';
const NEW = '/altbootbank/boot.cfg';

let host: UpdatedHost;
let oldText: string;
let newText: string;
beforeAll(async () => {
  host = await UpdatedHost.open();
  oldText = await host.out(`cat ${OLD}`);
  newText = await host.out(`cat ${NEW}`);
});
afterAll(() => host?.close());
beforeEach(() => host.again());

describe('a boot.cfg edited by hand:', () => {
  it('capitals, comments, blanks and lines as on Windows: the new image starts, and one digit of the file changes', async () => {
    const text = `# by hand\r\n${newText.replaceAll(/^(\w+)=(.*)$/gm, (_, key, value) => ` ${key.toUpperCase()} = ${value}\r`)}# end`;
    expect(text).toContain(' BOOTSTATE = 1\r\n');
    await host.putText(NEW, text);
    await host.reset();
    await host.bootAtOnce();
    await host.comesUp();
    expect(await host.out('vmware -v')).toContain(NEW_BUILD.split('-')[1]);
    expect(await host.out(`cat ${OLD}`)).toBe(text.replace('BOOTSTATE = 1', 'BOOTSTATE = 0'));
  });

  it('missing keys beside words for a number: the bank that can be read starts, and the screen says why not the other', async () => {
    const keys = oldText.split('\n').filter((line) => /^(kernel|modules|build|updated)=/.test(line));
    await host.putText(OLD, keys.join('\n'));
    await host.putText(NEW, newText.replace(/^updated=.*$/m, 'updated=two'));
    await host.reset();
    expect(await host.bootAtOnce()).toContain('BANK6: updated is "two", not a number.');
    expect(await host.comesUp()).toBe(OLD_BUILD);
  });

  it('the same counter in both: the first starts', async () => {
    await host.putText(NEW, newText.replace('bootstate=1', 'bootstate=0').replace(/^updated=.*$/m, 'updated=1'));
    await host.reset();
    await host.bootAtOnce();
    expect(await host.comesUp()).toBe(OLD_BUILD);
    expect((await host.banks()).bank6).toMatchObject({ state: 'valid', isNext: false });
  });

  it('nonsense in both: the screen says so for each, and that nothing is left', async () => {
    await host.putText(OLD, oldText.replace('bootstate=0', 'bootstate=good'));
    await host.putText(NEW, newText.replace(/^build=.*$/m, 'build='));
    await host.reset();
    const rows = await host.shows('No hypervisor found.');
    expect(rows).toContain('BANK5: bootstate is "good", not a number.');
    expect(rows).toContain('BANK6: invalid build number.');
    expect(rows).toContain('BANK6: system has failed to upgrade.');
  });
});
