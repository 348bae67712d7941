import type { FormValues } from '../screens/form-fields.ts';
import type { FormScreen } from '../screens/types.ts';
import type { Answer } from '../state.ts';
import type { Key } from '../terminal/keys.ts';
import type { Turn } from '../turn.ts';

/** What is particular to one form. Moving between fields and editing them is the same in all (`screens/form.ts`). */
export interface Form {
  /** Enter. */
  submit(values: FormValues, screen: FormScreen, turn: Turn): void;
  /** An answer that came while the form was on top. */
  answer?(answer: Answer, screen: FormScreen, turn: Turn): void;
  /** Keys of its own, before the usual ones. @returns true when it has dealt with the key. */
  key?(screen: FormScreen, key: Key, turn: Turn): boolean;
}

export const okCancel = '<Up/Down> Select   <Space> Toggle   <Enter> OK   <Esc> Cancel';
export const inputHints = '<Up/Down> Select   <Enter> OK   <Esc> Cancel';
