import { type Bank, BOOT_STATE } from '../model/bank-choice.ts';
import type { MenuContext, MenuState } from './loader-menu.ts';

const COLUMNS = 80;
const ROWS = 25;
const TITLE_ROW = 2;
const BAR_ROW = 4;
const LOG_ROW = 7;
const LOG_ROWS = 14;
const BAR_COLUMNS = 60;
const WHITE = '\x1b[0;1;37m';
const GREY = '\x1b[0;37m';
const GOLD = '\x1b[0;33m';
const DARK = '\x1b[0;1;30m';

const RECOVERY_QUESTION = ['THE DEFAULT HYPERVISOR WILL BE REPLACED PERMANENTLY BY THE OTHER ONE.', 'ROLL BACK?'];

export interface LoaderView {
  readonly title: string;
  /** 0 to 1. */
  readonly progress: number;
  /** Grey lines under the bar; the last ones are shown. */
  readonly log: readonly string[];
  /** Left and right of the two bottom lines. */
  readonly footer: readonly (readonly [string, string])[];
  /** The line being edited: stands under the log with the cursor on it. */
  readonly prompt: { readonly text: string; readonly cursor: number } | null;
}

export function menuView(title: string, progress: number, state: MenuState, context: MenuContext): LoaderView {
  const blank: LoaderView = { title, progress, log: [], footer: [], prompt: null };
  switch (state.mode) {
    case 'countdown':
      return {
        ...blank,
        footer: [
          ['<ENTER: Boot>', '<SHIFT+O: Edit boot options>'],
          [`Automatic boot in ${seconds(state.secondsLeft)}...`, '<SHIFT+R: Recovery mode>'],
        ],
      };
    case 'edit':
      return {
        ...blank,
        prompt: state.line,
        footer: [['<ENTER: Apply options and boot>', '<ESC: Cancel>']],
      };
    case 'recovery':
      return {
        ...blank,
        title: 'VMware Hypervisor Recovery',
        log: [...bankLines(context), '', ...RECOVERY_QUESTION],
        footer: [['<Y: Roll back>', '<N: Cancel>']],
      };
    case 'recovery-left':
      return {
        ...blank,
        title: 'VMware Hypervisor Recovery',
        log: [...bankLines(context), ...(state.why === '' ? [] : ['', state.why])],
        footer: [
          ['<ENTER: Boot default hypervisor>', ''],
          [`Booting default hypervisor in ${seconds(state.secondsLeft)}...`, ''],
        ],
      };
    default:
      return blank;
  }
}

/** For com1, which shows lines and no screens: what a view has to say and the keys it takes, said once. */
export function serialLines({ log, footer }: LoaderView): string[] {
  const keys = footer.flat().filter((text) => text.startsWith('<'));
  return keys.length === 0 ? [...log] : [...log, keys.join('  ')];
}

/** What stands on the screen of 80 by 25, by row; rows that are not named are empty. */
export type DrawnRows = ReadonlyMap<number, string>;

export function layOutLoader(view: LoaderView): DrawnRows {
  const rows = new Map<number, string>();
  rows.set(TITLE_ROW, WHITE + center(view.title));
  rows.set(BAR_ROW, drawBar(view.progress));
  for (const [index, line] of view.log.slice(-LOG_ROWS).entries()) rows.set(LOG_ROW + index, GREY + line);
  if (view.prompt) rows.set(ROWS - 3, GREY + promptWindow(view.prompt).text);
  for (const [index, ends] of view.footer.entries()) rows.set(ROWS - 1 + index, GOLD + bothEnds(ends));
  return rows;
}

/** ANSI text that brings the screen from what was drawn before to the view. */
export function drawLoader(view: LoaderView, before: DrawnRows, rows: DrawnRows = layOutLoader(view)): string {
  let out = '\x1b[?25l';
  for (const row of before.keys()) if (!rows.has(row)) out += at(row, '');
  for (const [row, text] of rows) if (before.get(row) !== text) out += at(row, text);
  if (view.prompt) out += `\x1b[${ROWS - 3};${promptWindow(view.prompt).column}H\x1b[?25h`;
  return out;
}

export function drawBar(progress: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, progress)) * BAR_COLUMNS);
  const left = ' '.repeat((COLUMNS - BAR_COLUMNS) / 2);
  return `${left}${GOLD}${'█'.repeat(filled)}${DARK}${'░'.repeat(BAR_COLUMNS - filled)}`;
}

function bankLines(context: MenuContext): string[] {
  const mark = (bank: Bank) =>
    bank.config.bootstate === BOOT_STATE.upgrading ? ' (Upgrading...)' : bank === context.chosen ? ' (Default)' : '';
  return [
    'Installed hypervisors:',
    '',
    ...context.valid.map((bank) => `   BANK${bank.partition}: ${bank.config.build}${mark(bank)}`),
  ];
}

/** Long lines scroll sideways so that the cursor stays in sight. */
function promptWindow(prompt: { text: string; cursor: number }): { text: string; column: number } {
  const width = COLUMNS - 3;
  const from = Math.max(0, prompt.cursor - width + 1);
  return { text: `> ${prompt.text.slice(from, from + width)}`, column: 3 + prompt.cursor - from };
}

function at(row: number, text: string): string {
  return `\x1b[${row};1H${GREY}\x1b[2K${text}`;
}

function center(text: string): string {
  return ' '.repeat(Math.max(0, Math.floor((COLUMNS - text.length) / 2))) + text;
}

function bothEnds([left, right]: readonly [string, string]): string {
  const margin = 2;
  const gap = COLUMNS - 2 * margin - left.length - right.length;
  return left === '' && right === '' ? '' : ' '.repeat(margin) + left + ' '.repeat(Math.max(1, gap)) + right;
}

function seconds(count: number): string {
  return count === 1 ? '1 second' : `${count} seconds`;
}
