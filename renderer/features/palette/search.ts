import type { Action } from '../../app/actions.ts';

const order: Action['group'][] = ['Actions', 'Machines', 'Labs', 'Files'];

/** Every word has to occur; matches at the start of a title come first in their group. */
export function search(actions: Action[], query: string): Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = actions.filter((action) => {
    const text = `${action.title} ${action.hint ?? ''} ${action.group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const score = (action: Action) => (words[0] !== undefined && action.title.toLowerCase().startsWith(words[0]) ? 0 : 1);
  return matching.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || score(a) - score(b));
}
