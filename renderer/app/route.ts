import { createStore } from './store.ts';

export type View = 'catalogue' | 'lab' | 'settings';

/** Which view is shown, what lies on top of it, and which lab is open (it keeps running behind the other views). */
export const route = createStore<{ view: View; before: View; palette: boolean; keySheet: boolean }>({
  view: 'catalogue',
  before: 'catalogue',
  palette: false,
  keySheet: false,
});

export function show(view: View): void {
  const { view: before } = route.get();
  route.set({ view, before: before === view ? route.get().before : before, palette: false, keySheet: false });
}
