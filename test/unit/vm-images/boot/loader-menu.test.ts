import { describe, expect, it } from 'vitest';
import { parseKeys } from '../../../../vm-images/userland/boot/line-editor.ts';
import {
  type MenuContext,
  type MenuState,
  openMenu,
  turnMenu,
} from '../../../../vm-images/userland/boot/loader-menu.ts';
import { drawLoader, layOutLoader, menuView, serialLines } from '../../../../vm-images/userland/boot/loader-screen.ts';
import type { Bank } from '../../../../vm-images/userland/model/bank-choice.ts';
import { parseBootConfig } from '../../../../vm-images/userland/model/boot-config.ts';

const current = bank(5, 2);
const former = bank(6, 1);
const context: MenuContext = {
  countdownSeconds: 5,
  options: 'bootUUID=1',
  chosen: current,
  valid: [current, former],
};

function bank(partition: number, updated: number): Bank {
  const config = parseBootConfig(`bootstate=0\nkernel=b.b00\nbuild=5.5.0-${partition}\nupdated=${updated}\n`);
  return { partition, uuid: '', config, stateOffset: 10 };
}

/** `.` stands for a second that passes; everything else is typed. */
function play(script: string, start: MenuState = openMenu(context), rules: MenuContext = context): MenuState {
  let state = start;
  for (const part of script.split(/(\.)/)) {
    if (part === '.') state = turnMenu(state, { type: 'second' }, rules);
    else for (const key of parseKeys(part)) state = turnMenu(state, { type: 'key', key }, rules);
  }
  return state;
}

function screen(state: MenuState): string {
  return drawLoader(menuView('Loading VMware Hypervisor', 0, state, context), new Map()).replace(
    /\x1b\[[0-9;?]*[A-Za-z]/g,
    '\n',
  );
}

describe('loader menu', () => {
  it('boots when the countdown ends, or at once with ENTER', () => {
    expect(play('....')).toEqual({ mode: 'countdown', secondsLeft: 1 });
    expect(play('.....')).toEqual({ mode: 'boot', options: 'bootUUID=1' });
    expect(play('.\r')).toEqual({ mode: 'boot', options: 'bootUUID=1' });
  });

  it('boots without waiting when the countdown is 0', () => {
    expect(openMenu({ ...context, countdownSeconds: 0 }).mode).toBe('boot');
  });

  it('restarts the countdown at any other key', () => {
    expect(play('...x')).toEqual({ mode: 'countdown', secondsLeft: 5 });
    expect(play('...o')).toEqual({ mode: 'countdown', secondsLeft: 5 });
  });

  it('edits boot options with Shift+O, where time stands still', () => {
    expect(play('O noIOMMU......\r')).toEqual({ mode: 'boot', options: 'bootUUID=1 noIOMMU' });
    expect(play('O\x1b[Hks=x \x1b[F\x7f2\x1b[D\x1b[3~\r')).toEqual({ mode: 'boot', options: 'ks=x bootUUID=' });
  });

  it('returns from the editor to a full countdown with ESC, options untouched', () => {
    expect(play('..Oxyz\x1b')).toEqual({ mode: 'countdown', secondsLeft: 5 });
    expect(play('Oxyz\x1b\r')).toEqual({ mode: 'boot', options: 'bootUUID=1' });
  });

  it('rolls back with Shift+R and Y', () => {
    expect(play('Ry')).toEqual({ mode: 'rollback', to: former });
  });

  it('boots the default 10 seconds after Shift+R and N', () => {
    expect(play('RN')).toEqual({ mode: 'recovery-left', secondsLeft: 10, why: '' });
    expect(play('Rn.........x')).toEqual({ mode: 'recovery-left', secondsLeft: 10, why: '' });
    expect(play('Rn..........').mode).toBe('boot');
    expect(play('Rn.\r')).toEqual({ mode: 'boot', options: 'bootUUID=1' });
  });

  it('waits for Y or N and nothing else, for as long as it takes', () => {
    expect(play('Rx\r\x1b....................')).toEqual({ mode: 'recovery' });
  });

  it('offers no roll-back to a lone bank', () => {
    const lone = { ...context, valid: [current] };
    const why = 'No alternate hypervisor to roll back to.';
    expect(play('Ry', openMenu(lone), lone)).toEqual({ mode: 'recovery-left', secondsLeft: 10, why });
    expect(menuView('', 0, play('R', openMenu(lone), lone), lone).log).toContain(why);
  });

  it('boots the default when the disk does not take the roll-back', () => {
    const state = turnMenu(play('Ry'), { type: 'rollback-failed' }, context);
    expect(state).toEqual({ mode: 'recovery-left', secondsLeft: 10, why: 'System has failed to roll back.' });
    expect(menuView('', 0, state, context).log.at(-1)).toBe('System has failed to roll back.');
  });
});

describe('loader screen', () => {
  it('shows the countdown and the keys', () => {
    const text = screen(play('....'));
    expect(text).toContain('Automatic boot in 1 second...');
    expect(text).toMatch(/<ENTER: Boot> +<SHIFT\+O: Edit boot options>/);
    expect(text).toContain('<SHIFT+R: Recovery mode>');
  });

  it('lists the banks in recovery mode', () => {
    expect(screen(play('R'))).toContain('BANK5: 5.5.0-5 (Default)');
    expect(screen(play('R'))).toContain('BANK6: 5.5.0-6');
    const waiting = { ...current, config: { ...current.config, bootstate: 1 } };
    const first = { ...context, chosen: waiting, valid: [waiting, former] };
    expect(menuView('', 0, play('R', openMenu(first), first), first).log).toContain('   BANK5: 5.5.0-5 (Upgrading...)');
  });

  it('says the same on com1, as lines: the banks, the question and the keys', () => {
    const lines = (script: string) => serialLines(menuView('', 0, play(script), context));
    expect(lines('')).toEqual(['<ENTER: Boot>  <SHIFT+O: Edit boot options>  <SHIFT+R: Recovery mode>']);
    expect(lines('R')).toEqual(expect.arrayContaining(['ROLL BACK?', '<Y: Roll back>  <N: Cancel>']));
    expect(lines('O')).toEqual(['<ENTER: Apply options and boot>  <ESC: Cancel>']);
    expect(lines('\r')).toEqual([]);
  });

  it('draws only what has changed', () => {
    const before = menuView('Loading VMware Hypervisor', 0, play('.'), context);
    const after = menuView('Loading VMware Hypervisor', 0, play('..'), context);
    const text = drawLoader(after, layOutLoader(before));
    expect(text).toContain('Automatic boot in 3 seconds...');
    expect(text).not.toContain('ENTER');
    expect(drawLoader(before, layOutLoader(before))).toBe('\x1b[?25l');
    expect(drawLoader(menuView('x', 0, play('O'), context), layOutLoader(before))).toContain('Apply options');
  });

  it('scrolls a long line so that its end is in sight', () => {
    expect(screen(play(`O ${'x'.repeat(100)}END`))).toContain('xEND');
  });
});
