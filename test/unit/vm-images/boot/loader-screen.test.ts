import { describe, expect, it } from 'vitest';
import type { MenuContext, MenuState } from '../../../../vm-images/userland/boot/loader-menu.ts';
import { drawBar, drawLoader, layOutLoader, menuView } from '../../../../vm-images/userland/boot/loader-screen.ts';
import type { Bank } from '../../../../vm-images/userland/model/bank-choice.ts';
import { parseBootConfig } from '../../../../vm-images/userland/model/boot-config.ts';

function bank(partition: number): Bank {
  return { partition, uuid: '', config: parseBootConfig(`build=5.5.0-${partition}\nupdated=1\n`), stateOffset: -1 };
}

const banks = [bank(5), bank(6)];
const context: MenuContext = { countdownSeconds: 5, options: '', chosen: banks[1]!, valid: banks };
const view = (state: MenuState) => menuView('Loading VMware Hypervisor', 0.5, state, context);
const plain = (text: string) => text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '');

/** Rows of the screen that are not empty, by number, without colours. */
function rows(state: MenuState): Record<number, string> {
  return Object.fromEntries([...layOutLoader(view(state))].map(([row, text]) => [row, plain(text)]));
}

describe('the screen of the loader', () => {
  it('has the title in its middle, the bar below, and two lines of keys at its foot', () => {
    const seen = rows({ mode: 'countdown', secondsLeft: 5 });
    expect(seen[2]).toBe(`${' '.repeat(27)}Loading VMware Hypervisor`);
    expect(seen[4]).toBe(' '.repeat(10) + '█'.repeat(30) + '░'.repeat(30));
    expect(seen[24]).toMatch(/^ {2}<ENTER: Boot> +<SHIFT\+O: Edit boot options>$/);
    expect(seen[25]).toMatch(/^ {2}Automatic boot in 5 seconds\.\.\. +<SHIFT\+R: Recovery mode>$/);
    expect(seen[24]!.length).toBe(78);
    expect(seen[25]!.length).toBe(78);
  });

  it('has a prompt with the cursor in it while options are edited', () => {
    const state: MenuState = { mode: 'edit', line: { text: 'runweasel ks=x', cursor: 9 } };
    expect(rows(state)[22]).toBe('> runweasel ks=x');
    expect(rows(state)[24]).toMatch(/^ {2}<ENTER: Apply options and boot> +<ESC: Cancel>$/);
    expect(drawLoader(view(state), new Map())).toContain('\x1b[22;12H\x1b[?25h');
  });

  it('warns in capitals before a roll-back', () => {
    const { title, log, footer } = view({ mode: 'recovery' });
    expect(title).toBe('VMware Hypervisor Recovery');
    expect(log).toEqual([
      'Installed hypervisors:',
      '',
      '   BANK5: 5.5.0-5',
      '   BANK6: 5.5.0-6 (Default)',
      '',
      'THE DEFAULT HYPERVISOR WILL BE REPLACED PERMANENTLY BY THE OTHER ONE.',
      'ROLL BACK?',
    ]);
    expect(footer).toEqual([['<Y: Roll back>', '<N: Cancel>']]);
  });

  it('counts to the default after recovery mode was left', () => {
    const { title, log, footer } = view({ mode: 'recovery-left', secondsLeft: 10, why: '' });
    expect(title).toBe('VMware Hypervisor Recovery');
    expect(log.at(-1)).toBe('   BANK6: 5.5.0-6 (Default)');
    expect(footer.map(([left]) => left)).toEqual([
      '<ENTER: Boot default hypervisor>',
      'Booting default hypervisor in 10 seconds...',
    ]);
    expect(view({ mode: 'recovery-left', secondsLeft: 1, why: '' }).footer[1]![0]).toBe(
      'Booting default hypervisor in 1 second...',
    );
  });

  it('has no keys once the boot has begun', () => {
    expect(view({ mode: 'boot', options: '' }).footer).toEqual([]);
  });

  it('shows the last lines when there are more than fit', () => {
    const log = Array.from({ length: 30 }, (_, at) => `Loading /m${at}.v00`);
    const drawn = layOutLoader({ ...view({ mode: 'boot', options: '' }), log });
    expect(plain(drawn.get(7)!)).toBe('Loading /m16.v00');
    expect(plain(drawn.get(20)!)).toBe('Loading /m29.v00');
    expect(Math.max(...drawn.keys())).toBeLessThan(24);
  });

  it.each([
    [-1, 0],
    [0, 0],
    [1, 60],
    [2, 60],
  ])('the bar of %d is %d of 60 wide', (progress, filled) => {
    expect(drawBar(progress).replaceAll(/[^█]/g, '').length).toBe(filled);
  });
});
