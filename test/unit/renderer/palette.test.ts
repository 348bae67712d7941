import { describe, expect, it } from 'vitest';
import type { Action } from '../../../renderer/app/actions.ts';
import { search } from '../../../renderer/features/palette/search.ts';

const action = (title: string, group: Action['group'] = 'Actions', hint?: string): Action => ({
  id: title,
  title,
  group,
  run: () => undefined,
  ...(hint === undefined ? {} : { hint }),
});

const all = [
  action('Standard switches', 'Labs', 'Networking'),
  action('Show the drawer'),
  action('esx01', 'Machines'),
  action('Check task'),
  action('/etc/motd', 'Files', 'esx01'),
];
const titles = (query: string) => search(all, query).map((found) => found.title);

describe('the palette', () => {
  it('shows everything by group when nothing is asked', () => {
    expect(titles('')).toEqual(['Show the drawer', 'Check task', 'esx01', 'Standard switches', '/etc/motd']);
  });

  it('wants every word, in any order and any case', () => {
    expect(titles('NETW stand')).toEqual(['Standard switches']);
    expect(titles('stand nothing')).toEqual([]);
  });

  it('looks into hints and puts titles that begin with the word first in their group', () => {
    expect(titles('esx01')).toEqual(['esx01', '/etc/motd']);
    expect(titles('s').slice(0, 2)).toEqual(['Show the drawer', 'Check task']);
  });
});
