import type { Bank } from './bank-choice.ts';
import { type EditLine, editLine, type Key } from './line-editor.ts';

/** What the loader waits for; `boot` and `rollback` end it. */
export type MenuState =
  | { readonly mode: 'countdown'; readonly secondsLeft: number }
  | { readonly mode: 'edit'; readonly line: EditLine }
  | { readonly mode: 'recovery'; readonly canRollBack: boolean }
  | { readonly mode: 'recovery-left'; readonly secondsLeft: number }
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

export type MenuEvent = { type: 'second' } | { type: 'key'; key: Key };

const RECOVERY_COUNTDOWN_SECONDS = 10;

export function openMenu(context: MenuContext): MenuState {
  return context.countdownSeconds > 0
    ? { mode: 'countdown', secondsLeft: context.countdownSeconds }
    : { mode: 'boot', options: context.options };
}

export function turnMenu(state: MenuState, event: MenuEvent, context: MenuContext): MenuState {
  switch (state.mode) {
    case 'countdown':
      return event.type === 'second' ? countDown(state, context) : countdownKey(event.key, context);
    case 'recovery-left':
      if (event.type === 'second') return countDown(state, context);
      return event.key.type === 'enter' ? boot(context) : { ...state, secondsLeft: RECOVERY_COUNTDOWN_SECONDS };
    case 'edit':
      return event.type === 'second' ? state : editKey(state.line, event.key, context);
    case 'recovery':
      return event.type === 'second' ? state : recoveryKey(state, event.key, context);
    default:
      return state;
  }
}

function countDown(state: Counting, context: MenuContext): MenuState {
  return state.secondsLeft <= 1 ? boot(context) : { mode: state.mode, secondsLeft: state.secondsLeft - 1 };
}

function countdownKey(key: Key, context: MenuContext): MenuState {
  if (key.type === 'enter') return boot(context);
  // A terminal delivers Shift+letter as the capital.
  if (key.type === 'text' && key.text === 'O')
    return { mode: 'edit', line: { text: context.options, cursor: context.options.length } };
  if (key.type === 'text' && key.text === 'R') return { mode: 'recovery', canRollBack: context.valid.length > 1 };
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
  if (state.canRollBack && letter === 'y' && other) return { mode: 'rollback', to: other };
  if (letter === 'n' || key.type === 'escape' || !state.canRollBack)
    return { mode: 'recovery-left', secondsLeft: RECOVERY_COUNTDOWN_SECONDS };
  return state;
}

function boot(context: MenuContext): MenuState {
  return { mode: 'boot', options: context.options };
}
