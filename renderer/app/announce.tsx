import { createStore, useStore } from './store.ts';

const spoken = createStore({ text: '', count: 0 });

/** Says something to screen readers that others see on the screen. */
export function announce(text: string): void {
  spoken.set({ text, count: spoken.get().count + 1 });
}

export function Announcer() {
  const { text, count } = useStore(spoken);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="announcer">
      {count % 2 === 0 ? text : `${text}\u00a0`}
    </div>
  );
}
