/** Chords that belong to the app even while a terminal has the focus. */
export function isAppChord(event: KeyboardEvent): boolean {
  if (event.altKey || !(event.ctrlKey || (event.metaKey && navigator.platform.startsWith('Mac')))) return false;
  if (event.shiftKey) return event.code === 'KeyP';
  if (/^Digit[1-9]$/.test(event.code)) return true;
  return ['Enter', 'NumpadEnter', 'Backquote', 'KeyJ', 'KeyP', 'Comma'].includes(event.code);
}

const GRACE_MS = 1500;

/** Esc after Ctrl+Alt, held or just let go, takes the keyboard back from a terminal. */
export class LeaveChord {
  private armedAt = Number.NEGATIVE_INFINITY;

  /** @returns True when this key leaves the terminal. */
  keyDown(event: KeyboardEvent, now = Date.now()): boolean {
    if (event.ctrlKey && event.altKey) this.armedAt = now;
    const leaves = event.key === 'Escape' && now - this.armedAt < GRACE_MS;
    if (leaves || !/^(Control|Alt|AltGraph)$/.test(event.key)) this.armedAt = Number.NEGATIVE_INFINITY;
    return leaves;
  }

  keyUp(event: KeyboardEvent, now = Date.now()): void {
    if (this.armedAt >= 0 && /^(Control|Alt)$/.test(event.key)) this.armedAt = now;
  }
}
