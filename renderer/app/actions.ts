import { useEffect, useRef } from 'react';

/** Something a learner can do, from the palette, the menu or a key. */
export interface Action {
  id: string;
  title: string;
  group: 'Actions' | 'Machines' | 'Labs' | 'Files';
  /** As shown, for example `Ctrl+J`. */
  keys?: string;
  /** Also searched. */
  hint?: string;
  run(): void;
}

const providers = new Set<() => Action[]>();

/** All that can be done in the views now shown. */
export function currentActions(): Action[] {
  return [...providers].flatMap((provide) => provide());
}

export function runAction(id: string): boolean {
  const action = currentActions().find((candidate) => candidate.id === id);
  action?.run();
  return action !== undefined;
}

/** Offers actions while the calling view is shown. `provide` is asked anew each time. */
export function useActions(provide: () => Action[]): void {
  const latest = useRef(provide);
  latest.current = provide;
  useEffect(() => {
    const ask = () => latest.current();
    providers.add(ask);
    return () => void providers.delete(ask);
  }, []);
}
