import type { FactGroup } from '../facts.ts';
import type { MenuScreen } from '../screens/types.ts';
import type { Answer, State } from '../state.ts';
import type { Turn } from '../turn.ts';

export interface MenuEntry {
  label: string;
  /** Facts group that `details` reads. */
  shows?: FactGroup;
  /** Footer text for Enter. */
  hint?: string;
  disabled?: boolean;
  /** Right-hand side: paragraphs, wrapped when drawn. */
  details(state: State, screen: MenuScreen): string[];
  open(turn: Turn, screen: MenuScreen): void;
}

export interface Menu {
  title: string;
  /** Footer text for Esc. */
  leave: string;
  /** Digits choose entries. */
  numbered?: boolean;
  entries(state: State): MenuEntry[];
  close(turn: Turn, screen: MenuScreen): void;
  /** An answer that came while this menu was on top. */
  answer?(answer: Answer, screen: MenuScreen, turn: Turn): void;
}

/** Details of an entry whose facts are not there: they are on their way, or could not be read. */
export function absent(state: State, group: FactGroup): string[] {
  return [state.reading.includes(group) ? 'Reading...' : 'Not available: the host agent (hostd) does not answer.'];
}
