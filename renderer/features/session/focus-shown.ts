import { focusFirst, worthFocus } from '../../app/focus.ts';
import { panes } from './panes.ts';

/** Gives the keyboard to the terminal of the focused pane, once it is there. */
export function focusShown(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      focusFirst(document.querySelector(`[data-pane="${panes.get().focused}"]`), worthFocus);
    }),
  );
}
