/** Keys of the whole window. Terminals keep all others for their machines; see `isAppChord`. */
import { isAppChord } from '../features/terminal/leave.ts';
import { runAction } from './actions.ts';
import { focusFirst, worthFocus } from './focus.ts';
import { route, show } from './route.ts';

export function listenToKeys(): void {
  window.addEventListener('keydown', onKeyDown, true);
}

function onKeyDown(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const terminal = target.closest<HTMLElement>('[data-terminal]')?.dataset['terminal'];
  const dialogOpen = route.get().palette || route.get().keySheet;
  if (isAppChord(event)) {
    if (dialogOpen && event.code !== 'KeyP') return;
    if (!runChord(event)) return;
  } else if (event.code === 'F6' && terminal !== 'vga' && !dialogOpen) moveRegion(event.shiftKey ? -1 : 1);
  else if (event.key === '?' && !dialogOpen && !takesText(target)) route.set({ keySheet: true });
  else if (event.key === '/' && !dialogOpen && !takesText(target)) runAction('search-labs');
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @returns False when the key means nothing here and belongs to what has the focus. */
function runChord(event: KeyboardEvent): boolean {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (digit !== undefined) return runAction(`machine-${digit}`);
  switch (event.code) {
    case 'KeyP':
      route.set({ palette: !route.get().palette, keySheet: false });
      return true;
    case 'Comma':
      show('settings');
      return true;
    case 'Enter':
    case 'NumpadEnter':
      return runAction('check');
    case 'KeyJ':
      return runAction('toggle-drawer');
    case 'Backquote':
      return runAction('shell');
    default:
      return false;
  }
}

function takesText(target: HTMLElement): boolean {
  return target.closest('input, textarea, select, [contenteditable], [data-terminal], .monaco-editor') !== null;
}

/** Regions in the order they are on the screen; the one with the focus is the start. */
function moveRegion(by: number): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetWidth > 0 && region.offsetHeight > 0,
  );
  if (regions.length === 0) return;
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(here + by + regions.length) % regions.length];
  if (!focusFirst(next, worthFocus)) next?.focus();
}
