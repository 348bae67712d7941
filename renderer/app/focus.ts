/** Focuses the first thing that exists, asked in order of importance and not of place. @returns Whether there was one. */
export function focusFirst(root: ParentNode | null | undefined, selectors: string[]): boolean {
  for (const selector of selectors) {
    const found = root?.querySelector<HTMLElement>(selector);
    if (!found) continue;
    found.focus();
    return true;
  }
  return false;
}

/** What in a region wants the keyboard: its terminal or editor, else what is chosen in it, else its first button. */
export const worthFocus = [
  '.xterm-helper-textarea',
  '.monaco-editor textarea, .monaco-editor .native-edit-context',
  '[aria-current]',
  '[role="tab"][aria-selected="true"]',
  'button:not(:disabled)',
];
