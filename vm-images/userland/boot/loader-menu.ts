import type { Bank } from '../model/bank-choice.ts';
import { type EditLine, editLine, type Key } from './line-editor.ts';

/** What the loader waits for; `boot` and `rollback` end it. */
export type MenuState =
  | { readonly mode: 'countdown'; readonly secondsLeft: number }
  | { readonly mode: 'edit'; readonly line: EditLine }
  | { readonly mode: 'recovery' }
  /** `why`: what kept the roll-back from being done; empty when the person at the console did not want it. */
  | { readonly mode: 'recovery-left'; readonly secondsLeft: number; readonly why: string }
  | { readonly mode: 'boot'; readonly options: string }
  | { readonly mode: 'rollback'; readonly to: Bank };

type Counting = Extract<MenuState, { secondsLeft: number }>;

export interface MenuContext {
  readonly countdownSeconds: number;
  /** Kernel options of the chosen bank. */
  readonly options: string;
  readonly chosen: Bank;
  readonly valid: readonly Bank[];
}

export type MenuEvent = { type: 'second' } | { type: 'key'; key: Key } | { type: 'rollback-failed' };

const RECOVERY_COUNTDOWN_SECONDS = 10;
const NO_ALTERNATE = 'No alternate hypervisor to roll back to.';
const NOT_ROLLED_BACK = 'System has failed to roll back.';

export function openMenu(context: MenuContext): MenuState {
  return context.countdownSeconds > 0
    ? { mode: 'countdown', secondsLeft: context.countdownSeconds }
    : { mode: 'boot', options: context.options };
}

export function turnMenu(state: MenuState, event: MenuEvent, context: MenuContext): MenuState {
  if (event.type === 'rollback-failed') return leaveRecovery(NOT_ROLLED_BACK);
  switch (state.mode) {
    case 'countdown':
      return event.type === 'second' ? countDown(state, context) : countdownKey(event.key, context);
    case 'recovery-left':
      if (event.type === 'second') return countDown(state, context);
      return event.key.type === 'enter' ? boot(context) : leaveRecovery(state.why);
    case 'edit':
      return event.type === 'second' ? state : editKey(state.line, event.key, context);
    case 'recovery':
      return event.type === 'second' ? state : recoveryKey(state, event.key, context);
    default:
      return state;
  }
}

function countDown(state: Counting, context: MenuContext): MenuState {
  return state.secondsLeft <= 1 ? boot(context) : { ...state, secondsLeft: state.secondsLeft - 1 };
}

function countdownKey(key: Key, context: MenuContext): MenuState {
  if (key.type === 'enter') return boot(context);
  // A terminal delivers Shift+letter as the capital.
  if (key.type === 'text' && key.text === 'O')
    return { mode: 'edit', line: { text: context.options, cursor: context.options.length } };
  if (key.type === 'text' && key.text === 'R')
    return context.valid.length > 1 ? { mode: 'recovery' } : leaveRecovery(NO_ALTERNATE);
  return openMenu(context);
}

function editKey(line: EditLine, key: Key, context: MenuContext): MenuState {
  if (key.type === 'enter') return { mode: 'boot', options: line.text.trim() };
  if (key.type === 'escape') return openMenu(context);
  return { mode: 'edit', line: editLine(line, key) };
}

function recoveryKey(state: MenuState & { mode: 'recovery' }, key: Key, context: MenuContext): MenuState {
  const letter = key.type === 'text' ? key.text.toLowerCase() : '';
  const other = context.valid.find((bank) => bank !== context.chosen);
  if (letter === 'y' && other) return { mode: 'rollback', to: other };
  return letter === 'n' ? leaveRecovery('') : state;
}

function leaveRecovery(why: string): MenuState {
  return { mode: 'recovery-left', secondsLeft: RECOVERY_COUNTDOWN_SECONDS, why };
}

function boot(context: MenuContext): MenuState {
  return { mode: 'boot', options: context.options };
}
